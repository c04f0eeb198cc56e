"""The toolbox of our own SQL, written once for both engines: parameters, days in force, days that two rows share.

A statement names its parameters, `%(today)s::date`, `IN ids(%(folders)s)` and `FROM (%(tasks)s) t`: a day, ids, and the
rows of a queryset (`Rows`). PostgreSQL wants the types named; SQLite takes days as text and many ids as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, Self

from django.db import connection

_IDS = re.compile(r"ids\((%\(\w+\)s)\)")
_PARAMETER = re.compile(r"%\((\w+)\)s")


class _Selectable(Protocol):
    def as_sql(self, *columns: str) -> tuple[str, tuple[Any, ...]]: ...


@dataclass(frozen=True)
class Rows:
    """The SELECT of a queryset, to stand in a statement as a parameter: `FROM (%(tasks)s) t`."""

    text: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, queryset: _Selectable, *columns: str) -> Self:
        """The rows of a queryset (`VisibleQuerySet.as_sql`) with these columns alone."""
        return cls(*queryset.as_sql(*columns))


type Parameter = date | str | int | Collection[int] | Rows | None


def execute(statement: str, **parameters: Parameter) -> list[tuple[Any, ...]]:
    """Run a statement; returns its rows, or [] where there are none to return."""
    text, values = bind(statement, parameters)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def bind(statement: str, parameters: Mapping[str, Parameter]) -> tuple[str, list[Any]]:
    """The statement as the engine in use takes it, with the values in their order: what `RawSQL` and a cursor want.

    Raises KeyError for a parameter that is not given.
    """
    if connection.vendor == "postgresql":
        statement = _IDS.sub(r"(SELECT unnest(\1::bigint[]))", statement)
    else:
        statement = _IDS.sub(r"(SELECT value FROM json_each(\1))", statement)
        statement = statement.replace("::date", "").replace("::bigint", "")
    values: list[Any] = []

    def place(found: re.Match[str]) -> str:
        value = parameters[found[1]]
        if isinstance(value, Rows):
            values.extend(value.values)
            return value.text
        values.append(_adapt(value))
        return "%s"

    return _PARAMETER.sub(place, statement), values


def _adapt(value: date | str | int | Collection[int] | None) -> Any:
    is_postgresql = connection.vendor == "postgresql"
    if isinstance(value, date):
        return value if is_postgresql else value.isoformat()
    if isinstance(value, Collection) and not isinstance(value, str):
        return list(value) if is_postgresql else json.dumps(list(value))
    return value


def named_ids(ids: Collection[int]) -> str:
    """Ids as the list of an IN, for the few statements that PostgreSQL plans by each of them; "NULL" where none is."""
    return ",".join(str(int(pk)) for pk in ids) or "NULL"


def day_parameter(day: date, parameters: dict[str, Parameter]) -> str:
    """A day's place in a statement that is put together of many: equal days give equal text, and are given once."""
    name = f"day{day.isoformat().replace('-', '')}"
    parameters[name] = day
    return f"%({name})s::date"


# ---- days: from `since` up to `until`, which is no longer in them ----------------------------------------------------


def in_force(row: str, day: str) -> str:
    """Whether `row` holds on a day: in_force("c", "t.done_on")."""
    return f"{row}.since <= {day} AND {row}.until > {day}"


def overlap(row: str, since: str, until: str) -> str:
    """Whether `row` holds on one of the days since <= day < until: overlap("c", "p.since", "p.until")."""
    return f"{row}.since < {until} AND {row}.until > {since}"


def latest(*days: str) -> str:
    """The latest of some days: the engines have no function of one name for it."""
    return _extreme(">", days)


def earliest(*days: str) -> str:
    """The earliest of some days."""
    return _extreme("<", days)


def _extreme(comparison: str, days: Collection[str]) -> str:
    found, *others = days
    for other in others:
        found = f"CASE WHEN {found} {comparison} {other} THEN {found} ELSE {other} END"
    return found


def shared_days(*rows: str) -> str:
    """The days on which all of the rows hold, as two columns: since, until."""
    since, until = [f"{row}.since" for row in rows], [f"{row}.until" for row in rows]
    return f"{latest(*since)}, {earliest(*until)}"


def day_of(value: date | str) -> date:
    """A day that our SQL has read: SQLite gives it as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
