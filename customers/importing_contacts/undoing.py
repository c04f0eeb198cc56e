"""What taking an import of contacts back would do, contact by contact. Nothing that somebody has done since is lost.

A contact that the import made goes, unless it has been edited since, or given to customers or taken from them: then it
stays whole. One that was there gets each field back that is still as the import wrote it, and the customers that the
import took away; those that it added go, as long as they are as the import made them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from customers.importing.later_changes import undone_by_undoing
from customers.importing_contacts.plan import Link
from customers.models import Change, Contact, Customer, CustomerContact
from folders.importing.taking_back import operation_of
from folders.models import Operation
from sheets.importing.ledger import WrittenRows, read_ledger
from sheets.importing.marks import digest
from sheets.importing.references import referring_models
from sheets.importing.undoing import Outcome, by_outcome
from sheets.models import LedgerEntry, Upload
from spotilla.in_values import among

Done = Change.Done
OWN = {(Change, "contact"), (CustomerContact, "contact")}  # what belongs to the contact itself

type Changes = list[Change]  # of one contact, the oldest first


@dataclass(slots=True)
class Row:
    """A contact that rows of the file are about: the first of them, and what becomes of the contact."""

    number: int
    contact: int
    outcome: Outcome = Outcome.NOTHING
    made: bool = False  # by the import
    back: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # column → from what to what
    unlinks: dict[int, Link] = field(default_factory=dict)  # links that go, by id
    relinks: list[Link] = field(default_factory=list)  # links that come again
    edits: list[int] = field(default_factory=list)  # the changes since that keep it, or something of it
    used: list[type[models.Model]] = field(default_factory=list)  # what refers to it


@dataclass
class Undo:
    """What undoing an import of contacts would do, contact by contact."""

    rows: list[Row]

    @property
    def deleted(self) -> list[int]:
        return [row.contact for row in self.rows if row.made and row.outcome == Outcome.BACK]

    @property
    def restored(self) -> dict[int, dict[str, Any]]:
        return {row.contact: {key: was for key, (_now, was) in row.back.items()} for row in self.rows if row.back}

    @property
    def unlinks(self) -> list[int]:
        return [pk for row in self.rows for pk in row.unlinks]

    @property
    def relinks(self) -> list[tuple[int, int, str]]:
        """Customer, contact and role."""
        return [(customer, row.contact, role) for row in self.rows for customer, role in row.relinks]

    @property
    def idle(self) -> bool:
        return not (self.deleted or self.restored or self.unlinks or self.relinks)

    def counts(self) -> dict[str, int]:
        return by_outcome(self.rows) | {
            "deleted": len(self.deleted),
            "restored": len(self.restored),
            "unlinks": len(self.unlinks),
            "relinks": len(self.relinks),
        }

    def fingerprint(self) -> str:
        return f"{digest((self.deleted, self.restored, self.unlinks, self.relinks)):x}"


def foresee(upload: Upload) -> Undo:
    """A dozen queries, however many rows; changes nothing."""
    operation = operation_of(upload)
    first: dict[int, int] = {}
    for number, contact in operation.arguments.get("rows", ()):
        first[contact] = min(number, first.get(contact, number))
    rows = [Row(number, contact) for contact, number in sorted(first.items(), key=lambda each: (each[1], each[0]))]
    contacts, made_links = read_ledger(upload, Contact, CustomerContact)
    there = set(Contact.objects.filter(among("pk", first)).values_list("pk", flat=True))
    links = _Links(made_links, there)
    later = _later_changes(operation, first)
    uses = referring_models(Contact, contacts.made.keys() & there, OWN)
    for row in rows:
        row.made = row.contact in contacts.made
        changes = later[row.contact]
        if row.contact not in there:
            row.edits = [change.pk for change in changes if not change.link_id and change.done == Done.DELETE]
        elif row.made:
            row.used = uses.get(row.contact, [])
            _judge_made(row, contacts, links, changes)
        else:
            _judge_changed(row, contacts, links, changes)
    return Undo(rows)


class _Links:
    """Links by contact: those that the import made and are as it made them, those of them that are not, those that it
    took away, and those that others have made.
    """

    def __init__(self, written: WrittenRows, contacts: Collection[int]) -> None:
        self.same: dict[int, dict[int, Link]] = defaultdict(dict)
        self.altered: dict[int, list[int]] = defaultdict(list)
        self.removed: dict[int, set[Link]] = defaultdict(set)
        self.others: dict[int, dict[int, Link]] = defaultdict(dict)
        for pk, entry in written.made.items():
            contact, link = _link_of(entry)
            if written.is_as_made(pk):
                self.same[contact][pk] = link
            else:
                self.altered[contact].append(pk)
        kept = CustomerContact.objects.filter(among("contact__pk", contacts)).order_by("pk")
        links = kept.values_list("pk", "contact_id", "customer_id", "role") if contacts else ()
        for pk, contact, customer, role in links:
            if pk not in self.same[contact]:
                self.others[contact][pk] = customer, role
        removed = [_link_of(entry) for entry in written.removed.values()]
        wanted = {customer for _contact, (customer, _role) in removed}
        there = set(Customer.objects.filter(among("pk", wanted)).values_list("pk", flat=True)) if wanted else set()
        for contact, link in removed:
            if link[0] in there:
                self.removed[contact].add(link)


def _link_of(entry: LedgerEntry) -> tuple[int, Link]:
    """The contact of a link, with its customer and role."""
    values = entry.became or entry.was or {}
    return values.get("contact_id", 0), (values.get("customer_id", 0), values.get("role", ""))


def _later_changes(operation: Operation, contacts: Collection[int]) -> dict[int, Changes]:
    """What has been done to the contacts since, but for later imports and what their taking back has undone of them."""
    own = Change.objects.filter(operation=operation).order_by("pk").values_list("pk", flat=True).first()
    found: dict[int, Changes] = defaultdict(list)
    if own is None or not contacts:
        return found
    later = Change.objects.filter(among("contact__pk", contacts), pk__gt=own).exclude(operation=operation)
    undone = undone_by_undoing(operation)
    for contact, changes in _by_contact(later.order_by("pk")).items():
        kept: Changes = []
        for change in changes:
            number = undone.get(change.operation_id or 0)
            before = next((each for each in kept if number and _undoes(change, each, number)), None)
            if before is not None:
                kept.remove(before)
            else:
                kept.append(change)
        found[contact] = kept
    return found


def _by_contact(changes: Iterable[Change]) -> dict[int, Changes]:
    found: dict[int, Changes] = defaultdict(list)
    for change in changes:
        found[change.contact_id or 0].append(change)
    return found


def _undoes(change: Change, before: Change, operation: int) -> bool:
    """Whether the taking back of an import does the other way round what the import did."""
    if before.operation_id != operation or bool(before.link_id) != bool(change.link_id):
        return False
    if change.link_id:
        roles = [_role(change), _role(before)]
        return change.customer_id == before.customer_id and change.done != before.done and roles[0] == roles[1]
    backwards = {column: [now, was] for column, (was, now) in before.changed.items()}
    return change.done == before.done and change.changed == backwards


def _role(change: Change) -> str:
    was, now = change.changed["role"]
    return str(now or was)


def _judge_made(row: Row, contacts: WrittenRows, links: _Links, later: Changes) -> None:
    is_edited = not contacts.is_as_made(row.contact)
    of_links = {*links.altered[row.contact], *links.others[row.contact]}
    if is_edited or of_links:
        row.edits = [change.pk for change in later if (change.link_id in of_links if change.link_id else is_edited)]
    if row.used:
        row.outcome = Outcome.CANNOT
    elif is_edited or of_links:
        row.outcome = Outcome.EDITED
    else:
        row.outcome = Outcome.BACK
        row.unlinks = dict(links.same[row.contact])


def _judge_changed(row: Row, contacts: WrittenRows, links: _Links, later: Changes) -> None:
    """What goes back of a contact that was there before goes in any case; what has been edited since stays. Links that
    the import took away come again, unless they are there already.
    """
    edited = contacts.edited(row.contact)
    row.back = {name: (entry.became, entry.was) for name, entry in contacts.standing(row.contact).items()}
    row.unlinks = dict(links.same[row.contact])
    row.relinks = sorted(links.removed[row.contact] - set(links.others[row.contact].values()))
    altered = links.altered[row.contact]
    for change in later:
        if change.link_id in altered if change.link_id else edited & change.changed.keys():
            row.edits.append(change.pk)
    if edited or altered:
        row.outcome = Outcome.EDITED
    elif row.back or row.unlinks or row.relinks:
        row.outcome = Outcome.BACK
