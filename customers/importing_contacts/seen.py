"""A planned row of contacts for the preview: its cells, what it changes, and marks of what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from customers.importing_contacts.columns import CONTACTS_BY_KEY, DEFAULT
from customers.importing_contacts.plan import FIELDS, ContactPlan, PlannedContact
from sheets.importing.marks import digest, mark
from sheets.problems import shown


def keys(row: PlannedContact) -> Iterator[str]:
    """What may make another row be about the same person."""
    emails = {row.get("email"), row.person.email if row.person else None}
    for email in {email.lower() for email in emails if email}:
        yield f"email {email}"
    if row.get("phone"):
        yield f"phone {row.get('phone')}"
    for pk in row.met:
        yield f"contact {pk}"


def does(row: PlannedContact) -> int:
    """A digest of what the row makes, changes (from what to what), links and unlinks."""
    person = (row.person.pk, row.person.row) if row.person else None
    new = [*map(row.get, FIELDS)] if row.leads else None
    return digest((row.record.row, person, new, sorted(row.sets.items()), row.adds, row.removes))


def fingerprint(plan: ContactPlan) -> str:
    """The same for as long as saving the plan would write the same."""
    return mark(len(plan.rows), sum(map(does, plan.rows)))


def cells(row: PlannedContact) -> Callable[[str], str]:
    """The row's cells as they will be, but for those that it changes."""

    def of_row(key: str) -> str:
        value = row.get(key)
        if key in FIELDS and row.existing is not None:
            value = getattr(row.existing, key)
        if key == "role" and value is None and row.get("customers"):
            value = DEFAULT
        return text(key, value)

    return of_row


def text(key: str, value: Any) -> str:
    """What is kept, as the sheet would have it."""
    return "" if value in (None, "") else shown(CONTACTS_BY_KEY[key].write(value))


def changes(row: PlannedContact) -> dict[str, tuple[str, str]]:
    found = {key: (text(key, was), text(key, value)) for key, (was, value) in row.sets.items()}
    if row.adds or row.removes:
        found["customers"] = row.customers
    return found


def otherwise(row: PlannedContact) -> dict[str, str]:
    """A role without a customer says nothing."""
    return {"role": ""} if row.get("role") and not row.get("customers") else {}
