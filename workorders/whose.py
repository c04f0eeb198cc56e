"""Whose work is on the day that counts for it: who owns it, who collects it, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, DateField, F, Q, Value, When
from django.db.models.functions import Coalesce

from customers.history import collectors_on
from customers.models import Attachment, Customer
from workorders.models import ServiceRequest, Task, WorkOrder
from workorders.querysets import ServiceRequestQuerySet, TaskQuerySet

OWN_DAY, OWNER = "own_day", "owner_id"  # the columns that the querysets add


def by_own_day[Work: (TaskQuerySet, ServiceRequestQuerySet)](work: Work, today: date) -> Work:
    """Adds `own_day`, by which each piece of work belongs to somebody: the day done or forwarded, else today."""
    closed = When(state__in=("done", "forwarded"), then=F("done_on"))
    return work.annotate(own_day=Case(closed, default=Value(today), output_field=DateField()))


def whose[Work: (TaskQuerySet, ServiceRequestQuerySet)](
    work: Work, today: date, customer: Customer, share: str = ""
) -> Work:
    """The work that `customer` collects, or of that only what it owns ("owned") or others own ("others")."""
    collected = by_own_day(work, today).collected_by(customer, OWN_DAY)
    if share not in {"owned", "others"}:
        return collected
    mine = Q(**{OWNER: customer.pk})
    return collected.with_owner(OWN_DAY).filter(mine if share == "owned" else ~mine)


def unowned[Work: (TaskQuerySet, ServiceRequestQuerySet)](work: Work, today: date) -> Work:
    """The work that nobody pays for.

    PostgreSQL takes IS NULL for one row in 200, and would put all work in order before it looks; of a comparison it
    expects one row in three, and meets the first ones at once.
    """
    payer = Coalesce(F(OWNER), Value(0), output_field=BigIntegerField())
    return by_own_day(work, today).with_owner(OWN_DAY).alias(payer=payer).filter(payer__lt=1)


def owners(work: TaskQuerySet | ServiceRequestQuerySet, ids: Collection[int], today: date) -> dict[int, Customer]:
    """The owner of each of the `ids`; unowned work is missing. Two queries."""
    rows: Any = work.order_by().filter(pk__in=ids)
    found = dict(by_own_day(rows, today).with_owner(OWN_DAY).values_list("pk", OWNER))
    customers = Customer.objects.in_bulk({pk for pk in found.values() if pk})
    return {pk: customers[owner] for pk, owner in found.items() if owner}


@dataclass(frozen=True)
class Collector:
    """A customer that collects a piece of work, by its work order or by a folder attached to it, or both."""

    customer: Customer
    owns: bool
    order: WorkOrder | None = None
    attachment: Attachment | None = None


def own_day(work: Task | ServiceRequest, today: date) -> date:
    """`by_own_day` of one row."""
    return work.done_on if work.state in {"done", "forwarded"} and work.done_on else today


def collectors(work: Task | ServiceRequest, today: date) -> list[Collector]:
    """Who collects the work, the owner first. One query."""
    rows = [] if work.folder is None else collectors_on(work.folder, own_day(work, today))
    order = work.work_order if isinstance(work, Task) else None
    if order is None or order.customer is None:
        return [Collector(row.customer, row.rank == 0, attachment=row.attachment) for row in rows]
    by_folder = {row.customer_id: row.attachment for row in rows}
    own = Collector(order.customer, owns=True, order=order, attachment=by_folder.pop(order.customer.pk, None))
    return [own, *(Collector(found.customer, owns=False, attachment=found) for found in by_folder.values())]
