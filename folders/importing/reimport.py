"""What folders and spots share: rows of our own exports that say by an id what they change.

The version of either is a digest of what a row says of it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from folders.models import Operation
from folders.names import keys
from folders.tree import KEYS
from sheets.importing.ledger import Written
from sheets.importing.plans import RowPlan
from spotilla.bulk import lock_rows, overwrite_rows
from spotilla.in_values import among

BATCH = 2_000  # rows written at once


class MatchTexts(NamedTuple):
    """What is said of a row whose id leads to nothing, to what it may not change, or to what another row changes."""

    unknown: Promise
    unknown_right: Promise
    exists: Promise  # %(name)s
    twice: Promise  # %(row)d
    twice_right: Promise
    changed: Promise  # since the export


def match_by_id(plan: RowPlan[Any], found: QuerySet[Any], words: MatchTexts) -> None:
    """Gives rows with an id what they change, of `found`. One query."""
    every = (*plan.rows, *plan.left_out)
    pks = {row.get("id") for row in every if row.get("id")}
    there = found.filter(among("pk", pks)).in_bulk() if pks else {}
    first: dict[int, int] = {}
    for row in every:
        row.met = (row.get("id"),) if row.get("id") else ()
    for row in plan.rows:
        if row.get("id"):
            _meet_row(plan, row, there.get(row.get("id")), first, words)


def _meet_row(plan: RowPlan[Any], row: Any, existing: Any, first: dict[int, int], words: MatchTexts) -> None:
    """`first` has the rows that change something already, by its id."""
    if existing is None:
        plan.problem(row, "id", str(words.unknown), str(words.unknown_right))
    elif not plan.update:
        plan.problem(row, "id", words.exists % {"name": existing}, _("To change it, choose to update."))
    elif first.setdefault(existing.pk, row.record.row) != row.record.row:
        plan.problem(row, "id", words.twice % {"row": first[existing.pk]}, str(words.twice_right))
    else:
        row.existing, row.empties = existing, True
        if row.get("version") not in (None, existing.version) and row.changed():
            row.notes += (str(words.changed),)


def judged[P: RowPlan[Any]](judge: Callable[[], P], model: Any) -> P:
    """The plan, with what it changes locked: a form is saved before it was read, or after the end. Work is recorded on
    the rows meanwhile: their keys stay.
    """
    plan = judge()
    pks = {row.existing.pk for row in plan.rows if row.existing is not None and row.changed()}
    if not pks:
        return plan
    lock_rows(model, pks, keys_stay=True)
    return judge()


def write_changes(plan: RowPlan[Any], model: Any, fields: list[str]) -> list[Written]:
    """Writes what the rows change of what is there; gives it for the ledger."""
    changed, written = [], []
    for row in plan.rows:
        if row.existing is not None and (changes := row.changed()):
            becoming = copy(row.existing)  # the plan goes on to tell what was changed
            for key, (was, becomes) in changes.items():
                setattr(becoming, key, becomes)
                written.append(Written(row.record.row, model, becoming.pk, key, was, becomes))
            becoming.sort_key, becoming.search_key = keys(becoming.name)
            changed.append(becoming)
    overwrite_rows(model, changed, [*fields, *KEYS])
    return written


def state() -> list[int | None]:
    """Of folders, and of where folders and spots are; an edit of one is met when the import begins."""
    return [Operation.objects.aggregate(last=Max("pk"))["last"]]
