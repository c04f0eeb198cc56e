"""What is there as a sheet that can be changed and imported again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from sheets.columns import Column
from sheets.writing import Value, stream_xlsx

TOGETHER = 1_000  # rows

type Cells = Callable[[Sequence[int]], Mapping[int, list[Value]]]  # of these ids, the row of each that is there


def sheet_of(title: str, columns: Sequence[Column], found: QuerySet[Any], cells: Cells) -> Iterator[bytes]:
    """The workbook, piece by piece, in the language of now: the pieces may be asked for when that is another."""
    headings = [column.heading for column in columns]
    return stream_xlsx(title, headings, rows_of(found, cells, translation.get_language() or "fi"))


def rows_of(found: QuerySet[Any], cells: Cells, language: str) -> Iterator[list[Value]]:
    """The ids in order, then a thousand of them at a time: whoever takes the file slowly holds no cursor open."""
    for pks in batched(list(found.values_list("pk", flat=True)), TOGETHER, strict=False):
        with translation.override(language):
            rows = cells(pks)
        yield from (rows[pk] for pk in pks if pk in rows)
