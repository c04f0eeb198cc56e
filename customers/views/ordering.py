"""The orders that the list of customers can stand in, and its pages.

What needs all work of all customers to be counted, to say who has most, is sorted by the report of all customers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from customers.models import Attachment, Customer
from customers.querysets import CustomerQuerySet
from folders.names import sort_key
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
        place = Case(*[When(**{self.column: value}, then=Value(n)) for n, value in enumerate(values)])
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
    request: HttpRequest, found: Any, walked: Any, rows: CustomerQuerySet, order: str, today: date
) -> Page[Customer]:
    """The page that the address asks for, of `found` in the order asked for; a long list knows no order by folders.

    Two queries. `walked` and `rows` as spotilla.pages has them.
    """
    name, backwards = order.removeprefix("-"), order.startswith("-")
    if name in GROUPED:
        return Groups(found, rows, order).get_page(request.GET.get("page"))
    columns: tuple[Any, ...] = ("business_id", "sort_key", "pk") if name == "business_id" else ("sort_key", "pk")
    if name == FOLDERS:
        ordered = found.order_by(*_by_folders(today, backwards=backwards))
    else:
        columns = tuple(f"-{column}" for column in columns) if backwards else columns
        ordered = found.order_by(*columns)
    return paginate(request, ordered, PER_PAGE, rows=rows, walked=walked.order_by(*columns))


def _by_folders(today: date, *, backwards: bool) -> tuple[Any, ...]:
    """By the number of folders attached today."""
    attached = Attachment.objects.on(today).filter(customer=OuterRef("pk")).order_by().values("customer")
    number = Coalesce(Subquery(attached.annotate(number=Count("pk")).values("number")), 0)
    return (number.desc() if backwards else number.asc()), "sort_key", "pk"
