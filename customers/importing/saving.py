"""Writes a plan: customers, contacts, their links and attachments in one transaction, with one row of the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.judging import judge
from customers.importing.plan import Person, Plan, Planned, in_chunks
from customers.models import Contact, Customer, CustomerContact
from customers.ownership import attach_many, rebuild
from folders.models import Operation
from folders.tree import Change, tree_change
from sheets.tables import Table

BATCH = 2_000  # rows made at once


class NotImported(Exception):
    """Nothing was saved. `plan` has the problems; when it has none, the message alone says why."""

    def __init__(self, plan: Plan, message: str) -> None:
        super().__init__(message)
        self.plan = plan


def save(table: Table, *, update: bool, by: User | None, before: Callable[[], None] | None = None) -> Plan:
    """Does what the table says, all or nothing; coverage is rebuilt once.

    `before` runs first inside the same transaction, under the tree's lock; what it raises stops the import. The table
    is judged again there; raises NotImported when it has problems. Another writer may still come between, since forms
    do not take the tree's lock: then the schema's constraints refuse, and the rows are judged once more to name them.
    """
    try:
        with tree_change(Operation.Kind.IMPORT_CUSTOMERS, by) as change:
            if before is not None:
                before()
            plan = judge(table, update=update, by=by)
            if plan.problems:
                raise NotImported(plan, _("The file has problems; nothing was saved."))
            _write(plan, change)
    except IntegrityError as error:
        plan = judge(table, update=update, by=by)
        raise NotImported(plan, _("Somebody changed the same data at the same moment; nothing was saved.")) from error
    return plan


def _write(plan: Plan, change: Change) -> None:
    created = _create_customers([row for row in plan.rows if row.existing is None])
    changed = _change_customers(plan)
    _create_contacts(plan.people)
    numbers = {id(row): pk for row, pk in created} | {id(row): row.existing.pk for row in plan.rows if row.existing}
    _create_links([(numbers[id(row)], row.contact.pk) for row in plan.rows if row.contact and not row.linked])
    attachments = [(numbers[id(row)], folder, row.since) for row in plan.rows for folder in row.folders]
    if attachments:
        rebuild(attach_many(attachments))
    change.arguments |= {
        "created": [pk for _row, pk in created],
        "changed": changed,
        "contacts": [person.pk for person in plan.people],
        "folders": [folder for _customer, folder, _since in attachments],
    }


def _create_customers(rows: Sequence[Planned]) -> list[tuple[Planned, int]]:
    created = []
    for batch in in_chunks(rows, BATCH):
        made = Customer.objects.bulk_create([Customer(**row.fields()) for row in batch])
        created += [(row, customer.pk) for row, customer in zip(batch, made, strict=True)]
    return created


def _change_customers(plan: Plan) -> list[int]:
    """Writes the filled cells of rows whose customer exists; rows that change nothing are left alone.

    The customers are locked and read again, so that what somebody changed meanwhile in other fields stays. The write is
    an insert that meets its own key: one statement a batch, which runs the fields' pre_save and raises the version.
    """
    rows = [row for row in plan.rows if row.existing is not None and row.changes()]
    filled = sorted({key for row in rows for key in row.fields()})
    for batch in in_chunks(rows, BATCH):
        pks = [row.existing.pk for row in batch if row.existing]
        current = Customer.objects.select_for_update().in_bulk(pks)
        for row in batch:
            customer = current.get(row.existing.pk) if row.existing else None
            if customer is None:
                raise IntegrityError("a customer of the file was deleted meanwhile")
            for key, value in row.fields().items():
                setattr(customer, key, value)
        fields = [*filled, "sort_key", "search_key"]
        Customer.objects.bulk_create(
            current.values(), update_conflicts=True, unique_fields=["id"], update_fields=fields
        )
    return [row.existing.pk for row in rows if row.existing]


def _create_contacts(people: Sequence[Person]) -> None:
    for batch in in_chunks(people, BATCH):
        made = Contact.objects.bulk_create(
            [Contact(name=person.name, email=person.email, phone=person.phone) for person in batch]
        )
        for person, contact in zip(batch, made, strict=True):
            person.pk = contact.pk


def _create_links(pairs: Sequence[tuple[int, int]]) -> None:
    for batch in in_chunks(pairs, BATCH):
        CustomerContact.objects.bulk_create(
            [CustomerContact(customer_id=customer, contact_id=contact) for customer, contact in batch]
        )
