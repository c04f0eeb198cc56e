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
from spotilla.in_values import among

type _Changes = list[Change]  # of one customer, the oldest first


def merge(plan: Plan) -> None:
    """Makes emptied cells empty, and sets what somebody changed since the export against it. One query."""
    if not plan.exported:
        return
    old: list[tuple[Planned, Customer]] = []
    for row in plan.rows:
        if row.get("id") and row.existing:
            row.empties = True
            if _version(plan, row) != row.existing.version:
                old.append((row, row.existing))
    changes = _changes_by_customer({customer.pk for _row, customer in old})
    for row, customer in old:
        _set_against(plan, row, customer, changes[customer.pk])


def _version(plan: Plan, row: Planned) -> int:
    """The version that the row was exported with. An unknown one is the oldest of all."""
    version: int | None = row.get("version")
    if version is None and "version" not in row.record.wrong:
        plan.problem(row, "version", _("The version is missing."), _("Export the customers again."))
    return version or 0


def _changes_by_customer(customers: set[int]) -> dict[int, _Changes]:
    found: dict[int, _Changes] = defaultdict(list)
    if customers:
        kept = Change.objects.filter(among("customer__pk", customers), contact=None, done=Change.Done.UPDATE)
        for change in kept.select_related("user").order_by("pk"):
            found[change.customer_id or 0].append(change)
    return found


def _set_against(plan: Plan, row: Planned, customer: Customer, changes: _Changes) -> None:
    """Each field of the row is base (as exported), ours (in the file) and theirs (in the database)."""
    version = row.get("version") or 0
    changes = [change for change in changes if change.version > version]
    typed = plan.table.choices.cells.get(row.record.row, {})
    base, last = _before_and_last(changes)
    for key, ours in row.fields().items():
        theirs = getattr(customer, key)
        unchanged_since = bool(changes) and key not in base
        if ours == theirs or key in typed or unchanged_since:
            continue
        if changes and ours == base[key]:
            row.kept |= {key}
        else:
            _tell(plan, row, key, theirs, ours, last.get(key))


def _before_and_last(changes: _Changes) -> tuple[dict[str, Any], dict[str, Change]]:
    """By field: its value before the first of the changes that touch it, and the last of them."""
    base: dict[str, Any] = {}
    last: dict[str, Change] = {}
    for change in changes:
        for key, (before, _after) in change.changed.items():
            base.setdefault(key, before)
            last[key] = change
    return base, last


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
