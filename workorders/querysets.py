"""Work as the office speaks of it: what is unfinished, overdue, done, and whose it is.

The measures of docs/domain.md each stand here once; reports, lists and pages read them from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import BigIntegerField, Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce

from accounts.querysets import VisibleQuerySet
from customers.models import Customer
from folders.names import holds, search_key
from spotilla.text import one_line
from workorders.sql import owners
from workorders.states import REQUEST_UNFINISHED, TASK_UNFINISHED

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder


class Written(Value):
    """A constant of ours that stands in the SQL itself: for a value beside it SQLite takes no partial index."""

    def as_sql(self, *_arguments: Any) -> tuple[str, tuple[()]]:
        return f"'{self.value}'", ()


def _written(states: Iterable[str]) -> list[Written]:
    return [Written(state) for state in states]


class WorkOrderQuerySet(VisibleQuerySet["WorkOrder"]):
    """Work orders, closed ones too."""

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def matching(self, text: str) -> Self:
        """Work orders whose name holds `text`, or whose number or customer's order number begins with it."""
        typed, key = one_line(text), search_key(text)
        by_number = Q(number__startswith=typed) | Q(customer_order_number__istartswith=typed)
        return self.filter(holds(text) | by_number if key else by_number)

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def in_order(self) -> Self:
        """As they stand where one is to be chosen: the newest first."""
        return self.newest_first()

    def told_to(self, user: User) -> Self:
        """Those that `user` may see, with `customer_name` for who may see customers: it is empty for others."""
        sees_customers = user.has_perm("customers.view_customer")
        name = F("customer__name") if sees_customers else Value("", output_field=CharField())
        return self.visible_to(user).annotate(customer_name=name)


class ServiceRequestKindQuerySet(VisibleQuerySet["ServiceRequestKind"]):
    """Kinds of service requests."""


class _WorkQuerySet[Work: Task | ServiceRequest](VisibleQuerySet[Work]):
    """What tasks and service requests have in common: the day that counts, and whose they are on it."""

    def with_counted_day(self, today: date) -> Self:
        """Adds `counted_day`, by which each piece of work belongs to somebody: that done or forwarded, else today."""
        return self.annotate(counted_day=owners.counted_day_expression(today))

    def owned_by(self, customer: int) -> Self:
        """After `with_owner`; `customer` is an id."""
        return self.filter(owner_id=customer)

    def owned_by_others(self, customer: int) -> Self:
        """After `with_owner`: what another owns, or nobody."""
        return self.exclude(owner_id=customer)

    def unowned(self) -> Self:
        """After `with_owner`.

        PostgreSQL takes IS NULL for one row in 200, and would put all work in order before it looks; of a comparison it
        expects one row in three, and meets the first ones at once.
        """
        owner = Coalesce(F("owner_id"), Value(0), output_field=BigIntegerField())
        return self.alias(owner=owner).filter(owner__lt=1)


class TaskQuerySet(_WorkQuerySet["Task"]):
    """Tasks; a state, a day and a person each have their question."""

    def unfinished(self) -> Self:
        """Open, in progress, on hold, in review."""
        return self.filter(state__in=_written(TASK_UNFINISHED))

    def overdue(self, today: date) -> Self:
        """Unfinished, and due before today; due today is not overdue."""
        return self.unfinished().filter(due_on__lt=today)

    def done_in(self, first: date, last: date) -> Self:
        """Done on first <= day <= last."""
        return self.filter(state=Written("done"), done_on__gte=first, done_on__lte=last)

    def matching(self, text: str) -> Self:
        return self.filter(holds(text))

    def collected_by(self, customer: Customer, day: date | str) -> Self:
        """Tasks that `customer` collects, by a folder on `day` ("done_on" or today) or by a work order; once each."""
        by_folder, by_order = owners.collects_by_folder(customer, "folder", day), Q(work_order__customer=customer)
        ever = owners.has_ever_collected(customer, "folder")
        return self.filter(ever | by_order).filter(by_folder | by_order)

    def with_owner(self, day: date | str) -> Self:
        """Adds `owner_id`: the work order's customer, else the nearest above on `day`, else None (unowned)."""
        return self.annotate(owner_id=owners.owner_of_task(day))

    def in_order_of_work(self) -> Self:
        """The unfinished first; in both halves by the day due."""
        closed = Case(When(state__in=TASK_UNFINISHED, then=0), default=1)
        return self.order_by(closed, "due_on", "pk")

    def shared(self, day: date | str) -> Self:
        """Tasks that two customers or more collect on `day`."""
        return self.filter(owners.is_shared("folder", day) | owners.is_shared_with_payer(day))


class ServiceRequestQuerySet(_WorkQuerySet["ServiceRequest"]):
    """Service requests; a state, a day and a person each have their question."""

    def unfinished(self) -> Self:
        """Open, in progress, on hold."""
        return self.filter(state__in=_written(REQUEST_UNFINISHED))

    def received_in(self, first: date, last: date) -> Self:
        """Received on first <= day <= last, cancelled and forwarded ones too."""
        return self.filter(received_on__gte=first, received_on__lte=last)

    def done_in(self, first: date, last: date) -> Self:
        return self.filter(state="done", done_on__gte=first, done_on__lte=last)

    def forwarded_in(self, first: date, last: date) -> Self:
        return self.filter(state="forwarded", done_on__gte=first, done_on__lte=last)

    def matching(self, text: str) -> Self:
        return self.filter(holds(text))

    def collected_by(self, customer: Customer, day: date | str) -> Self:
        """Requests that `customer` collects on `day`: "received_on" reads the folder of that day, all else `folder`."""
        folder = _folder_on(day)
        ever = owners.has_ever_collected(customer, folder)
        return self.filter(ever).filter(owners.collects_by_folder(customer, folder, day))

    def with_owner(self, day: date | str) -> Self:
        """Adds `owner_id`: the nearest customer above on `day`, else None (unowned)."""
        return self.annotate(owner_id=owners.nearest_customer(_folder_on(day), day))

    def shared(self, day: date | str) -> Self:
        """Requests that two customers or more collect on `day`."""
        return self.filter(owners.is_shared(_folder_on(day), day))


def _folder_on(day: date | str) -> str:
    return "received_folder" if day == "received_on" else "folder"
