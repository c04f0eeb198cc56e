"""Finds the table of a sheet by its headings and reads its rows through the columns' descriptions."""

import itertools
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from sheets.cells import Row, column_letters
from sheets.columns import Column, Words, folded, headings_of
from sheets.container import too_much_text
from sheets.limits import HEADING_ROWS, Limits, Unreadable
from sheets.problems import LISTED, Problem, Problems, Said, cut, said, shown
from sheets.reading import Sheet, open_workbook
from sheets.records import BATCH, Misread, Record, Records
from sheets.values import Value

LONGEST_HEADING = 200
MOST_IGNORED = 50  # unknown headings that are named
EXAMPLE: Words = (
    "Esimerkki – tätä riviä ei tuoda",
    "Example – this row is not imported",
    "Exempel – den här raden importeras inte",
)  # in the required column of the sheet that we hand out; such a row is left out wherever it stands
EXAMPLES = frozenset(folded(words) for words in EXAMPLE)


@dataclass
class Table:
    sheet: str
    heading_row: int
    places: dict[str, int]  # key → number of the column
    headings: dict[str, str]  # key → the heading as it stands in the file
    part: str = ""  # of the file, where the sheet stands
    ignored: list[str] = field(default_factory=list)  # headings that are not known, with their column's letters
    hidden_columns: list[str] = field(default_factory=list)  # headings of columns that are read and not seen
    records: list[Record] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    def column(self, key: str) -> list[Any]:
        """What the column's cells mean, a record each; Nones when the file has no such column."""
        place = next((place for place, name in enumerate(self.places) if name == key), None)
        if place is None:
            return [None] * len(self.records)
        return [record.cells[place] for record in self.records]

    @property
    def hidden_rows(self) -> list[int]:
        return [record.row for record in self.records if record.hidden]

    def add_problem(self, row: int, key: str, value: Value | None, text: Said, right: Said) -> None:
        self.problems.add(row, lambda: self.problem(row, key, value, said(text), said(right)))

    def problem(self, row: int, key: str, value: Value | None, text: str, right: str = "") -> Problem:
        """A problem of a cell; of a column that the file lacks, one of the whole row."""
        place = self.places.get(key, 0)
        column, heading = column_letters(place), self.headings.get(key, "")
        return Problem(key, self.sheet, row, column, heading, shown(value), cut(text), cut(right))


def read_table(
    content: bytes, columns: Sequence[Column], limits: Limits, *, most_rows: int, most_problems: int = LISTED
) -> Table:
    """The first visible sheet that has the required column's heading in its first 20 rows.

    Cells that cannot be read are problems of the table, of which `most_problems` are kept. Raises Unreadable for a
    file that cannot be read at all: damaged, no headings, a heading twice, no rows, or more than `most_rows`.
    """
    known = headings_of(columns)
    workbook = open_workbook(content, limits)
    for sheet in workbook.sheets:
        rows = sheet.rows()
        table = _find_headings(sheet, rows, known)
        if table is not None:
            table.problems.most = most_problems
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


def cells_of(content: bytes, table: Table, rows: Set[int], limits: Limits) -> Iterator[tuple[int, dict[str, Value]]]:
    """These rows of the table's sheet as they stand in the file, by key: reads it again, since a table keeps none."""
    keys = {place: key for key, place in table.places.items()}
    sheet = next(sheet for sheet in open_workbook(content, limits).sheets if sheet.part == table.part)
    for row in sheet.rows():
        if row.number in rows:
            yield row.number, {keys[place]: value for place, value in row.cells if place in keys}


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
    table = Table(sheet.name, row.number, {}, {}, sheet.part)
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
    required = next(column.key for column in columns if column.required)
    place = table.places[required]
    reading = Records(table.places, columns)
    customers = (row for row in rows if not _is_example(row, place))
    for batch in itertools.batched(customers, BATCH, strict=False):
        records, misread, missing = reading.read(batch, required)
        if len(table.records) + len(records) > most_rows:
            raise Unreadable(
                _("The sheet has more than %(rows)d rows. Divide it into several files.") % {"rows": most_rows}
            )
        if reading.characters > limits.kept:
            raise too_much_text()
        table.records += records
        _tell(table, misread, missing, required)
    if not table.records:
        raise Unreadable(_("The sheet “%(sheet)s” has headings but no rows.") % {"sheet": table.sheet})


def _is_example(row: Row, place: int) -> bool:
    """Whether the row has an example's text in its required cell; the dash, which all have, is looked for first."""
    for column, value in row.cells:
        if column == place:
            return isinstance(value, str) and "–" in value[:60] and folded(value) in EXAMPLES
    return False


def _tell(table: Table, misread: list[Misread], missing: list[int], required: str) -> None:
    """Adds the problems of a batch of rows, in the order of rows."""
    text, right = _("This is missing."), _("It is the only cell that is needed.")
    problems: list[tuple[int, str, Value | None, Said, Said]] = [
        (each.row, each.key, each.value, each.wrong.text, each.wrong.right) for each in misread
    ]
    problems += [(row, required, None, text, right) for row in missing]
    for problem in sorted(problems, key=lambda problem: problem[0]):
        table.add_problem(*problem)
