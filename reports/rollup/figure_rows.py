"""The items themselves, with whose they are: for the rows behind a figure."""

from __future__ import annotations

from datetime import date

from django.db import connection

from reports.measures import Source, Work
from reports.periods import DAY, Period
from reports.rollup.relations import NEAREST, SECOND, Relations, literal, relations_over

_OWNED = """work AS NOT MATERIALIZED (
  SELECT e.*, COALESCE(w.customer_id, n.customer_id) AS owner_id
    FROM event e
    LEFT JOIN workorders_workorder w ON w.id = e.order_id
    LEFT JOIN customers_coverage n ON n.folder_id = e.folder_id AND n.rank = 0 AND n.since <= e.day AND n.until > e.day)
"""

# The items of all customers, one by one, folder by folder: whoever wants the first of them does not pay for all.
_ITEMS_OF = {
    "postgresql": """CROSS JOIN LATERAL (
     SELECT v.* FROM event v WHERE v.folder_id = f.folder_id AND v.day >= f.since AND v.day < f.until OFFSET 0) t""",
    "sqlite": "CROSS JOIN event t ON t.folder_id = f.folder_id AND t.day >= f.since AND t.day < f.until",
}
_BY_FOLDER = """SELECT t.id FROM customers_coverage f {items_of}
   WHERE f.rank = {rank} AND f.since < {end} AND f.until > {first}"""
_BY_ORDER = f"""SELECT t.id FROM (SELECT v.* FROM event v WHERE v.order_id IS NOT NULL) t
    JOIN workorders_workorder w ON w.id = t.order_id {NEAREST} {SECOND}
   WHERE w.customer_id IS NOT NULL AND"""
SOME_OWNED = f"{_BY_FOLDER.replace('{rank}', '0')} UNION ALL {_BY_ORDER} n.rank IS NULL"
SOME_SHARED = (
    f"{_BY_FOLDER.replace('{rank}', '1')} UNION ALL {_BY_ORDER} s.rank IS NULL AND n.customer_id <> w.customer_id"
)
# Unowned is what lies in a folder that nobody covers, or between two stretches of coverage. Whom an order belongs to is
# asked row by row: whoever wants the first rows does not read all orders before.
_PARTLY = """partly AS MATERIALIZED (
  SELECT folder_id, since, until FROM customers_coverage
   WHERE {ever} AND rank = 0 AND since < {end} AND until > {first} AND (since > {first} OR until < {end}))"""
_UNPAID = "(SELECT w.customer_id FROM workorders_workorder w WHERE w.id = t.order_id) IS NULL"
SOME_UNOWNED = f"""SELECT t.id FROM (
     SELECT o.id AS folder_id, {{first}} AS since, {{end}} AS until FROM folders_folder o WHERE NOT EXISTS (
       SELECT 1 FROM customers_coverage c
        WHERE c.folder_id = o.id AND c.rank = 0 AND c.since < {{end}} AND c.until > {{first}})
     UNION ALL
     SELECT folder_id, {{first}}, MIN(since) FROM partly GROUP BY folder_id HAVING MIN(since) > {{first}}
     UNION ALL
     SELECT folder_id, until, beyond FROM (
       SELECT folder_id, until, LEAD(since, 1, {{end}}) OVER (PARTITION BY folder_id ORDER BY since) AS beyond
         FROM partly) c
      WHERE until < beyond) f
    {{items_of}}
   WHERE {_UNPAID}
  UNION ALL
  SELECT t.id FROM event t WHERE t.folder_id IS NULL AND {_UNPAID}"""


def owned(source: Source, rows: Work, today: date) -> Relations:
    """All work with its owner. Costs a look at the coverage for each item."""
    return relations_over(source, rows, today, _OWNED)


def some_of_all(source: Source, rows: Work, text: str, days: Period, today: date) -> Relations:
    """The items of SOME_OWNED, SOME_SHARED or SOME_UNOWNED; `days` are those of `rows`."""
    pieces = {
        "first": literal(days.first),
        "end": literal(days.last + DAY),
        "items_of": _ITEMS_OF[connection.vendor],
        "earliest": literal(days.first),
        "latest": literal(days.last),
        "ever": "TRUE" if days.days > 1 else "FALSE",
    }
    tables = [_PARTLY.format(**pieces), f"work AS NOT MATERIALIZED ({text.format(**pieces)})"]
    return relations_over(source, rows, today, *tables)
