"""What a user has looked at, to be compared with what would be done (sheets.importing.marks)."""

from __future__ import annotations

from collections.abc import Iterable

from customers.importing.plan import Plan, Planned
from sheets.importing.marks import digest, mark


def fingerprint(plan: Plan) -> str:
    """Of what each row does, and of who is closed. The same for as long as nothing of it has changed."""
    return mark(len(plan.rows), sum(map(does, plan.rows)), closing(plan.missing.closed if plan.missing else ()))


def does(row: Planned) -> int:
    """A digest of what the row makes, changes (from what to what), links and attaches."""
    fields, existing = row.fields(), row.existing
    if existing is not None:
        changes = {key: (getattr(existing, key), value) for key, value in fields.items()}
        fields = {key: change for key, change in changes.items() if change[0] != change[1]}
    contact = row.contact and (row.contact.pk, row.contact.name, row.contact.email, row.contact.phone, row.linked)
    whose = (existing and existing.pk, row.first and row.first.record.row)
    redated = [(each.pk, each.since) for each in row.redated]
    attached = (row.folders, row.since, redated)
    return digest((row.record.row, whose, sorted(fields.items()), contact, attached))


def closing(customers: Iterable[int]) -> int:
    """A digest of the customers that are closed."""
    return sum(digest((pk,)) for pk in customers)
