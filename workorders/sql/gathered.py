"""The work of one customer, or of nobody, found as a set: from its folders and work orders, not from all work.

`workorders.collectors` says the same of each piece of work by itself, which is right where a list is long and its order
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
from customers.sql.coverage import collects, covers, has_owner, is_farther, is_nearest, unowned_days
from folders.days import ALWAYS, FOREVER
from spotilla.sql import Parameter, Rows, bind, execute, in_force, named_ids
from workorders.models import Task
from workorders.querysets import ServiceRequestQuerySet, TaskQuerySet, Written
from workorders.sql.owners import TODAY, another_owns, counted_day, has_no_payer, join_order, owns_by_folder
from workorders.states import CLOSED

type Part = tuple[str, Any, str]  # a statement, the work that it looks in, the day by which that is somebody's

NAMED = 2_000  # folders without an owner that a statement names

_BY_FOLDER = f"""SELECT {{columns}} FROM customers_coverage c
  JOIN ({{work}}) t ON {covers("c", "t.folder_id", "{day}")} {{orders}}
 WHERE c.customer_id = %(customer)s {{share}} LIMIT {{most}}"""

# Of unfinished work PostgreSQL expects several times as much in a customer's folders as there is, and might read all.
_FOLDER_BY_FOLDER = {
    "postgresql": f"""SELECT {{columns}} FROM customers_coverage c CROSS JOIN LATERAL (
    SELECT * FROM ({{work}}) work WHERE work.folder_id = c.folder_id OFFSET 0) t {{orders}}
 WHERE c.customer_id = %(customer)s AND {in_force("c", "{day}")} {{share}} LIMIT {{most}}""",
    "sqlite": _BY_FOLDER,
}

_OF_ITS_ORDERS = """SELECT {columns} FROM workorders_workorder w JOIN ({work}) t ON t.work_order_id = w.id
 WHERE w.customer_id = %(customer)s """
_BY_ORDER = _OF_ITS_ORDERS + "LIMIT {most}"
_BY_ORDER_ALONE = f"{_OF_ITS_ORDERS} AND NOT {collects('%(customer)s', 't.folder_id', '{day}')} LIMIT {{most}}"

_ORDERS = join_order("t.work_order_id")

_SHARES = {  # of tasks; requests have no work orders
    "": "",
    "owned": f"AND {owns_by_folder()}",  # the rest comes by its work orders
    "others": f"AND {another_owns('c.customer_id')}",
}
_SHARES_OF_REQUESTS = {"": "", "owned": f"AND {is_nearest('c')}", "others": f"AND {is_farther('c')}"}

_UNCOVERED = f"""SELECT {{columns}} FROM folders_folder f JOIN ({{work}}) t ON t.folder_id = f.id {{orders}}
 WHERE NOT {has_owner("f.id", "{day}")} {{nobody}} LIMIT {{most}}"""

_UNOWNED_FOLDERS = f"""SELECT f.id FROM folders_folder f
 WHERE NOT {has_owner("f.id", "%(today)s::date")} LIMIT %(most)s"""

# Of few folders they are named, since PostgreSQL expects many and would read the work of all.
_IN_FOLDERS = """SELECT {columns} FROM ({work}) t {orders} WHERE t.folder_id IN ({folders}) {nobody} LIMIT {most}"""

_UNOWNED_DAYS = unowned_days(
    "%(always)s::date", "%(forever)s::date", f"customers_coverage c WHERE {is_nearest('c')}", "TRUE"
)
_ON_UNOWNED_DAYS = f"""SELECT {{columns}} FROM ({_UNOWNED_DAYS}) g
  JOIN ({{work}}) t ON t.folder_id = g.folder_id AND t.done_on >= g.since AND t.done_on < g.until {{orders}}
 WHERE TRUE {{nobody}} LIMIT {{most}}"""

_NOWHERE = """SELECT {columns} FROM ({work}) t {orders} WHERE t.folder_id IS NULL {nobody} LIMIT {most}"""


@dataclass(frozen=True)
class Gathered:
    """Rows that several statements find, none by two of them: the last ones need not run once there are enough."""

    parts: Sequence[Part]
    words: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    ordering: tuple[Any, ...] = ()

    def order_by(self, *ordering: Any) -> Self:
        return replace(self, ordering=ordering)

    def taken(self, columns: Sequence[str], most: int) -> tuple[str, Sequence[Any]]:
        """Each statement stops at `most` too, and what it stopped at is then not all that there is."""
        names = ["id" if column == "pk" else column for column in columns]
        selected = ", ".join(["t.id AS pk", *(f"t.{name} AS by{place}" for place, name in enumerate(names))])
        parameters, texts = dict(self.parameters), list[str]()
        for number, (statement, work, day) in enumerate(self.parts):
            needed = {"id", "folder_id", "state", "done_on", *names} | ({"work_order_id"} if _is_task(work) else set())
            parameters[f"work{number}"] = Rows.of(work, *sorted(needed))
            place = {"work": f"%(work{number})s", "day": day, "columns": selected, "most": int(most)}
            texts.append(f"SELECT * FROM ({statement.format(**place, **self.words)}) part{number}")
        return bind(f"SELECT * FROM ({' UNION ALL '.join(texts)}) gathered LIMIT {int(most)}", parameters)


def gathered(
    work: TaskQuerySet | ServiceRequestQuerySet, states: str, today: date, customer: Customer, share: str
) -> Gathered:
    """What `customer` collects of `work`, or of that only what it owns ("owned") or others own ("others").

    `states`: that all of `work` is in, "closed" (done or forwarded), "unfinished" or "cancelled"; "all" for any.
    """
    is_task, by_folder = _is_task(work), {"unfinished": _FOLDER_BY_FOLDER[connection.vendor]}
    parts: list[Part] = [
        (by_folder.get(group, _BY_FOLDER), rows, _counted_day(group)) for rows, group in _split_by_day(work, states)
    ]
    if is_task and share == "owned":
        parts.append((_BY_ORDER, work, ""))
    elif is_task and share != "others":
        parts.append((_BY_ORDER_ALONE, work, _counted_day(states)))
    of_share = (_SHARES if is_task else _SHARES_OF_REQUESTS).get(share, "")
    words = {"share": of_share, "orders": _ORDERS if is_task else ""}
    return Gathered(parts, words, {"customer": customer.pk, "today": today})


def unowned_work(work: TaskQuerySet | ServiceRequestQuerySet, states: str, today: date) -> Gathered:
    """What nobody owns of `work`. `states` as for `gathered`. One query before, unless all is closed."""
    is_task = _is_task(work)
    folders = [] if states == "closed" else [pk for (pk,) in execute(_UNOWNED_FOLDERS, today=today, most=NAMED + 1)]
    by_folder = _IN_FOLDERS if len(folders) <= NAMED else _UNCOVERED
    parts: list[Part] = [
        (_ON_UNOWNED_DAYS if group == "closed" else by_folder, rows, _counted_day(group))
        for rows, group in _split_by_day(work, states)
    ]
    words = {
        "nobody": f"AND {has_no_payer()}" if is_task else "",
        "orders": _ORDERS if is_task else "",
        "folders": named_ids(folders),
    }
    return Gathered([(_NOWHERE, work, ""), *parts], words, {"today": today, "always": ALWAYS, "forever": FOREVER})


def _is_task(work: QuerySet[Any]) -> bool:
    return work.model is Task


def _split_by_day(work: Any, states: str) -> list[tuple[Any, str]]:
    """The work of any states apart by the day that counts for it: said so that each has its index."""
    if states != "all":
        return [(work, states)]
    closed, cancelled = [Written(state) for state in CLOSED], Written("cancelled")
    return [
        (work.filter(state__in=closed), "closed"),
        (work.unfinished(), "unfinished"),
        (work.filter(state=cancelled), "cancelled"),
    ]


def _counted_day(states: str) -> str:
    """The day by which work of these states is somebody's: that done, or today."""
    return {"closed": "t.done_on", "all": counted_day("t", TODAY)}.get(states, TODAY)
