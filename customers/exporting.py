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

COLUMNS = [BY_KEY[key] for key in (*OF_CUSTOMER, "id", "version")]
TOGETHER = 1_000  # rows


def exported(customers: QuerySet[Customer]) -> Iterator[bytes]:
    """The workbook, piece by piece, in the language of now: the pieces may be asked for when that is another."""
    title, headings = _("Customers"), [column.heading for column in COLUMNS]
    return stream_xlsx(title, headings, _rows(customers.order_by("sort_key", "pk"), translation.get_language() or "fi"))


def _rows(customers: QuerySet[Customer], language: str) -> Iterator[list[Value]]:
    fields = [Customer._meta.pk.name if column.key == "id" else column.key for column in COLUMNS]
    found = customers.values_list(*fields).iterator(chunk_size=TOGETHER)
    for batch in batched(found, TOGETHER, strict=False):
        with translation.override(language):
            rows = [_row(values) for values in batch]
        yield from rows


def _row(values: Iterable[Value]) -> list[Value]:
    return [
        None if value is None or value == "" else column.write(value)
        for column, value in zip(COLUMNS, values, strict=True)
    ]
