"""What lies below a folder: today's branch of it in queries, itself and all below; and whether one ever lay below."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Func
from django.db.models.expressions import RawSQL

from accounts.querysets import VisibleQuerySet
from folders.sql.walks import walk_down_today, walk_up
from spotilla.counting import COUNTED, capped
from spotilla.sql import Rows, execute

if TYPE_CHECKING:
    from folders.models import Folder

_BELOW = f"WITH RECURSIVE {walk_down_today('below', 'SELECT CAST(%s AS bigint)')} SELECT id FROM below"

_DOWN = walk_down_today("down", "SELECT id FROM folders_folder WHERE id IN ids(%(folders)s)")
_BRANCHES = f"WITH RECURSIVE {_DOWN} SELECT id FROM down"

# Of each root apart, so that a large branch is left where it has been looked into far enough.
_BRANCH = f"""(WITH RECURSIVE {walk_down_today("down", "SELECT r.id", union="UNION ALL")}
  SELECT id FROM down LIMIT {{folders}})"""

_UP = walk_up("up", "SELECT %(start)s::bigint, %(since)s::date, %(until)s::date")
_WAS_BELOW = f"WITH RECURSIVE {_UP} SELECT 1 FROM up WHERE folder_id = %(find)s LIMIT 1"

_COUNT = """(SELECT COUNT(*) FROM (
  SELECT 1 FROM {branch} b JOIN (%({rows})s) i ON i.folder_id = b.id LIMIT {most}) counted)"""

READ_ONCE = 30_000  # folders of a branch up to which a long list reads it, rather than the way up from each row
FOLDERS = 2_000  # that the figures of a page look into, in all its branches together
LEAST_FOLDERS = 60  # of each branch


def branch(folders: Collection[int]) -> set[int]:
    """Ids of the folders and of all that is below them today. One query; as many rows as the branch has folders."""
    return {row[0] for row in execute(_BRANCHES, folders=folders)}


def was_below(folder: Folder, above: Folder, since: date, until: date) -> bool:
    """Whether `folder` is `above` or lay below it on any of the days since <= day < until. One query."""
    return bool(execute(_WAS_BELOW, start=folder.pk, find=above.pk, since=since, until=until))


def below(folder: int) -> RawSQL:
    """Ids of `folder` and of all below it today, as a subquery: Task.objects.filter(folder__in=below(12))."""
    return RawSQL(_BELOW, [folder])  # noqa: S611  # the text is ours, the id a parameter


def first_children(parents: Collection[int], number: int) -> RawSQL:
    """Ids of the first `number` folders, in order, right below each of the `parents`, as a subquery."""
    of_each = " UNION ALL ".join(
        f"SELECT id FROM (SELECT id FROM folders_folder WHERE parent_id = {int(pk)} ORDER BY sort_key, id "
        f"LIMIT {int(number)}) below{int(pk)}"
        for pk in parents
    )
    return RawSQL(of_each or "SELECT id FROM folders_folder WHERE id < 0", [])  # noqa: S611  # our text, whole numbers


class LiesBelow(Func):
    """True for a row whose folder is `root` or lies below it today, seen from the row: LiesBelow("folder_id", root=12).

    A branch of up to READ_ONCE is read once; in a larger one, where every third row lies, each row's folder is followed
    up to the top.
    """

    output_field = BooleanField()
    template = """CASE WHEN (SELECT COUNT(*) FROM (%(below)s LIMIT %(most)s) b) < %(most)s
THEN %(expressions)s IN (%(below)s) ELSE EXISTS (
WITH RECURSIVE up(id, parent_id) AS (
  SELECT o.id, o.parent_id FROM folders_folder o WHERE o.id = %(expressions)s
  UNION ALL SELECT p.id, p.parent_id FROM up JOIN folders_folder p ON p.id = up.parent_id)
SELECT 1 FROM up WHERE up.id = %(root)s) END"""

    def __init__(self, folder: str, root: int) -> None:
        super().__init__(folder, root=int(root), below=_BELOW % int(root), most=READ_ONCE + 1)


def count_below(folders: Collection[int], **rows: VisibleQuerySet[Any]) -> dict[int, dict[str, int]]:
    """How many of each kind of `rows` (anything with a folder) lie in each folder's branch today, by the kind's name.

    "folders" is there too: how many lie below it. Where a branch is too large to look into all of it, AtLeast so many.
    One query, whatever the number of folders.
    """
    if not folders:
        return {}
    most = max(FOLDERS // len(folders), LEAST_FOLDERS)
    branch_of_root = _BRANCH.format(folders=most + 1)
    columns = [f"(SELECT COUNT(*) FROM {branch_of_root} b)"]
    columns += [_COUNT.format(branch=branch_of_root, rows=name, most=COUNTED + 1) for name in rows]
    selected = {name: Rows.of(of_kind, "folder_id") for name, of_kind in rows.items()}
    found = execute(
        f"SELECT r.id, {', '.join(columns)} FROM folders_folder r WHERE r.id IN ids(%(roots)s)",
        roots=folders,
        **selected,
    )
    return {pk: _cut(seen, dict(zip(rows, numbers, strict=True)), most) for pk, seen, *numbers in found}


def _cut(seen: int, numbers: dict[str, int], most: int) -> dict[str, int]:
    is_cut = seen > most
    counts = {"folders": capped(seen - 1, cut=is_cut)}
    return counts | {name: capped(number, cut=is_cut) for name, number in numbers.items()}
