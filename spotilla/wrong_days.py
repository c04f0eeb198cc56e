"""Days outside spotilla.days in a database from before the schema refused them. Found by SQL of our own: the tables are
still those of that version, and the models are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.core.management.base import CommandError
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

from spotilla.days import END_OF_DAYS, FIRST_DAY

DERIVED = "customers_coverage"
COLUMNS = {
    "folders_placement": ("since", "until"),
    "folders_spotplacement": ("since", "until"),
    "customers_attachment": ("since", "until"),
    DERIVED: ("since", "until"),
    "customers_customer": ("closed_on",),
    "workorders_workorder": ("since", "until", "closed_on"),
    "workorders_task": ("due_on", "done_on"),
    "workorders_servicerequest": ("received_on", "done_on"),
}
_RIGHT = "{column} >= '{first}' AND {column} < '{end}'"
_RIGHT_OF = {
    "since": f"{_RIGHT} OR {{column}} = '{date.min}'",
    "until": f"{_RIGHT} OR {{column}} = '{{end}}' OR {{column}} = '{date.max}'",
}


class WrongDay(NamedTuple):
    """A day that no report can reach, and where it is kept."""

    table: str
    id: int  # of coverage, which has none of its own, its folder's
    column: str
    value: str  # 0026-02-11

    def __str__(self) -> str:
        return f"{self.table} {self.id} {self.column} {self.value}"


def wrong_days(tables: Iterable[str] = COLUMNS) -> list[WrongDay]:
    """Of the tables that there are. Reads all their days."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        return [found for table in tables if table in present for found in _wrong_days_of(table, cursor)]


def _wrong_days_of(table: str, cursor: Any) -> Iterator[WrongDay]:
    key = "folder_id" if table == DERIVED else "id"
    for column in COLUMNS[table]:
        right = _RIGHT_OF.get(column, _RIGHT).format(column=column, first=FIRST_DAY, end=END_OF_DAYS)
        if table == DERIVED and column == "since":  # which may begin where an attachment ends
            right += f" OR {column} = '{END_OF_DAYS}'"
        cursor.execute(f"SELECT {key}, CAST({column} AS text) FROM {table} WHERE NOT ({right}) ORDER BY 1, 2")
        yield from (WrongDay(table, pk, column, value) for pk, value in cursor.fetchall())


def stop_at_wrong_days(*tables: str) -> RunPython:
    """The first operation of a migration that lets the schema refuse such days; without `tables` it looks at all."""

    def stop(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        found = wrong_days(tables or COLUMNS)
        if found:
            # In English: “migrate” translates nothing.
            raise CommandError(
                f"Days lie outside 1.1.1990–31.12.2099: {len(found)}, such as {found[0]}. Nothing has been changed. "
                "See and mend them with “manage.py check_days”, then migrate again."
            )

    return RunPython(stop, RunPython.noop)
