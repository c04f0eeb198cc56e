"""The work of one customer, or of nobody, found as a set: from its folders and work orders, not from all work.

`workorders.whose` says the same of each piece of work by itself, which is right where a list is long and its order
decides. A `Gathered` stands in a list for a queryset of what was found (spotilla.pages).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from django.db import connection
from django.db.models import QuerySet

from customers.models import Customer
from folders.tree import execute
from workorders.models import Task
from workorders.querysets import ServiceRequestQuerySet, TaskQuerySet, Written

type Part = tuple[str, Any, str]  # a statement, the work that it looks in, the day by which that is somebody's

NAMED = 2_000  # folders without an owner that a statement names
CLOSED = ("done", "forwarded")  # states whose work belongs to somebody by the day done, all else by today

_BY_FOLDER = """SELECT {columns} FROM customers_coverage c
  JOIN ({work}) t ON t.folder_id = c.folder_id AND c.since <= {day} AND c.until > {day} {orders}
 WHERE c.customer_id = {customer} {share} LIMIT {most}"""

# Of unfinished work PostgreSQL expects several times as much in a customer's folders as there is, and might read all.
_FOLDER_BY_FOLDER = {
    "postgresql": """SELECT {columns} FROM customers_coverage c CROSS JOIN LATERAL (
    SELECT * FROM ({work}) work WHERE work.folder_id = c.folder_id OFFSET 0) t {orders}
 WHERE c.customer_id = {customer} AND c.since <= {day} AND c.until > {day} {share} LIMIT {most}""",
    "sqlite": _BY_FOLDER,
}

_OF_ITS_ORDERS = """SELECT {columns} FROM workorders_workorder w JOIN ({work}) t ON t.work_order_id = w.id
 WHERE w.customer_id = {customer} """
_BY_ORDER = _OF_ITS_ORDERS + "LIMIT {most}"
_BY_ORDER_ALONE = (
    _OF_ITS_ORDERS
    + """AND NOT EXISTS (
   SELECT 1 FROM customers_coverage c
    WHERE c.folder_id = t.folder_id AND c.customer_id = {customer} AND c.since <= {day} AND c.until > {day})
 LIMIT {most}"""
)

_ORDERS = "LEFT JOIN workorders_workorder w ON w.id = t.work_order_id"

_SHARES = {  # of tasks; requests have no work orders
    "": "",
    "owned": "AND c.rank = 0 AND w.customer_id IS NULL",  # the rest comes by its work orders
    "others": "AND (w.customer_id <> c.customer_id OR w.customer_id IS NULL AND c.rank > 0)",
}
_SHARES_OF_REQUESTS = {"": "", "owned": "AND c.rank = 0", "others": "AND c.rank > 0"}

_UNCOVERED = """SELECT {columns} FROM folders_folder f JOIN ({work}) t ON t.folder_id = f.id {orders}
 WHERE NOT EXISTS (SELECT 1 FROM customers_coverage c
                    WHERE c.folder_id = f.id AND c.rank = 0 AND c.since <= {day} AND c.until > {day})
   {nobody} LIMIT {most}"""

_NOBODYS = """SELECT f.id FROM folders_folder f
 WHERE NOT EXISTS (SELECT 1 FROM customers_coverage c
   WHERE c.folder_id = f.id AND c.rank = 0 AND c.since <= %(today)s::date AND c.until > %(today)s::date)
 LIMIT %(most)s"""

# Of few folders they are named, since PostgreSQL expects many and would read the work of all.
_IN_FOLDERS = """SELECT {columns} FROM ({work}) t {orders} WHERE t.folder_id IN ({folders}) {nobody} LIMIT {most}"""

# The days of each folder that no owner has: all, or those before the first, and after each until the next.
_GAPS = """SELECT {columns} FROM (
  SELECT f.id AS folder_id, '0001-01-01' AS since, '9999-12-31' AS until FROM folders_folder f
   WHERE NOT EXISTS (SELECT 1 FROM customers_coverage c WHERE c.folder_id = f.id AND c.rank = 0)
  UNION ALL
  SELECT folder_id, until, beyond FROM (
    SELECT folder_id, until, LEAD(since, 1, '9999-12-31') OVER (PARTITION BY folder_id ORDER BY since) AS beyond
      FROM customers_coverage WHERE rank = 0) c
   WHERE until < beyond
  UNION ALL
  SELECT folder_id, '0001-01-01', MIN(since) FROM customers_coverage WHERE rank = 0
   GROUP BY folder_id HAVING MIN(since) > '0001-01-01') g
  JOIN ({work}) t ON t.folder_id = g.folder_id AND t.done_on >= g.since AND t.done_on < g.until {orders}
 WHERE 1 = 1 {nobody} LIMIT {most}"""

_NOWHERE = """SELECT {columns} FROM ({work}) t {orders} WHERE t.folder_id IS NULL {nobody} LIMIT {most}"""


@dataclass(frozen=True)
class Gathered:
    """Rows that several statements find, none by two of them: the last ones need not run once there are enough."""

    parts: Sequence[Part]
    words: Mapping[str, Any]
    ordering: tuple[Any, ...] = ()

    def order_by(self, *ordering: Any) -> Self:
        return replace(self, ordering=ordering)

    def taken(self, columns: Sequence[str], most: int) -> tuple[str, Sequence[Any]]:
        """Each statement stops at `most` too, and what it stopped at is then not all that there is."""
        texts, values = list[str](), list[Any]()
        names = ["id" if column == "pk" else column for column in columns]
        taken = ", ".join(["t.id AS pk", *(f"t.{name} AS by{place}" for place, name in enumerate(names))])
        for statement, work, day in self.parts:
            needed = {"id", "folder_id", "state", "done_on", *names} | ({"work_order_id"} if _is_task(work) else set())
            select, parameters = work.as_sql(*sorted(needed))
            text = statement.format(work=select, day=day, columns=taken, most=int(most), **self.words)
            texts.append(f"SELECT * FROM ({text}) part{len(texts)}")
            values += parameters
        return f"SELECT * FROM ({' UNION ALL '.join(texts)}) gathered LIMIT {int(most)}", values


def gathered(
    work: TaskQuerySet | ServiceRequestQuerySet, states: str, today: date, customer: Customer, share: str
) -> Gathered:
    """What `customer` collects of `work`, or of that only what it owns ("owned") or others own ("others").

    `states`: that all of `work` is in, "closed" (done or forwarded), "unfinished" or "cancelled"; "all" for any.
    """
    is_task, by_folder = _is_task(work), {"unfinished": _FOLDER_BY_FOLDER[connection.vendor]}
    parts: list[Part] = [
        (by_folder.get(of, _BY_FOLDER), rows, _own_day(of, today)) for rows, of in _parts(work, states)
    ]
    if is_task and share == "owned":
        parts.append((_BY_ORDER, work, ""))
    elif is_task and share != "others":
        parts.append((_BY_ORDER_ALONE, work, _own_day(states, today)))
    of_share = (_SHARES if is_task else _SHARES_OF_REQUESTS).get(share, "")
    return Gathered(parts, {"customer": int(customer.pk), "share": of_share, "orders": _ORDERS if is_task else ""})


def unowned_work(work: TaskQuerySet | ServiceRequestQuerySet, states: str, today: date) -> Gathered:
    """What nobody pays for of `work`. `states` as for `gathered`. One query before, unless all is closed."""
    is_task = _is_task(work)
    folders = [] if states == "closed" else [pk for (pk,) in execute(_NOBODYS, today=today, most=NAMED + 1)]
    by_folder = _IN_FOLDERS if len(folders) <= NAMED else _UNCOVERED
    parts: list[Part] = [
        (_GAPS if of == "closed" else by_folder, rows, _own_day(of, today)) for rows, of in _parts(work, states)
    ]
    words = {
        "nobody": "AND w.customer_id IS NULL" if is_task else "",
        "orders": _ORDERS if is_task else "",
        "folders": ",".join(map(str, folders)) or "NULL",
    }
    return Gathered([(_NOWHERE, work, ""), *parts], words)


def _is_task(work: QuerySet[Any]) -> bool:
    return work.model is Task


def _parts(work: Any, states: str) -> list[tuple[Any, str]]:
    """The work of any states apart by what they are: said so that each has its index."""
    if states != "all":
        return [(work, states)]
    closed, left = [Written(state) for state in CLOSED], Written("cancelled")
    return [
        (work.filter(state__in=closed), "closed"),
        (work.unfinished(), "unfinished"),
        (work.filter(state=left), "cancelled"),
    ]


def _own_day(states: str, today: date) -> str:
    """The day by which work of these states is somebody's: that done, or today."""
    now = f"'{today.isoformat()}'"
    of_all = f"CASE WHEN t.state IN {CLOSED} THEN t.done_on ELSE {now} END"
    return {"closed": "t.done_on", "all": of_all}.get(states, now)
