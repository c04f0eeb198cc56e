"""Today's branch of a folder in queries: itself and all that lies below it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Func
from django.db.models.expressions import RawSQL

from accounts.querysets import VisibleQuerySet
from spotilla.counting import COUNTED, capped

_BELOW = """
WITH RECURSIVE below(id) AS (
  SELECT CAST(%s AS bigint) UNION SELECT f.id FROM below b JOIN folders_folder f ON f.parent_id = b.id)
SELECT id FROM below"""

# Of each root apart, so that a large branch is left where it has been looked into far enough.
_BRANCH = """(WITH RECURSIVE down(id) AS (
    SELECT r.id UNION ALL SELECT f.id FROM down d JOIN folders_folder f ON f.parent_id = d.id)
  SELECT id FROM down LIMIT {folders})"""

_COUNT = (
    """(SELECT COUNT(*) FROM (SELECT 1 FROM {branch} b JOIN ({rows}) i ON i.folder_id = b.id LIMIT {most}) counted)"""
)

READ_ONCE = 30_000  # folders of a branch up to which a long list reads it, rather than the way up from each row
FOLDERS = 2_000  # that the figures of a page look into, in all its branches together
LEAST_FOLDERS = 60  # of each branch


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
    branch = _BRANCH.format(folders=most + 1)
    columns, values = [f"(SELECT COUNT(*) FROM {branch} b)"], list[Any]()
    for of_kind in rows.values():
        sql, parameters = of_kind.as_sql("folder_id")
        columns.append(_COUNT.format(branch=branch, rows=sql, most=COUNTED + 1))
        values += parameters
    roots = ",".join(str(int(pk)) for pk in folders)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT r.id, {', '.join(columns)} FROM folders_folder r WHERE r.id IN ({roots})", values)
        return {
            pk: {"folders": capped(seen - 1, cut=seen > most)}
            | {name: capped(number, cut=seen > most) for name, number in zip(rows, numbers, strict=True)}
            for pk, seen, *numbers in cursor.fetchall()
        }
