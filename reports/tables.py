"""Tables handed out as Excel and CSV: real numbers and dates (sheets.writing)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from reports.periods import Period
from sheets.writing import Heading, Value, csv_response, xlsx_response

FORMATS = {"xlsx": xlsx_response, "csv": csv_response}


@dataclass(frozen=True)
class Table:
    """A table of a report as a file has it."""

    name: str  # of the file, without its ending
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Value]]


def response(table: Table, kind: str) -> HttpResponse:
    """`kind` is a key of FORMATS."""
    return FORMATS[kind](f"{table.name}.{kind}", table.headings, table.rows)


def file_name(*parts: object, period: Period | None = None) -> str:
    """“Report, As Oy Puistola, 2026-01-01–2026-01-31”: no mark that a file's name cannot hold."""
    days = [f"{period.first}–{period.last}"] if period else []
    name = ", ".join([*(str(part) for part in parts), *days])
    return "".join("-" if letter in '\\/:*?"<>|' or ord(letter) < 32 else letter for letter in name)[:120]
