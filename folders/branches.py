"""Today's branch of a folder in queries: itself and all that lies below it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Func
from django.db.models.expressions import RawSQL

from accounts.querysets import VisibleQuerySet

_BELOW = """
WITH RECURSIVE below(id) AS (
  SELECT CAST(%s AS bigint) UNION SELECT f.id FROM below b JOIN folders_folder f ON f.parent_id = b.id)
SELECT id FROM below"""

# Counted folder by folder through the index: for a join SQLite first reads the whole table into a Bloom filter.
_COUNT = """
WITH RECURSIVE down(root, id) AS (
  SELECT id, id FROM folders_folder WHERE id IN ({roots})
  UNION SELECT d.root, f.id FROM down d JOIN folders_folder f ON f.parent_id = d.id)
SELECT d.root, SUM((SELECT COUNT(*) FROM ({rows}) i WHERE i.folder_id = d.id)) FROM down d GROUP BY d.root"""


def below(folder: int) -> RawSQL:
    """Ids of `folder` and of all below it today, as a subquery: Task.objects.filter(folder__in=below(12))."""
    return RawSQL(_BELOW, [folder])  # noqa: S611  # the text is ours, the id a parameter


class LiesBelow(Func):
    """True for a row whose folder is `root` or lies below it today, seen from the row: LiesBelow("folder_id", root=12).

    Reads the few folders above the row's own, where `below` reads the whole branch.
    """

    output_field = BooleanField()
    template = """EXISTS (
WITH RECURSIVE up(id, parent_id) AS (
  SELECT o.id, o.parent_id FROM folders_folder o WHERE o.id = %(expressions)s
  UNION ALL SELECT p.id, p.parent_id FROM up JOIN folders_folder p ON p.id = up.parent_id)
SELECT 1 FROM up WHERE up.id = %(root)s)"""

    def __init__(self, folder: str, root: int) -> None:
        super().__init__(folder, root=int(root))


def count_below(folders: Collection[int], rows: VisibleQuerySet[Any]) -> dict[int, int]:
    """How many of `rows` (anything with a folder) lie in each folder's branch today; a folder with none is missing.

    One query; it reads every folder of the branches and the rows in them.
    """
    if not folders:
        return {}
    sql, parameters = rows.as_sql("folder_id")
    roots = ",".join(str(int(pk)) for pk in folders)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(roots=roots, rows=sql), parameters)
        return {root: int(count) for root, count in cursor.fetchall() if count}
