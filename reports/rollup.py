"""The sums of reports, in SQL that the ORM cannot say: whose each item of work is, on the item's own day.

Every statement stands on two relations. `event` is the work that a source gives (reports.measures), as the reader may
see it: id, folder, label (work order or kind), day and the amounts of its measures. `work` says whose it is: of one
customer (_COLLECTED: each item that it collects once, with the attachment that brought it) or of all (_OWNED: each item
with its owner, NULL for the unowned, and whether it is shared). A figure's sum and the ids of its rows are read from
the same relation (reports.figures). Each function is one query, whatever the number of customers, folders and items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import User
from reports.measures import Source, Work, measures_of
from reports.periods import DAY, Period, hull

type Amounts = dict[str, int]  # by the measure's key: pieces, or whole minutes

# `order_id` is NULL for requests, which belong to no work order.
_EVENT = """event AS NOT MATERIALIZED (
  SELECT e.id, e.{folder} AS folder_id, {order} AS order_id, e.{label} AS label_id, {day} AS day, {amounts}
    FROM ({items}) e)"""

# Rank 0 owns, unless the work order has a customer. What comes by a work order alone stands in the second half.
_COLLECTED = """work AS NOT MATERIALIZED (
  SELECT e.*, c.attachment_id, {path} AS path, 1 AS by_folder,
         CASE WHEN w.customer_id = {customer} THEN 1 ELSE 0 END AS by_order,
         CASE WHEN w.customer_id = {customer} OR w.customer_id IS NULL AND c.rank = 0 THEN 1 ELSE 0 END AS owned
    FROM customers_coverage c
    JOIN event e ON e.folder_id = c.folder_id AND e.day >= c.since AND e.day < c.until
    LEFT JOIN workorders_workorder w ON w.id = e.order_id {join_way}
   WHERE c.customer_id = {customer}
  UNION ALL
  SELECT e.*, NULL, NULL, 0, 1, 1
    FROM workorders_workorder w JOIN event e ON e.order_id = w.id
   WHERE w.customer_id = {customer} AND NOT EXISTS (
     SELECT 1 FROM customers_coverage c
      WHERE c.folder_id = e.folder_id AND c.customer_id = {customer} AND c.since <= e.day AND c.until > e.day))"""

_OWNED = """work AS NOT MATERIALIZED (
  SELECT e.*, COALESCE(w.customer_id, n.customer_id) AS owner_id,
         CASE WHEN s.customer_id IS NOT NULL OR n.customer_id <> w.customer_id THEN 1 ELSE 0 END AS shared
    FROM event e
    LEFT JOIN workorders_workorder w ON w.id = e.order_id
    LEFT JOIN customers_coverage n ON n.folder_id = e.folder_id AND n.rank = 0 AND n.since <= e.day AND n.until > e.day
    LEFT JOIN customers_coverage s ON s.folder_id = e.folder_id AND s.rank = 1 AND s.since <= e.day AND s.until > e.day)
"""

# The way down from each of the customer's attachments, as the folders lay: "12-15-18" on the days since <= day < until.
_WAY = """way(attachment_id, folder_id, path, since, until, depth) AS (
  SELECT a.id, a.folder_id, CAST(a.folder_id AS text), a.since, a.until, 0
    FROM customers_attachment a WHERE a.customer_id = {customer} AND a.since < {end} AND a.until > {begin}
  UNION ALL
  SELECT u.attachment_id, p.folder_id, u.path || '-' || CAST(p.folder_id AS text),
         CASE WHEN u.since > p.since THEN u.since ELSE p.since END,
         CASE WHEN u.until < p.until THEN u.until ELSE p.until END, u.depth + 1
    FROM way u JOIN folders_placement p ON p.parent_id = u.folder_id AND p.since < u.until AND p.until > u.since
   WHERE p.since < {end} AND p.until > {begin} AND u.depth < 900)"""
_JOIN_WAY = """JOIN way u ON u.attachment_id = c.attachment_id AND u.folder_id = e.folder_id
     AND u.since <= e.day AND u.until > e.day"""

_COLLECTORS = """work AS (
  SELECT e.*, c.customer_id
    FROM event e JOIN customers_coverage c ON c.folder_id = e.folder_id AND c.since <= e.day AND c.until > e.day
  UNION ALL
  SELECT e.*, w.customer_id FROM event e JOIN workorders_workorder w ON w.id = e.order_id
   WHERE w.customer_id IS NOT NULL AND NOT EXISTS (
     SELECT 1 FROM customers_coverage c
      WHERE c.folder_id = e.folder_id AND c.customer_id = w.customer_id AND c.since <= e.day AND c.until > e.day))"""


@dataclass(frozen=True)
class Relations:
    """The WITH clause of a statement, and the parameters that its items' SELECT takes."""

    text: str
    parameters: tuple[Any, ...]
    source: Source

    def sums(self, *keys: str, where: str = "") -> Iterator[tuple[tuple[Any, ...], Amounts]]:
        """(values of `keys`, amounts) for each group of `work`."""
        measures = [measure.key for measure in measures_of(self.source)]
        columns = ", ".join([*keys, *(f"SUM({key})" for key in measures)])
        group = f" GROUP BY {', '.join(keys)}" if keys else ""
        with connection.cursor() as cursor:
            cursor.execute(f"{self.text} SELECT {columns} FROM work {where}{group}", self.parameters)
            for row in cursor.fetchall():
                amounts = {key: int(value or 0) for key, value in zip(measures, row[len(keys) :], strict=True)}
                yield row[: len(keys)], amounts

    def ids(self, where: str = "") -> tuple[str, tuple[Any, ...]]:
        """The ids of the items, as the text and parameters of a subquery."""
        return f"{self.text} SELECT id FROM work {where}", self.parameters


def literal(day: date) -> str:
    """A date inside our SQL: it comes from a `date`, so there is nothing to escape."""
    return f"DATE '{day.isoformat()}'" if connection.vendor == "postgresql" else f"'{day.isoformat()}'"


def _relations(source: Source, rows: Work, today: date, *tables: str) -> Relations:
    """`event` over `rows`, then the tables given."""
    items, parameters = rows.as_sql(*source.columns)
    amounts = [f"{m.amount.format(today=literal(today))} AS {m.key}" for m in measures_of(source)]
    event = _EVENT.format(
        folder=source.folder,
        order=f"e.{source.label}" if source.is_task else "CAST(NULL AS bigint)",
        label=source.label,
        day=f"e.{source.day}" if source.day else literal(today),
        amounts=", ".join(amounts),
        items=items,
    )
    return Relations(f"WITH RECURSIVE {', '.join([event, *tables])}", parameters, source)


def collected(
    source: Source, rows: Work, customer: int, today: date, periods: Collection[Period] = (), *, ways: bool = False
) -> Relations:
    """The work that one customer collects. With `ways` each item has its `path` in the days of `periods`.

    Costs as much as the work in the customer's folders on all days of `rows`; `ways` also reads the folders of its
    branches.
    """
    tables = []
    if ways:
        days = hull([*periods]) if source.day and periods else Period(today, today)
        begin, end = literal(days.first), literal(days.last + DAY)
        tables.append(_WAY.format(customer=int(customer), begin=begin, end=end))
    path, join = ("u.path", _JOIN_WAY) if ways else ("NULL", "")
    tables.append(_COLLECTED.format(customer=int(customer), path=path, join_way=join))
    return _relations(source, rows, today, *tables)


def owned(source: Source, rows: Work, today: date) -> Relations:
    """All work with its owner. Costs a look at the coverage for each item."""
    return _relations(source, rows, today, _OWNED)


# ---- one customer ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A part of what a customer collects: by one attachment (None: by work orders alone), in one folder, one label."""

    attachment: int | None
    path: tuple[int, ...]
    label: int | None  # the work order of tasks, the kind of requests
    by_order: bool
    owned: bool
    amounts: Amounts


def lines(user: User | None, source: Source, period: Period, customer: int, today: date) -> list[Line]:
    """All that a customer collects, in parts that add up to it."""
    relations = collected(source, source.rows(user, [period]), customer, today, [period], ways=True)
    return [
        Line(
            attachment, tuple(int(pk) for pk in path.split("-")) if path else (), label, bool(by_order), bool(own), sums
        )
        for (attachment, path, label, by_order, own), sums in relations.sums(
            "attachment_id", "path", "label_id", "by_order", "owned"
        )
    ]


def _folders(path: str | None) -> tuple[int, ...]:
    return tuple(int(pk) for pk in path.split("-")) if path else ()


type Daily = list[tuple[date, bool, Amounts]]  # day, whether owned, amounts


def daily(user: User | None, source: Source, periods: Collection[Period], customer: int, today: date) -> Daily:
    """What a customer collects, by day, over the days of some periods: they may overlap."""
    relations = collected(source, source.rows(user, periods), customer, today)
    return [(_day(day), bool(own), amounts) for (day, own), amounts in relations.sums("day", "owned")]


# ---- all customers ---------------------------------------------------------------------------------------------------


def owners(user: User | None, source: Source, period: Period, today: date) -> dict[tuple[int | None, bool], Amounts]:
    """By owner (None: unowned) and whether shared. They add up to all work."""
    relations = owned(source, source.rows(user, [period]), today)
    return {(owner, bool(shared)): amounts for (owner, shared), amounts in relations.sums("owner_id", "shared")}


def collectors(user: User | None, source: Source, period: Period, today: date) -> dict[int, Amounts]:
    """What each customer collects; shared work stands with each of its collectors."""
    relations = _relations(source, source.rows(user, [period]), today, _COLLECTORS)
    return {customer: amounts for (customer,), amounts in relations.sums("customer_id")}


# ---- work orders -----------------------------------------------------------------------------------------------------


def orders(user: User | None, source: Source, period: Period, today: date) -> dict[int | None, Amounts]:
    """By work order (None: without one). They add up to all tasks."""
    relations = _relations(source, source.rows(user, [period]), today, "work AS NOT MATERIALIZED (SELECT * FROM event)")
    return {order: amounts for (order,), amounts in relations.sums("order_id")}


type Part = tuple[date, int | None, int | None, Amounts]  # day, owner, folder


def of_order(user: User | None, source: Source, periods: Collection[Period], order: int, today: date) -> list[Part]:
    """A work order's tasks by day, owner (None: unowned) and folder (None: on no spot)."""
    rows = source.rows(user, periods).filter(work_order=order)
    relations = owned(source, rows, today)
    return [
        (_day(day), owner, folder, amounts)
        for (day, owner, folder), amounts in relations.sums("day", "owner_id", "folder_id")
    ]


def _day(value: date | str) -> date:
    """SQLite gives days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
