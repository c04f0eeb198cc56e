"""A row of our own export comes back, and somebody may have edited in the meantime what it is about.

Each of its fields is base (as exported, which the history tells), ours (in the file) and theirs (in the database). Ours
is written where nobody else has touched the field. Where others alone have, theirs stays. Where both have, that is a
problem until the user says which of the two it shall be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Change
from sheets.importing.plans import PlannedRow, RowPlan


@dataclass
class Merge:
    """What becomes of the fields of a row that are not simply written."""

    theirs: set[str] = field(default_factory=set)  # edited by others alone: they stay
    conflicts: dict[str, Change | None] = field(default_factory=dict)  # edited by both: the last change, if it is known


def merge_fields(ours: Mapping[str, Any], theirs: object, changes: Sequence[Change], settled: Collection[str]) -> Merge:
    """Sets the row's fields against those that are there. `changes` are those since the export, the oldest first; none
    while the versions differ: nobody knows what was edited. `settled` are fields that the user has decided.
    """
    merge = Merge()
    base, last = _before_and_last(changes)
    for key, value in ours.items():
        if key in settled or value == getattr(theirs, key) or (changes and key not in base):
            continue
        if key in base and value == base[key]:
            merge.theirs.add(key)
        else:
            merge.conflicts[key] = last.get(key)
    return merge


def _before_and_last(changes: Iterable[Change]) -> tuple[dict[str, Any], dict[str, Change]]:
    """By field: its value before the first of the changes that touch it, and the last of them."""
    base: dict[str, Any] = {}
    last: dict[str, Change] = {}
    for change in changes:
        for key, (before, _after) in change.changed.items():
            base.setdefault(key, before)
            last[key] = change
    return base, last


def tell_conflict(
    plan: RowPlan[Any], row: PlannedRow, key: str, change: Change | None, told: tuple[str, str], fixes: Iterable[str]
) -> None:
    """A problem of the row. `told` are theirs and ours in words, `fixes` as cells, "" for an empty one."""
    there, here = told
    texts = {"now": there or _("empty"), "here": here or _("empty"), "who": change.user if change else None}
    text = _("Changed since the export: it is now “%(now)s”.")
    if change is not None and change.user is not None:
        text = _("%(who)s has changed this since the export: it is now “%(now)s”.")
    right = _("Say which it shall be: “%(now)s” or “%(here)s”.") % texts
    plan.problem(row, key, text % texts, right, [fix for fix in fixes if fix])
