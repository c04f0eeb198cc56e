"""What taking an import back would do, row by row. Nothing that somebody has done since is lost.

A customer that the import made goes, unless it has been edited or used since: then it stays whole. A customer that it
changed gets each field back that nobody has edited since. Links and attachments of the import go with their customers,
and from customers that were there before, as long as they are as the import made them; an attachment that got another
first day gets its own back, unless somebody else has the folder on those days by now. Contacts that it made go unless
they have been edited, or are linked elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from customers.importing.later_changes import Did, Since, did, since
from customers.importing.matching import UNIQUE
from customers.models import Attachment, Change, Contact, Coverage, Customer, CustomerContact
from folders.days import FOREVER
from folders.models import Operation
from sheets.importing.references import referring_models
from sheets.importing.undoing import Outcome, by_outcome
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


def foresee(operation: Operation) -> Undo:
    """A dozen queries, however many rows; changes nothing."""
    done = did(operation)
    later = since(operation, done)
    rows = _rows_of(operation, done)
    links, attachments = _Links(done, later), _Attachments(operation.arguments["attachments"], done)
    redated = _Redated(operation.arguments.get("redated", ()))
    uses = referring_models(Customer, done.created, OWN)
    made: list[Row] = []
    changed: list[Row] = []
    for row in rows:
        row.attached = attachments.added[row.customer]
        row.altered = attachments.altered[row.customer] + redated.altered[row.customer]
        row.held = redated.held[row.customer]
        if row.customer in later.gone:
            row.edits = [later.gone[row.customer]]
        else:
            (made if row.made else changed).append(row)
    for row in made:
        row.used = uses[row.customer]
        _judge_made(row, later, links)
    for row in changed:
        _judge_fields(row, later, done)
    deleted = {row.customer for row in made if row.outcome == Outcome.BACK}
    _keep_what_is_anothers(changed, deleted)
    for row in changed:
        _judge_changed(row, links, attachments, redated)
    undo = Undo(rows, deleted)
    going = [row.customer for row in rows if row.customer in deleted or not row.made]
    undo.links = sorted(_of_customers(links.same, going))
    undo.attachments = _of_customers(attachments.same, going)
    undo.redated = _of_customers(redated.same, going)
    undo.restored = _restored(rows, done)
    undo.contacts = _contacts(done, later, undo.links)
    undo.contacts_left = Contact.objects.filter(among("pk", done.contacts)).count() - len(undo.contacts)
    return undo


def _rows_of(operation: Operation, done: Did) -> list[Row]:
    """The rows of the file, and one for each customer that the file lacks and the import changed."""
    numbers, customers = operation.arguments["rows"], operation.arguments["customers"]
    rows = [Row(number, pk, pk in done.created) for number, pk in zip(numbers, customers, strict=True)]
    lacking = done.changed.keys() - set(customers)
    return rows + [Row(0, pk) for pk in sorted(lacking)]


def _of_customers[T](by_customer: dict[int, list[T]], customers: Iterable[int]) -> list[T]:
    return [each for customer in customers for each in by_customer[customer]]


def _restored(rows: Sequence[Row], done: Did) -> dict[int, dict[str, Any]]:
    """From the last change to the first, so that a number that went from one customer to another finds its way back."""
    changed = sorted((row for row in rows if row.back), key=lambda row: -done.changed[row.customer][0])
    return {row.customer: {column: was for column, (_now, was) in row.back.items()} for row in changed}


class _Links:
    """Those that the import made, by customer: the ones that are as it made them, and changes of the others."""

    def __init__(self, done: Did, later: Since) -> None:
        there = set(CustomerContact.objects.filter(among("pk", done.links)).values_list("pk", flat=True))
        self.same: dict[int, list[int]] = defaultdict(list)
        self.changes: dict[int, list[int]] = defaultdict(list)
        for link, (customer, _contact) in done.links.items():
            if link in later.links:
                self.changes[customer].append(later.links[link])
            elif link in there:
                self.same[customer].append(link)


class _Attachments:
    """Those that the import made, by customer: the ones that are as it made them, folders of the others, and folders
    that customers of the import have been given since.
    """

    def __init__(self, made: list[tuple[int, int, int, str]], done: Did) -> None:
        own = {pk: (customer, folder, since, FOREVER) for pk, customer, folder, since in made}
        found = Attachment.objects.filter(among("pk", own) | among("customer__pk", done.created)).order_by("pk")
        self.same: dict[int, list[Attachment]] = defaultdict(list)
        self.added: dict[int, list[int]] = defaultdict(list)
        self.altered: dict[int, list[int]] = defaultdict(list)
        for row in found:
            if own.get(row.pk) == (row.customer_id, row.folder_id, row.since.isoformat(), row.until):
                del own[row.pk]
                self.same[row.customer_id].append(row)
            elif row.pk not in own:
                self.added[row.customer_id].append(row.folder_id)
        for customer, folder, _since, _until in own.values():
            self.altered[customer].append(folder)


class _Redated:
    """Attachments that the import gave another first day, by customer: those that can have theirs back, folders of
    those that have been changed since, and of those whose days are another's by now.
    """

    def __init__(self, made: Sequence[tuple[int, str, str]]) -> None:
        days = {pk: (date.fromisoformat(was), date.fromisoformat(since)) for pk, was, since in made}
        self.same: dict[int, list[tuple[int, date]]] = defaultdict(list)
        self.altered: dict[int, list[int]] = defaultdict(list)
        self.held: dict[int, list[int]] = defaultdict(list)
        found = list(Attachment.objects.filter(among("pk", days)).order_by("pk")) if days else []
        before: dict[int, list[Attachment]] = defaultdict(list)
        folders = {row.folder_id for row in found}
        for other in Attachment.objects.filter(among("folder__pk", folders)) if found else ():
            before[other.folder_id].append(other)
        for row in found:
            was, since = days[row.pk]
            if (row.since, row.until) != (since, FOREVER):
                self.altered[row.customer_id].append(row.folder_id)
            elif any(other.pk != row.pk and other.until > was for other in before[row.folder_id]):
                self.held[row.customer_id].append(row.folder_id)
            else:
                self.same[row.customer_id].append((row.pk, was))


def _judge_made(row: Row, later: Since, links: _Links) -> None:
    edits = [pk for changes in later.edits.get(row.customer, {}).values() for pk in changes]
    row.edits = sorted({*edits, *later.other_links.get(row.customer, {}).values(), *links.changes[row.customer]})
    if row.used or row.attached or row.altered:
        row.outcome = Outcome.CANNOT
    else:
        row.outcome = Outcome.EDITED if row.edits else Outcome.BACK


def _judge_fields(row: Row, later: Since, done: Did) -> None:
    """What goes back of a customer that was there before."""
    edited = later.edits.get(row.customer, {})
    _pk, changed = done.changed.get(row.customer, (0, {}))
    for column, (was, is_now) in changed.items():
        if column in edited:
            row.edits += edited[column]
        else:
            row.back[column] = (is_now, was)


def _judge_changed(row: Row, links: _Links, attachments: _Attachments, redated: _Redated) -> None:
    """How it goes with a customer that was there before; what goes back of it goes in any case."""
    row.edits = sorted({*row.edits, *links.changes[row.customer]})
    if row.edits:
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


def _contacts(done: Did, later: Since, going: list[int]) -> list[int]:
    """Contacts that go: made by the import, not edited since, and linked to nobody by any link but those that go."""
    candidates = done.contacts - later.contacts.keys()
    linked = CustomerContact.objects.filter(among("contact__pk", candidates)).values_list("pk", "contact_id")
    links = set(going)
    return sorted(candidates - {contact for link, contact in linked if link not in links})
