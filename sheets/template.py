"""The workbook to fill in, made from the columns' descriptions."""

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sheets.columns import Column, in_language
from sheets.tables import EXAMPLE

HEADING_FILL = PatternFill("solid", fgColor="E8EEF6")
REQUIRED_FILL = PatternFill("solid", fgColor="FFE9B8")
EXAMPLE_FONT = Font(italic=True, color="808080")


def write_template(title: str, columns: Sequence[Column]) -> bytes:
    """An .xlsx in the user's language: headings with help, drop-downs, text where zeros must stay, an example row.

    The example row is known again by the text in its required cell, wherever it is moved to.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet: Worksheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    lists = book.create_sheet(_("Lists")[:31])
    lists.sheet_state = "hidden"
    for number, column in enumerate(columns, 1):
        _heading(sheet, number, column)
        _format(sheet, number, column)
        _example(sheet, number, column)
        _drop_down(sheet, lists, number, column)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _heading(sheet: Worksheet, number: int, column: Column) -> None:
    cell = sheet.cell(1, number, column.heading)
    cell.font = Font(bold=True)
    cell.fill = REQUIRED_FILL if column.required else HEADING_FILL
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if column.help:
        cell.comment = Comment(str(column.help), "Spotilla Asiakkaat", height=120, width=320)


def _format(sheet: Worksheet, number: int, column: Column) -> None:
    dimension = sheet.column_dimensions[get_column_letter(number)]
    dimension.width = column.width
    dimension.number_format = column.number_format
    sheet.cell(
        2, number
    ).number_format = column.number_format  # the example row has cells of its own, which need it too


def _example(sheet: Worksheet, number: int, column: Column) -> None:
    cell = sheet.cell(2, number)
    cell.value = in_language(EXAMPLE) if column.required else column.example
    cell.font = EXAMPLE_FONT


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
