"""A worksheet's XML turned into rows."""

import re
from sys import getsizeof
from typing import NamedTuple

from sheets.container import Package, damaged, too_many_cells
from sheets.limits import LAST_COLUMN, LAST_ROW, LONGEST_NUMBER
from sheets.merges import MOST_MERGES, Merge, merge_of, too_many_merges
from sheets.places import Row, column_number
from sheets.strings import LONGEST_RAW
from sheets.styles import Formats
from sheets.values import CellError, OddCell, Value, iso_day_of, number_of, text_of
from sheets.xml import Attributes, local

REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
TRUE = ("1", "true", "on")


def _ordered(cells: list[tuple[int, Value]]) -> list[tuple[int, Value]]:
    """By column. Of two cells in one place nobody knows which counts."""
    found: dict[int, Value] = {}
    for column, value in cells:
        found[column] = OddCell(str(value)[:LONGEST_NUMBER]) if column in found else value
    return sorted(found.items())


class Shared(NamedTuple):
    """What the cells of all sheets refer to."""

    strings: list[str]
    formats: Formats
    from_1904: bool  # whether days are counted from 1904
    uncalculated: bool  # whether the workbook says that its formulas are to be worked out when it is opened


class SheetParser:
    """Handlers for one worksheet: worksheet (1) > sheetData (2) > row (3) > c (4) > v, f, is (5) > t or r > t.

    The numbers are depths. Rows stand in rising order; a file in which they do not is damaged. Takes about 45 µs a row
    of 22 cells.
    """

    def __init__(self, package: Package, shared: Shared) -> None:
        self.package, self.shared, self.strings = package, shared, shared.strings
        self.rows: list[Row] = []  # finished, for the caller to take
        self.hidden_columns: list[tuple[int, int]] = []
        self.merges: list[Merge] = []  # they stand behind the rows
        self.depth = self.row = self.column = self.length = self.count = 0
        self.place = ""  # the element at depth 2
        self.in_row = self.in_cell = self.listening = self.in_run = self.formula = self.hidden = False
        self.in_order = True
        self.kind = self.style = ""
        self.pieces: list[str] = []
        self.cells: list[tuple[int, Value]] = []
        self.columns: dict[str, int] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        self.depth += 1
        depth = self.depth
        if ":" in name:
            name = local(name)
        if depth == 5:
            if self.in_cell:
                self.listening = name == "v" and self.kind != "inlineStr"
                self.formula = self.formula or name == "f"
        elif depth == 4:
            if self.in_row and name == "c":
                self._start_cell(attributes)
        elif depth > 5:
            self._start_inside(name)
        else:
            self._start_outside(name, attributes)

    def _start_outside(self, name: str, attributes: Attributes) -> None:
        """Depths 1 to 3: what cells stand in."""
        if self.depth == 3:
            if name == "row" and self.place == "sheetData":
                self._start_row(attributes)
            elif name == "col" and self.place == "cols":
                self._column(attributes)
            elif name == "mergeCell" and self.place == "mergeCells":
                self._merge(attributes.get("ref", ""))
        elif self.depth == 2:
            self.place = name
        elif name != "worksheet":
            raise damaged()

    def _start_inside(self, name: str) -> None:
        """Depths 6 and 7: the text of <is>, plain or in runs; phonetic readings are left out."""
        if self.depth == 6:
            self.in_run = name == "r"
            self.listening = self.in_cell and self.kind == "inlineStr" and name == "t"
        elif self.depth == 7:
            self.listening = self.in_cell and self.kind == "inlineStr" and self.in_run and name == "t"
        elif self.depth > self.package.limits.depth:
            raise damaged()

    def end(self, _name: str) -> None:
        depth = self.depth
        self.depth = depth - 1
        self.listening = False
        if depth == 4:
            if self.in_cell:
                self.in_cell = False
                self._end_cell()
        elif depth == 3 and self.in_row:
            self.in_row = False
            if self.cells:
                cells = self.cells if self.in_order else _ordered(self.cells)
                self.rows.append(Row(self.row, self.hidden, cells))
                self.cells = []

    def characters(self, text: str) -> None:
        if self.listening:
            self.length += len(text)
            if self.length > LONGEST_RAW:
                raise damaged()
            self.pieces.append(text)

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        if number is None:
            row = self.row + 1
        else:
            row = int(number) if len(number) <= 7 and number.isascii() and number.isdigit() else 0
        if not self.row < row <= LAST_ROW:
            raise damaged()
        self.row, self.column, self.in_row, self.in_order = row, 0, True, True
        self.hidden = "hidden" in attributes and attributes["hidden"].lower() in TRUE

    def _start_cell(self, attributes: Attributes) -> None:
        self.count += 1
        reference = attributes.get("r")
        column = self.column + 1 if reference is None else self._column_of(reference)
        if column > LAST_COLUMN:
            raise damaged()
        if self.count > self.package.limits.cells:
            raise too_many_cells()
        self.in_order = self.in_order and column > self.column
        self.column, self.in_cell, self.formula = column, True, False
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.length = 0
        if self.pieces:
            self.pieces = []

    def _column_of(self, reference: str) -> int:
        match = REFERENCE.fullmatch(reference)
        if match is None or int(match[2]) != self.row:
            raise damaged()
        letters = match[1].upper()
        if letters not in self.columns:
            self.columns[letters] = column_number(letters)
        return self.columns[letters]

    def _end_cell(self) -> None:
        raw = self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces)
        value = self._value(raw) if raw else CellError("") if self.formula and self.kind != "str" else ""
        if self.formula and self.shared.uncalculated and raw.strip() == "0" and self.kind in ("n", "b"):
            value = CellError("")  # what a program writes that does not calculate
        if value != "":
            self.cells.append((self.column, value))

    def _value(self, raw: str) -> Value:
        kind = self.kind
        if kind == "s":
            place = int(raw) if len(raw) <= 9 and raw.isascii() and raw.isdigit() else -1
            if not 0 <= place < len(self.strings):
                raise damaged()
            return self.strings[place]
        if kind == "n":
            return self.number(raw, self.style)
        if kind in ("inlineStr", "str"):
            text = text_of(raw)
            self.package.hold(getsizeof(text))
            return text
        if kind == "b":
            return raw.strip().lower() in TRUE
        if kind == "d":
            return iso_day_of(raw.strip())
        if kind == "e":
            return CellError(raw.strip())
        return OddCell(raw[:LONGEST_NUMBER])

    def number(self, raw: str, style: str) -> Value:
        """A number, or the day or other text that its style makes of it."""
        number = number_of(raw.strip())
        if isinstance(number, OddCell) or not (style.isdigit() and len(style) <= 9):
            return number
        return self.shared.formats.value(number, int(style), from_1904=self.shared.from_1904)

    def _merge(self, reference: str) -> None:
        merge = merge_of(reference)
        if merge is not None:
            self.merges.append(merge)
        if len(self.merges) > MOST_MERGES:
            raise too_many_merges()

    def _column(self, attributes: Attributes) -> None:
        """Remembers hidden columns; wrong numbers here cost nothing, so they are not looked at."""
        if attributes.get("hidden", "").lower() in TRUE and len(self.hidden_columns) < LAST_COLUMN:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal() and len(first + last) <= 14:
                self.hidden_columns.append((int(first), int(last)))
