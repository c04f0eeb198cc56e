"""A worksheet's XML turned into rows."""

import re
from sys import getsizeof
from typing import NamedTuple

from sheets.container import Package, damaged
from sheets.limits import LAST_COLUMN, LAST_ROW
from sheets.strings import LONGEST_RAW
from sheets.values import CellError, Value, day_of, iso_day_of, number_of, text_of
from sheets.xml import Attributes, local

REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
TRUE = ("1", "true", "on")


class Row(NamedTuple):
    number: int  # as Excel numbers it, from 1
    hidden: bool
    cells: list[tuple[int, Value]]  # column from 1, rising; only cells with a value


def column_number(letters: str) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 = A, 27 = AA."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(65 + place) + letters
    return letters


class SheetParser:
    """Handlers for one worksheet: worksheet (1) > sheetData (2) > row (3) > c (4) > v, f, is (5) > t or r > t.

    The numbers are depths. Rows and cells stand in rising order; a file in which they do not is damaged. Takes
    about 45 µs a row of 22 cells.
    """

    def __init__(self, package: Package, strings: list[str], days: frozenset[int], *, from_1904: bool) -> None:
        self.package, self.strings, self.days, self.from_1904 = package, strings, days, from_1904
        self.rows: list[Row] = []  # finished, for the caller to take
        self.hidden_columns: list[tuple[int, int]] = []
        self.depth = self.row = self.column = self.length = self.count = 0
        self.place = ""  # the element at depth 2
        self.in_row = self.in_cell = self.listening = self.in_run = self.formula = self.hidden = False
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
                self.listening = name == "v"
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
                self.rows.append(Row(self.row, self.hidden, self.cells))
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
        self.row, self.column, self.in_row = row, 0, True
        self.hidden = "hidden" in attributes and attributes["hidden"].lower() in TRUE

    def _start_cell(self, attributes: Attributes) -> None:
        self.count += 1
        reference = attributes.get("r")
        column = self.column + 1 if reference is None else self._column_of(reference)
        if not self.column < column <= LAST_COLUMN or self.count > self.package.limits.cells:
            raise damaged()
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
        letters = match[1]
        if letters not in self.columns:
            self.columns[letters] = column_number(letters)
        return self.columns[letters]

    def _end_cell(self) -> None:
        raw = self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces)
        value = self._value(raw) if raw else CellError("") if self.formula and self.kind != "str" else ""
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
        raise damaged()

    def number(self, raw: str, style: str) -> Value:
        """A number, or the day that its style makes of it."""
        number = number_of(raw.strip())
        is_day = style.isdigit() and len(style) <= 9 and int(style) in self.days
        return day_of(number, from_1904=self.from_1904) if is_day else number

    def _column(self, attributes: Attributes) -> None:
        """Remembers hidden columns; wrong numbers here cost nothing, so they are not looked at."""
        if attributes.get("hidden", "").lower() in TRUE and len(self.hidden_columns) < LAST_COLUMN:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal() and len(first + last) <= 14:
                self.hidden_columns.append((int(first), int(last)))
