"""Cells that are merged: what stands under one is not read, and what stands in it may count for all its rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from sheets.limits import LAST_COLUMN, LAST_ROW, Unreadable
from sheets.places import Row, column_number
from sheets.values import Value

MOST_MERGES = 100_000
MOST_AT_ONCE = 1_000  # that one row may lie in
AREA = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}):\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})", re.IGNORECASE)


class Merge(NamedTuple):
    """Merged cells: rows and columns from 1, the last included."""

    top: int
    bottom: int
    left: int
    right: int


def merge_of(reference: str) -> Merge | None:
    """ "B2:B4"; None for what is none."""
    found = AREA.fullmatch(reference)
    if found is None:
        return None
    merge = Merge(int(found[2]), int(found[4]), column_number(found[1].upper()), column_number(found[3].upper()))
    sound = merge.top <= merge.bottom <= LAST_ROW and merge.left <= merge.right <= LAST_COLUMN
    return merge if sound and (merge.top, merge.left) != (merge.bottom, merge.right) else None


def too_many_merges() -> Unreadable:
    """What is said of a sheet with more merges than are kept."""
    return Unreadable(_("The sheet has too many merged cells. Unmerge them in Excel and try again."))


class Merges:
    """The merges of a sheet, for its rows from the top down."""

    def __init__(self, merges: Iterable[Merge]) -> None:
        self.starting: dict[int, list[Merge]] = defaultdict(list)
        for merge in merges:
            self.starting[merge.top].append(merge)
        self.tops = sorted(self.starting, reverse=True)
        self.open: list[Merge] = []

    def at(self, row: int) -> Sequence[Merge]:
        """Those that the row lies in. Raises Unreadable for too many."""
        while self.tops and self.tops[-1] <= row:
            self.open += self.starting[self.tops.pop()]
        if self.open:
            self.open = [merge for merge in self.open if merge.bottom >= row]
            if len(self.open) > MOST_AT_ONCE:
                raise too_many_merges()
        return self.open


def uncovered(rows: Iterable[Row], merges: Collection[Merge]) -> Iterator[Row]:
    """The rows without the values that lie under a merge, which Excel does not show."""
    known = Merges(merges)
    for row in rows:
        here = known.at(row.number)
        hidden = {
            place
            for place, _value in row.cells
            for merge in here
            if merge.left <= place <= merge.right and (place, row.number) != (merge.left, merge.top)
        }
        cells = [cell for cell in row.cells if cell[0] not in hidden]
        if cells:
            yield row._replace(cells=cells) if hidden else row


def spread(rows: Iterable[Row], merges: Collection[Merge], places: Collection[int]) -> Iterator[Row]:
    """The rows with what is merged down over them from above, in the columns that are told. Rows that have nothing of
    their own stay as they are.
    """
    known = Merges(merge for merge in merges if merge.left in places and merge.top < merge.bottom)
    values: dict[Merge, Value] = {}
    for row in rows:
        merged = known.at(row.number)
        if not merged:
            yield row
            continue
        cells = dict(row.cells)
        _remember_tops(values, merged, row.number, cells)
        more = {merge.left: values[merge] for merge in merged if merge.top < row.number and merge in values}
        yield row._replace(cells=sorted((cells | more).items())) if more else row


def _remember_tops(values: dict[Merge, Value], merged: Iterable[Merge], row: int, cells: dict[int, Value]) -> None:
    """Keeps the values of merges that begin on this row."""
    for merge in merged:
        if merge.top == row and merge.left in cells:
            values[merge] = cells[merge.left]
