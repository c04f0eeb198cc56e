"""The workbook to fill in, made from the columns' descriptions; and the same with a user's wrong rows, to be mended."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sheets.columns import Column, in_language
from sheets.comments import AUTHOR, lines_of
from sheets.highlight_styles import RED
from sheets.styles import shows_days
from sheets.tables import EXAMPLE
from sheets.values import CellError, FormattedNumber, LongText, Value
from sheets.writing import FORMULA_STARTS, escaped

HEADING_FILL = PatternFill("solid", fgColor="E8EEF6")
REQUIRED_FILL = PatternFill("solid", fgColor="FFE9B8")
WRONG_FILL = PatternFill("solid", fgColor=RED)
EXAMPLE_FONT = Font(italic=True, color="808080")


class WrongRow(NamedTuple):
    """A row with problems, as it goes back to its user."""

    cells: Mapping[str, Value]  # by key, as they stand in the user's file
    notes: Mapping[str, str]  # what is wrong, by key


def write_template(title: str, columns: Sequence[Column]) -> bytes:
    """An .xlsx in the user's language: headings with help, drop-downs, text where zeros must stay, an example row.

    The example row is known again by the text in its required cell, wherever it is moved to.
    """
    book, sheet = _sheet(title, columns)
    for number, column in enumerate(columns, 1):
        _example(sheet.cell(2, number), column)
    return _saved(book)


def write_rows(title: str, columns: Sequence[Column], rows: Iterable[WrongRow]) -> bytes:
    """The same sheet with these rows as they were written, wrong cells red and commented. About 0.5 ms a row."""
    book, sheet = _sheet(title, columns)
    for row_number, row in enumerate(rows, 2):
        for number, column in enumerate(columns, 1):
            if column.key in row.cells or column.key in row.notes:
                cell = sheet.cell(row_number, number)
                cell.number_format = column.number_format
                _write(cell, row.cells.get(column.key))
                _mark(cell, row.notes.get(column.key))
    return _saved(book)


def _sheet(title: str, columns: Sequence[Column]) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet: Worksheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    lists = book.create_sheet(_("Lists")[:31])
    lists.sheet_state = "hidden"
    for number, column in enumerate(columns, 1):
        _heading(sheet, number, column)
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.number_format = column.width, column.number_format
        _drop_down(sheet, lists, number, column)
    return book, sheet


def _saved(book: Workbook) -> bytes:
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _heading(sheet: Worksheet, number: int, column: Column) -> None:
    cell = sheet.cell(1, number, column.heading)
    cell.font = Font(bold=True)
    cell.fill = REQUIRED_FILL if column.required else HEADING_FILL
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if column.help:
        cell.comment = Comment(str(column.help), AUTHOR, height=120, width=320)


def _example(cell: Cell | MergedCell, column: Column) -> None:
    cell.number_format = column.number_format  # a cell of its own does not take its column's
    cell.value = in_language(EXAMPLE) if column.required else column.example
    cell.font = EXAMPLE_FONT


def _write(cell: Cell | MergedCell, value: Value | None) -> None:
    """The value of the same kind, so that what was wrong is wrong again until it is mended."""
    match value:
        case None:
            pass
        case CellError(text):
            cell.value, cell.data_type = text if text in ERROR_CODES else "#N/A", "e"
        case FormattedNumber(number, code, _):
            cell.value, cell.number_format = number, code
        case LongText(begins):
            _write_text(cell, begins)
        case str():
            _write_text(cell, value)
        case date() | time():
            cell.value = value
            cell.number_format = _day_format(value)
        case _:
            cell.value = value
            if shows_days(cell.number_format):
                cell.number_format = "General"  # a bare number is no day, and must not look like one


def _write_text(cell: Cell | MergedCell, text: str) -> None:
    cell.value, cell.data_type = escaped(text), "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True


def _day_format(value: date | time) -> str:
    if isinstance(value, time):
        return "h:mm:ss"
    return "d.m.yyyy h:mm" if isinstance(value, datetime) else "d.m.yyyy"


def _mark(cell: Cell | MergedCell, note: str | None) -> None:
    if note is not None:
        cell.fill = WRONG_FILL
        cell.comment = Comment(note, AUTHOR, height=40 + 20 * lines_of(note), width=320)


def _drop_down(sheet: Worksheet, lists: Worksheet, number: int, column: Column) -> None:
    """A list on the hidden sheet, since Excel takes only 255 characters of words beside the column itself."""
    if column.choices is None:
        return
    words = column.choices()
    for row, word in enumerate(words, 1):
        lists.cell(row, number, word)
    letters = get_column_letter(number)
    rule = DataValidation(
        type="list", formula1=f"'{lists.title}'!${letters}$1:${letters}${len(words)}", allow_blank=True
    )
    rule.showErrorMessage = column.strict
    rule.errorTitle, rule.error = column.heading[:32], _("Choose a word of the list.")
    rule.add(f"{letters}2:{letters}1048576")
    sheet.add_data_validation(rule)
