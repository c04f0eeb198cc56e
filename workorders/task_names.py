"""The names that tasks have. Tasks recur, so that millions have few: a search looks these through, not the tasks."""

from __future__ import annotations

from folders.names import held_by
from folders.tree import execute

MOST = 10_000  # different names that a search looks through; where there are more, it reads the tasks

# From each name to the next through the index: a step a name, however many tasks have it.
_NAMES = """
WITH RECURSIVE names(name) AS (
  SELECT MIN(search_key) FROM workorders_task
  UNION ALL SELECT (SELECT MIN(t.search_key) FROM workorders_task t WHERE t.search_key > n.name)
              FROM names n WHERE n.name IS NOT NULL)
SELECT name FROM names WHERE name IS NOT NULL LIMIT %(most)s"""


def names_holding(text: str) -> list[str] | None:
    """The search keys of tasks that hold `text` (folders.names.holds); None where tasks have too many to look through.

    One query.
    """
    names = [name for (name,) in execute(_NAMES, most=MOST + 1)]
    return [name for name in names if held_by(name, text)] if len(names) <= MOST else None
