"""Paths as they were on a day; today's stand in folders.tree."""

from __future__ import annotations

from datetime import date

from folders.tree import execute

_UP = """
WITH RECURSIVE up(folder_id, depth) AS (
  SELECT %(folder)s::bigint, 0
  UNION ALL
  SELECT p.parent_id, u.depth + 1 FROM up u
    JOIN folders_placement p ON p.folder_id = u.folder_id AND p.since <= %(day)s::date AND p.until > %(day)s::date
   WHERE p.parent_id IS NOT NULL AND u.depth < 900)
SELECT f.id, f.name FROM up u JOIN folders_folder f ON f.id = u.folder_id ORDER BY u.depth DESC"""


def path_on(folder: int, day: date) -> list[tuple[int, str]]:
    """The path of a folder's id on `day`, from the top down to itself, as (id, name of today). One query."""
    return [(pk, name) for pk, name in execute(_UP, folder=folder, day=day)]
