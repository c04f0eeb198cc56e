"""Work as the office speaks of it: what is unfinished, overdue, done, and whose it is.

The measures of docs/domain.md each stand here once; reports, lists and pages read them from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import BigIntegerField, Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.querysets import VisibleQuerySet
from customers.models import Coverage, Customer
from folders.names import holds, search_key
from spotilla.text import one_line

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder

TASK_UNFINISHED = ("open", "in_progress", "on_hold", "in_review")
REQUEST_UNFINISHED = ("open", "in_progress", "on_hold")


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


def _coverage(folder: str, day: date | str) -> QuerySet[Coverage]:
    """Coverage of the outer row's folder on a day: a date, or the name of the outer row's field."""
    value = OuterRef(day) if isinstance(day, str) else day
    return Coverage.objects.filter(folder=OuterRef(folder), since__lte=value, until__gt=value)


def _ever_covered(customer: Customer) -> QuerySet[Coverage, Any]:
    """The folders that the customer ever collected: read once, they spare all other rows a look at their own day."""
    return Coverage.objects.filter(customer=customer).order_by().values("folder")


class TaskQuerySet(VisibleQuerySet["Task"]):
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
        by_folder = Exists(_coverage("folder", day).filter(customer=customer))
        by_order = Q(work_order__customer=customer)
        return self.filter(Q(folder__in=_ever_covered(customer)) | by_order).filter(Q(by_folder) | by_order)

    def with_owner(self, day: date | str) -> Self:
        """Adds `owner_id`: the work order's customer, else the nearest above on `day`, else None (unowned)."""
        nearest = Subquery(_coverage("folder", day).filter(rank=0).values("customer_id")[:1])
        return self.annotate(owner_id=Coalesce(F("work_order__customer_id"), nearest, output_field=BigIntegerField()))

    def in_order_of_work(self) -> Self:
        """The unfinished first; in both halves by the day due."""
        closed = Case(When(state__in=TASK_UNFINISHED, then=0), default=1)
        return self.order_by(closed, "due_on", "pk")

    def shared(self, day: date | str) -> Self:
        """Tasks that two customers or more collect on `day`."""
        here = _coverage("folder", day)
        other = here.exclude(customer=OuterRef("work_order__customer"))
        return self.filter(Q(Exists(here.filter(rank=1))) | Q(Exists(other), work_order__customer__isnull=False))


class ServiceRequestQuerySet(VisibleQuerySet["ServiceRequest"]):
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
        of_customer = Exists(_coverage(_folder_on(day), day).filter(customer=customer))
        return self.filter(**{f"{_folder_on(day)}__in": _ever_covered(customer)}).filter(of_customer)

    def with_owner(self, day: date | str) -> Self:
        """Adds `owner_id`: the nearest customer above on `day`, else None (unowned)."""
        nearest = Subquery(_coverage(_folder_on(day), day).filter(rank=0).values("customer_id")[:1])
        return self.annotate(owner_id=nearest)

    def shared(self, day: date | str) -> Self:
        """Requests that two customers or more collect on `day`."""
        return self.filter(Exists(_coverage(_folder_on(day), day).filter(rank=1)))


def _folder_on(day: date | str) -> str:
    return "received_folder" if day == "received_on" else "folder"
