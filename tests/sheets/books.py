"""Workbooks for tests: the given ones, and new ones by openpyxl, which shares no code with the product's reader."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

GIVEN = Path(__file__).parent / "workbooks"
ALL = sorted(path for folder in ("own", "hostile", "foreign") for path in (GIVEN / folder).glob("*.[xo]*"))


def given(name: str) -> bytes:
    """A given workbook, by its folder and name: "own/perus.xlsx"."""
    return (GIVEN / name).read_bytes()


def book(headings: Sequence[Any], *rows: Sequence[Any], edit: Callable[[Worksheet], None] | None = None) -> bytes:
    """A workbook with one sheet; a text that begins with "=" stays text."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for number, row in enumerate([headings, *rows], 1):
        for column, value in enumerate(row, 1):
            if value is not None:
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    if edit is not None:
        edit(sheet)
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def escaped(text: str) -> str:
    """A text that looks like an escape, as Excel writes it; openpyxl leaves it as it is, which means something else."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def cells(content: bytes) -> list[list[Any]]:
    """What openpyxl reads of the first sheet: a list of values for each row."""
    return [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]


def saved_book(workbook: Workbook) -> bytes:
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()
