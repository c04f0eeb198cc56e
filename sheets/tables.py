"""Finds the table of a sheet by its headings and reads its rows through the columns' descriptions."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from sheets.choices import NO_CHOICES, Choices
from sheets.columns import LONGEST, Column, Words, folded
from sheets.container import too_much_text
from sheets.headings import LONGEST_HEADING, Headings
from sheets.limits import HEADING_ROWS, LAST_COLUMN, Limits, Unreadable
from sheets.merges import Merge, spread
from sheets.places import Row, column_letters
from sheets.problems import LISTED, LONGEST_VALUE, Fixes, Problem, Problems, Wrong, cut, said, shown
from sheets.reading import Sheet, Workbook, open_workbook
from sheets.records import BATCH, Misread, Record, Records
from sheets.values import Value

MOST_IGNORED = 50  # unknown headings that are named
SAMPLED, SAMPLES, LONGEST_SAMPLE = 50, 3, 30  # rows looked at, values shown of each column, characters of each
EXAMPLE: Words = (
    "Esimerkki – tätä riviä ei tuoda",
    "Example – this row is not imported",
    "Exempel – den här raden importeras inte",
)  # in the required column of the sheet that we hand out; such a row is left out wherever it stands
LISTS: Words = ("Luettelot", "Lists", "Listor")  # the hidden sheet of the one that we hand out
TOTAL = re.compile(
    r"(?:(?:kaikki|asiakkaita|rivejä|kansioita|spotteja|yhteyshenkilöitä|grand|sub|väli|del)[ -]?)?"
    r"(?:yhteensä|summa|sum|total|totalt|totalsumma|subtotal)[\s:.,=\d]*(?:kpl|st|pcs|rows?|riviä|asiakasta)?\.?"
)
MOST_SHEETS = 50  # looked at or named
MOST_NOTED = 20  # merged cells
EXAMPLES = frozenset(folded(words) for words in EXAMPLE)


@dataclass
class Table:
    """The rows of a sheet below its headings, as its columns read them, with what is wrong."""

    sheet: str
    heading_row: int
    places: dict[str, int]  # key → number of the column
    headings: dict[str, str]  # key → the heading as it stands in the file
    part: str = ""  # of the file, where the sheet stands
    ignored: list[str] = field(default_factory=list)  # headings that are not known, with their column's letters
    unknown: dict[str, int] = field(default_factory=dict)  # those that can be matched by hand → number of the column
    matched: list[str] = field(default_factory=list)  # keys of columns whose headings the user has matched by hand
    fingerprint: str = ""  # of all headings, in any order
    hidden_columns: list[str] = field(default_factory=list)  # headings of columns that are read and not seen
    others: list[str] = field(default_factory=list)  # sheets that have the required heading too, hidden ones last
    hidden_sheets: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # of merged cells
    merges: list[Merge] = field(default_factory=list)
    choices: Choices = NO_CHOICES
    left_out: list[Record] = field(default_factory=list)  # rows that the user does not want
    records: list[Record] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    def column(self, key: str) -> list[Any]:
        """What the column's cells mean, a record each; Nones when the file has no such column."""
        place = self.records[0].keys.get(key) if self.records else None
        if place is None:
            return [None] * len(self.records)
        return [record.cells[place] for record in self.records]

    def read_places(self, columns: Sequence[Column]) -> dict[str, int]:
        """Where each column that is read has its cells: one that the file lacks, and is needed or filled in by the
        user, stands behind the last column that a file can have.
        """
        mended = {key for cells in self.choices.cells.values() for key in cells} | {*needed(columns, self.places)}
        places = self.places | {
            column.key: LAST_COLUMN + number
            for number, column in enumerate(columns, 1)
            if column.key in mended and column.key not in self.places
        }
        return {column.key: places[column.key] for column in columns if column.key in places}

    @property
    def hidden_rows(self) -> list[int]:
        return [record.row for record in self.records if record.hidden]

    def total_rows(self, columns: Sequence[Column]) -> list[int]:
        """Rows that seem to sum the others up."""
        keys = needed(columns, self.places)
        return [record.row for record in self.records if any(is_total(record.get(key)) for key in keys)]

    def add_problem(self, misread: Misread) -> None:
        row, _place, key, value, wrong = misread
        self.problems.add(row, lambda: self.problem(row, key, value, said(wrong.text), said(wrong.right), wrong.fixes))

    def problem(
        self, row: int, key: str, value: Value | None, text: str, right: str = "", fixes: Fixes = ()
    ) -> Problem:
        """A problem of a cell; of a column that the file lacks, one of the whole row."""
        place = self.places.get(key, 0)
        column, heading = column_letters(place), self.headings.get(key, "")
        able = tuple(fixes() if callable(fixes) else fixes)
        return Problem(key, self.sheet, row, column, heading, shown(value), cut(text), cut(right), able)


def read_table(
    content: bytes,
    columns: Sequence[Column],
    limits: Limits,
    *,
    most_rows: int,
    most_problems: int = LISTED,
    choices: Choices = NO_CHOICES,
    by_hand: bool = False,
    keeping: Callable[[], Callable[[Row], None]] = lambda: _keep_none,
) -> Table:
    """The sheet that was chosen, else the first visible one that has the required column's heading in its first 20
    rows.

    With `by_hand` a sheet without that heading will do, if a row has two others that are known: its rows are then in
    error until a heading is matched by hand, as the user's choices say. They stand for what the file says: headings,
    mended cells, rows left out. Cells that cannot be read are problems of the table, of which `most_problems` are kept.
    `keeping` begins a reading, and gives what is called with each row with the cells that are read, those left out too.
    A sheet whose rows have merged cells is read twice, since it tells of them last. Raises Unreadable for a file that
    cannot be read at all: damaged, no headings, a heading twice, no rows, or more than `most_rows`.
    """
    headings = Headings(columns, choices)

    def read(merges: list[Merge]) -> tuple[Table, list[Merge]]:
        workbook = open_workbook(content, limits)
        sheet, rows, table = _find_table(workbook, headings, choices.sheet, merges, by_hand=by_hand)
        table.problems.most, table.choices, table.merges = most_problems, choices, merges
        _hidden_columns(table, sheet)
        _read_rows(table, rows, columns, limits, most_rows, keeping())
        _look_at_others(table, workbook, headings)
        return table, sheet.merges or []

    table, merges = read([])
    if any(merge.bottom >= table.heading_row for merge in merges):
        heading_row = table.heading_row
        del table
        table, _merges = read([merge for merge in merges if merge.bottom >= heading_row])
        table.notes = list(_notes_of_merges(table, columns))
    return table


def _keep_none(_row: Row) -> None:
    """For who keeps no rows."""


def _find_table(
    workbook: Workbook, headings: Headings, chosen: str, merges: list[Merge], *, by_hand: bool
) -> tuple[Sheet, Iterator[Row], Table]:
    """The sheet with the table, the rows that follow its headings, and the table without rows. Raises Unreadable."""
    sheets = [sheet for sheet in (*workbook.sheets, *workbook.hidden) if sheet.name == chosen] if chosen else ()
    if chosen and not sheets:
        raise Unreadable(_("The workbook has no sheet “%(sheet)s”.") % {"sheet": chosen})
    for enough in (headings.required, headings.two)[: 1 + by_hand]:
        for sheet in sheets or workbook.sheets:
            sheet.merges = merges
            rows = sheet.rows()
            table = _find_headings(sheet, rows, headings, enough)
            if table is not None:
                return sheet, rows, table
    raise _no_headings(tuple({column.key: column for column in headings.known.values()}.values()))


def _look_at_others(table: Table, workbook: Workbook, headings: Headings) -> None:
    """Names the other sheets that could be read, and the hidden ones."""
    own = {folded(words) for words in LISTS}
    table.hidden_sheets = [sheet.name for sheet in workbook.hidden if folded(sheet.name) not in own][:MOST_SHEETS]
    for sheet in (*workbook.sheets, *workbook.hidden)[:MOST_SHEETS]:
        if sheet.part != table.part and sheet.name:
            with suppress(Unreadable):  # a sheet that is not read may be damaged
                sheet.merges = []
                if _find_headings(sheet, sheet.rows(), headings, headings.required) is not None:
                    table.others.append(sheet.name)


def _notes_of_merges(table: Table, columns: Sequence[Column]) -> Iterator[str]:
    """Of cells merged down over rows that each should have their own."""
    alone = {table.places[column.key]: column.key for column in columns if column.own and column.key in table.places}
    found = [merge for merge in table.merges if merge.left in alone and table.heading_row < merge.top < merge.bottom]
    for merge in found[:MOST_NOTED]:
        texts = {"heading": table.headings[alone[merge.left]], "first": merge.top, "last": merge.bottom}
        yield _("“%(heading)s” is merged over rows %(first)d–%(last)d: it counts for row %(first)d alone.") % texts
    if len(found) > MOST_NOTED:
        yield _("Other merged cells that count for their first row alone: %(count)d.") % {
            "count": len(found) - MOST_NOTED
        }


def _no_headings(columns: Sequence[Column]) -> Unreadable:
    names = [name for column in columns if column.required for name in column.headings]
    return Unreadable(
        _(
            "No heading row was found in the first %(rows)d rows. The heading “%(name)s” is needed; "
            "others that are known: %(others)s."
        )
        % {
            "rows": HEADING_ROWS,
            "name": "” / “".join(dict.fromkeys(names)),
            "others": ", ".join(column.heading for column in columns if not column.required),
        }
    )


def cells_of(
    content: bytes, columns: Sequence[Column], table: Table, wanted: Set[int], limits: Limits
) -> Iterator[tuple[int, dict[str, Value]]]:
    """These rows of the table's sheet, by key, as they stand in the file or were mended: reads it again, since a table
    keeps none.
    """
    sheet = _sheet_of(content, table, limits)
    sheet.merges = table.merges
    reading = TableReader(table, columns)
    keys = {place: key for key, place in reading.places.items()}
    for row in _whole(sheet.rows(), reading, columns):
        if row.number in wanted:
            yield row.number, {keys[place]: value for place, value in row.cells if place in keys}


def _find_headings(
    sheet: Sheet, rows: Iterator[Row], headings: Headings, enough: Callable[[Row], bool]
) -> Table | None:
    for row in rows:
        if row.number > HEADING_ROWS:
            return None
        if enough(row):
            return _table(sheet, row, headings)
    return None


def _table(sheet: Sheet, row: Row, headings: Headings) -> Table:
    table = Table(sheet.name, row.number, {}, {}, sheet.part)
    ignored: list[str] = []
    # Headings that are known come first: one that was matched by hand must not take their column.
    in_turn = sorted(row.cells, key=lambda cell: headings.column(cell[1]) in headings.by_hand.values())
    for place, written in in_turn:
        value = _without_nul(written)
        heading = " ".join(shown(value).replace("\0", "").split())
        column = headings.column(value)
        by_hand = column is not None and isinstance(value, str) and headings.known_column(value) is None
        if column is None or (by_hand and column.key in table.places):
            ignored.append(f"{heading} ({column_letters(place)})")
            if _can_be_matched(value) and len(table.unknown) < MOST_IGNORED:
                table.unknown.setdefault(heading, place)
        elif column.key in table.places:
            raise _heading_twice(heading, table.places[column.key], place)
        else:
            table.places[column.key], table.headings[column.key] = place, heading
            table.matched += [column.key] * by_hand
    more = len(ignored) - MOST_IGNORED
    table.ignored = ignored if more <= 0 else [*ignored[:MOST_IGNORED], f"… + {more}"]
    every = sorted(folded(str(value)[:LONGEST_HEADING]) for _place, value in row.cells)
    table.fingerprint = sha256("\n".join(every).encode("utf-8", "replace")).hexdigest()
    return table


def _without_nul(value: Value) -> Value:
    """No database's JSON takes the character."""
    return value.replace("\0", "") if isinstance(value, str) else value


def _can_be_matched(heading: Value) -> bool:
    """Whether the user can say which column this is."""
    return isinstance(heading, str) and len(heading) <= LONGEST_VALUE


def _heading_twice(heading: str, first: int, second: int) -> Unreadable:
    text = _("The heading “%(heading)s” stands twice, in columns %(first)s and %(second)s. Remove one of them.")
    return Unreadable(text % {"heading": heading, "first": column_letters(first), "second": column_letters(second)})


def _sheet_of(content: bytes, table: Table, limits: Limits) -> Sheet:
    workbook = open_workbook(content, limits)
    return next(sheet for sheet in (*workbook.sheets, *workbook.hidden) if sheet.part == table.part)


def samples(content: bytes, table: Table, limits: Limits) -> dict[str, list[str]]:
    """By heading that is not known, the first values of its column."""
    sheet = _sheet_of(content, table, limits)
    found: dict[str, list[str]] = {heading: [] for heading in table.unknown}
    rows = itertools.islice((row for row in sheet.rows() if row.number > table.heading_row), SAMPLED)
    for cells in (dict(row.cells) for row in rows):
        for heading, place in table.unknown.items():
            if place in cells and len(found[heading]) < SAMPLES:
                found[heading].append(cut(shown(cells[place]), LONGEST_SAMPLE))
    return found


def _hidden_columns(table: Table, sheet: Sheet) -> None:
    table.hidden_columns = [
        table.headings[key]
        for key, place in table.places.items()
        if any(first <= place <= last for first, last in sheet.hidden_columns)
    ]


def _read_rows(
    table: Table,
    rows: Iterator[Row],
    columns: Sequence[Column],
    limits: Limits,
    most_rows: int,
    keep: Callable[[Row], None],
) -> None:
    reading = TableReader(table, columns)
    whole = _whole(rows, reading, columns)
    for batch in itertools.batched(whole, BATCH, strict=False):
        if keep is not _keep_none:
            for row in map(reading.narrowed, batch):
                if row.cells:
                    keep(row)
        reading.read(batch)
        if len(table.records) + len(table.left_out) > most_rows:
            raise Unreadable(
                _("The sheet has more than %(rows)d rows. Divide it into several files.") % {"rows": most_rows}
            )
        if reading.size > limits.kept:
            raise too_much_text()
    able = any(key in table.places for key in reading.required)  # else headings may be matched by hand
    if able and not table.records and not table.left_out:
        raise Unreadable(_("The sheet “%(sheet)s” has headings but no rows.") % {"sheet": table.sheet})


def _whole(rows: Iterable[Row], reading: TableReader, columns: Sequence[Column]) -> Iterator[Row]:
    """The rows below the headings as they are meant: without examples, mended, and with what an outline leaves out."""
    table = reading.table
    examples = {table.places.get(key, 0) for key in reading.required}
    found: Iterator[Row] = (row for row in rows if row.number > table.heading_row and not _is_example(row, examples))
    if table.merges:
        several = [table.places[column.key] for column in columns if column.key in table.places and not column.own]
        found = spread(found, table.merges, several)
    return outlined(map(reading.mended, found) if table.choices.cells else found, table.places, columns)


class TableReader:
    """Reads rows into a table: records of those that are wanted, and the problems of their cells."""

    def __init__(self, table: Table, columns: Sequence[Column]) -> None:
        self.table, self.required = table, needed(columns, table.places)
        self.places = table.read_places(columns)
        by_key = {column.key: column for column in columns}
        self.columns = {place: by_key[key] for key, place in self.places.items()}
        self.wanted = self.columns.keys()
        self.records = Records(self.places, columns)

    @property
    def size(self) -> int:
        return self.records.size

    def mended(self, row: Row) -> Row:
        """The row with the cells that the user has mended; one mended to nothing is empty."""
        typed = self.table.choices.cells.get(row.number)
        return self.with_cells(row, typed) if typed else row

    def with_cells(self, row: Row, typed: Mapping[str, str]) -> Row:
        """The row with these texts in cells, by key; "" empties one."""
        cells: dict[int, Value] = dict(row.cells) | {self.places[key]: text for key, text in typed.items()}
        return row._replace(cells=sorted((place, value) for place, value in cells.items() if value != ""))

    def narrowed(self, row: Row) -> Row:
        """The row with the cells alone that are read, as far as their columns keep them."""
        cells = [cell for cell in row.cells if cell[0] in self.wanted]
        if any(type(value) is str and len(value) > LONGEST for _place, value in cells):
            cells = [(place, self.columns[place].kept(value)) for place, value in cells]
        return row._replace(cells=cells)

    def read(self, rows: Sequence[Row]) -> None:
        """Adds the rows, and tells of their problems in the order of rows."""
        unwanted = self.table.choices.left_out
        if unwanted:
            left_out = [row for row in rows if row.number in unwanted]
            self.table.left_out += self.records.read(left_out, self.required)[0] if left_out else []
            rows = [row for row in rows if row.number not in unwanted]
        records, misread, missing = self.records.read(rows, self.required)
        self.table.records += records
        absent = Wrong(_("This is missing."), _("It is the only cell that is needed."))
        first = self.required[0]
        misread += [Misread(row, self.places[first], first, None, absent) for row in missing]
        for problem in sorted(misread, key=lambda problem: problem.row):
            self.table.add_problem(problem)


def needed(columns: Sequence[Column], places: Mapping[str, int]) -> list[str]:
    """Keys of the required columns that a file has, of which a row needs one; if it has none, the first of all."""
    keys = [column.key for column in columns if column.required]
    return [key for key in keys if key in places] or keys[:1]


def outlined(rows: Iterable[Row], places: Mapping[str, int], columns: Sequence[Column]) -> Iterator[Row]:
    """The rows with the levels filled in that they leave to the row above, as a list in columns is written:

    Isännöinti | As Oy Puistola |
               |                | A-talo
    """
    levels = [places[column.key] for column in columns if column.outline and column.key in places]
    return map(_Outline(levels), rows) if levels else iter(rows)


class _Outline:
    def __init__(self, levels: Sequence[int]) -> None:
        self.levels, self.above = levels, dict[int, Value]()

    def __call__(self, row: Row) -> Row:
        cells = dict(row.cells)
        first = next((number for number, place in enumerate(self.levels) if place in cells), None)
        if first is None:
            return row
        cells |= {place: self.above[place] for place in self.levels[:first] if place in self.above}
        self.above = {place: cells[place] for place in self.levels if place in cells}
        return row._replace(cells=sorted(cells.items()))


def is_total(value: Any) -> bool:
    """Whether what names a row says that it sums the others up."""
    return isinstance(value, str) and len(value) <= LONGEST and TOTAL.fullmatch(folded(value)) is not None


def _is_example(row: Row, places: Set[int]) -> bool:
    """Whether the row has an example's text in a required cell; the dash, which all have, is looked for first."""
    for column, value in row.cells:
        if column in places and isinstance(value, str) and "–" in value[:60] and folded(value[:LONGEST]) in EXAMPLES:
            return True
    return False
