"""Wrong cells made red in a worksheet's XML: each gets a copy of its own style with a red fill, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from sheets.cells import REFERENCE
from sheets.comments import Note
from sheets.limits import LAST_COLUMN
from sheets.places import column_letters, column_number
from sheets.xml_patch import Edit, Markup, Unusual, attribute, is_empty, with_attribute

RED = "FFFFC7CE"  # of Excel's own style for what is bad
MOST_STYLES = 65_000

type Tag = re.Match[bytes]


class Styles:
    """The workbook's styles, and the red ones that are added to them."""

    def __init__(self, markup: Markup) -> None:
        self.markup = markup
        self.fills, self.fills_end = markup.element("fills")
        self.formats, self.formats_end = markup.element("cellXfs")
        self.own = list(markup.tags("xf", self.formats.end(), self.formats_end))
        self.fill = sum(1 for _fill in markup.tags("fill", self.fills.end(), self.fills_end))
        self.red: dict[int, int] = {}  # a style → the same with a red fill
        if len(self.own) > MOST_STYLES:
            raise Unusual

    def red_of(self, style: int) -> int:
        if style >= len(self.own):
            raise Unusual
        return self.red.setdefault(style, len(self.own) + len(self.red))

    def edits(self) -> list[Edit]:
        markup, prefix = self.markup, self.markup.prefix
        fill = (
            f'<{prefix}fill><{prefix}patternFill patternType="solid"><{prefix}fgColor rgb="{RED}"/>'
            f'<{prefix}bgColor indexed="64"/></{prefix}patternFill></{prefix}fill>'
        )
        copies = b"".join(self._copy(self.own[style]) for style in self.red)
        return sorted(
            [
                _counted(markup, "fills", self.fills, self.fill + 1),
                Edit(self.fills_end, self.fills_end, fill.encode()),
                _counted(markup, "cellXfs", self.formats, len(self.own) + len(self.red)),
                Edit(self.formats_end, self.formats_end, copies),
            ]
        )

    def _copy(self, tag: Tag) -> bytes:
        markup = self.markup
        attributes = with_attribute(with_attribute(tag[1], "fillId", str(self.fill)), "applyFill", "1")
        rest = (
            b""
            if is_empty(tag)
            else markup.data[tag.end() : markup.end_of("xf", tag)] + b"</" + markup.name("xf") + b">"
        )
        return b"<" + markup.name("xf") + attributes + b">" + rest


def _counted(markup: Markup, name: str, tag: Tag, count: int) -> Edit:
    return Edit(*tag.span(), b"<" + markup.name(name) + with_attribute(tag[1], "count", str(count)) + b">")


def mark_cells(sheet: Markup, notes: Iterable[Note], styles: Styles) -> Iterator[Edit]:
    """Edits of the cells that have a note; notes come by row and column. An empty cell is put into its row."""
    start, end = sheet.element("sheetData")
    if sheet.data.find(b"xmlns", start.end(), end) >= 0:
        raise Unusual
    wanted = {row: [note.column for note in of_row] for row, of_row in groupby(notes, lambda note: note.row)}
    columns = _column_styles(sheet, start.start())
    number = 0
    for row in sheet.tags("row", start.end(), end):
        number = _number(attribute(row[1], "r"), number + 1)
        if number in wanted:
            yield from _Row(sheet, row, number, styles, columns).edits(wanted.pop(number))
    if wanted:
        raise Unusual


def _column_styles(sheet: Markup, end: int) -> list[tuple[int, int, int]]:
    """First column, last column, style."""
    tags = [tag[1] for tag in islice(sheet.tags("col", 0, end), LAST_COLUMN)]
    return [
        (_number(attribute(tag, "min")), _number(attribute(tag, "max")), _number(attribute(tag, "style"), 0))
        for tag in tags
    ]


def _number(digits: str | None, default: int | None = None) -> int:
    if digits is None and default is not None:
        return default
    if digits is None or not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise Unusual
    return int(digits)


class _Row:
    def __init__(
        self, sheet: Markup, tag: Tag, number: int, styles: Styles, columns: list[tuple[int, int, int]]
    ) -> None:
        self.sheet, self.tag, self.number, self.styles, self.columns = sheet, tag, number, styles, columns

    def edits(self, wanted: list[int]) -> Iterator[Edit]:
        """`wanted` are the columns to mark, rising."""
        sheet, tag = self.sheet, self.tag
        if is_empty(tag):
            raise Unusual  # a row that has nothing is no row of the table
        end = sheet.end_of("row", tag)
        if sheet.data.find(b"extLst", tag.end(), end) >= 0:
            raise Unusual
        inside = list(self._cells(wanted, end))
        if any(edit.start == edit.end for edit in inside):
            # A new cell may lie outside the columns that the row says it spans, which it need not say.
            attributes = re.sub(rb"""\sspans\s*=\s*("[^"]*"|'[^']*')""", b"", tag[1])
            yield Edit(*tag.span(), b"<" + sheet.name("row") + attributes + b">")
        yield from inside

    def _cells(self, wanted: list[int], end: int) -> Iterator[Edit]:
        sheet, left, column = self.sheet, list(wanted), 0
        for cell in sheet.tags("c", self.tag.end(), end):
            before, column = column, self._column(attribute(cell[1], "r"), column)
            if column <= before:
                raise Unusual
            while left and left[0] < column:
                yield self._new(left.pop(0), cell.start())
            if left and left[0] == column:
                left.pop(0)
                style = self.styles.red_of(_number(attribute(cell[1], "s"), 0))
                yield Edit(*cell.span(), b"<" + sheet.name("c") + with_attribute(cell[1], "s", str(style)) + b">")
        for missing in left:
            yield self._new(missing, end)

    def _column(self, reference: str | None, before: int) -> int:
        if reference is None:
            return before + 1
        found = REFERENCE.fullmatch(reference)
        if found is None or int(found[2]) != self.number:
            raise Unusual
        return column_number(found[1].upper())

    def _new(self, column: int, place: int) -> Edit:
        style = str(self.styles.red_of(self._style(column)))
        return Edit(place, place, self.sheet.empty("c", {"r": f"{column_letters(column)}{self.number}", "s": style}))

    def _style(self, column: int) -> int:
        """The style that Excel gives an empty cell: its row's, else its column's."""
        attributes = self.tag[1]
        if attribute(attributes, "customFormat") in ("1", "true"):
            return _number(attribute(attributes, "s"), 0)
        return next((style for first, last, style in self.columns if first <= column <= last), 0)
