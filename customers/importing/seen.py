"""What a user has looked at, to be compared with what would be done: people look, think, and press a button later.

Each row has a digest of its own, and they are added up, so that the preview can keep them row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from customers.importing.plan import Plan, Planned

BYTES = 5  # of a digest: 8 million of them add up to what a database's whole number holds


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
    return _digest((row.record.row, existing and existing.pk, sorted(fields.items()), contact, row.folders, row.since))


def closing(customers: Iterable[int]) -> int:
    """A digest of the customers that are closed."""
    return sum(_digest((pk,)) for pk in customers)


def mark(rows: int, does: int, closes: int) -> str:
    return f"{rows}-{does:x}-{closes:x}"


def _digest(told: object) -> int:
    return int.from_bytes(hashlib.blake2b(repr(told).encode("utf-8", "replace"), digest_size=BYTES).digest())
