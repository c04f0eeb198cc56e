"""What taking an import back would do, row by row. Nothing that somebody has done since is lost.

A customer that the import made goes, unless it has been edited or used since: then it stays whole. A customer that it
changed gets each field back that is still as the import wrote it. Links and attachments of the import go with their
customers, and from customers that were there before, as long as they are as the import made them; an attachment that
got another first day gets its own back, unless somebody else has the folder on those days by now. Contacts that it made
go unless they have been edited, or are linked elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from customers.importing.later_changes import LaterChanges, find_later_changes
from customers.importing.matching import UNIQUE
from customers.models import Attachment, Change, Contact, Coverage, Customer, CustomerContact
from folders.days import FOREVER
from folders.importing.taking_back import operation_of
from folders.models import Operation
from sheets.importing.ledger import WrittenRows, read_ledger
from sheets.importing.references import referring_models
from sheets.importing.undoing import Outcome, by_outcome
from sheets.models import Upload
from spotilla.in_values import among

# What belongs to the customer itself; all else that refers to it is work.
OWN = {(model, "customer") for model in (Attachment, Change, Coverage, CustomerContact)} | {(Contact, "customers")}


@dataclass(slots=True)
class Row:
    """A row of the file and what becomes of it; and so of a customer that the file lacks and the import changed."""

    number: int  # in the file; 0 of one that it lacks
    customer: int
    made: bool = False  # by the import
    outcome: Outcome = Outcome.NOTHING
    back: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # column → from what to what
    is_edited: bool = False  # some of its fields, since
    edits: list[int] = field(default_factory=list)  # the changes since that keep it, or some of its fields
    used: list[type[models.Model]] = field(default_factory=list)  # what refers to it
    attached: list[int] = field(default_factory=list)  # folders attached by hand since
    altered: list[int] = field(default_factory=list)  # folders whose attachment has been changed since
    held: list[int] = field(default_factory=list)  # folders that are another's by now on days that would go back
    taken: dict[str, str] = field(default_factory=dict)  # column → its old value, which is another customer's by now


@dataclass
class Undo:
    """What undoing an import of customers would do, by ids; the rows say why something stays."""

    rows: list[Row]
    customers: set[int] = field(default_factory=set)  # to be deleted
    restored: dict[int, dict[str, Any]] = field(
        default_factory=dict
    )  # customer → column → old value, last change first
    links: list[int] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    redated: list[tuple[int, date]] = field(default_factory=list)  # attachment, its first day before
    contacts_left: int = 0  # made by the import, and edited or linked elsewhere since

    @property
    def idle(self) -> bool:
        return not any(
            (self.customers, self.restored, self.links, self.contacts, self.attachments, self.redated),
        )

    def counts(self) -> dict[str, int]:
        return by_outcome(self.rows) | {
            "customers": len(self.customers),
            "restored": len(self.restored),
            "contacts": len(self.contacts),
            "contacts_left": self.contacts_left,
            "links": len(self.links),
            "attachments": len(self.attachments),
            "redated": len(self.redated),
        }

    def fingerprint(self) -> str:
        """The same for as long as the very same would be taken back."""
        attachments = [attachment.pk for attachment in self.attachments]
        told = (sorted(self.customers), self.restored, self.links, self.contacts, attachments, self.redated)
        return hashlib.sha256(repr(told).encode()).hexdigest()


def foresee(upload: Upload) -> Undo:
    """A dozen and a half of queries, however many rows; changes nothing."""
    operation = operation_of(upload)
    customers, contacts, made_links, made_attachments = read_ledger(
        upload, Customer, Contact, CustomerContact, Attachment
    )
    rows = _rows_of(operation, customers)
    later = find_later_changes(operation, {row.customer for row in rows})
    links, attachments = _Links(made_links, customers), _Attachments(made_attachments, customers)
    redated = _Redated(made_attachments)
    deleted = _judge_rows(rows, customers, links, attachments, redated, later)
    undo = Undo(rows, deleted, _restored(rows, customers))
    going = [row.customer for row in rows if row.customer in deleted or not row.made]
    undo.links = sorted(_of_customers(links.same, going))
    undo.attachments = _of_customers(attachments.same, going)
    undo.redated = _of_customers(redated.same, going)
    undo.contacts = _contacts(contacts, undo.links)
    undo.contacts_left = len(contacts.made.keys() & contacts.now.keys()) - len(undo.contacts)
    return undo


def _judge_rows(
    rows: Iterable[Row],
    customers: WrittenRows,
    links: _Links,
    attachments: _Attachments,
    redated: _Redated,
    later: LaterChanges,
) -> set[int]:
    """What becomes of each row; the customers that go."""
    made: list[Row] = []
    changed: list[Row] = []
    uses = referring_models(Customer, customers.made.keys(), OWN)
    for row in rows:
        row.attached, row.used = attachments.added[row.customer], uses.get(row.customer, [])
        row.altered = attachments.altered[row.customer] + redated.altered[row.customer]
        row.held = redated.held[row.customer]
        if row.customer in later.gone:
            row.edits = [later.gone[row.customer]]
        else:
            (made if row.made else changed).append(row)
    for row in made:
        _judge_made(row, customers, links, later)
    for row in changed:
        _judge_fields(row, customers, later)
    deleted = {row.customer for row in made if row.outcome == Outcome.BACK}
    _keep_what_is_anothers(changed, deleted)
    for row in changed:
        _judge_changed(row, links, attachments, redated, later)
    return deleted


def _rows_of(operation: Operation, customers: WrittenRows) -> list[Row]:
    """The rows of the file, and one for each customer that the file lacks and the import changed."""
    numbers, about = operation.arguments["rows"], operation.arguments["customers"]
    rows = [Row(number, pk, pk in customers.made) for number, pk in zip(numbers, about, strict=True)]
    lacking = customers.changed.keys() - set(about)
    return rows + [Row(0, pk) for pk in sorted(lacking)]


def _of_customers[T](by_customer: dict[int, list[T]], customers: Iterable[int]) -> list[T]:
    return [each for customer in customers for each in by_customer[customer]]


def _restored(rows: Sequence[Row], customers: WrittenRows) -> dict[int, dict[str, Any]]:
    """From the last change to the first, so that a number that went from one customer to another finds its way back."""

    def last_written(row: Row) -> int:
        return -min(entry.pk for entry in customers.changed[row.customer].values())

    changed = sorted((row for row in rows if row.back), key=last_written)
    return {row.customer: {column: was for column, (_now, was) in row.back.items()} for row in changed}


class _Links:
    """Links by customer: those of the import that are as it made them and those that are not, and of customers that it
    made the links that others have given them.
    """

    def __init__(self, written: WrittenRows, customers: WrittenRows) -> None:
        self.same: dict[int, list[int]] = defaultdict(list)
        self.altered: dict[int, list[int]] = defaultdict(list)
        self.added: dict[int, list[int]] = defaultdict(list)
        for link, entry in written.made.items():
            of_customer = self.same if written.is_as_made(link) else self.altered
            of_customer[(entry.became or {}).get("customer_id", 0)].append(link)
        there = CustomerContact.objects.filter(among("customer__pk", customers.made)).order_by("pk")
        for link, customer in there.values_list("pk", "customer_id") if customers.made else ():
            if link not in written.made:
                self.added[customer].append(link)

    def edits(self, customer: int, later: LaterChanges) -> list[int]:
        """The changes by which its links are others than the import made."""
        changes = later.links.get(customer, {})
        return [changes[link] for link in (*self.altered[customer], *self.added[customer]) if link in changes]


class _Attachments:
    """Those that the import made, by customer: the ones that are as it made them, folders of the others, and folders
    that customers of the import have been given since.
    """

    def __init__(self, written: WrittenRows, customers: WrittenRows) -> None:
        self.same: dict[int, list[Attachment]] = defaultdict(list)
        self.added: dict[int, list[int]] = defaultdict(list)
        self.altered: dict[int, list[int]] = defaultdict(list)
        same = {pk for pk in written.made if written.is_as_made(pk)}
        found = Attachment.objects.filter(among("pk", same) | among("customer__pk", customers.made)).order_by("pk")
        for row in found if same or customers.made else ():
            if row.pk in same:
                self.same[row.customer_id].append(row)
            elif row.pk not in written.made:
                self.added[row.customer_id].append(row.folder_id)
        for pk in written.made.keys() - same:
            became = written.made[pk].became or {}
            self.altered[became.get("customer_id", 0)].append(became.get("folder_id", 0))


class _Redated:
    """Attachments that the import gave another first day, by customer: those that can have theirs back, folders of
    those that have been changed since, and of those whose days are another's by now.
    """

    def __init__(self, written: WrittenRows) -> None:
        days = {pk: date.fromisoformat(str(fields["since"].was)) for pk, fields in written.changed.items()}
        self.same: dict[int, list[tuple[int, date]]] = defaultdict(list)
        self.altered: dict[int, list[int]] = defaultdict(list)
        self.held: dict[int, list[int]] = defaultdict(list)
        found = list(Attachment.objects.filter(among("pk", days)).order_by("pk")) if days else []
        before: dict[int, list[Attachment]] = defaultdict(list)
        folders = {row.folder_id for row in found}
        for other in Attachment.objects.filter(among("folder__pk", folders)) if found else ():
            before[other.folder_id].append(other)
        for row in found:
            was = days[row.pk]
            if row.until != FOREVER or "since" not in written.standing(row.pk):
                self.altered[row.customer_id].append(row.folder_id)
            elif any(other.pk != row.pk and other.until > was for other in before[row.folder_id]):
                self.held[row.customer_id].append(row.folder_id)
            else:
                self.same[row.customer_id].append((row.pk, was))


def _judge_made(row: Row, customers: WrittenRows, links: _Links, later: LaterChanges) -> None:
    is_edited = not customers.is_as_made(row.customer)
    of_links = [*links.altered[row.customer], *links.added[row.customer]]
    if is_edited or of_links:
        edits = [pk for changes in later.edits.get(row.customer, {}).values() for pk in changes]
        row.edits = sorted({*(edits if is_edited else ()), *links.edits(row.customer, later)})
    if row.used or row.attached or row.altered:
        row.outcome = Outcome.CANNOT
    else:
        row.outcome = Outcome.EDITED if is_edited or of_links else Outcome.BACK


def _judge_fields(row: Row, customers: WrittenRows, later: LaterChanges) -> None:
    """What goes back of a customer that was there before."""
    row.back = {name: (entry.became, entry.was) for name, entry in customers.standing(row.customer).items()}
    edits = later.edits.get(row.customer, {})
    for column in customers.edited(row.customer):
        row.is_edited = True
        row.edits += edits.get(column, [])


def _judge_changed(row: Row, links: _Links, attachments: _Attachments, redated: _Redated, later: LaterChanges) -> None:
    """How it goes with a customer that was there before; what goes back of it goes in any case."""
    row.edits = sorted({*row.edits, *links.edits(row.customer, later)})
    if row.is_edited or links.altered[row.customer]:
        row.outcome = Outcome.EDITED
    elif row.altered or row.taken or row.held:
        row.outcome = Outcome.CANNOT
    elif row.back or any(made.same[row.customer] for made in (links, attachments, redated)):
        row.outcome = Outcome.BACK


def _keep_what_is_anothers(rows: list[Row], deleted: Collection[int]) -> None:
    """A business ID or a number that somebody else has by now cannot go back: the customer keeps the one it has, which
    another may then lack in turn.
    """
    for column in UNIQUE:
        wanted = {row.back[column][1]: row for row in rows if row.back.get(column, ("", ""))[1]}
        moving = {row.customer for row in rows if column in row.back}
        held = dict(Customer.objects.filter(among(column, wanted)).values_list(column, "pk")) if wanted else {}
        settled = False
        while not settled:
            settled = True
            for value, row in list(wanted.items()):
                holder = held.get(value, row.customer)
                if holder != row.customer and holder not in deleted and holder not in moving:
                    del wanted[value], row.back[column]
                    moving.discard(row.customer)
                    row.taken[column] = value
                    settled = False


def _contacts(contacts: WrittenRows, going: list[int]) -> list[int]:
    """Contacts that go: made by the import, not edited since, and linked to nobody by any link but those that go."""
    candidates = {pk for pk in contacts.made if contacts.is_as_made(pk)}
    if not candidates:
        return []
    linked = CustomerContact.objects.filter(among("contact__pk", candidates)).values_list("pk", "contact_id")
    links = set(going)
    return sorted(candidates - {contact for link, contact in linked if link not in links})
