"""The orders that the list of customers can stand in, and its pages.

What needs all work of all customers to be counted, to say who has most, is sorted by the report of all customers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from customers.models import Attachment, Customer
from customers.querysets import CustomerQuerySet
from folders.names import sort_key
from spotilla.pages import FEW
from spotilla.web import paginate

PER_PAGE = 50
FOLDERS = "folders"
GROUPED: dict[str, tuple[str, Callable[[str], Any]]] = {  # by ?o=: the column, and its values' place in Finnish order
    "type": ("customer_type", lambda value: sort_key(str(Customer.Type(value).label))),
    "city": ("city", lambda value: (sort_key(value), value)),
}


class Groups(Paginator[Customer]):
    """Customers by an order of the values of a column that the database does not know; those of one value by name.

    Two queries a page: how many customers each value has, and the customers of those that the page falls into.
    """

    def __init__(self, found: Any, rows: CustomerQuerySet, order: str) -> None:
        self.column, place = GROUPED[order.removeprefix("-")]
        counts = dict(found.order_by().values_list(self.column).annotate(number=Count("pk")))
        values = sorted(counts, key=place, reverse=order.startswith("-"))
        self.groups = [(value, counts[value]) for value in values]
        self.rows = rows
        super().__init__(found.in_order(), PER_PAGE)

    @property
    def count(self) -> int:
        return sum(number for _value, number in self.groups)

    def get_page(self, number: object) -> Page[Customer]:
        """The page that an address names, the nearest one if none; -1 is the last."""
        asked = str(number)
        if asked.startswith("-") and asked[1:].isdecimal():
            number = max(self.num_pages + 1 - int(asked[1:]), 1)
        return super().get_page(number)  # type: ignore[arg-type]  # the library takes what an address says

    def page(self, number: int | str) -> Page[Customer]:
        valid = self.validate_number(number)
        values, skipped = self._values_from((valid - 1) * PER_PAGE)
        place = _in_turn(self.column, values)
        found: Any = self.object_list
        within = found.filter(**{f"{self.column}__in": values}).order_by(place, "sort_key", "pk")
        ids = within.values("pk")[skipped : skipped + PER_PAGE]
        return Page(list(self.rows.filter(pk__in=ids).order_by(place, "sort_key", "pk")), valid, self)

    def _values_from(self, start: int) -> tuple[list[str], int]:
        """The values of a page's customers, from place `start` on, and how many of theirs stand before it."""
        values, before, skipped = [], 0, 0
        for value, size in self.groups:
            if before <= start < before + size:
                skipped = start - before
            if before < start + PER_PAGE and start < before + size:
                values.append(value)
            before += size
        return values, skipped


def customer_page(
    request: HttpRequest, found: Any, rows: CustomerQuerySet, order: str, today: date, *, dear: bool
) -> Page[Customer]:
    """The page that the address asks for, of `found` in the order asked for, or by name where that is `not_sorted_by`.

    Two queries. `rows` as spotilla.pages has them. Of a `dear` list each row costs a look at its work: it is long from
    FEW rows on.
    """
    name, backwards = order.removeprefix("-"), order.startswith("-")
    if name in GROUPED and not dear:
        return Groups(found, rows, order).get_page(request.GET.get("page"))
    columns: tuple[Any, ...] = ("business_id", "sort_key", "pk") if name == "business_id" else ("sort_key", "pk")
    if name == FOLDERS:
        ordered = found.order_by(*_by_folders(today, backwards=backwards))
    elif name in GROUPED:
        ordered = found.order_by(_by_group(order, rows), "sort_key", "pk")
    else:
        columns = tuple(f"-{column}" for column in columns) if backwards else columns
        ordered = found.order_by(*columns)
    most = min(FEW, settings.LISTS_COUNT_TO) if dear else settings.LISTS_COUNT_TO
    return paginate(request, ordered, PER_PAGE, rows=rows, walked=found.order_by(*columns), most=most)


def not_sorted_by(page: Page[Customer], *, dear: bool) -> set[str]:
    """The orders that are not on offer, since the list is long."""
    return ({FOLDERS, *GROUPED} if dear else {FOLDERS}) if getattr(page.paginator, "is_long", False) else set()


def _by_group(order: str, rows: CustomerQuerySet) -> Case:
    """By the place of a column's value. One query."""
    column, place = GROUPED[order.removeprefix("-")]
    values = sorted(rows.order_by().values_list(column, flat=True).distinct(), key=place, reverse=order.startswith("-"))
    return _in_turn(column, values)


def _in_turn(column: str, values: list[str]) -> Case:
    return Case(*[When(**{column: value}, then=Value(n)) for n, value in enumerate(values)])


def _by_folders(today: date, *, backwards: bool) -> tuple[Any, ...]:
    """By the number of folders attached today."""
    attached = Attachment.objects.on(today).filter(customer=OuterRef("pk")).order_by().values("customer")
    number = Coalesce(Subquery(attached.annotate(number=Count("pk")).values("number")), 0)
    return (number.desc() if backwards else number.asc()), "sort_key", "pk"
