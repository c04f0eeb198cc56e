"""Rows of a table turned into records: a column at a time through its reader, a repeated value once only."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sheets.columns import Column
from sheets.places import Row
from sheets.problems import Wrong
from sheets.values import Value
from spotilla.text import seen

BATCH = 500  # rows read together
REMEMBERED = 5_000  # values of a column that are not read twice: cities, types, a manager's contact
PART = 100  # characters that each of several in one cell counts for
NOTHING: frozenset[str] = frozenset()


class Record(NamedTuple):
    """A row: what its filled cells mean. A cell with a problem is not among the values.

    There may be 200,000, so the values stand in a tuple by the places of `keys`, which all rows share: 200 bytes
    where a dict takes 1,200.
    """

    row: int
    hidden: bool
    wrong: frozenset[str]  # keys of the cells with a problem
    keys: dict[str, int]
    cells: tuple[Any, ...]

    def get(self, key: str) -> Any:
        """What the cell means; None for one that is empty, wrong, or in no column of the file."""
        place = self.keys.get(key)
        return None if place is None else self.cells[place]

    @property
    def values(self) -> dict[str, Any]:
        return {key: self.cells[place] for key, place in self.keys.items() if self.cells[place] is not None}


class Misread(NamedTuple):
    """A cell that could not be read."""

    row: int
    place: int  # of its column, in the file
    key: str
    value: Value | None  # None: a cell that is needed is empty
    wrong: Wrong


class _Readings(dict[Any, Any]):
    """A column's values of one type → what they mean, or the Wrong that reading them ended in."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__({None: None})
        self.read, self.any_wrong = read, False

    def __missing__(self, value: Any) -> Any:
        try:
            meant = None if isinstance(value, str) and not seen(value).strip() else self.read(value)
        except Wrong as error:
            meant = error.with_traceback(None)
            meant.__cause__ = meant.__context__ = None  # they would keep frames, and all that stands in them
            self.any_wrong = True
        self[value] = meant
        return meant

    def forget(self) -> None:
        if len(self) > REMEMBERED:
            self.clear()
            self[None], self.any_wrong = None, False


class _Reader:
    """Reads one column's cells. By type, since 1, 1.0 and True are one key of a dict and not one value of a sheet."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.readings: dict[type[Any], _Readings] = {}

    def _read(self, value: Value) -> Any:
        return self.column.read(self.column.kept(value))

    def __call__(self, cells: Sequence[Value | None]) -> tuple[list[Any], bool]:
        """What the cells mean, and whether a Wrong is among it."""
        kinds = set(map(type, cells))
        kinds.discard(type(None))
        for kind in kinds - self.readings.keys():
            self.readings[kind] = _Readings(self._read)
        used = [self.readings[kind] for kind in kinds]
        if len(used) == 1:
            meant = list(map(used[0].__getitem__, cells))
        else:
            meant = [None if value is None else self.readings[type(value)][value] for value in cells]
        any_wrong = any(readings.any_wrong for readings in used)
        for readings in used:
            readings.forget()
        return meant, any_wrong


class Records:
    """Reads batches of rows into records; `places` are the columns' numbers in the file, by key."""

    def __init__(self, places: dict[str, int], columns: Sequence[Column]) -> None:
        by_key = {column.key: column for column in columns}
        self.places = list(places.values())
        self.keys = {key: place for place, key in enumerate(places)}
        self.readers = [_Reader(by_key[key]) for key in places]
        self.size = 0  # of all that is kept, in characters; a shared text counts once for each row

    def read(self, rows: Sequence[Row], required: Sequence[str]) -> tuple[list[Record], list[Misread], list[int]]:
        """The records of the rows, the cells that could not be read, by row, and the rows without any required one.

        Rows without a value in a column that is read give no record.
        """
        cells, kept = self._cells(rows)
        columns: list[list[Any]] = []
        misread: list[Misread] = []
        for key, reader, place, values in zip(
            self.keys, self.readers, self.places, zip(*cells, strict=True), strict=cells != []
        ):
            meant, any_wrong = reader(values)
            if any_wrong:
                misread += self._take_out(meant, values, kept, place, key)
            self.size += _size(meant)
            columns.append(meant)
        wrong: dict[int, set[str]] = {}
        for each in misread:
            wrong.setdefault(each.row, set()).add(each.key)
        needed = [columns[self.keys[key]] for key in required] if kept else []
        missing = [
            row.number
            for row, values in zip(kept, zip(*needed, strict=True), strict=True)
            if values.count(None) == len(values) and wrong.get(row.number, NOTHING).isdisjoint(required)
        ]
        for number in missing:
            wrong.setdefault(number, set()).add(required[0])
        return self._records(kept, columns, wrong), sorted(misread, key=_by_row), missing

    def _cells(self, rows: Sequence[Row]) -> tuple[list[list[Value | None]], list[Row]]:
        """The cells of the columns that are read, for each row that has any; and those rows."""
        cells, kept, width = [], [], len(self.places)
        for row in rows:
            values: list[Value | None] = list(map(dict(row.cells).get, self.places))
            if values.count(None) < width:
                cells.append(values)
                kept.append(row)
        return cells, kept

    def _take_out(
        self, meant: list[Any], values: Sequence[Value | None], rows: list[Row], place: int, key: str
    ) -> Iterator[Misread]:
        for number, (result, value) in enumerate(zip(meant, values, strict=True)):
            if isinstance(result, Wrong) and value is not None:
                meant[number] = None
                yield Misread(rows[number].number, place, key, value, result)

    def _records(self, rows: list[Row], columns: list[list[Any]], wrong: dict[int, set[str]]) -> list[Record]:
        wrongs: Iterator[frozenset[str]] = itertools.repeat(NOTHING)
        if wrong:
            wrongs = iter([frozenset(wrong.get(row.number, NOTHING)) for row in rows])
        return [
            Record(row.number, row.hidden, wrong_keys, self.keys, cells)
            for row, wrong_keys, cells in zip(rows, wrongs, zip(*columns, strict=True), strict=False)
        ]


def _size(meant: list[Any]) -> int:
    """In characters; what a cell names several of is looked up one by one."""
    kinds = set(map(type, meant))
    size = sum([len(value) for value in meant if type(value) is str]) if str in kinds else 0
    return size + (PART * sum([len(value) for value in meant if type(value) is tuple]) if tuple in kinds else 0)


def _by_row(misread: Misread) -> tuple[int, int]:
    return misread.row, misread.place
