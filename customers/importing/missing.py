"""Customers that the file lacks: left alone, listed, or closed, as the user has chosen.

A customer that is still attached to folders, or has open work orders, is not closed. One whose row is left out is in
the file all the same.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from customers.importing.plan import Missing, Plan
from customers.models import Attachment, Customer
from folders.tree import OperationDraft as LogRow
from sheets.columns import is_of_all
from sheets.importing.ledger import Written
from sheets.models import Upload
from spotilla.in_values import among

WAYS = ("leave", "list", "close")


def look_for_missing(plan: Plan, by: User | None) -> None:
    """Two queries, when something becomes of them; only a file that updates can lack anybody."""
    way = plan.table.choices.missing
    if way == "leave" or not plan.update or not is_of_all(plan.table.headings):
        return
    there = {pk for row in (*plan.rows, *plan.left_out) for pk in row.met}
    lacking = _open(by).exclude(among("pk", there)) if there else _open(by)
    closed = dict(free(lacking).values_list("pk", "name")) if way == "close" else {}
    kept = {pk: name for pk, name in lacking.order_by("sort_key", "pk").values_list("pk", "name") if pk not in closed}
    plan.missing = Missing(closed, kept)


def close_missing(plan: Plan, change: LogRow) -> list[Written]:
    """Closes them from today on; gives what it has written. They have no attachments that would end, so that coverage
    stays as it is.
    """
    if plan.missing is None or not plan.missing.closed:
        return []
    pks, today = list(plan.missing.closed), timezone.localdate()
    customers = Customer.objects.filter(among("pk", pks))
    was = dict(customers.values_list("pk", "closed_on"))
    customers.update(closed_on=today)
    change.arguments["closed"] = pks
    return [Written(0, Customer, pk, "closed_on", was.get(pk), today) for pk in pks]


def lacking_of(upload: Upload, by: User) -> QuerySet[Customer]:
    """The customers that a waiting file lacks, each with `is_held`: whether it would stay open."""
    there = upload.rows.exclude(about=None).values("about")
    return _open(by).exclude(pk__in=there).annotate(is_held=Q(_attached()) | Q(pk__in=_with_orders()))


def free(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those of the customers that can be closed."""
    return customers.exclude(_attached()).exclude(pk__in=_with_orders())


def _open(by: User | None) -> QuerySet[Customer]:
    return Customer.objects.visible_to(by).open_on(timezone.localdate())


def _attached() -> Exists:
    """Today, or later."""
    return Exists(Attachment.objects.filter(customer=OuterRef("pk"), until__gt=timezone.localdate()))


def _with_orders() -> QuerySet[Customer, int]:
    orders = Customer.objects.filter(work_orders__isnull=False, work_orders__closed_on=None)
    return orders.values_list("pk", flat=True)
