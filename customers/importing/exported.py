"""Rows of our own exports: the id says which customer, an emptied cell empties, and the version tells what is old.

Between the export and the import somebody may have changed the customer. Of each cell that was changed since, the row
says what the customer had then (nobody has touched the cell: what is there now stays), what it has now (nothing to do),
or a third thing: that is a problem, until the user has said in the preview which of the two it shall be.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from customers.importing import shown
from customers.importing.plan import Plan, Planned
from customers.models import Change, Customer
from spotilla.among import among

type _Changes = list[Change]  # of one customer, the oldest first


def merge(plan: Plan) -> None:
    """Makes emptied cells empty, and sets what somebody changed since the export against it. One query."""
    rows = [row for row in plan.rows if plan.exported and row.get("id") and row.existing]
    old = [row for row in rows if row.existing and _version(plan, row) != row.existing.version]
    since: dict[int, _Changes] = defaultdict(list)
    for change in _changes({row.existing.pk for row in old if row.existing}):
        since[change.customer_id or 0].append(change)
    for row in rows:
        row.empties = True
    for row in old:
        if row.existing is not None:
            _set_against(plan, row, row.existing, since[row.existing.pk])


def _version(plan: Plan, row: Planned) -> int:
    """The version that the row was exported with. An unknown one is the oldest of all."""
    version: int | None = row.get("version")
    if version is None and "version" not in row.record.wrong:
        plan.problem(row, "version", _("The version is missing."), _("Export the customers again."))
    return version or 0


def _changes(customers: set[int]) -> list[Change]:
    if not customers:
        return []
    kept = Change.objects.filter(among("customer__pk", customers), contact=None, done=Change.Done.UPDATE)
    return list(kept.select_related("user").order_by("pk"))


def _set_against(plan: Plan, row: Planned, customer: Customer, changes: _Changes) -> None:
    version = row.get("version") or 0
    changes = [change for change in changes if change.version > version]
    typed = plan.table.choices.cells.get(row.record.row, {})
    was: dict[str, Any] = {}
    last: dict[str, Change] = {}
    for change in changes:
        for key, (before, _after) in change.changed.items():
            was.setdefault(key, before)
            last[key] = change
    for key, value in row.fields().items():
        now = getattr(customer, key)
        if value == now or key in typed or (changes and key not in was):
            continue
        if changes and value == was[key]:
            row.kept |= {key}
        else:
            _tell(plan, row, key, now, value, last.get(key))


def _tell(plan: Plan, row: Planned, key: str, now: Any, value: Any, change: Change | None) -> None:
    there, here = shown.text(key, now), shown.text(key, value)
    texts = {"now": there or _("empty"), "here": here or _("empty"), "who": change.user if change else None}
    text = _("Changed since the export: it is now “%(now)s”.")
    if change is not None and change.user is not None:
        text = _("%(who)s has changed this since the export: it is now “%(now)s”.")
    plan.problem(
        row,
        key,
        text % texts,
        _("Say which it shall be: “%(now)s” or “%(here)s”.") % texts,
        [fix for fix in (there, here) if fix],
    )
