"""Whether the history of places holds together: every day of folders and spots has one, the last is today's, and no
folder lies inside itself. And its repair.
"""

from __future__ import annotations

from folders.days import ALWAYS, FOREVER
from folders.sql.walks import walk_up
from spotilla.sql import execute

# What, its table, the table of its places, the column of the thing there, the column of its place in both.
_HISTORIES = [
    ("folder", "folders_folder", "folders_placement", "folder_id", "parent_id"),
    ("spot", "folders_spot", "folders_spotplacement", "spot_id", "folder_id"),
]

_OPEN = "{1} p ON p.{2} = t.id AND p.until = %(forever)s::date"
_GAP_BEFORE = (
    "p.since > %(always)s::date AND NOT EXISTS (SELECT 1 FROM {1} q WHERE q.{2} = p.{2} AND q.until = p.since)"
)
_WRONG = (
    f"SELECT t.id FROM {{0}} t LEFT JOIN {_OPEN} WHERE p.id IS NULL OR COALESCE(p.{{3}}, 0) <> COALESCE(t.{{3}}, 0) "
    f"UNION SELECT p.{{2}} FROM {{1}} p WHERE {_GAP_BEFORE} ORDER BY 1"
)
# The last place is prolonged by today's, gaps go to the place after them, and then the history says what today's is.
_MEND = (
    "INSERT INTO {1} ({2}, {3}, since, until) SELECT t.id, t.{3}, COALESCE("
    "(SELECT MAX(q.until) FROM {1} q WHERE q.{2} = t.id), %(always)s::date), %(forever)s::date FROM {0} t "
    "WHERE NOT EXISTS (SELECT 1 FROM {1} p WHERE p.{2} = t.id AND p.until = %(forever)s::date)",
    "UPDATE {1} AS p SET since = COALESCE("
    "(SELECT MAX(q.until) FROM {1} q WHERE q.{2} = p.{2} AND q.until < p.since), %(always)s::date) "
    f"WHERE {_GAP_BEFORE}",
    "UPDATE {0} AS t SET {3} = (SELECT p.{3} FROM {1} p WHERE p.{2} = t.id AND p.until = %(forever)s::date) "
    "WHERE EXISTS (SELECT 1 FROM {1} p WHERE p.{2} = t.id AND p.until = %(forever)s::date "
    "AND COALESCE(p.{3}, 0) <> COALESCE(t.{3}, 0))",
)

# Upwards from every folder, over the days that are left; the days only get fewer, so that it ends in a cycle too.
_UP_FROM_EACH = walk_up(
    "up",
    "SELECT folder_id, parent_id, since, until FROM folders_placement WHERE parent_id IS NOT NULL",
    carried={"start": "w.start"},
    where="w.folder_id <> w.start",
)
_CYCLES = f"WITH RECURSIVE {_UP_FROM_EACH} SELECT DISTINCT start FROM up WHERE folder_id = start ORDER BY start"


def inconsistent_placements() -> list[tuple[str, int]]:
    """("folder" or "spot", id) whose place today is not that of its history, or whose history has a gap."""
    return [
        (what, pk)
        for what, *tables in _HISTORIES
        for (pk,) in execute(_WRONG.format(*tables), always=ALWAYS, forever=FOREVER)
    ]


def repair_placements() -> None:
    """Repairs all `inconsistent_placements`. Inside `tree_change`; coverage and work are the caller's to follow."""
    for _what, *tables in _HISTORIES:
        for statement in _MEND:
            execute(statement.format(*tables), always=ALWAYS, forever=FOREVER)


def cycles() -> list[int]:
    """Ids of the folders that lie inside themselves on some day; only a move mends that. Reads the whole tree."""
    return [pk for (pk,) in execute(_CYCLES)]
