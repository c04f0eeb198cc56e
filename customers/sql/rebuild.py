"""Coverage worked out from attachments and placements: of a branch anew after each change, or of all, to compare.

docs/domain.md has the rules; docs/decisions/0001 why it is done so.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from folders.sql.walks import walk_down, walk_down_ever
from spotilla.sql import execute, overlap, shared_days

# Every folder that ever lay below a root: a past place counts, since coverage has days.
_BRANCH = walk_down_ever("branch", "SELECT id FROM folders_folder WHERE id IN ids(%(roots)s)")
_EVERYTHING = "branch(folder_id) AS (SELECT id FROM folders_folder)"

# own     the folders of the branch where anything of their own happens: an attachment, a move, coming from outside. All
#         others have what the folder above them has, so that only these are worked out, a fifth of a large tree
# home    every folder of the branch with the nearest of these above it, or itself. UNION, so that it ends whatever the
#         tables hold: each step of a rebuild is a statement of its own, and sees what came meanwhile were the tree not
#         locked
# place   where these were, by the nearest of these above; outside the branch by the very folder
# reach   every attachment carried down the dated tree, `step` steps. What comes in from above the branch is read from
#         the coverage of the parent there, and `above` is its rank there and one; within the branch it is 0. Those that
#         meet in a folder on a day go by `above`, then by `step`: the nearest first
# span    the folder's days cut at every day on which anything begins or ends
# closest of one customer's attachments only the nearest
# piece   numbered from the nearest: the rank
# merged  equal neighbours as one, so that rows do not multiply with every change elsewhere
# fresh   what the coverage of the branch is to be: what a folder has of its own, for all below it that have nothing
_OWN = """own(folder_id) AS (
  SELECT folder_id FROM branch
  EXCEPT SELECT p.folder_id FROM branch b JOIN folders_placement p ON p.parent_id = b.folder_id
          WHERE p.since = '0001-01-01' AND p.until = '9999-12-31'
  UNION SELECT a.folder_id FROM branch b JOIN customers_attachment a ON a.folder_id = b.folder_id)"""
_HOME = """home(folder_id, own_id) AS (
  SELECT folder_id, folder_id FROM own
  UNION
  SELECT p.folder_id, h.own_id FROM home h JOIN folders_placement p ON p.parent_id = h.folder_id
    LEFT JOIN own o ON o.folder_id = p.folder_id WHERE o.folder_id IS NULL)"""
_PLACE = """place(folder_id, above_id, outside_id, since, until) AS (
  SELECT p.folder_id, h.own_id, CASE WHEN h.own_id IS NULL THEN p.parent_id END, p.since, p.until
    FROM own o JOIN folders_placement p ON p.folder_id = o.folder_id LEFT JOIN home h ON h.folder_id = p.parent_id)"""
# No way down passes a folder twice: were a cycle ever in the tables, this would end all the same, and soon.
_REACH = walk_down(
    "reach",
    f"""SELECT * FROM (
    SELECT a.id, a.customer_id, 0, a.folder_id, a.since, a.until, 0
      FROM own o JOIN customers_attachment a ON a.folder_id = o.folder_id
    UNION ALL
    SELECT c.attachment_id, c.customer_id, 1 + c.rank, p.folder_id, {shared_days("c", "p")}, 0
      FROM place p JOIN customers_coverage c ON c.folder_id = p.outside_id AND {overlap("c", "p.since", "p.until")}
  ) seed""",
    carried={"attachment_id": "w.attachment_id", "customer_id": "w.customer_id", "above": "w.above"},
    where="w.step < (SELECT COUNT(*) FROM own)",
    places="place",
    above="above_id",
    steps="step",
)
_MERGED = """edge(folder_id, day) AS (SELECT folder_id, since FROM reach UNION SELECT folder_id, until FROM reach),
span AS (SELECT folder_id, day AS since, LEAD(day) OVER (PARTITION BY folder_id ORDER BY day) AS until FROM edge),
closest AS (
  SELECT r.attachment_id, r.customer_id, s.folder_id, s.since, s.until, r.above, r.step,
         ROW_NUMBER() OVER (PARTITION BY s.folder_id, s.since, r.customer_id ORDER BY r.above, r.step) AS nth
    FROM span s JOIN reach r ON r.folder_id = s.folder_id AND r.since <= s.since AND r.until >= s.until),
piece AS (
  SELECT attachment_id, customer_id, folder_id, since, until,
         ROW_NUMBER() OVER (PARTITION BY folder_id, since ORDER BY above, step) - 1 AS rank
    FROM closest WHERE nth = 1),
marked AS (
  SELECT piece.*, CASE WHEN LAG(until) OVER w = since THEN 0 ELSE 1 END AS starts FROM piece
  WINDOW w AS (PARTITION BY folder_id, rank, attachment_id ORDER BY since)),
numbered AS (
  SELECT marked.*, SUM(starts) OVER (PARTITION BY folder_id, rank, attachment_id ORDER BY since) AS island FROM marked),
merged AS (
  SELECT folder_id, rank, MIN(since) AS since, MAX(until) AS until, attachment_id, customer_id
    FROM numbered GROUP BY folder_id, rank, attachment_id, customer_id, island),
fresh AS (
  SELECT h.folder_id, m.rank, m.since, m.until, m.attachment_id, m.customer_id
    FROM merged m JOIN home h ON h.own_id = m.folder_id)"""
_FRESH = f"{_OWN}, {_HOME}, {_PLACE}, {_REACH}, {_MERGED}"

_COLUMNS = "folder_id, rank, since, until, attachment_id, customer_id"


def rebuild(roots: Collection[int] | None = None) -> None:
    """Work out anew the coverage of every folder that ever lay below one of `roots`, or of all (None).

    Only what is another than before is written: each row costs four indexes and the check of three foreign keys. Step
    by step, since PostgreSQL takes these recursions for billions of rows if it has not seen how many came: then with a
    folder on each of 10,000 imported rows it took eight seconds. A fixed number of statements. Inside `tree_change`.
    """
    branch, parameters = (_EVERYTHING, {}) if roots is None else (_BRANCH, {"roots": roots})
    steps = {"branch": branch, "own": _OWN, "home": _HOME, "place": _PLACE, "reach": _REACH, "fresh": _MERGED}
    for name, text in steps.items():
        given = parameters if name == "branch" else {}
        execute(f"CREATE TEMPORARY TABLE {name} AS WITH RECURSIVE {text} SELECT * FROM {name}", **given)
        if connection.vendor == "postgresql":
            execute(f"ANALYZE {name}")
    execute(
        f"WITH wrong AS (SELECT {_COLUMNS} FROM customers_coverage WHERE folder_id IN (SELECT folder_id FROM branch) "
        f"EXCEPT SELECT {_COLUMNS} FROM fresh) "
        "DELETE FROM customers_coverage WHERE (folder_id, rank, since) IN (SELECT folder_id, rank, since FROM wrong)"
    )
    execute(  # what has the same key as a row that was left is the same as that
        f"INSERT INTO customers_coverage ({_COLUMNS}) SELECT {_COLUMNS} FROM fresh WHERE TRUE "
        "ON CONFLICT (folder_id, rank, since) DO NOTHING"
    )
    for name in steps:
        execute(f"DROP TABLE {name}")


def differences() -> list[tuple[Any, ...]]:
    """("missing" or "wrong", folder, rank, since, until, attachment, customer): coverage rows that a rebuild from
    nothing would add or take away. [] when all is well. Reads the whole tree.
    """
    have, want = f"SELECT {_COLUMNS} FROM customers_coverage", f"SELECT {_COLUMNS} FROM fresh"
    return execute(
        f"WITH RECURSIVE {_EVERYTHING}, {_FRESH} SELECT 'missing', m.* FROM ({want} EXCEPT {have}) m "
        f"UNION ALL SELECT 'wrong', w.* FROM ({have} EXCEPT {want}) w"
    )


def delete_coverage_of_attachments(attachments: Collection[int]) -> None:
    """Takes away what refers to attachments that are about to go; their branches are the caller's to `rebuild`."""
    execute("DELETE FROM customers_coverage WHERE attachment_id IN ids(%(pks)s)", pks=attachments)


def delete_coverage_of_folders(folders: Collection[int]) -> None:
    """The same of folders; nothing else hangs on theirs."""
    execute("DELETE FROM customers_coverage WHERE folder_id IN ids(%(pks)s)", pks=folders)
