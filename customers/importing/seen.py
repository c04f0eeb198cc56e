"""What a user has looked at, to be compared with what would be done: people look, think, and press a button later."""

from __future__ import annotations

import hashlib

from customers.importing.plan import Plan


def fingerprint(plan: Plan) -> str:
    """Of what each row does: makes, changes (from what to what), links and attaches. The same for as long as nothing of
    it has changed; 64 characters.
    """
    told = hashlib.sha256()
    for row in plan.rows:
        fields, existing = row.fields(), row.existing
        if existing is not None:
            fields = {key: (getattr(existing, key), value) for key, value in fields.items()}
            fields = {key: change for key, change in fields.items() if change[0] != change[1]}
        contact = row.contact and (row.contact.pk, row.contact.name, row.contact.email, row.contact.phone, row.linked)
        told.update(repr((row.record.row, existing and existing.pk, fields, contact, row.folders, row.since)).encode())
    return told.hexdigest()
