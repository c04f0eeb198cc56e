"""The items themselves, with whose they are: for the rows behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from customers.sql.coverage import covers, is_missing, is_nearest, is_partial, is_second, unowned_days
from reports.measures import Source, Work
from reports.periods import Period
from reports.rollup.relations import NEAREST, SECOND, Relations, asked_parameters, relations_over
from spotilla.sql import overlap
from workorders.sql.owners import has_no_payer, has_payer, join_order, owner, payer_of

_OWNED = f"""work AS NOT MATERIALIZED (
  SELECT e.*, {owner("n.customer_id")} AS owner_id
    FROM event e
    {join_order("e.order_id")}
    LEFT JOIN customers_coverage n ON {covers("n", "e.folder_id", "e.day")} AND {is_nearest("n")})
"""

# The items of all customers, one by one, folder by folder: whoever wants the first of them does not pay for all.
_ITEMS_OF = {
    "postgresql": """CROSS JOIN LATERAL (
     SELECT v.* FROM event v WHERE v.folder_id = f.folder_id AND v.day >= f.since AND v.day < f.until OFFSET 0) t""",
    "sqlite": "CROSS JOIN event t ON t.folder_id = f.folder_id AND t.day >= f.since AND t.day < f.until",
}
_FIRST, _END = "%(asked_first)s::date", "%(asked_end)s::date"  # first <= day < end
_BY_FOLDER = f"""SELECT t.id FROM customers_coverage f {{items_of}}
   WHERE {{which}} AND {overlap("f", _FIRST, _END)}"""
_BY_ORDER = f"""SELECT t.id FROM (SELECT v.* FROM event v WHERE v.order_id IS NOT NULL) t
    JOIN workorders_workorder w ON w.id = t.order_id {NEAREST} {SECOND}
   WHERE {has_payer()} AND"""
SOME_OWNED = f"{_BY_FOLDER.replace('{which}', is_nearest('f'))} UNION ALL {_BY_ORDER} {is_missing('n')}"
SOME_SHARED = (
    f"{_BY_FOLDER.replace('{which}', is_second('f'))} "
    f"UNION ALL {_BY_ORDER} {is_missing('s')} AND n.customer_id <> w.customer_id"
)
# Unowned is what lies in a folder that nobody covers, or between two stretches of coverage. Whom an order belongs to is
# asked row by row: whoever wants the first rows does not read all orders before.
_PARTLY = f"""partly AS MATERIALIZED (
  SELECT c.folder_id, c.since, c.until FROM customers_coverage c
   WHERE {{ever}} AND {is_nearest("c")} AND {is_partial("c", _FIRST, _END)})"""
_UNPAID = has_no_payer(payer_of("t.order_id"))
SOME_UNOWNED = f"""SELECT t.id FROM (
    {unowned_days(_FIRST, _END, "partly", overlap("c", _FIRST, _END))}) f
    {{items_of}}
   WHERE {_UNPAID}
  UNION ALL
  SELECT t.id FROM event t WHERE t.folder_id IS NULL AND {_UNPAID}"""

# Of what one customer collects (one_customer.collected), by its columns.
IS_OWNED, IS_OTHERS = "owned = 1", "owned = 0"
BY_FOLDER, BY_ORDER, BOTH_WAYS = "by_folder = 1", "by_order = 1", "by_folder = 1 AND by_order = 1"
BY_ORDER_ALONE = "by_folder = 0"


def came_by(attachment: int) -> str:
    """Whether an item came by an attachment."""
    return f"attachment_id = {int(attachment)}"


def came_down(path: Sequence[int], *, to_its_end: bool) -> str:
    """Whether an item came down a path of folders: to its end and no further, or to its end and below."""
    text = "-".join(str(int(pk)) for pk in path)
    return f"path = '{text}'" if to_its_end else f"SUBSTR(path || '-', 1, {len(text) + 1}) = '{text}-'"


def owned(source: Source, rows: Work, today: date) -> Relations:
    """All work with its owner. Costs a look at the coverage for each item."""
    return relations_over(source, rows, today, _OWNED)


def some_of_all(source: Source, rows: Work, text: str, days: Period, today: date) -> Relations:
    """The items of SOME_OWNED, SOME_SHARED or SOME_UNOWNED; `days` are those of `rows`."""
    pieces = {"items_of": _ITEMS_OF[connection.vendor], "ever": "TRUE" if days.days > 1 else "FALSE"}
    tables = [_PARTLY.format(**pieces), f"work AS NOT MATERIALIZED ({text.format(**pieces)})"]
    return relations_over(source, rows, today, *tables, **asked_parameters(days))
