"""Writes a plan: customers, contacts, their links and attachments in one transaction, with one row of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain, compress, repeat
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from customers import kinds
from customers.cells import postcode
from customers.importing.judging import judge
from customers.importing.missing import close_missing
from customers.importing.plan import OF_CUSTOMER, Person, Plan, Planned, in_chunks
from customers.importing.seen import fingerprint
from customers.models import Attachment, Change, Contact, Customer, CustomerContact
from customers.ownership import attach_many, redate_many
from customers.sql.rebuild import rebuild
from folders.names import search_key, sort_key_of
from folders.tree import KEYS, tree_change
from folders.tree import OperationDraft as LogRow
from sheets.importing.keeping import NotImported, claim_upload, ensure_importable, finish_upload
from sheets.importing.ledger import Written, new_rows, rows_of
from sheets.models import Upload
from sheets.tables import Table
from spotilla.audit_actor import acting
from spotilla.bulk import insert_rows, new_ids, overwrite_rows

BATCH = 2_000  # rows changed at once


def save(
    table: Table,
    *,
    update: bool,
    by: User | None,
    upload: Upload | None = None,
    seen: str = "",
    tell: Callable[[int], None] = lambda rows: None,
) -> Plan:
    """Does what the table says, all or nothing; coverage is rebuilt once.

    The same transaction marks `upload` as imported (one that is not saved yet is then kept), which tells all from
    nothing and lets a file in once; raises Taken. The table is judged again there; raises NotImported when it has
    problems, or when it would do something else than what the user has `seen` (a `fingerprint`). Another writer may
    still come between, since forms do not take the tree's lock: then the schema's constraints refuse, and the rows are
    judged once more to name them. `tell` hears of the customers written.
    """
    try:
        with tree_change(kinds.IMPORT_CUSTOMERS, by) as change, acting(Change.How.IMPORT):
            if upload is not None:
                claim_upload(upload, change.number)
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


def _write(plan: Plan, change: LogRow, tell: Callable[[int], None]) -> Iterator[Written]:
    """Gives what it has written, for the ledger."""
    closed = close_missing(plan, change)
    created = _create_customers(plan, tell)
    changed = _change_customers(plan, lambda rows: tell(len(created) + rows))
    _create_contacts(plan.people)
    customers = _customers(plan, created)
    rows = list(zip(customers, plan.rows, strict=True))
    links = _create_links(rows)
    attachments, redated = _attach(rows, change)
    own = [(customer, row.record.row) for customer, row in rows if row.first is None]
    change.arguments |= {
        "created": created,
        "changed": rows_of(changed),
        "contacts": [person.pk for person in plan.people],
        "attachments": attachments,
        "redated": redated,  # (attachment, first day before, after)
        "rows": [number for _customer, number in own],
        "customers": [customer for customer, _number in own],  # of the rows
    }
    numbers = dict(reversed(own))
    return chain(
        closed,
        new_rows(Customer, {pk: numbers[pk] for pk in created}),
        changed,
        new_rows(Contact, {person.pk: 0 for person in plan.people if person.pk}),
        new_rows(CustomerContact, {link: numbers[customer] for link, customer in links.items()}),
        new_rows(Attachment, {pk: numbers[customer] for pk, customer, _folder, _since in attachments}),
        (Written(0, Attachment, pk, "since", was, since) for pk, was, since in redated),
    )


def _attach(
    rows: Sequence[tuple[int, Planned]], change: LogRow
) -> tuple[list[tuple[int, int, int, date]], list[tuple[int, date, date]]]:
    """Attaches the rows' folders to their customers, moves first days, and rebuilds coverage once. What it made, and
    what got another first day.
    """
    wanted = [(customer, folder, row.since) for customer, row in rows for folder in row.folders]
    attachments = attach_many(wanted) if wanted else []
    redated = [(each.pk, each.since, row.since) for _customer, row in rows for each in row.redated]
    touched = redate_many(change, [(pk, since) for pk, _was, since in redated])
    touched |= {folder for _pk, _customer, folder, _since in attachments}
    if touched:
        rebuild(touched)
    return attachments, redated


def _customers(plan: Plan, created: list[int]) -> list[int]:
    """The customer of each row: one that is there, that it makes, or that an earlier row makes."""
    numbers, made = iter(created), dict[int, int]()
    for row in plan.rows:
        if row.existing is not None:
            made[row.record.row] = row.existing.pk
        else:
            made[row.record.row] = next(numbers) if row.first is None else made[row.first.record.row]
    return list(made.values())


def _create_customers(plan: Plan, tell: Callable[[int], None]) -> list[int]:
    """Writes the rows that make a customer; gives the customers' ids in the order of rows."""
    new = [row.existing is None and row.first is None for row in plan.rows]
    columns = {key: list(compress(plan.table.column(key), new)) for key in OF_CUSTOMER}
    _write_postcodes(columns)
    _fill_defaults(columns)
    search = [plan.search_keys[name] for name in columns["name"]]
    ids = new_ids(Customer, len(search))
    rows = zip(ids, *columns.values(), repeat(1), map(sort_key_of, search), search, strict=False)
    written = 0
    for batch in in_chunks(rows, BATCH):
        written += insert_rows(Customer, ["id", *columns, "version", *KEYS], batch)
        tell(written)
    plan.search_keys.clear()  # 15 MB of 100,000 rows
    return ids


def _write_postcodes(columns: dict[str, list[Any]]) -> None:
    """Numbers of a sheet become postcodes as the country of their row writes them."""
    for key in ("postcode", "billing_postcode"):
        columns[key] = [
            postcode(code, country or "FI") if isinstance(code, int) else code
            for code, country in zip(columns[key], columns["country"], strict=True)
        ]


def _fill_defaults(columns: dict[str, list[Any]]) -> None:
    for key, values in columns.items():
        field: Any = Customer._meta.get_field(key)
        default = field.get_default()
        if default is not None:
            columns[key] = [default if value is None else value for value in values]


def _change_customers(plan: Plan, tell: Callable[[int], None]) -> list[Written]:
    """Writes the filled cells of rows whose customer exists; rows that change nothing are left alone. Gives what it
    has changed.

    The customers are locked and read again, so that what somebody changed meanwhile in other fields stays.
    """
    changed: list[Written] = []
    rows = {row.existing.pk: row for row in plan.rows if row.existing is not None and row.changes()}
    filled, written = sorted({key for row in rows.values() for key in row.fields()}), 0
    for batch in in_chunks(rows, BATCH):
        current = Customer.objects.select_for_update().in_bulk(batch)
        if len(current) < len(batch):
            raise IntegrityError("a customer of the file was deleted meanwhile")
        for pk, customer in current.items():
            row = rows[pk]
            for key, value in row.fields().items():
                was = getattr(customer, key)
                if value != was:
                    changed.append(Written(row.record.row, Customer, pk, key, was, value))
                    setattr(customer, key, value)
        overwrite_rows(Customer, current.values(), [*filled, *KEYS])
        written += len(batch)
        tell(written)
    return changed


def _create_contacts(people: Sequence[Person]) -> None:
    for person, pk in zip(people, new_ids(Contact, len(people)), strict=True):
        person.pk = pk
    rows = ((each.pk, each.name, each.email, each.phone, 1, *_keys(each.name)) for each in people)
    insert_rows(Contact, ["id", "name", "email", "phone", "version", *KEYS], rows)


def _keys(name: str) -> tuple[bytes, str]:
    key = search_key(name)
    return sort_key_of(key), key


def _create_links(rows: Sequence[tuple[int, Planned]]) -> dict[int, int]:
    """Gives the rows' customers their contacts: the links' ids, each with its customer."""
    pairs = [(customer, row.contact.pk) for customer, row in rows if row.contact and row.links]
    links = new_ids(CustomerContact, len(pairs)) if pairs else []
    role = CustomerContact.Role.CONTRACT.value
    values = ((link, *pair, role, 1) for link, pair in zip(links, pairs, strict=True))
    insert_rows(CustomerContact, ["id", "customer_id", "contact_id", "role", "version"], values)
    return {link: customer for link, (customer, _contact) in zip(links, pairs, strict=True)}
