"""Writes a plan of contacts in one transaction, with one row of the log."""

from __future__ import annotations

from collections.abc import Callable
from itertools import batched
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing_contacts.judging import judge
from customers.importing_contacts.plan import ContactPlan, Person, PlannedContact
from customers.importing_contacts.seen import fingerprint
from customers.models import Change, Contact, CustomerContact
from folders.models import Operation
from folders.names import keys
from folders.tree import KEYS, tree_change
from sheets.importing.keeping import NotImported, claim_upload, ensure_importable, finish_upload
from sheets.models import Upload
from sheets.tables import Table
from spotilla.audit_actor import acting
from spotilla.bulk import delete_rows, insert_rows, lock_rows, new_ids, overwrite_rows

BATCH = 2_000  # rows written at once


def save(
    table: Table,
    *,
    update: bool,
    by: User | None,
    upload: Upload | None = None,
    seen: str = "",
    tell: Callable[[int], None] = lambda rows: None,
) -> ContactPlan:
    """Does what the table says, all or nothing, judging it again inside; see `keeping` for upload and seen. Contacts
    that rows name by id are locked before they are judged. Raises NotImported and Taken; what somebody writes in the
    same moment in spite of that is refused by the schema.
    """
    try:
        with tree_change(Operation.Kind.IMPORT_CONTACTS, by) as change, acting(Change.How.IMPORT):
            if upload is not None:
                claim_upload(upload, change.number)
            pks = {pk for pk in (*table.column("id"), *table.choices.same.values()) if pk}
            if pks:
                lock_rows(Contact, pks)
            plan = judge(table, update=update, by=by)
            ensure_importable(plan, seen, fingerprint(plan) if seen else "")
            change.idle = plan.idle
            change.arguments |= _write(plan, tell)
            if upload is not None:
                finish_upload(upload, plan)
    except IntegrityError as error:
        plan = judge(table, update=update, by=by)
        raise NotImported(plan, _("Somebody changed the same data at the same moment; nothing was saved.")) from error
    return plan


def _write(plan: ContactPlan, tell: Callable[[int], None]) -> dict[str, list[Any]]:
    """Gives what the log keeps: ids of the contacts that it makes and changes, and whom each row is about."""
    new = [row.person for row in plan.rows if row.leads and row.person]
    _create(new, tell)
    changed = _change(plan, lambda rows: tell(len(new) + rows))
    about = [(row, row.person.pk) for row in plan.rows if row.person]
    _write_links(plan, about)
    tell(len(plan.rows))
    return {
        "created": [person.pk for person in new],
        "changed": changed,
        "rows": [(row.record.row, contact) for row, contact in about],
    }


def _write_links(plan: ContactPlan, about: list[tuple[PlannedContact, int]]) -> None:
    removed = [pk for row in plan.rows for pk in row.unlinks]
    if removed:
        delete_rows(CustomerContact, removed)
    links = ((customer, contact, role, 1) for row, contact in about for customer, role in row.adds)
    insert_rows(CustomerContact, ["customer_id", "contact_id", "role", "version"], links)


def _create(people: list[Person], tell: Callable[[int], None]) -> None:
    for person, pk in zip(people, new_ids(Contact, len(people)), strict=True):
        person.pk = pk
    rows = ((each.pk, each.name, each.email, each.phone, 1, *keys(each.name)) for each in people)
    written = 0
    for batch in batched(rows, BATCH, strict=False):
        written += insert_rows(Contact, ["id", "name", "email", "phone", "version", *KEYS], batch)
        tell(written)


def _change(plan: ContactPlan, tell: Callable[[int], None]) -> list[int]:
    """Writes the cells that change contacts who are there. They are locked and read again, so that what somebody
    changed meanwhile in other fields stays.
    """
    values: dict[int, dict[str, str]] = {}
    for row in plan.rows:
        if row.existing is not None and row.sets:
            values.setdefault(row.existing.pk, {}).update({key: now for key, (_was, now) in row.sets.items()})
    fields = [*sorted({key for sets in values.values() for key in sets}), *KEYS]
    written = 0
    for batch in batched(values, BATCH, strict=False):
        current = Contact.objects.select_for_update().in_bulk(batch)
        if len(current) < len(batch):
            raise IntegrityError("a contact of the file was deleted meanwhile")
        for pk, contact in current.items():
            for key, value in values[pk].items():
                setattr(contact, key, value)
        overwrite_rows(Contact, current.values(), fields)
        written += len(batch)
        tell(written)
    return list(values)
