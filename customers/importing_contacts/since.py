"""What has been done to contacts since they were exported: their row says what it makes of them as they were then.

Its version is the number of the last change of the contact or of its customers before the export. A cell that nobody
has touched keeps what others have made of it since; one that both have changed is a problem until the user says which
of the two it shall be. Customers are added and taken away one by one, so that nobody's addition is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from customers.importing_contacts.plan import ContactPlan, Link, Person, PlannedContact
from customers.models import Change
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
    typed = plan.table.choices.cells.get(row.record.row, {})
    was: dict[str, Any] = {}
    last: dict[str, Change] = {}
    for change in changes:
        for key, (before, _after) in change.changed.items() if not change.link_id else ():
            was.setdefault(key, before)
            last[key] = change
    kept = {}
    for key, value in values.items():
        if key in typed or key not in was or value == getattr(person, key):
            kept[key] = value
        elif value != was[key]:
            _tell(plan, row, key, getattr(person, key), value, last[key])
    return kept


def _tell(plan: ContactPlan, row: PlannedContact, key: str, now: str, value: str, change: Change) -> None:
    texts = {"now": shown(now) or _("empty"), "here": shown(value) or _("empty"), "who": change.user}
    text = _("Changed since the export: it is now “%(now)s”.")
    if change.user is not None:
        text = _("%(who)s has changed this since the export: it is now “%(now)s”.")
    right = _("Say which it shall be: “%(now)s” or “%(here)s”.") % texts
    plan.problem(row, key, text % texts, right, [fix for fix in (now, value) if fix])


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
