"""The parts that reports' statements are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from customers.sql.coverage import covers, is_nearest, is_second
from reports.measures import Source, Work, measures_of
from reports.periods import DAY, Period
from reports.rollup.amounts import amount_of
from spotilla.sql import Parameter, Rows, bind, execute, overlap
from workorders.sql.owners import TODAY

type Amounts = dict[str, int]  # by the measure's key: pieces, or whole minutes

# `order_id` is NULL for requests, which belong to no work order.
_EVENT = """{name} AS NOT MATERIALIZED (
  SELECT e.id, e.{folder} AS folder_id, {order} AS order_id, e.{label} AS label_id, {day} AS day, {amounts}
    FROM ({items}) e)"""


def covering(c: str) -> str:
    """A join of coverage on the day of the work, `t`. The days of all that is asked (`asked_parameters`) stand there as
    constants too, so that the coverage of other days is left out at once.
    """
    asked = overlap(c, "%(asked_first)s::date", "%(asked_end)s::date")
    return f"customers_coverage {c} ON {covers(c, 't.folder_id', 't.day')}\n     AND {asked}"


def asked_parameters(days: Period) -> dict[str, Parameter]:
    """The parameters of `covering`: the days of all that is asked."""
    return {"asked_first": days.first, "asked_end": days.last + DAY}


NEAREST = f"LEFT JOIN {covering('n')} AND {is_nearest('n')}"
SECOND = f"LEFT JOIN {covering('s')} AND {is_second('s')}"


@dataclass(frozen=True)
class Relations:
    """The WITH clause of a statement, its parameters, and the amounts of `work`."""

    text: str
    parameters: Mapping[str, Parameter]
    keys: tuple[str, ...]

    def sums(self, *by: str) -> Iterator[tuple[tuple[Any, ...], Amounts]]:
        """(values of `by`, amounts) for each group of `work`."""
        group = f"GROUP BY {', '.join(by)}" if by else ""
        sums = [f"COALESCE(CAST(SUM({key}) AS bigint), 0)" for key in self.keys]
        return self._read(len(by), [*by, *sums], group)

    def parts(self, *by: str) -> Iterator[tuple[tuple[Any, ...], Amounts]]:
        """The same of each row of `work`, for work that is added up already."""
        return self._read(len(by), [*by, *self.keys])

    def _read(self, number: int, columns: list[str], rest: str = "") -> Iterator[tuple[tuple[Any, ...], Amounts]]:
        for row in execute(f"{self.text} SELECT {', '.join(columns)} FROM work {rest}", **self.parameters):
            yield row[:number], dict(zip(self.keys, row[number:], strict=True))

    def ids(self, conditions: Sequence[str] = (), most: int | None = None) -> tuple[str, list[Any]]:
        """The ids of the items that meet the conditions (figure_rows), `most` at most, as the text and parameters of a
        subquery.
        """
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        limit = "" if most is None else f" LIMIT {most}"
        return bind(f"{self.text} SELECT id FROM work {where}{limit}", self.parameters)


def relations_over(source: Source, rows: Work, today: date, *tables: str, **parameters: Parameter) -> Relations:
    """`event` over `rows`, then the tables given with their parameters."""
    keys = tuple(measure.key for measure in measures_of(source))
    given: dict[str, Parameter] = {"items": Rows.of(rows, *source.columns), "today": today}
    return Relations(f"WITH RECURSIVE {', '.join([event(source), *tables])}", given | parameters, keys)


def event(source: Source, name: str = "event", items: str = "items") -> str:
    """SQL: the items of a source, which are a parameter, as a relation of one row each, with its folder, order, day and
    amounts.
    """
    return _EVENT.format(
        name=name,
        folder=source.folder,
        order=f"e.{source.label}" if source.is_task else "CAST(NULL AS bigint)",
        label=source.label,
        day=f"e.{source.day}" if source.day else TODAY,
        amounts=", ".join(f"{amount_of(measure)} AS {measure.key}" for measure in measures_of(source)),
        items=f"%({items})s",
    )
