"""Writes a plan of contacts in one transaction, with one row of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import batched, chain

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from customers import kinds
from customers.importing_contacts.judging import judge
from customers.importing_contacts.plan import ContactPlan, Person, PlannedContact
from customers.importing_contacts.seen import fingerprint
from customers.models import Change, Contact, CustomerContact
from folders.names import keys
from folders.tree import KEYS, OperationDraft, tree_change
from sheets.importing.keeping import NotImported, claim_upload, ensure_importable, finish_upload
from sheets.importing.ledger import Written, new_rows, rows_of, values_of
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
        with tree_change(kinds.IMPORT_CONTACTS, by) as change, acting(Change.How.IMPORT):
            if upload is not None:
                claim_upload(upload, change.number)
            pks = {pk for pk in (*table.column("id"), *table.choices.same.values()) if pk}
            if pks:
                lock_rows(Contact, pks)
            plan = judge(table, update=update, by=by)
            ensure_importable(plan, seen, fingerprint(plan) if seen else "")
            change.idle = plan.idle
            written = _write(plan, change, tell)
            if upload is not None:
                finish_upload(upload, plan, written)
    except IntegrityError as error:
        plan = judge(table, update=update, by=by)
        raise NotImported(plan, _("Somebody changed the same data at the same moment; nothing was saved.")) from error
    return plan


def _write(plan: ContactPlan, change: OperationDraft, tell: Callable[[int], None]) -> Iterator[Written]:
    """Gives what it has written, for the ledger. The log keeps ids of the contacts that it makes and changes, and whom
    each row is about.
    """
    new = {row.record.row: row.person for row in plan.rows if row.leads and row.person}
    _create([*new.values()], tell)
    changed = _change(plan, lambda rows: tell(len(new) + rows))
    about = [(row, row.person.pk) for row in plan.rows if row.person]
    links = _write_links(plan, about)
    tell(len(plan.rows))
    change.arguments |= {
        "created": [person.pk for person in new.values()],
        "changed": rows_of(changed),
        "rows": [(row.record.row, contact) for row, contact in about],
    }
    return chain(new_rows(Contact, {person.pk: number for number, person in new.items()}), changed, links)


def _write_links(plan: ContactPlan, about: list[tuple[PlannedContact, int]]) -> list[Written]:
    """Takes links away and adds others; gives both."""
    numbers = {pk: row.record.row for row in plan.rows for pk in row.unlinks}
    removed = values_of(CustomerContact, numbers)
    if removed:
        delete_rows(CustomerContact, [*removed])
    wanted = [(row.record.row, customer, contact, role) for row, contact in about for customer, role in row.adds]
    links = new_ids(CustomerContact, len(wanted)) if wanted else []
    values = ((pk, *link, 1) for pk, (_number, *link) in zip(links, wanted, strict=True))
    insert_rows(CustomerContact, ["id", "customer_id", "contact_id", "role", "version"], values)
    made = {pk: number for pk, (number, *_link) in zip(links, wanted, strict=True)}
    gone = [Written(numbers[pk], CustomerContact, pk, was=was) for pk, was in removed.items()]
    return [*gone, *new_rows(CustomerContact, made)]


def _create(people: list[Person], tell: Callable[[int], None]) -> None:
    for person, pk in zip(people, new_ids(Contact, len(people)), strict=True):
        person.pk = pk
    rows = ((each.pk, each.name, each.email, each.phone, 1, *keys(each.name)) for each in people)
    written = 0
    for batch in batched(rows, BATCH, strict=False):
        written += insert_rows(Contact, ["id", "name", "email", "phone", "version", *KEYS], batch)
        tell(written)


def _change(plan: ContactPlan, tell: Callable[[int], None]) -> list[Written]:
    """Writes the cells that change contacts who are there; gives what it has changed. They are locked and read again,
    so that what somebody changed meanwhile in other fields stays.
    """
    changed: list[Written] = []
    values: dict[int, dict[str, str]] = {}
    numbers: dict[int, int] = {}
    for row in plan.rows:
        if row.existing is not None and row.sets:
            values.setdefault(row.existing.pk, {}).update({key: now for key, (_was, now) in row.sets.items()})
            numbers.setdefault(row.existing.pk, row.record.row)
    fields = [*sorted({key for sets in values.values() for key in sets}), *KEYS]
    written = 0
    for batch in batched(values, BATCH, strict=False):
        current = Contact.objects.select_for_update().in_bulk(batch)
        if len(current) < len(batch):
            raise IntegrityError("a contact of the file was deleted meanwhile")
        for pk, contact in current.items():
            for key, value in values[pk].items():
                was = getattr(contact, key)
                if value != was:
                    changed.append(Written(numbers[pk], Contact, pk, key, was, value))
                    setattr(contact, key, value)
        overwrite_rows(Contact, current.values(), fields)
        written += len(batch)
        tell(written)
    return changed
