"""What has been done to contacts since they were exported: their row says what it makes of them as they were then.

Its version is the number of the last change of the contact or of its customers before the export. Its fields are merged
as everywhere (customers.three_way_merge); customers are added and taken away one by one, so that nobody's addition is
lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.utils.translation import gettext as _

from customers.importing_contacts.plan import ContactPlan, Link, Person, PlannedContact
from customers.models import Change
from customers.three_way_merge import merge_fields, tell_conflict
from sheets.problems import shown
from spotilla.in_values import among


def changed_since(rows: list[PlannedContact]) -> dict[int, list[Change]]:
    """By contact, its changes since its row was exported, the oldest first. One query, of exported rows alone."""
    versions = {row.person.pk: row.get("version") or 0 for row in rows if row.person and row.get("id")}
    found: dict[int, list[Change]] = defaultdict(list)
    if versions:
        changes = Change.objects.filter(among("contact__pk", versions), pk__gt=min(versions.values()))
        for change in changes.select_related("user").order_by("pk"):
            if change.contact_id and change.pk > versions[change.contact_id]:
                found[change.contact_id].append(change)
    return found


def keep_what_others_changed(
    plan: ContactPlan, row: PlannedContact, person: Person, values: dict[str, str], changes: list[Change]
) -> dict[str, str]:
    """The values that the row sets: without those that it has as they were, where somebody has changed them."""
    if row.get("version") is None and "version" not in row.record.wrong:
        plan.problem(row, "version", _("The version is missing."), _("Export the contacts again."))
    edits = [change for change in changes if not change.link_id]
    if not edits:
        return values
    merged = merge_fields(values, person, edits, plan.table.choices.cells.get(row.record.row, {}))
    for key, change in merged.conflicts.items():
        there, here = getattr(person, key), values[key]
        tell_conflict(plan, row, key, change, (shown(there), shown(here)), (there, here))
    return {key: value for key, value in values.items() if key not in merged.theirs | merged.conflicts.keys()}


def links_then(now: Collection[Link], changes: list[Change]) -> set[Link]:
    """The contact's links before the changes."""
    links = set(now)
    for change in reversed(changes):
        if change.link_id and change.customer_id:
            before, after = change.changed.get("role", (None, None))
            if after:
                links.discard((change.customer_id, after))
            if before:
                links.add((change.customer_id, before))
    return links
