"""What lies above a folder: paths, today's and as they were on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from folders.sql.walks import DEEPEST, walk_up, walk_up_today
from spotilla.sql import execute

type FolderPath = list[tuple[int, str]]  # (id, name of today) from the top down

_UP_TODAY = walk_up_today("up", "SELECT id, id, 0 FROM folders_folder WHERE id IN ids(%(folders)s)")
_PATHS = f"""WITH RECURSIVE {_UP_TODAY}
SELECT u.start, f.id, f.name FROM up u JOIN folders_folder f ON f.id = u.folder_id ORDER BY u.start, u.depth DESC"""

_UP_ON_A_DAY = walk_up(
    "up",
    "SELECT %(folder)s::bigint, %(day)s::date, %(next_day)s::date, 0",
    where=f"w.depth < {DEEPEST}",
    steps="depth",
)
_PATH_ON = f"""WITH RECURSIVE {_UP_ON_A_DAY}
SELECT f.id, f.name FROM up u JOIN folders_folder f ON f.id = u.folder_id ORDER BY u.depth DESC"""


def paths(folders: Collection[int]) -> dict[int, FolderPath]:
    """Today's path of each folder id, from the top down to itself. One query."""
    found: dict[int, FolderPath] = {}
    if folders:
        for start, folder, name in execute(_PATHS, folders=folders):
            found.setdefault(start, []).append((folder, name))
    return found


def path_on(folder: int, day: date) -> FolderPath:
    """The path of a folder's id on `day`, from the top down to itself. One query."""
    return [(pk, name) for pk, name in execute(_PATH_ON, folder=folder, day=day, next_day=day + timedelta(days=1))]


def path_text(path: FolderPath) -> str:
    """“Isännöinti Virtanen / As Oy Puistola”."""
    return " / ".join(name for _id, name in path)
