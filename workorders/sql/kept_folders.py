"""Whether work has the folder of its spot on the day that counts, and its repair."""

from __future__ import annotations

from django.utils import timezone

from spotilla.sql import execute, in_force
from workorders.sql.owners import TODAY, counted_day

# The day by whose place each kept folder goes, and of which rows: (table, column): day, rows.
_COUNTED_DAY = counted_day("i", TODAY)
_KEPT = {
    ("workorders_task", "folder_id"): (_COUNTED_DAY, "i.spot_id IS NOT NULL AND i.state <> 'cancelled'"),
    ("workorders_servicerequest", "folder_id"): (_COUNTED_DAY, "i.spot_id IS NOT NULL AND i.state <> 'cancelled'"),
    ("workorders_servicerequest", "received_folder_id"): ("i.received_on", "i.spot_id IS NOT NULL"),
}
# A join and no subquery of each row, and in no order: PostgreSQL then hashes the places once. Asked for the order of
# ids, it expects millions of rows, and looks the place of each up rather than sort them.
_WRONG = f"""
SELECT i.id, i.{{column}} AS kept, p.folder_id AS correct
  FROM {{table}} i
  LEFT JOIN folders_spotplacement p ON p.spot_id = i.spot_id AND {in_force("p", "{day}")}
 WHERE {{which}} AND (p.folder_id IS NULL OR i.{{column}} <> p.folder_id)"""


def _wrong(table: str, column: str) -> str:
    day, which = _KEPT[table, column]
    return _WRONG.format(table=table, column=column, day=day, which=which)


def wrong_folders() -> list[tuple[str, str, int, int, int]]:
    """(table, column, id, folder kept, folder that is right) of all work whose kept folder is not its spot's place on
    the day that counts. Reads all work: half a minute for 12 million rows.
    """
    return [
        (table, column, *row)
        for table, column in _KEPT
        for row in sorted(execute(_wrong(table, column), today=timezone.localdate()))
    ]


def mend_folders() -> None:
    """Set every folder that `wrong_folders` names right; where the spot has no place on the day, nothing is."""
    for table, column in _KEPT:
        execute(
            f"UPDATE {table} AS t SET {column} = w.correct FROM ({_wrong(table, column)}) w "
            "WHERE w.id = t.id AND w.correct IS NOT NULL",
            today=timezone.localdate(),
        )
