"""The first rows of a plan as they will be, for the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from customers.importing.plan import FIRST_ROWS, OF_CUSTOMER, Plan, Planned
from customers.models import Customer
from customers.sheet import BY_KEY, COLUMNS
from sheets.cells import column_letters
from sheets.columns import Column
from sheets.problems import shown


class Cell(NamedTuple):
    address: str  # as Excel names it; "" for a cell of no column of the file
    text: str
    wrong: bool


class PreviewRow(NamedTuple):
    number: int
    state: str  # "error", "new", "changed" or "unchanged"
    hidden: bool
    cells: list[Cell]


def preview_rows(plan: Plan) -> dict[str, Any]:
    """The columns that the file fills, the first 20 rows, and the last one's number.

    The type is always shown, since empty means company.
    """
    columns = [column for column in COLUMNS if column.key in plan.table.places or column.key == "customer_type"]
    rows = list(_rows(plan, columns))
    return {"columns": columns, "rows": rows, "last_row": rows[-1].number if rows else 0}


def _rows(plan: Plan, columns: list[Column]) -> Iterator[PreviewRow]:
    letters = {key: column_letters(place) for key, place in plan.table.places.items()}
    for row in plan.rows[:FIRST_ROWS]:
        fields, number = row.fields(), row.record.row
        cells = [
            Cell(
                f"{letters[column.key]}{number}" if column.key in letters else "",
                _text(row, column, fields),
                column.key in row.record.wrong,
            )
            for column in columns
        ]
        yield PreviewRow(number, _state(plan, row), row.record.hidden, cells)


def _state(plan: Plan, row: Planned) -> str:
    if row.record.row in plan.problems.rows:
        return "error"
    if row.existing is None:
        return "new"
    return "changed" if row.changes() or row.folders or (row.contact and not row.linked) else "unchanged"


def _text(row: Planned, column: Column, fields: dict[str, Any]) -> str:
    key = column.key
    kept = fields.get(key, getattr(row.existing or Customer(), key)) if key in OF_CUSTOMER else row.get(key)
    return "" if kept in (None, "") else shown(BY_KEY[key].write(kept))
