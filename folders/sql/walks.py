"""The walks up and down the tree, as recursive relations of a WITH clause: today's tree, and the tree of any days.

Each function gives the text of one relation. A `seed` is the SELECT that it begins with, with a value for each of its
columns; in the text of what it carries the walk so far is `w`, and the place one step on is `p`.
"""

from __future__ import annotations

from collections.abc import Mapping

from spotilla.sql import overlap, shared_days

DEEPEST = 900  # steps after which a walk ends, were a cycle ever in the tables

_NOTHING: Mapping[str, str] = {}


def walk_down(
    name: str,
    seed: str,
    *,
    carried: Mapping[str, str] = _NOTHING,
    where: str = "",
    places: str = "folders_placement",
    above: str = "parent_id",
    steps: str = "",
) -> str:
    """The folders below, on the days on which they lay there: *carried, folder_id, since, until and, if `steps` names
    it, how many steps down. Each step is a place whose days overlap those of the walk, and leaves the days of both.

    `carried`: columns that go along, with what becomes of each at a step; `where`: which places are walked.
    """
    return _walk(name, seed, ("folder_id", above), places, carried, where, steps)


def walk_up(name: str, seed: str, *, carried: Mapping[str, str] = _NOTHING, where: str = "", steps: str = "") -> str:
    """The folders above, as `walk_down`."""
    above = "p.parent_id IS NOT NULL" + (f" AND {where}" if where else "")
    return _walk(name, seed, ("parent_id", "folder_id"), "folders_placement", carried, above, steps)


def _walk(
    name: str, seed: str, ends: tuple[str, str], places: str, carried: Mapping[str, str], where: str, steps: str
) -> str:
    following, from_here = ends
    columns = [*carried, "folder_id", "since", "until", *([steps] if steps else [])]
    step = [*carried.values(), f"p.{following}", shared_days("w", "p"), *([f"w.{steps} + 1"] if steps else [])]
    union = "UNION ALL" if steps else "UNION"  # without a number of steps it ends when nothing new comes
    return f"""{name}({", ".join(columns)}) AS (
  {seed}
  {union}
  SELECT {", ".join(step)}
    FROM {name} w JOIN {places} p ON p.{from_here} = w.folder_id AND {overlap("p", "w.since", "w.until")}
   {f"WHERE {where}" if where else ""})"""


def walk_down_ever(name: str, seed: str) -> str:
    """Every folder that lay below on any day, with those of the seed: folder_id."""
    return f"""{name}(folder_id) AS (
  {seed} UNION SELECT p.folder_id FROM {name} w JOIN folders_placement p ON p.parent_id = w.folder_id)"""


def walk_down_today(name: str, seed: str, *, union: str = "UNION") -> str:
    """Every folder that lies below today, with those of the seed: id. With "UNION ALL" a LIMIT ends it early."""
    return f"""{name}(id) AS (
  {seed} {union} SELECT f.id FROM {name} w JOIN folders_folder f ON f.parent_id = w.id)"""


def walk_up_today(name: str, seed: str) -> str:
    """Every folder that lies above today, with those of the seed: start (from where), folder_id, depth."""
    return f"""{name}(start, folder_id, depth) AS (
  {seed}
  UNION ALL
  SELECT w.start, f.parent_id, w.depth + 1 FROM {name} w JOIN folders_folder f ON f.id = w.folder_id
   WHERE f.parent_id IS NOT NULL AND w.depth < {DEEPEST})"""
