"""A file's problems given back in workbooks of ours: as a list, and as the wrong rows to be mended."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from sheets.annotated_copy import explained
from sheets.columns import Column
from sheets.limits import Limits
from sheets.problems import Problem, Problems
from sheets.tables import Table, cells_of
from sheets.template import WrongRow, write_rows
from sheets.values import Value as Cell
from sheets.writing import Value, write_xlsx

MOST_LISTED = 20_000  # problems in the workbook
MOST_MENDED = 5_000  # problems whose rows come to be mended: openpyxl takes 0.2 ms for a comment
MOST_CHARACTERS = 5_000_000  # of those rows


def problem_list(problems: Problems) -> bytes:
    """Every problem on a row of its own, where it is first."""
    headings = [
        _("Sheet"),
        _("Row"),
        _("Column"),
        _("Heading"),
        _("Value"),
        _("What is wrong"),
        _("Suggested fix"),
    ]
    return write_xlsx(_("Problems"), headings, _listed(problems))


def _listed(problems: Problems) -> Iterator[Sequence[Value]]:
    for each in problems:
        yield each.sheet, each.row, each.column, each.heading, each.value, each.text, each.right
    if problems.unlisted:
        more = _("… More problems: %(count)d.") % {"count": problems.unlisted}
        yield "", None, "", "", "", more, ""


def wrong_rows(
    title: str, columns: Sequence[Column], content: bytes, table: Table, problems: Problems, limits: Limits
) -> bytes:
    """The sheet to fill in with the rows that have problems, as the user wrote them.

    Of the rows of problems that are not kept there are none. Reads the file again; raises Unreadable.
    """
    by_row = {row: list(of_row) for row, of_row in itertools.groupby(problems, lambda problem: problem.row)}
    if problems.unlisted:
        by_row.popitem()  # others of its problems may not have been kept
    rows = _not_too_much(cells_of(content, columns, table, by_row.keys(), limits))
    return write_rows(title, columns, (WrongRow(cells, _notes(by_row[row])) for row, cells in rows))


def _not_too_much(rows: Iterator[tuple[int, dict[str, Cell]]]) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Rows up to so many characters in all, for openpyxl holds them twice."""
    characters = 0
    for number, cells in rows:
        characters += sum(len(value) for value in cells.values() if isinstance(value, str))
        if characters > MOST_CHARACTERS:
            break
        yield number, cells


def _notes(problems: Sequence[Problem]) -> dict[str, str]:
    """By key of the cell: where it stood, then what is wrong and what would be right, of each problem."""
    notes: dict[str, str] = {}
    for problem in problems:
        start = notes.get(problem.key) or _("Row %(row)d of your file:") % {"row": problem.row}
        notes[problem.key] = f"{start}\n{explained(problem)}"
    return notes
