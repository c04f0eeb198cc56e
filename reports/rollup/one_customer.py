"""What one customer collects: by attachment, folder and label, or by day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from accounts.models import User
from reports.measures import Source, Work, measures_of
from reports.periods import DAY, Period, hull, merged
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

# The same added up, before it is asked to whom the work orders belong: by stretches of days, in which an index of a
# folder's work is read and no more.
_ADDED_UP = """stretch AS MATERIALIZED (
  SELECT c.attachment_id, c.folder_id, c.rank, {way_since} AS way_since, {latest} AS since, {earliest} AS until
    FROM customers_coverage c {join_way} CROSS JOIN days d
   WHERE c.customer_id = {customer} AND c.since < d.until AND c.until > d.since {same_days}),
bundle AS MATERIALIZED (
  SELECT {by_folder}, e.label_id, CASE WHEN c.rank = 0 THEN 1 ELSE 0 END AS nearest, {sums}
    FROM stretch c JOIN event e ON e.folder_id = c.folder_id AND e.day >= c.since AND e.day < c.until
   GROUP BY {numbers}, nearest),
paid AS MATERIALIZED (SELECT b.*, {payer} AS payer_id FROM bundle b),
work AS NOT MATERIALIZED (
  SELECT {names}, label_id, {amounts}, 1 AS by_folder, CASE WHEN payer_id = {customer} THEN 1 ELSE 0 END AS by_order,
         CASE WHEN payer_id = {customer} OR payer_id IS NULL AND nearest = 1 THEN 1 ELSE 0 END AS owned
    FROM paid"""
# Behind it, for tasks; requests belong to no work order, and nothing of theirs comes by one alone.
_ALONE = """
  UNION ALL
  SELECT {by_order}, e.label_id, {sums}, 0, 1, 1
    FROM workorders_workorder w JOIN event e ON e.order_id = w.id
   WHERE w.customer_id = {customer} AND NOT EXISTS (
     SELECT 1 FROM customers_coverage c
      WHERE c.folder_id = e.folder_id AND c.customer_id = {customer} AND c.since <= e.day AND c.until > e.day)
   GROUP BY {numbers}"""
_PAYER = "(SELECT w.customer_id FROM workorders_workorder w WHERE w.id = b.label_id)"  # of tasks, told apart by order

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
_WAY_OF_COVERAGE = """JOIN way u ON u.attachment_id = c.attachment_id AND u.folder_id = c.folder_id
     AND u.since < c.until AND u.until > c.since"""
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
        tables.append(_way(customer, days))
    path, join = ("u.path", _JOIN_WAY) if ways else ("NULL", "")
    tables.append(_COLLECTED.format(customer=int(customer), path=path, join_way=join))
    return relations_over(source, rows, today, *tables)


def _way(customer: int, days: Period) -> str:
    return _WAY.format(customer=int(customer), begin=literal(days.first), end=literal(days.last + DAY))


def _extreme(than: str, days: list[str]) -> str:
    """The latest or the earliest of some days: the engines have no function of one name for it."""
    first, *others = days
    for other in others:
        first = f"CASE WHEN {first} {than} {other} THEN {first} ELSE {other} END"
    return first


_WHATEVER_THE_WAY = {
    "way_since": "CAST(NULL AS date)",
    "latest": _extreme(">", ["c.since", "d.since"]),
    "earliest": _extreme("<", ["c.until", "d.until"]),
    "join_way": "",
    "same_days": "",
}
_OF_EACH_WAY = {
    "way_since": "u.since",
    "latest": _extreme(">", ["c.since", "d.since", "u.since"]),
    "earliest": _extreme("<", ["c.until", "d.until", "u.until"]),
    "join_way": _WAY_OF_COVERAGE,
    "same_days": "AND u.since < d.until AND u.until > d.since",
}


def _added_up(
    user: User | None,
    source: Source,
    periods: Collection[Period],
    customer: int,
    today: date,
    by: Mapping[str, tuple[str, str]],
    ways: Ways | None = None,
) -> Relations:
    """The work that one customer collects, by the columns named in `by`, the label, whether owned and by an order.

    `by` has for each name two expressions: one for what comes by a folder, `e` in a stretch `c`, and one for what comes
    by a work order alone. With `ways` a stretch is of one way that the item came.
    """
    keys = [measure.key for measure in measures_of(source)]
    apart = merged(periods) if source.day else [Period(today, today)]
    days = ", ".join(f"({literal(period.first)}, {literal(period.last + DAY)})" for period in apart)
    text = f"{_ADDED_UP}{_ALONE if source.is_task else ''})".format(
        **(_OF_EACH_WAY if ways else _WHATEVER_THE_WAY),
        customer=int(customer),
        by_folder=", ".join(f"{of_folder} AS {name}" for name, (of_folder, _of_order) in by.items()),
        by_order=", ".join(of_order for _of_folder, of_order in by.values()),
        names=", ".join(by),
        numbers=", ".join(str(number) for number in range(1, len(by) + 2)),
        payer=_PAYER if source.is_task else "CAST(NULL AS bigint)",
        sums=", ".join(f"SUM(e.{key}) AS {key}" for key in keys),
        amounts=", ".join(keys),
    )
    return relations_over(
        source,
        source.rows(user, periods),
        today,
        *([ways.text] if ways else []),
        f"days(since, until) AS (VALUES {days})",
        text,
    )


type Path = tuple[int, ...]  # folders from an attachment's own down


@dataclass(frozen=True)
class Ways:
    """The way down from each of a customer's attachments to every folder below, as the folders lay on some days."""

    text: str  # the relation
    paths: dict[tuple[int, int], dict[date | str, str]]  # attachment, folder: the path by its first day

    @property
    def some_moved(self) -> bool:
        """Whether some folder lay in more than one place below an attachment on those days."""
        return any(len(found) > 1 for found in self.paths.values())

    def path(self, attachment: int, folder: int, since: date | str | None) -> Path:
        """`since`: the first day of the way; None where a folder has but one."""
        found = self.paths[attachment, folder]
        return _folders(next(iter(found.values())) if since is None else found[since])


def ways(customer: int, days: Period) -> Ways:
    """By which folders a customer's work has come on these days. One query."""
    text = _way(customer, days)
    paths: dict[tuple[int, int], dict[date | str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE {text} SELECT attachment_id, folder_id, since, path FROM way")
        for attachment, folder, since, path in cursor.fetchall():
            paths.setdefault((attachment, folder), {})[since] = path
    return Ways(text, paths)


@lru_cache(maxsize=10_000)
def _folders(path: str) -> Path:
    """Many lines have the same way."""
    return tuple(int(pk) for pk in path.split("-"))


type Place = tuple[int, int, date | str | None]  # attachment, folder, the first day of its way: Ways.path(*place)


class Line(NamedTuple):
    """A part of what a customer collects: in one place (None: by work orders alone), of one label."""

    place: Place | None
    label: int | None  # the work order of tasks, the kind of requests
    by_order: int  # 1 or 0, as the next
    owned: int
    amounts: Amounts


def lines(user: User | None, source: Source, period: Period, customer: int, today: date, ways: Ways) -> list[Line]:
    """All that a customer collects, in parts that add up to it; `ways` of the period and today.

    The work is added up by folder, which says where it lay; the ways are asked again only where some folder moved, and
    one that left and came back has two parts of the same path.
    """
    asked = ways if ways.some_moved else None
    by = {
        "attachment_id": ("c.attachment_id", "CAST(NULL AS bigint)"),
        "folder_id": ("c.folder_id", "CAST(NULL AS bigint)"),
        "way_since": ("c.way_since", "CAST(NULL AS date)"),
    }
    relations = _added_up(user, source, [period], customer, today, by, asked)
    return [
        Line((attachment, folder, since) if attachment else None, label, by_order, owned, amounts)
        for (attachment, folder, since, label, by_order, owned), amounts in relations.parts(
            *by, "label_id", "by_order", "owned"
        )
    ]


type Daily = list[tuple[date, bool, Amounts]]  # day, whether owned, amounts


def daily(user: User | None, source: Source, periods: Collection[Period], customer: int, today: date) -> Daily:
    """What a customer collects, by day, over the days of some periods: they may overlap."""
    relations = _added_up(user, source, periods, customer, today, {"day": ("e.day", "e.day")})
    return [(day_of(day), bool(own), amounts) for (day, own), amounts in relations.sums("day", "owned")]
