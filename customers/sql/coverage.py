"""Which coverage holds a folder on a day, as SQL: all of it collects, the nearest owns (docs/domain.md, rules 1 and 2).

`c` is a row of customers_coverage, by its alias. What the ORM can say stands in `CoverageQuerySet`; what a rank means,
in these two alone.
"""

from __future__ import annotations

from spotilla.sql import in_force, overlap

COLLECTORS = None  # how many of the nearest are asked of: all


def covers(c: str, folder: str, day: str) -> str:
    """Whether `c` is coverage of a folder on a day: covers("c", "t.folder_id", "t.done_on")."""
    return f"{c}.folder_id = {folder} AND {in_force(c, day)}"


def is_nearest(c: str) -> str:
    """Whether it is the owner's, as far as folders decide."""
    return f"{c}.rank = 0"


def is_second(c: str) -> str:
    """Whether it is the nearest but the owner's: there is one where two or more collect."""
    return f"{c}.rank = 1"


def is_farther(c: str) -> str:
    """Whether it is not the nearest."""
    return f"{c}.rank > 0"


def is_among_nearest(c: str, number: int | None) -> str:
    """Whether it is one of the `number` nearest; of all (None), always."""
    return "TRUE" if number is None else f"{c}.rank < {number}"


def is_missing(c: str) -> str:
    """Whether a LEFT JOIN has found none."""
    return f"{c}.folder_id IS NULL"


def collects(customer: str, folder: str, day: str) -> str:
    """Whether a customer collects the work of a folder on a day."""
    return f"""EXISTS (
   SELECT 1 FROM customers_coverage k
    WHERE {covers("k", folder, day)} AND k.customer_id = {customer})"""


def has_owner(folder: str, day: str) -> str:
    """Whether anybody owns a folder on a day."""
    return f"EXISTS (SELECT 1 FROM customers_coverage k WHERE {covers('k', folder, day)} AND {is_nearest('k')})"


def unowned_days(first: str, end: str, owned: str, during: str) -> str:
    """The days first <= day < end on which nobody owns a folder, of all folders: folder_id, since, until.

    `owned`: a FROM clause of the owners' coverage inside the days, but what covers all of them. `during`: which rows of
    coverage, `c`, hold on any of the days.
    """
    return f"""SELECT o.id AS folder_id, {first} AS since, {end} AS until FROM folders_folder o WHERE NOT EXISTS (
    SELECT 1 FROM customers_coverage c WHERE c.folder_id = o.id AND {is_nearest("c")} AND {during})
  UNION ALL
  SELECT folder_id, {first}, MIN(since) FROM {owned} GROUP BY folder_id HAVING MIN(since) > {first}
  UNION ALL
  SELECT folder_id, until, beyond FROM (
    SELECT folder_id, until, LEAD(since, 1, {end}) OVER (PARTITION BY folder_id ORDER BY since) AS beyond
      FROM {owned}) ended
   WHERE until < beyond"""


def changes_inside(c: str, first: str, end: str) -> str:
    """Whether coverage begins or ends inside the days first < day < end."""
    return f"({c}.since > {first} AND {c}.since < {end} OR {c}.until > {first} AND {c}.until < {end})"


def is_partial(c: str, first: str, end: str) -> str:
    """Whether coverage holds on some of the days first <= day < end but not on all of them."""
    return f"{overlap(c, first, end)} AND ({c}.since > {first} OR {c}.until < {end})"
