"""What one customer collects: by attachment, folder and label, or by day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from accounts.models import User
from reports.measures import Source, Work
from reports.periods import DAY, Period, hull
from reports.rollup.relations import Amounts, Relations, day_of, literal, relations_over

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
    return relations_over(source, rows, today, *tables)


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
    sums = relations.sums("attachment_id", "path", "label_id", "by_order", "owned")
    return [
        Line(attachment, _folders(path), label, bool(by_order), bool(own), amounts)
        for (attachment, path, label, by_order, own), amounts in sums
    ]


@lru_cache(maxsize=10_000)
def _folders(path: str | None) -> tuple[int, ...]:
    """Many lines have the same way."""
    return tuple(int(pk) for pk in path.split("-")) if path else ()


type Daily = list[tuple[date, bool, Amounts]]  # day, whether owned, amounts


def daily(user: User | None, source: Source, periods: Collection[Period], customer: int, today: date) -> Daily:
    """What a customer collects, by day, over the days of some periods: they may overlap."""
    relations = collected(source, source.rows(user, periods), customer, today)
    return [(day_of(day), bool(own), amounts) for (day, own), amounts in relations.sums("day", "owned")]
