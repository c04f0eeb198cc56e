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

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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

# Of one source over a period; {n} parts it from the others of the statement. A restless folder has a stretch of days
# for each change of its collectors inside the period; the day of a stretch is its first.
_RESTLESS = """{restless} AS MATERIALIZED (
  WITH changing AS MATERIALIZED (
    SELECT folder_id, since, until FROM customers_coverage
     WHERE rank <= {ranks} AND (since > {first} AND since < {end} OR until > {first} AND until < {end}))
  SELECT folder_id, day AS since, LEAD(day, 1, {end}) OVER (PARTITION BY folder_id ORDER BY day) AS until FROM (
    SELECT folder_id, since AS day FROM changing WHERE since > {first} AND since < {end}
    UNION SELECT folder_id, until FROM changing WHERE until > {first} AND until < {end}
    UNION SELECT folder_id, {first} FROM changing) edge)"""
_TOTAL = """total{n} AS MATERIALIZED (
  SELECT v.folder_id, {first} AS day, {sums} FROM event{n} v GROUP BY v.folder_id)"""
_WHOLE = "SELECT t.folder_id, t.day, 0 AS taken, {columns} FROM (SELECT v.* FROM total{n} v {calm}) t"
_CALM = "WHERE NOT EXISTS (SELECT 1 FROM {restless} r WHERE r.folder_id = v.folder_id)"
# Stretches are read one by one through the index: without LATERAL PostgreSQL reads all events a second time, and
# CROSS JOIN is how SQLite is told the order.
_BY_STRETCH = {
    "postgresql": """SELECT r.folder_id, r.since, 0, {columns} FROM {restless} r CROSS JOIN LATERAL (
      SELECT {sums} FROM event{n} v WHERE v.folder_id = r.folder_id AND v.day >= r.since AND v.day < r.until
      HAVING COUNT(*) > 0) t""",
    "sqlite": """SELECT t.folder_id, t.since, 0, {columns} FROM (
      SELECT r.folder_id, r.since, {sums} FROM {restless} r CROSS JOIN event{n} v
       WHERE v.folder_id = r.folder_id AND v.day >= r.since AND v.day < r.until GROUP BY r.folder_id, r.since) t""",
}
# Tasks of customers' work orders: they go to the order's customer, and are taken from whoever owns the folder.
_PAID = """paid{n} AS MATERIALIZED (
  SELECT w.customer_id AS payer_id, t.*
    FROM (SELECT v.order_id, v.folder_id, v.day, {each} FROM event{n} v WHERE v.order_id IS NOT NULL) t
    JOIN workorders_workorder w ON w.id = t.order_id
   WHERE w.customer_id IS NOT NULL)"""
_GIVEN = "SELECT t.payer_id, {columns} FROM (SELECT v.payer_id, {paid} FROM paid{n} v GROUP BY v.payer_id) t"
_TAKEN = """SELECT t.folder_id, t.day, 1, {columns} FROM (
      SELECT v.folder_id, {first} AS day, {taken} FROM paid{n} v {calm} GROUP BY v.folder_id) t"""
_TAKEN_BY_STRETCH = """SELECT t.folder_id, t.since, 1, {columns} FROM (
      SELECT r.folder_id, r.since, {taken} FROM {restless} r
        JOIN paid{n} v ON v.folder_id = r.folder_id AND v.day >= r.since AND v.day < r.until
       GROUP BY r.folder_id, r.since) t"""

# The days of all that is asked stand here as constants too, so that the coverage of other days is left out at once.
_COVERING = """customers_coverage {c} ON {c}.folder_id = t.folder_id AND {c}.since <= t.day AND {c}.until > t.day
     AND {c}.since <= {{latest}} AND {c}.until > {{earliest}}"""
_NEAREST = f"LEFT JOIN {_COVERING.format(c='n')} AND n.rank = 0"
_SECOND = f"LEFT JOIN {_COVERING.format(c='s')} AND s.rank = 1"
# Shared is what lies in folders that two collect, and what another pays for than the only one there.
_SHARED_BY_ORDER = f"""SELECT CAST(NULL AS bigint), {{columns}} FROM paid{{n}} t {_NEAREST} {_SECOND}
   WHERE s.rank IS NULL AND n.customer_id <> t.payer_id"""
_COLLECTED_BY_ORDER = f"""SELECT t.payer_id, {{columns}} FROM paid{{n}} t
    LEFT JOIN {_COVERING.format(c="c")} AND c.customer_id = t.payer_id
   WHERE c.customer_id IS NULL"""

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
        "earliest": literal(days.first),
        "latest": literal(days.last),
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
    everybody = _Everybody(user, asked, today, SECOND if shared else NEAREST)
    keys = everybody.keys
    amounts = {key: f"t.{key}" for key in keys}
    if shared:
        amounts |= {_shared(key): f"CASE WHEN s.rank IS NULL OR t.taken = 1 THEN 0 ELSE t.{key} END" for key in keys}
    second, names = _SECOND if shared else "", tuple(amounts)
    work = [f"SELECT n.customer_id AS customer_id, {_columns(names, amounts)} FROM bundle t {_NEAREST} {second}"]
    work += everybody.each(_GIVEN, names)
    if shared:
        work += everybody.each(_SHARED_BY_ORDER, names, _shared)
    found, shares = {}, {key: 0 for key in keys if shared}
    for (customer,), sums in everybody.relations(work, names, taken=True).sums("customer_id"):
        for key in shares:
            shares[key] += sums.pop(_shared(key))
        found[customer] = sums
    return Owners(found, shares)


def collectors(user: User | None, asked: Sequence[Asked], today: date) -> dict[int, Amounts]:
    """What each customer collects; shared work stands with each of its collectors."""
    everybody = _Everybody(user, asked, today, ANY_RANK)
    names = everybody.keys
    columns = _columns(names, {key: f"t.{key}" for key in names})
    work = [f"SELECT c.customer_id AS customer_id, {columns} FROM bundle t JOIN {_COVERING.format(c='c')}"]
    work += everybody.each(_COLLECTED_BY_ORDER, names)
    return {customer: sums for (customer,), sums in everybody.relations(work, names).sums("customer_id")}


def _shared(key: str) -> str:
    return f"shared_{key}"


@dataclass(frozen=True)
class _Everybody:
    """A sum over all customers in the making. Its bundles are all work added up by folder, as far as no collector up to
    `ranks` changes inside the period; with `taken`, less what work orders pay for."""

    user: User | None
    asked: Sequence[Asked]
    today: date
    ranks: int

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(name for one in self.asked for name in one.measures)

    def each(self, text: str, names: Sequence[str], named: Callable[[str], str] = str) -> list[str]:
        """`text` for each that is asked; `named` says under which name its amounts stand."""
        return [
            text.format(
                **self._pieces(number), columns=_columns(names, {named(key): f"t.{key}" for key in one.measures})
            )
            for number, one in enumerate(self.asked)
        ]

    def relations(self, work: Sequence[str], names: tuple[str, ...], *, taken: bool = False) -> Relations:
        """`work`: SELECTs over the bundles, of a customer and the amounts."""
        tables: dict[str, None] = {}  # in their order; periods that are alike share their restless folders
        parameters: list[Any] = []
        bundles: list[str] = []
        for number, one in enumerate(self.asked):
            items, values = one.source.rows(self.user, [one.period]).as_sql(*one.source.columns)
            parameters += values
            pieces = self._pieces(number)
            pieces["columns"] = _columns(self.keys, {key: f"t.{key}" for key in one.measures})
            changing = self._days(one).days > 1
            tables[_event(one.source, items, self.today, f"event{number}")] = None
            tables |= dict.fromkeys(
                text.format(**pieces) for text in ([_RESTLESS] if changing else []) + [_TOTAL, _PAID]
            )
            whole, less = [_WHOLE], [_TAKEN] if taken else []
            if changing:
                whole, less = [_WHOLE, _BY_STRETCH[connection.vendor]], [_TAKEN, _TAKEN_BY_STRETCH] if taken else []
            bundles += [text.format(**pieces) for text in whole + less]
        asked = hull([self._days(one) for one in self.asked])
        constants = {"earliest": literal(asked.first), "latest": literal(asked.last)}
        selected = _UNION.join(part.format(**constants) for part in work)
        text = ", ".join([*tables, f"bundle AS ({_UNION.join(bundles)})", f"work AS ({selected})"])
        return Relations(f"WITH RECURSIVE {text}", tuple(parameters), names)

    def _days(self, one: Asked) -> Period:
        return one.period if one.source.day else Period(self.today, self.today)

    def _pieces(self, number: int) -> dict[str, Any]:
        """What the texts have in braces, and constants that stay to be filled in."""
        one = self.asked[number]
        days, names = self._days(one), one.measures
        restless, first = f"restless_{days.first:%Y%m%d}_{days.last:%Y%m%d}", literal(days.first)
        return {
            "n": number,
            "ranks": self.ranks,
            "restless": restless,
            "first": first,
            "end": literal(days.last + DAY),
            "calm": _CALM.format(restless=restless) if days.days > 1 else "",
            "sums": ", ".join(f"{_number(f'SUM(v.{key})')} AS {name}" for name, key in names.items()),
            "each": ", ".join(f"{_number(f'v.{key}')} AS {name}" for name, key in names.items()),
            "paid": ", ".join(f"SUM(v.{name}) AS {name}" for name in names),
            "taken": ", ".join(f"-SUM(v.{name}) AS {name}" for name in names),
            "earliest": "{earliest}",
            "latest": "{latest}",
        }


_UNION = "\n  UNION ALL\n  "


def _columns(names: Iterable[str], amounts: Mapping[str, str]) -> str:
    """A SELECT's columns: nought where an amount is another's."""
    return ", ".join(f"{amounts.get(name, _number('0'))} AS {name}" for name in names)


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
