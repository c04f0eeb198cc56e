"""The items themselves, with whose they are: for the rows behind a figure."""

from __future__ import annotations

from datetime import date

from django.db import connection

from reports.measures import Source, Work
from reports.periods import Period
from reports.rollup.relations import NEAREST, SECOND, Relations, literal, relations_over

_OWNED = """work AS NOT MATERIALIZED (
  SELECT e.*, COALESCE(w.customer_id, n.customer_id) AS owner_id,
         CASE WHEN s.customer_id IS NOT NULL OR n.customer_id <> w.customer_id THEN 1 ELSE 0 END AS shared
    FROM event e
    LEFT JOIN workorders_workorder w ON w.id = e.order_id
    LEFT JOIN customers_coverage n ON n.folder_id = e.folder_id AND n.rank = 0 AND n.since <= e.day AND n.until > e.day
    LEFT JOIN customers_coverage s ON s.folder_id = e.folder_id AND s.rank = 1 AND s.since <= e.day AND s.until > e.day)
"""

# The items of all customers, one by one, folder by folder: whoever wants the first of them does not pay for all.
_ITEMS_OF = {
    "postgresql": "CROSS JOIN LATERAL (SELECT v.* FROM event v WHERE v.folder_id = f.folder_id OFFSET 0) t",
    "sqlite": "CROSS JOIN event t",
}
_BY_FOLDER = """SELECT t.id FROM customers_coverage f {items_of}
   WHERE t.folder_id = f.folder_id AND f.rank = {rank} AND f.since <= {last} AND f.until > {first}
     AND t.day >= f.since AND t.day < f.until"""
_BY_ORDER = f"""SELECT t.id FROM (SELECT v.* FROM event v WHERE v.order_id IS NOT NULL) t
    JOIN workorders_workorder w ON w.id = t.order_id {NEAREST} {SECOND}
   WHERE w.customer_id IS NOT NULL AND"""
SOME_OWNED = f"{_BY_FOLDER.replace('{rank}', '0')} UNION ALL {_BY_ORDER} n.rank IS NULL"
SOME_SHARED = (
    f"{_BY_FOLDER.replace('{rank}', '1')} UNION ALL {_BY_ORDER} s.rank IS NULL AND n.customer_id <> w.customer_id"
)
SOME_UNOWNED = f"""SELECT t.id FROM (
     SELECT o.id AS folder_id FROM folders_folder o WHERE NOT EXISTS (
       SELECT 1 FROM customers_coverage c
        WHERE c.folder_id = o.id AND c.rank = 0 AND c.since <= {{first}} AND c.until > {{last}})) f
    {{items_of}} LEFT JOIN workorders_workorder w ON w.id = t.order_id {NEAREST}
   WHERE t.folder_id = f.folder_id AND n.rank IS NULL AND w.customer_id IS NULL
  UNION ALL
  SELECT t.id FROM event t LEFT JOIN workorders_workorder w ON w.id = t.order_id
   WHERE t.folder_id IS NULL AND w.customer_id IS NULL"""


def owned(source: Source, rows: Work, today: date) -> Relations:
    """All work with its owner. Costs a look at the coverage for each item."""
    return relations_over(source, rows, today, _OWNED)


def some_of_all(source: Source, rows: Work, text: str, days: Period, today: date) -> Relations:
    """The items of SOME_OWNED, SOME_SHARED or SOME_UNOWNED; `days` are those of `rows`."""
    pieces = {
        "first": literal(days.first),
        "last": literal(days.last),
        "items_of": _ITEMS_OF[connection.vendor],
        "earliest": literal(days.first),
        "latest": literal(days.last),
    }
    return relations_over(source, rows, today, f"work AS NOT MATERIALIZED ({text.format(**pieces)})")
