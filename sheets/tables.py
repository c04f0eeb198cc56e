"""Finds the table of a sheet by its headings and reads its rows through the columns' descriptions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from sheets.cells import Row, column_letters
from sheets.columns import Column, Words, folded, headings_of
from sheets.container import too_much_text
from sheets.limits import HEADING_ROWS, Limits, Unreadable
from sheets.problems import Problem, Problems, Said, Wrong, said, shown
from sheets.reading import Sheet, open_workbook
from sheets.values import Value

LONGEST_HEADING = 200
MOST_IGNORED = 50  # unknown headings that are named
REMEMBERED = 5_000  # values of a column that are not read twice: cities, types, a manager's contact
EXAMPLE: Words = (
    "Esimerkki – tätä riviä ei tuoda",
    "Example – this row is not imported",
    "Exempel – den här raden importeras inte",
)  # in the required column of the sheet that we hand out; such a row is left out wherever it stands
NOTHING: frozenset[str] = frozenset()
EXAMPLES = frozenset(folded(words) for words in EXAMPLE)


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


@dataclass
class Table:
    sheet: str
    heading_row: int
    places: dict[str, int]  # key → number of the column
    headings: dict[str, str]  # key → the heading as it stands in the file
    ignored: list[str] = field(default_factory=list)  # headings that are not known, with their column's letters
    hidden_columns: list[str] = field(default_factory=list)  # headings of columns that are read and not seen
    records: list[Record] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    @property
    def hidden_rows(self) -> list[int]:
        return [record.row for record in self.records if record.hidden]

    def add_problem(self, row: int, key: str, value: Value | None, text: Said, right: Said) -> None:
        self.problems.add(row, lambda: self.problem(row, key, value, said(text), said(right)))

    def problem(self, row: int, key: str, value: Value | None, text: str, right: str = "") -> Problem:
        """A problem of a cell; of a column that the file lacks, one of the whole row."""
        place = self.places.get(key, 0)
        return Problem(self.sheet, row, column_letters(place), self.headings.get(key, ""), shown(value), text, right)


def read_table(content: bytes, columns: Sequence[Column], limits: Limits, *, most_rows: int) -> Table:
    """The first visible sheet that has the required column's heading in its first 20 rows.

    Cells that cannot be read are problems of the table. Raises Unreadable for a file that cannot be read at all:
    damaged, no headings, a heading twice, no rows, or more than `most_rows`.
    """
    known = headings_of(columns)
    workbook = open_workbook(content, limits)
    for sheet in workbook.sheets:
        rows = sheet.rows()
        table = _find_headings(sheet, rows, known)
        if table is not None:
            _hidden_columns(table, sheet)
            _read_rows(table, rows, columns, limits, most_rows)
            return table
    required = next(column for column in columns if column.required)
    raise Unreadable(
        _(
            "No heading row was found in the first %(rows)d rows. The heading “%(name)s” is needed; "
            "others that are known: %(others)s."
        )
        % {
            "rows": HEADING_ROWS,
            "name": "” / “".join(dict.fromkeys(required.headings)),
            "others": ", ".join(column.heading for column in columns if not column.required),
        }
    )


def _find_headings(sheet: Sheet, rows: Iterator[Row], known: dict[str, Column]) -> Table | None:
    for row in rows:
        if row.number > HEADING_ROWS:
            return None
        found = (_column(value, known) for _place, value in row.cells)
        if any(column is not None and column.required for column in found):
            return _table(sheet, row, known)
    return None


def _column(value: Value, known: dict[str, Column]) -> Column | None:
    """The column that a heading names; a long text is none, and is not looked at closely."""
    return known.get(folded(value)) if isinstance(value, str) and len(value) <= LONGEST_HEADING else None


def _table(sheet: Sheet, row: Row, known: dict[str, Column]) -> Table:
    table = Table(sheet.name, row.number, {}, {})
    ignored: list[str] = []
    for place, value in row.cells:
        heading = " ".join(shown(value).split())
        column = _column(value, known)
        if column is None:
            ignored.append(f"{heading} ({column_letters(place)})")
        elif column.key in table.places:
            raise Unreadable(
                _("The heading “%(heading)s” stands twice, in columns %(first)s and %(second)s. Remove one of them.")
                % {
                    "heading": heading,
                    "first": column_letters(table.places[column.key]),
                    "second": column_letters(place),
                }
            )
        else:
            table.places[column.key], table.headings[column.key] = place, heading
    more = len(ignored) - MOST_IGNORED
    table.ignored = ignored if more <= 0 else [*ignored[:MOST_IGNORED], f"… + {more}"]
    return table


def _hidden_columns(table: Table, sheet: Sheet) -> None:
    table.hidden_columns = [
        table.headings[key]
        for key, place in table.places.items()
        if any(first <= place <= last for first, last in sheet.hidden_columns)
    ]


def _read_rows(table: Table, rows: Iterator[Row], columns: Sequence[Column], limits: Limits, most_rows: int) -> None:
    kept = 0  # characters that stay in memory, a shared text once for each row
    required = next(column for column in columns if column.required)
    keys = {key: place for place, key in enumerate(table.places)}
    readers = {
        table.places[column.key]: _Reader(column, keys[column.key]) for column in columns if column.key in table.places
    }
    for row in rows:
        if _is_example(row, table.places[required.key]):
            continue
        record = _record(table, row, readers, keys, required)
        if record is None:
            continue
        if len(table.records) >= most_rows:
            raise Unreadable(
                _("The sheet has more than %(rows)d rows. Divide it into several files.") % {"rows": most_rows}
            )
        for value in record.cells:
            if isinstance(value, str):
                kept += len(value)
        if kept > limits.kept:
            raise too_much_text()
        table.records.append(record)
    if not table.records:
        raise Unreadable(_("The sheet “%(sheet)s” has headings but no rows.") % {"sheet": table.sheet})


def _is_example(row: Row, place: int) -> bool:
    """Whether the row has an example's text in its required cell; the dash, which all have, is looked for first."""
    for column, value in row.cells:
        if column == place:
            return isinstance(value, str) and "–" in value[:60] and folded(value) in EXAMPLES
    return False


def _record(
    table: Table, row: Row, readers: dict[int, "_Reader"], keys: dict[str, int], required: Column
) -> Record | None:
    """None for a row without a value in a column that is read."""
    values: list[Any] = [None] * len(keys)
    wrong: list[str] = []
    blank = True
    for place, value in row.cells:
        reader = readers.get(place)
        if reader is None:
            continue
        try:
            values[reader.place] = reader(value)
            blank = False
        except Wrong as error:
            wrong.append(reader.key)
            table.add_problem(row.number, reader.key, value, error.text, error.right)
    if blank and not wrong:
        return None
    if values[keys[required.key]] is None and required.key not in wrong:
        wrong.append(required.key)
        missing, right = _("This is missing."), _("It is the only cell that is needed.")
        table.add_problem(row.number, required.key, None, missing, right)
    return Record(row.number, row.hidden, frozenset(wrong) if wrong else NOTHING, keys, tuple(values))


class _Reader:
    """Reads a column's cells, a repeated text once only."""

    def __init__(self, column: Column, place: int) -> None:
        self.column, self.key, self.place = column, column.key, place
        self.seen: dict[str, Any] = {}

    def __call__(self, value: Value) -> Any:
        if not isinstance(value, str):
            return self.column.read(value)
        if value not in self.seen:
            if len(self.seen) >= REMEMBERED:
                return self.column.read(value)
            self.seen[value] = self._read(value)
        result = self.seen[value]
        if isinstance(result, Wrong):
            raise result.with_traceback(None)
        return result

    def _read(self, value: str) -> Any:
        try:
            return self.column.read(value)
        except Wrong as error:
            return error
