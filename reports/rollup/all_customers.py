"""Sums over all customers, without asking of each item whose it is.

Where nobody begins or ends to collect a folder inside the period, the folder's work is added up first and asked as of
the first day; a folder where that changes (restless) is asked once for each stretch of days between two changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import User
from customers.sql.coverage import COLLECTORS, changes_inside, is_among_nearest, is_missing
from reports.measures import Source, measures_of
from reports.periods import DAY, Period, hull
from reports.rollup.relations import NEAREST, SECOND, Amounts, Relations, asked_parameters, covering, event
from spotilla.sql import Parameter, Rows, day_parameter
from workorders.sql.owners import has_payer

# Of one source over a period; {n} parts it from the others of the statement. A restless folder has a stretch of days
# for each change of its collectors inside the period; the day of a stretch is its first.
_RESTLESS = f"""{{restless}} AS MATERIALIZED (
  WITH changing AS MATERIALIZED (
    SELECT c.folder_id, c.since, c.until FROM customers_coverage c
     WHERE {{ever}} AND {{collectors}} AND {changes_inside("c", "{first}", "{end}")})
  SELECT folder_id, day AS since, LEAD(day, 1, {{end}}) OVER (PARTITION BY folder_id ORDER BY day) AS until FROM (
    SELECT folder_id, since AS day FROM changing WHERE since > {{first}} AND since < {{end}}
    UNION SELECT folder_id, until FROM changing WHERE until > {{first}} AND until < {{end}}
    UNION SELECT folder_id, {{first}} FROM changing) edge)"""
_TOTAL = """total{n} AS MATERIALIZED (
  SELECT v.folder_id, {first} AS day, {sums} FROM event{n} v GROUP BY v.folder_id)"""
# Stretches are read one by one through the index: without LATERAL PostgreSQL reads all events a second time, and
# CROSS JOIN is how SQLite is told the order. It is also told that there are few, which is always so beside the events:
# expecting millions, it would read all events first, for a Bloom filter.
_STRETCHES = {
    "postgresql": """stretch{n} AS MATERIALIZED (
  SELECT r.folder_id, r.since AS day, t.* FROM {restless} r CROSS JOIN LATERAL (
    SELECT v.order_id, {sums} FROM event{n} v
     WHERE v.folder_id = r.folder_id AND v.day >= r.since AND v.day < r.until GROUP BY v.order_id) t)""",
    "sqlite": """stretch{n} AS MATERIALIZED (
  SELECT r.folder_id, r.since AS day, v.order_id, {sums} FROM {restless} r CROSS JOIN event{n} v
   WHERE v.folder_id = r.folder_id AND v.day >= r.since AND v.day < r.until AND likelihood(r.since < r.until, 0.0001)
   GROUP BY r.folder_id, r.since, v.order_id)""",
}
# Tasks of customers' work orders, as bundles too: they go to the order's customer, and are taken from whoever owns the
# folder.
_PAID = f"""paid{{n}} AS MATERIALIZED (
  SELECT w.customer_id AS payer_id, t.*
    FROM (SELECT v.* FROM (
            SELECT v.order_id, v.folder_id, {{first}} AS day, {{sums}} FROM event{{n}} v
             WHERE v.order_id IS NOT NULL GROUP BY v.order_id, v.folder_id) v
           WHERE NOT EXISTS (SELECT 1 FROM {{restless}} r WHERE r.folder_id = v.folder_id)
          UNION ALL
          SELECT v.order_id, v.folder_id, v.day, {{names}} FROM stretch{{n}} v WHERE v.order_id IS NOT NULL) t
    JOIN workorders_workorder w ON w.id = t.order_id
   WHERE {has_payer()})"""

_CALM = """SELECT t.folder_id, t.day, 0 AS taken, {columns} FROM total{n} t
   WHERE NOT EXISTS (SELECT 1 FROM {restless} r WHERE r.folder_id = t.folder_id)"""
_BY_STRETCH = "SELECT t.folder_id, t.day, 0, {columns} FROM stretch{n} t"
_TAKEN = "SELECT t.folder_id, t.day, 1, {negative} FROM paid{n} t"
_GIVEN = "SELECT t.payer_id, {columns} FROM paid{n} t"
# Shared is what lies in folders that two collect, and what another pays for than the only one there.
_SHARED_BY_ORDER = f"""SELECT CAST(NULL AS bigint), {{columns}} FROM paid{{n}} t {NEAREST} {SECOND}
   WHERE {is_missing("s")} AND n.customer_id <> t.payer_id"""
_COLLECTED_BY_ORDER = f"""SELECT t.payer_id, {{columns}} FROM paid{{n}} t
    LEFT JOIN {covering("c")} AND c.customer_id = t.payer_id
   WHERE {is_missing("c")}"""

OWNER, OWNER_AND_SECOND = 1, 2  # how many of a folder's nearest collectors are asked of


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
    """Amounts by owner, and those that are shared, counted once."""

    by_customer: dict[int | None, Amounts]  # None: unowned; they add up to all work
    shared: Amounts  # what two customers or more collect, each piece once; {} when not asked for


def owners(user: User | None, asked: Sequence[Asked], today: date, *, shared: bool = False) -> Owners:
    """All work by its owner."""
    everybody = _Everybody(user, asked, today, OWNER_AND_SECOND if shared else OWNER)
    keys = everybody.keys
    amounts = {key: f"t.{key}" for key in keys}
    if shared:
        amounts |= {_shared(key): f"CASE WHEN {is_missing('s')} OR t.taken = 1 THEN 0 ELSE t.{key} END" for key in keys}
    second, names = SECOND if shared else "", tuple(amounts)
    work = [f"SELECT n.customer_id AS customer_id, {_columns(names, amounts)} FROM bundle t {NEAREST} {second}"]
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
    everybody = _Everybody(user, asked, today, COLLECTORS)
    names = everybody.keys
    columns = _columns(names, {key: f"t.{key}" for key in names})
    work = [f"SELECT c.customer_id AS customer_id, {columns} FROM bundle t JOIN {covering('c')}"]
    work += everybody.each(_COLLECTED_BY_ORDER, names)
    return {customer: sums for (customer,), sums in everybody.relations(work, names).sums("customer_id")}


def _shared(key: str) -> str:
    return f"shared_{key}"


@dataclass(frozen=True)
class _Everybody:
    """A sum over all customers in the making. Its bundles are all work added up by folder, as far as no collector up to
    `nearest` changes inside the period; with `taken`, less what work orders pay for."""

    user: User | None
    asked: Sequence[Asked]
    today: date
    nearest: int | None
    parameters: dict[str, Parameter] = field(default_factory=dict)

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
        bundles: list[str] = []
        for number, one in enumerate(self.asked):
            self.parameters[f"items{number}"] = Rows.of(one.source.rows(self.user, [one.period]), *one.source.columns)
            pieces = self._pieces(number)
            pieces["columns"] = _columns(self.keys, {key: f"t.{key}" for key in one.measures})
            pieces["negative"] = _columns(self.keys, {key: f"-t.{key}" for key in one.measures})
            tables[event(one.source, f"event{number}", f"items{number}")] = None
            parts = [_RESTLESS, _TOTAL, _STRETCHES[connection.vendor], _PAID]
            tables |= dict.fromkeys(text.format(**pieces) for text in parts)
            bundles += [text.format(**pieces) for text in [_CALM, _BY_STRETCH, *([_TAKEN] if taken else [])]]
        self.parameters["today"] = self.today
        self.parameters.update(asked_parameters(hull([self._days(one) for one in self.asked])))
        selected = _UNION.join(work)
        text = ", ".join([*tables, f"bundle AS ({_UNION.join(bundles)})", f"work AS ({selected})"])
        return Relations(f"WITH RECURSIVE {text}", self.parameters, names)

    def _days(self, one: Asked) -> Period:
        return one.period if one.source.day else Period(self.today, self.today)

    def _pieces(self, number: int) -> dict[str, Any]:
        """What the texts have in braces; their days become parameters."""
        one = self.asked[number]
        days, names = self._days(one), one.measures
        return {
            "n": number,
            "collectors": is_among_nearest("c", self.nearest),
            "restless": f"restless_{days.first:%Y%m%d}_{days.last:%Y%m%d}",
            "first": day_parameter(days.first, self.parameters),
            "end": day_parameter(days.last + DAY, self.parameters),
            "ever": "TRUE" if days.days > 1 else "FALSE",
            "names": ", ".join(f"v.{name}" for name in names),
            "sums": ", ".join(f"{_number(f'SUM(v.{key})')} AS {name}" for name, key in names.items()),
        }


_UNION = "\n  UNION ALL\n  "


def _columns(names: Iterable[str], amounts: Mapping[str, str]) -> str:
    """A SELECT's columns: nought where an amount is another's."""
    return ", ".join(f"{amounts.get(name, _number('0'))} AS {name}" for name in names)


def _number(amount: str) -> str:
    """Sums of whole numbers are kept as floating ones, exact up to 2^53: PostgreSQL would add up sums of its whole
    numbers as numeric, which takes several times as long."""
    return f"CAST({amount} AS double precision)"
