"""What is there as a sheet that can be changed and imported again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import batched

from django.utils import translation

from sheets.columns import VERSION_OF_ALL, Column, in_language
from sheets.writing import Value, stream_xlsx

TOGETHER = 1_000  # rows

type Cells = Callable[[Sequence[int]], Mapping[int, list[Value]]]  # of these ids, the row of each that is there


def sheet_of(
    title: str, columns: Sequence[Column], pks: Sequence[int], cells: Cells, *, of_all: bool = False
) -> Iterator[bytes]:
    """The workbook, piece by piece, in the language of now: the pieces may be asked for when that is another. One
    `of_all` says so itself, by a heading.
    """
    headings = [
        in_language(VERSION_OF_ALL) if of_all and column.key == "version" else column.heading for column in columns
    ]
    return stream_xlsx(title, headings, rows_of(pks, cells, translation.get_language() or "fi"))


def rows_of(pks: Sequence[int], cells: Cells, language: str) -> Iterator[list[Value]]:
    """In the order of the ids, a thousand at a time: whoever takes the file slowly holds no cursor open."""
    for some in batched(pks, TOGETHER, strict=False):
        with translation.override(language):
            rows = cells(some)
        yield from (rows[pk] for pk in some if pk in rows)
