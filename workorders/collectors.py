"""Whose work is on the day that counts, where each piece is asked by itself: lists in an order, and one piece."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from customers.history import collectors_on
from customers.models import Attachment, Coverage, Customer
from workorders.models import ServiceRequest, Task, WorkOrder
from workorders.querysets import ServiceRequestQuerySet, TaskQuerySet
from workorders.sql.owners import counted_done_on


def find_collected[Work: (TaskQuerySet, ServiceRequestQuerySet)](
    work: Work, today: date, customer: Customer, share: str = ""
) -> Work:
    """The work that `customer` collects, or of that only what it owns ("owned") or others own ("others")."""
    collected = work.with_counted_day(today).collected_by(customer, "counted_day")
    if share == "owned":
        return collected.with_owner("counted_day").owned_by(customer.pk)
    if share == "others":
        return collected.with_owner("counted_day").owned_by_others(customer.pk)
    return collected


def find_unowned[Work: (TaskQuerySet, ServiceRequestQuerySet)](work: Work, today: date) -> Work:
    """The work that nobody owns."""
    return work.with_counted_day(today).with_owner("counted_day").unowned()


def owners_by_id(work: TaskQuerySet | ServiceRequestQuerySet, ids: Collection[int], today: date) -> dict[int, Customer]:
    """The owner of each of the `ids`; unowned work is missing. Two queries."""
    rows: Any = work.order_by().filter(pk__in=ids)
    found = dict(rows.with_counted_day(today).with_owner("counted_day").values_list("pk", "owner_id"))
    customers = Customer.objects.in_bulk({pk for pk in found.values() if pk})
    return {pk: customers[owner] for pk, owner in found.items() if owner}


@dataclass(frozen=True)
class Collector:
    """A customer that collects a piece of work, by its work order or by a folder attached to it, or both."""

    customer: Customer
    owns: bool
    order: WorkOrder | None = None
    attachment: Attachment | None = None


def counted_day_of(work: Task | ServiceRequest, today: date) -> date:
    """The day by which a piece of work is somebody's."""
    return counted_done_on(work) or today


def list_collectors(work: Task | ServiceRequest, today: date) -> list[Collector]:
    """Who collects the work, the owner first. One query."""
    covering = [] if work.folder is None else collectors_on(work.folder, counted_day_of(work, today))
    return collectors_among(work, covering)


def collectors_among(work: Task | ServiceRequest, covering: Sequence[Coverage]) -> list[Collector]:
    """Who collects the work, the owner first; `covering` is the coverage of its folder on its day, nearest first."""
    order = work.work_order if isinstance(work, Task) else None
    payer = order.customer if order else None
    if payer is None:
        return [Collector(row.customer, row.is_owner, attachment=row.attachment) for row in covering]
    by_folder = {row.customer_id: row.attachment for row in covering}
    first = Collector(payer, owns=True, order=order, attachment=by_folder.pop(payer.pk, None))
    others = [row for row in covering if row.customer_id in by_folder]
    return [first, *(Collector(row.customer, owns=False, attachment=row.attachment) for row in others)]
