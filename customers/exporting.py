"""Customers as a sheet that can be changed and imported again: each row says which customer it is, and how it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customers.importing.columns import BY_KEY
from customers.importing.plan import OF_CUSTOMER
from customers.models import Customer
from sheets.importing.exporting import sheet_of
from sheets.writing import Value
from spotilla.in_values import among

COLUMNS = [BY_KEY[key] for key in (*OF_CUSTOMER, "id", "version")]
ID = len(OF_CUSTOMER)  # its place


def exported(customers: QuerySet[Customer], *, of_all: bool = False) -> Iterator[bytes]:
    """The workbook; `of_all`: no open customer that the reader may see is left out."""
    pks = list(customers.order_by("sort_key", "pk").values_list("pk", flat=True))
    return sheet_of(_("Customers"), COLUMNS, pks, cells, of_all=of_all)


def cells(pks: Sequence[int]) -> dict[int, list[Value]]:
    fields = [column.key for column in COLUMNS]
    found = Customer.objects.filter(among("pk", pks)).values_list(*fields)
    return {values[ID]: _row(values) for values in found}


def _row(values: Iterable[Value]) -> list[Value]:
    return [
        None if value is None or value == "" else column.write(value)
        for column, value in zip(COLUMNS, values, strict=True)
    ]
