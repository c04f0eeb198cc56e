"""The parts that reports' statements are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from reports.measures import Source, Work, measures_of

type Amounts = dict[str, int]  # by the measure's key: pieces, or whole minutes

# `order_id` is NULL for requests, which belong to no work order.
_EVENT = """{name} AS NOT MATERIALIZED (
  SELECT e.id, e.{folder} AS folder_id, {order} AS order_id, e.{label} AS label_id, {day} AS day, {amounts}
    FROM ({items}) e)"""

# The days of all that is asked stand here as constants too, so that the coverage of other days is left out at once.
COVERING = """customers_coverage {c} ON {c}.folder_id = t.folder_id AND {c}.since <= t.day AND {c}.until > t.day
     AND {c}.since <= {{latest}} AND {c}.until > {{earliest}}"""
NEAREST = f"LEFT JOIN {COVERING.format(c='n')} AND n.rank = 0"
SECOND = f"LEFT JOIN {COVERING.format(c='s')} AND s.rank = 1"


@dataclass(frozen=True)
class Relations:
    """The WITH clause of a statement, the parameters that its items' SELECT takes, and the amounts of `work`."""

    text: str
    parameters: tuple[Any, ...]
    keys: tuple[str, ...]

    def sums(self, *by: str, where: str = "") -> Iterator[tuple[tuple[Any, ...], Amounts]]:
        """(values of `by`, amounts) for each group of `work`."""
        group = f" GROUP BY {', '.join(by)}" if by else ""
        sums = [f"COALESCE(CAST(SUM({key}) AS bigint), 0)" for key in self.keys]
        return self._read(len(by), [*by, *sums], f"{where}{group}")

    def parts(self, *by: str) -> Iterator[tuple[tuple[Any, ...], Amounts]]:
        """The same of each row of `work`, for work that is added up already."""
        return self._read(len(by), [*by, *self.keys])

    def _read(self, number: int, columns: list[str], rest: str = "") -> Iterator[tuple[tuple[Any, ...], Amounts]]:
        with connection.cursor() as cursor:
            cursor.execute(f"{self.text} SELECT {', '.join(columns)} FROM work {rest}", self.parameters)
            for row in cursor.fetchall():
                yield row[:number], dict(zip(self.keys, row[number:], strict=True))

    def ids(self, where: str = "", most: int | None = None) -> tuple[str, tuple[Any, ...]]:
        """The ids of the items, `most` at most, as the text and parameters of a subquery."""
        limit = "" if most is None else f" LIMIT {most}"
        return f"{self.text} SELECT id FROM work {where}{limit}", self.parameters


def literal(day: date) -> str:
    """A date inside our SQL: it comes from a `date`, so there is nothing to escape."""
    return f"DATE '{day.isoformat()}'" if connection.vendor == "postgresql" else f"'{day.isoformat()}'"


def relations_over(source: Source, rows: Work, today: date, *tables: str) -> Relations:
    """`event` over `rows`, then the tables given."""
    items, parameters = rows.as_sql(*source.columns)
    keys = tuple(measure.key for measure in measures_of(source))
    return Relations(f"WITH RECURSIVE {', '.join([event(source, items, today), *tables])}", parameters, keys)


def event(source: Source, items: str, today: date, name: str = "event") -> str:
    """SQL: the items of a source as a relation of one row each, with its folder, order, days and amounts."""
    amounts = [f"{m.amount.format(today=literal(today))} AS {m.key}" for m in measures_of(source)]
    return _EVENT.format(
        name=name,
        folder=source.folder,
        order=f"e.{source.label}" if source.is_task else "CAST(NULL AS bigint)",
        label=source.label,
        day=f"e.{source.day}" if source.day else literal(today),
        amounts=", ".join(amounts),
        items=items,
    )


def day_of(value: date | str) -> date:
    """SQLite gives days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
