"""Rows of our own exports: the id says which customer, an emptied cell empties, and the version tells what is old."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from customers.importing import shown
from customers.importing.plan import Plan, Planned
from customers.models import Change, Customer
from customers.three_way_merge import merge_fields, tell_conflict
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
    since = [change for change in changes if change.version > (row.get("version") or 0)]
    ours = row.fields()
    merged = merge_fields(ours, customer, since, plan.table.choices.cells.get(row.record.row, {}))
    row.kept |= merged.theirs
    for key, change in merged.conflicts.items():
        told = shown.text(key, getattr(customer, key)), shown.text(key, ours[key])
        tell_conflict(plan, row, key, change, told, told)
