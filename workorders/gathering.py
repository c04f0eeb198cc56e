"""The work of one customer, or of nobody, found as a set: from its folders and work orders, not from all work.

`workorders.whose` says the same of each piece of work by itself, which is right where a list is long and its order
decides (spotilla.pages). At most `most` rows come by either way, so that a set larger than that is not the whole of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from customers.models import Customer
from workorders.models import Task
from workorders.querysets import ServiceRequestQuerySet, TaskQuerySet, Written

type Part = tuple[str, Any, str]  # a statement, the work that it looks in, the day by which that is somebody's

CLOSED = ("done", "forwarded")  # states whose work belongs to somebody by the day done, all else by today

_BY_FOLDER = """SELECT t.id FROM customers_coverage c
  JOIN ({work}) t ON t.folder_id = c.folder_id AND c.since <= {day} AND c.until > {day} {orders}
 WHERE c.customer_id = {customer} {share} LIMIT {most}"""

_BY_ORDER = """SELECT t.id FROM workorders_workorder w JOIN ({work}) t ON t.work_order_id = w.id
 WHERE w.customer_id = {customer} LIMIT {most}"""

_ORDERS = "LEFT JOIN workorders_workorder w ON w.id = t.work_order_id"

_SHARES = {  # of tasks; requests have no work orders
    "": "",
    "owned": "AND (w.customer_id = c.customer_id OR w.customer_id IS NULL AND c.rank = 0)",
    "others": "AND (w.customer_id <> c.customer_id OR w.customer_id IS NULL AND c.rank > 0)",
}
_SHARES_OF_REQUESTS = {"": "", "owned": "AND c.rank = 0", "others": "AND c.rank > 0"}

_UNCOVERED = """SELECT t.id FROM folders_folder f JOIN ({work}) t ON t.folder_id = f.id {orders}
 WHERE NOT EXISTS (SELECT 1 FROM customers_coverage c
                    WHERE c.folder_id = f.id AND c.rank = 0 AND c.since <= {day} AND c.until > {day})
   {nobody} LIMIT {most}"""

# The days of each folder that no owner has: before the first, and after each until the next.
_GAPS = """SELECT t.id FROM (
  SELECT f.id AS folder_id, '0001-01-01' AS since, COALESCE(
      (SELECT MIN(c.since) FROM customers_coverage c WHERE c.folder_id = f.id AND c.rank = 0), '9999-12-31') AS until
    FROM folders_folder f WHERE NOT EXISTS (
      SELECT 1 FROM customers_coverage c WHERE c.folder_id = f.id AND c.rank = 0 AND c.since = '0001-01-01')
  UNION ALL
  SELECT c.folder_id, c.until, COALESCE((SELECT MIN(n.since) FROM customers_coverage n
             WHERE n.folder_id = c.folder_id AND n.rank = 0 AND n.since >= c.until), '9999-12-31')
    FROM customers_coverage c WHERE c.rank = 0 AND c.until < '9999-12-31') g
  JOIN ({work}) t ON t.folder_id = g.folder_id AND t.done_on >= g.since AND t.done_on < g.until {orders}
 WHERE g.since < g.until {nobody} LIMIT {most}"""

_NOWHERE = """SELECT t.id FROM ({work}) t {orders} WHERE t.folder_id IS NULL {nobody} LIMIT {most}"""


def gathered[Work: (TaskQuerySet, ServiceRequestQuerySet)](
    work: Work, states: str, today: date, customer: Customer, share: str, most: int
) -> Work:
    """What `customer` collects of `work`, or of that only what it owns ("owned") or others own ("others").

    `states`: "closed" when all of `work` is done or forwarded, "open" when none is, "both".
    """
    is_task = _is_task(work)
    parts: list[Part] = [(_BY_FOLDER, rows, day) for rows, day in _parts(work, states, today)]
    if is_task and share != "others":
        parts.append((_BY_ORDER, work, ""))
    of_share = (_SHARES if is_task else _SHARES_OF_REQUESTS).get(share, "")
    return cast("Work", _union(work, parts, most, customer=int(customer.pk), share=of_share))


def nobodys[Work: (TaskQuerySet, ServiceRequestQuerySet)](work: Work, states: str, today: date, most: int) -> Work:
    """What nobody pays for of `work`. `states` as for `gathered`."""
    parts: list[Part] = [
        (_GAPS if day == "t.done_on" else _UNCOVERED, rows, day) for rows, day in _parts(work, states, today)
    ]
    nobody = "AND w.customer_id IS NULL" if _is_task(work) else ""
    return cast("Work", _union(work, [*parts, (_NOWHERE, work, "")], most, nobody=nobody))


def _is_task(work: QuerySet[Any]) -> bool:
    return work.model is Task


def _parts(work: Any, states: str, today: date) -> list[tuple[Any, str]]:
    """The work with the day by which it belongs to somebody: that done, or today."""
    now, closed = f"'{today.isoformat()}'", [Written(state) for state in CLOSED]
    if states == "both":
        return [(work.filter(state__in=closed), "t.done_on"), (work.filter(~Q(state__in=closed)), now)]
    return [(work, "t.done_on" if states == "closed" else now)]


def _union(work: Any, parts: Sequence[Part], most: int, **words: Any) -> Any:
    """Rows of the model whose ids the statements find; all texts in them are ours."""
    columns = ["id", "folder_id", "done_on", *(["work_order_id"] if _is_task(work) else [])]
    orders = _ORDERS if _is_task(work) else ""
    texts, values = [], []
    for number, (statement, rows, day) in enumerate(parts):
        select, parameters = rows.as_sql(*columns)
        text = statement.format(work=select, day=day, orders=orders, most=int(most), **words)
        texts.append(f"SELECT id FROM ({text}) part{number}")
        values += parameters
    model: type[Model] = work.model
    return model._default_manager.filter(pk__in=RawSQL(" UNION ".join(texts), values))  # noqa: S611
