"""Customers as a sheet that can be changed and imported again: each row says which customer it is, and how it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import batched

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from customers.importing.plan import OF_CUSTOMER
from customers.models import Customer
from customers.sheet import BY_KEY
from sheets.writing import Value, stream_xlsx
from spotilla.among import among

COLUMNS = [BY_KEY[key] for key in (*OF_CUSTOMER, "id", "version")]
ID = len(OF_CUSTOMER)  # its place
TOGETHER = 1_000  # rows


def exported(customers: QuerySet[Customer]) -> Iterator[bytes]:
    """The workbook, piece by piece, in the language of now: the pieces may be asked for when that is another."""
    title, headings = _("Customers"), [column.heading for column in COLUMNS]
    return stream_xlsx(title, headings, _rows(customers.order_by("sort_key", "pk"), translation.get_language() or "fi"))


def _rows(customers: QuerySet[Customer], language: str) -> Iterator[list[Value]]:
    """Their ids in order, then a thousand of them at a time: whoever takes the file slowly holds no cursor open."""
    fields = [column.key for column in COLUMNS]
    for pks in batched(list(customers.values_list("pk", flat=True)), TOGETHER, strict=False):
        found = {values[ID]: values for values in Customer.objects.filter(among("pk", pks)).values_list(*fields)}
        with translation.override(language):
            rows = [_row(found[pk]) for pk in pks if pk in found]
        yield from rows


def _row(values: Iterable[Value]) -> list[Value]:
    return [
        None if value is None or value == "" else column.write(value)
        for column, value in zip(COLUMNS, values, strict=True)
    ]
