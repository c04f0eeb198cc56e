"""The sums of reports, in SQL that the ORM cannot say: whose each item of work is, on the item's own day.

Every statement stands on two relations. `event` is the work that a source gives (reports.measures), as the reader may
see it: id, folder, label (work order or kind), day and the amounts of its measures. `work` says whose it is: of one
customer (_COLLECTED: each item that it collects once, with the attachment that brought it) or of all (_OWNED: each item
with its owner, NULL for the unowned, and whether it is shared). A figure's sum and the ids of its rows are read from
the same relation (reports.figures). Each function is one query, whatever the number of customers, folders and items.

Sums over all customers do not ask of each item whose it is: where nobody begins or ends to collect a folder inside the
period, the folder's work is added up first (_TOTAL) and asked as of the first day; in the others (_RESTLESS) each day
is asked by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from accounts.models import User
from reports.measures import Source, Work, measures_of
from reports.periods import DAY, Period, hull

type Amounts = dict[str, int]  # by the measure's key: pieces, or whole minutes

# `order_id` is NULL for requests, which belong to no work order.
_EVENT = """{name} AS NOT MATERIALIZED (
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

# Of one source over a period; {n} parts it from the others in the statement.
_RESTLESS = """{restless} AS MATERIALIZED (
  SELECT DISTINCT folder_id FROM customers_coverage
   WHERE rank <= {ranks} AND (since > {first} AND since <= {last} OR until > {first} AND until <= {last}))"""
_TOTAL = """total{n} AS MATERIALIZED (
  SELECT v.folder_id, {first} AS day, {sums} FROM event{n} v GROUP BY v.folder_id)"""
_CALM = "SELECT t.folder_id, t.day, {columns} FROM total{n} t"
_BUT_RESTLESS = "WHERE NOT EXISTS (SELECT 1 FROM {restless} r WHERE r.folder_id = t.folder_id)"
# The days of restless folders are read folder by folder through the index: without LATERAL PostgreSQL reads all events
# a second time, and CROSS JOIN is how SQLite is told the order.
_BY_DAY = {
    "postgresql": """SELECT t.folder_id, t.day, {columns} FROM {restless} r CROSS JOIN LATERAL (
      SELECT v.folder_id, v.day, {sums} FROM event{n} v WHERE v.folder_id = r.folder_id
       GROUP BY v.folder_id, v.day) t""",
    "sqlite": """SELECT t.folder_id, t.day, {columns} FROM (
      SELECT v.folder_id, v.day, {sums} FROM {restless} r CROSS JOIN event{n} v
       WHERE v.folder_id = r.folder_id GROUP BY v.folder_id, v.day) t""",
}
# Tasks of customers' work orders, one by one.
_PAID = """SELECT w.customer_id AS payer_id, t.folder_id, t.day, {columns}
    FROM (SELECT v.order_id, v.folder_id, v.day, {each} FROM event{n} v WHERE v.order_id IS NOT NULL) t
    JOIN workorders_workorder w ON w.id = t.order_id
   WHERE w.customer_id IS NOT NULL"""

_COVERING = "customers_coverage {c} ON {c}.folder_id = t.folder_id AND {c}.since <= t.day AND {c}.until > t.day"
_NEAREST = f"LEFT JOIN {_COVERING.format(c='n')} AND n.rank = 0"
_SECOND = f"LEFT JOIN {_COVERING.format(c='s')} AND s.rank = 1"
# What a work order's customer pays for goes to it, and from the folder's owner. Shared is what lies in folders that
# two collect, and what another pays for than the only one there.
_OWNERS = f"""whose AS MATERIALIZED (
  SELECT t.*, n.customer_id AS nearest_id, {{second}} AS second FROM paid t {_NEAREST} {{join_second}}),
work AS (
  SELECT n.customer_id AS customer_id, {{of_folders}} FROM bundle t {_NEAREST} {{join_second}}
  UNION ALL SELECT t.payer_id, {{of_payers}} FROM whose t
  UNION ALL SELECT t.nearest_id, {{taken}} FROM whose t)"""
_COLLECTORS = f"""work AS (
  SELECT c.customer_id AS customer_id, {{keys}} FROM bundle t JOIN {_COVERING.format(c="c")}
  UNION ALL
  SELECT t.payer_id, {{keys}} FROM paid t LEFT JOIN {_COVERING.format(c="c")} AND c.customer_id = t.payer_id
   WHERE c.customer_id IS NULL)"""

# The items of all customers, one by one, folder by folder: whoever wants the first of them does not pay for all.
_ITEMS_OF = {
    "postgresql": "CROSS JOIN LATERAL (SELECT v.* FROM event v WHERE v.folder_id = f.folder_id OFFSET 0) t",
    "sqlite": "CROSS JOIN event t",
}
_BY_FOLDER = """SELECT t.id FROM customers_coverage f {items_of}
   WHERE t.folder_id = f.folder_id AND f.rank = {rank} AND f.since <= {last} AND f.until > {first}
     AND t.day >= f.since AND t.day < f.until"""
_BY_ORDER = f"""SELECT t.id FROM (SELECT v.* FROM event v WHERE v.order_id IS NOT NULL) t
    JOIN workorders_workorder w ON w.id = t.order_id {_NEAREST} {_SECOND}
   WHERE w.customer_id IS NOT NULL AND"""
SOME_OWNED = f"{_BY_FOLDER.replace('{rank}', '0')} UNION ALL {_BY_ORDER} n.rank IS NULL"
SOME_SHARED = (
    f"{_BY_FOLDER.replace('{rank}', '1')} UNION ALL {_BY_ORDER} s.rank IS NULL AND n.customer_id <> w.customer_id"
)
SOME_UNOWNED = f"""SELECT t.id FROM (
     SELECT o.id AS folder_id FROM folders_folder o WHERE NOT EXISTS (
       SELECT 1 FROM customers_coverage c
        WHERE c.folder_id = o.id AND c.rank = 0 AND c.since <= {{first}} AND c.until > {{last}})) f
    {{items_of}} LEFT JOIN workorders_workorder w ON w.id = t.order_id {_NEAREST}
   WHERE t.folder_id = f.folder_id AND n.rank IS NULL AND w.customer_id IS NULL
  UNION ALL
  SELECT t.id FROM event t LEFT JOIN workorders_workorder w ON w.id = t.order_id
   WHERE t.folder_id IS NULL AND w.customer_id IS NULL"""

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


@dataclass(frozen=True)
class Relations:
    """The WITH clause of a statement, the parameters that its items' SELECT takes, and the amounts of `work`."""

    text: str
    parameters: tuple[Any, ...]
    keys: tuple[str, ...]

    def sums(self, *by: str, where: str = "") -> Iterator[tuple[tuple[Any, ...], Amounts]]:
        """(values of `by`, amounts) for each group of `work`."""
        columns = ", ".join([*by, *(f"SUM({key})" for key in self.keys)])
        group = f" GROUP BY {', '.join(by)}" if by else ""
        with connection.cursor() as cursor:
            cursor.execute(f"{self.text} SELECT {columns} FROM work {where}{group}", self.parameters)
            for row in cursor.fetchall():
                amounts = {key: int(value or 0) for key, value in zip(self.keys, row[len(by) :], strict=True)}
                yield row[: len(by)], amounts

    def ids(self, where: str = "", most: int | None = None) -> tuple[str, tuple[Any, ...]]:
        """The ids of the items, `most` at most, as the text and parameters of a subquery."""
        limit = "" if most is None else f" LIMIT {most}"
        return f"{self.text} SELECT id FROM work {where}{limit}", self.parameters


def literal(day: date) -> str:
    """A date inside our SQL: it comes from a `date`, so there is nothing to escape."""
    return f"DATE '{day.isoformat()}'" if connection.vendor == "postgresql" else f"'{day.isoformat()}'"


def _relations(source: Source, rows: Work, today: date, *tables: str) -> Relations:
    """`event` over `rows`, then the tables given."""
    items, parameters = rows.as_sql(*source.columns)
    keys = tuple(measure.key for measure in measures_of(source))
    return Relations(f"WITH RECURSIVE {', '.join([_event(source, items, today), *tables])}", parameters, keys)


def _event(source: Source, items: str, today: date, name: str = "event") -> str:
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


def some_of_all(source: Source, rows: Work, text: str, days: Period, today: date) -> Relations:
    """The items of SOME_OWNED, SOME_SHARED or SOME_UNOWNED; `days` are those of `rows`."""
    pieces = {
        "first": literal(days.first),
        "last": literal(days.last),
        "items_of": _ITEMS_OF[connection.vendor],
    }
    return _relations(source, rows, today, f"work AS NOT MATERIALIZED ({text.format(**pieces)})")


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
    return [(_day(day), bool(own), amounts) for (day, own), amounts in relations.sums("day", "owned")]


# ---- all customers ---------------------------------------------------------------------------------------------------

NEAREST, SECOND, ANY_RANK = 0, 1, 32767  # of coverage


@dataclass(frozen=True)
class Asked:
    """A source over some days; `prefix` tells its amounts from those of the same source over others."""

    source: Source
    period: Period
    prefix: str = ""

    @property
    def measures(self) -> dict[str, str]:
        """The measure's key by the name of its amounts."""
        return {self.prefix + measure.key: measure.key for measure in measures_of(self.source)}


@dataclass(frozen=True)
class Owners:
    by_customer: dict[int | None, Amounts]  # None: unowned; they add up to all work
    shared: Amounts  # what two customers or more collect, each piece once; {} when not asked for


def owners(user: User | None, asked: Sequence[Asked], today: date, *, shared: bool = False) -> Owners:
    """All work by its owner."""
    keys = _keys(asked)

    def columns(amount: str, shared_amount: str) -> str:
        return ", ".join([amount.format(key) for key in keys] + [shared_amount.format(key) for key in keys if shared])

    work = _OWNERS.format(
        second="s.rank" if shared else "NULL",
        join_second=_SECOND if shared else "",
        of_folders=columns("t.{0} AS {0}", "CASE WHEN s.rank IS NULL THEN 0 ELSE t.{0} END AS shared_{0}"),
        of_payers=columns("t.{0}", "CASE WHEN t.second IS NULL AND t.nearest_id <> t.payer_id THEN t.{0} ELSE 0 END"),
        taken=columns("-t.{0}", "0"),
    )
    names = (*keys, *(f"shared_{key}" for key in keys if shared))
    relations = _of_everybody(user, asked, today, SECOND if shared else NEAREST, work, names)
    by_customer, shares = {}, dict.fromkeys(keys, 0) if shared else {}
    for (customer,), amounts in relations.sums("customer_id"):
        for key in shares:
            shares[key] += amounts.pop(f"shared_{key}")
        by_customer[customer] = amounts
    return Owners(by_customer, shares)


def collectors(user: User | None, asked: Sequence[Asked], today: date) -> dict[int, Amounts]:
    """What each customer collects; shared work stands with each of its collectors."""
    keys = _keys(asked)
    work = _COLLECTORS.format(keys=", ".join(f"t.{key} AS {key}" for key in keys))
    relations = _of_everybody(user, asked, today, ANY_RANK, work, keys)
    return {customer: amounts for (customer,), amounts in relations.sums("customer_id")}


def _keys(asked: Sequence[Asked]) -> tuple[str, ...]:
    return tuple(name for one in asked for name in one.measures)


def _of_everybody(
    user: User | None, asked: Sequence[Asked], today: date, ranks: int, work: str, names: tuple[str, ...]
) -> Relations:
    """`work` over the bundles, which hold all work added up by folder as far as no collector up to `ranks` changes
    inside the period, and over what work orders pay for."""
    tables: dict[str, None] = {}  # in their order; periods that are alike share their restless folders
    parameters: list[Any] = []
    bundles, paid = [], []
    for number, one in enumerate(asked):
        items, values = one.source.rows(user, [one.period]).as_sql(*one.source.columns)
        parameters += values
        days = one.period if one.source.day else Period(today, today)
        pieces = _pieces(number, one, days, _keys(asked)) | {"ranks": ranks}
        tables[_event(one.source, items, today, f"event{number}")] = None
        tables |= dict.fromkeys(text.format(**pieces) for text in ([_RESTLESS, _TOTAL] if days.days > 1 else [_TOTAL]))
        parts = [f"{_CALM} {_BUT_RESTLESS}", _BY_DAY[connection.vendor]] if days.days > 1 else [_CALM]
        bundles += [part.format(**pieces) for part in parts]
        paid.append(_PAID.format(**pieces))
    union = "\n  UNION ALL\n  "
    text = ", ".join([*tables, f"bundle AS ({union.join(bundles)})", f"paid AS ({union.join(paid)})", work])
    return Relations(f"WITH RECURSIVE {text}", tuple(parameters), names)


def _pieces(number: int, one: Asked, days: Period, keys: Collection[str]) -> dict[str, Any]:
    """What the texts have in braces; a column is nought where it is a measure of another source."""
    own = one.measures
    return {
        "n": number,
        "restless": f"restless_{days.first:%Y%m%d}_{days.last:%Y%m%d}",
        "first": literal(days.first),
        "last": literal(days.last),
        "sums": ", ".join(f"{_number(f'SUM(v.{key})')} AS {name}" for name, key in own.items()),
        "each": ", ".join(f"{_number(f'v.{key}')} AS {name}" for name, key in own.items()),
        "columns": ", ".join(f"t.{key} AS {key}" if key in own else f"{_number('0')} AS {key}" for key in keys),
    }


def _number(amount: str) -> str:
    """Sums of whole numbers are kept as floating ones, exact up to 2^53: PostgreSQL would add up sums of its whole
    numbers as numeric, which takes several times as long."""
    return f"CAST({amount} AS double precision)"


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
