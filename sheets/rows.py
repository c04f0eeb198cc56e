"""Rows that stand in a worksheet as Excel, LibreOffice, openpyxl, XlsxWriter and we ourselves write them."""

from __future__ import annotations

import itertools
import re
from sys import getsizeof

from sheets.cells import TRUE, SheetParser
from sheets.container import damaged, too_many_cells
from sheets.fast_path import Lane
from sheets.limits import LAST_COLUMN, LAST_ROW
from sheets.places import Row, column_number
from sheets.strings import LONGEST_RAW, are_plain, unescaped
from sheets.values import Value, text_of

# Its number, and its other attributes.
ROW = re.compile(r'[ \t\n]*<row(?: r="([1-9][0-9]{0,6})")?((?: [A-Za-z][A-Za-z0-9:]*="[^"<&]*")*)>')
ATTRIBUTE = re.compile(r' ([A-Za-z][A-Za-z0-9:]*)="([^"]*)"')
# Its column's letters, its row, its style; then the place of a shared string, a text, or a number.
CELL = re.compile(
    r'<c(?: r="([A-Z]{1,3})([1-9][0-9]{0,6})")?(?: s="([0-9]{1,9})")?'
    r'(?: t="(?:s"><v>([0-9]{1,9})</v></c>|inlineStr"><is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>|n"></c>)'
    r'|(?: t="n")?(?:/>|><v>([^<]*)</v></c>))'
)
PARTS = CELL.groups + 1
MOST_HEADS = 1_000  # attributes and columns of rows that are remembered
MOST_NUMBERS = 5_000

type Columns = list[int]


def rows_lane(parser: SheetParser) -> Lane:
    """Past the handlers of `parser`, whose rows, counts and limits it shares. About 15 µs a row of 22 cells."""

    def in_sheet_data() -> bool:
        return parser.depth == 2 and parser.place == "sheetData"

    return Lane(b"<sheetData>", b"</row>", _Taker(parser).take, in_sheet_data)


class _Taker:
    def __init__(self, parser: SheetParser) -> None:
        self.parser, self.strings = parser, parser.strings
        self.heads: dict[str, bool | None] = {}  # a row's attributes → whether it is hidden; None: expat must judge
        self.columns: dict[tuple[str, ...], Columns] = {}  # letters → numbers, rising
        self.numbers: dict[tuple[str, str], Value] = {}  # as written, with its style → what it is

    def take(self, rows: list[str], start: int) -> int:
        for at in range(start, len(rows)):
            if not self._row(rows[at]):
                return at
        return len(rows)

    def _row(self, row: str) -> bool:
        parser = self.parser
        head = ROW.match(row)
        if head is None or len(row) > LONGEST_RAW or ("&" in row and not are_plain(row)):
            return False
        hidden = self._hidden(head[2])
        parts = CELL.split(row[head.end() :])
        if hidden is None or any(parts[::PARTS]):
            return False
        columns = self._columns(parts[1::PARTS], parts[2::PARTS], head[1])
        if columns is None:
            return False
        number = int(head[1]) if head[1] else parser.row + 1
        parser.count += len(columns)
        if not parser.row < number <= LAST_ROW:
            raise damaged()
        if parser.count > parser.package.limits.cells:
            raise too_many_cells()
        parser.row = number
        cells = self._cells(columns, parts, escaped="&" in row)
        if cells:
            parser.rows.append(Row(number, hidden, cells))
        return True

    def _hidden(self, attributes: str) -> bool | None:
        if attributes not in self.heads:
            if len(self.heads) >= MOST_HEADS:
                return None
            self.heads[attributes] = _hidden(attributes)
        return self.heads[attributes]

    def _columns(self, letters: list[str | None], rows: list[str | None], row: str | None) -> Columns | None:
        """The cells' columns; None when some have none, or are not in order, or are another row's."""
        if rows.count(None) == len(rows):
            return list(range(1, len(rows) + 1)) if len(rows) <= LAST_COLUMN else None
        if row is None or rows.count(row) < len(rows):
            return None
        key: tuple[str, ...] = tuple(letters)  # type: ignore[arg-type]  # none is None where no row is
        columns = self.columns.get(key)
        if columns is None:
            columns = list(map(column_number, key))
            if columns[-1:] > [LAST_COLUMN] or any(a >= b for a, b in itertools.pairwise(columns)):
                return None
            if len(self.columns) < MOST_HEADS:
                self.columns[key] = columns
        return columns

    def _cells(self, columns: Columns, parts: list[str], *, escaped: bool) -> list[tuple[int, Value]]:
        strings, size = self.strings, 0
        cells: list[tuple[int, Value]] = []
        values = zip(columns, parts[3::PARTS], parts[4::PARTS], parts[5::PARTS], parts[6::PARTS], strict=True)
        for column, style, shared, text, number in values:
            value: Value
            if shared:
                place = int(shared)
                if place >= len(strings):
                    raise damaged()
                value = strings[place]
            elif text:
                value = text_of(unescaped(text) if escaped else text)
                size += getsizeof(value)
            elif number:
                value = self._number(number, style or "")
            else:
                continue
            if value != "":
                cells.append((column, value))
        if size:
            self.parser.package.hold(size)
        return cells

    def _number(self, raw: str, style: str) -> Value:
        """Days and terms of payment repeat."""
        value = self.numbers.get((raw, style))
        if value is None:
            value = self.parser.number(unescaped(raw), style)
            if len(self.numbers) < MOST_NUMBERS:
                self.numbers[raw, style] = value
        return value


def _hidden(attributes: str) -> bool | None:
    found = ATTRIBUTE.findall(attributes)
    by_name = dict(found)
    if len(by_name) < len(found) or "r" in by_name:
        return None
    return by_name.get("hidden", "").lower() in TRUE
