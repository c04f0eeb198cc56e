"""What taking an import of contacts back would do, contact by contact. Nothing that somebody has done since is lost.

A contact that the import made goes, unless it has been edited since, or given to customers or taken from them: then it
stays whole. One that was there gets each field back that nobody has edited since, and the customers that the import
took away; those that it added go, as long as they are as the import made them. All of it is in the history (0019).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from customers.importing_contacts.plan import Link
from customers.models import Change, Contact, Customer, CustomerContact
from folders.models import Operation
from sheets.importing.marks import digest
from sheets.importing.references import referring_models
from sheets.importing.undoing import Outcome, by_outcome
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
    back: dict[str, tuple[str, str]] = field(default_factory=dict)  # column → from what to what
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
    def restored(self) -> dict[int, dict[str, str]]:
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


def foresee(operation: Operation) -> Undo:
    """Eight queries, however many rows; changes nothing."""
    first: dict[int, int] = {}
    for number, contact in operation.arguments.get("rows", ()):
        first[contact] = min(number, first.get(contact, number))
    rows = [Row(number, contact) for contact, number in sorted(first.items(), key=lambda each: (each[1], each[0]))]
    done = _by_contact(Change.objects.filter(operation=operation).order_by("pk"))
    since = _since(operation, done)
    there = set(Contact.objects.filter(among("pk", first)).values_list("pk", flat=True))
    made = {pk for pk, changes in done.items() if any(_is_new(change) for change in changes)}
    links = _links(done)
    customers = _customers(done)
    uses = referring_models(Contact, made & there, OWN)
    for row in rows:
        row.made = row.contact in made
        later = since[row.contact]
        if row.contact not in there:
            row.edits = [change.pk for change in later if not change.link_id and change.done == Done.DELETE]
        elif row.made:
            _judge_made(row, done[row.contact], later, links[row.contact], uses.get(row.contact, []))
        else:
            _judge_changed(row, done[row.contact], later, links[row.contact], customers)
    return Undo(rows)


def _by_contact(changes: Iterable[Change]) -> dict[int, Changes]:
    found: dict[int, Changes] = defaultdict(list)
    for change in changes:
        found[change.contact_id or 0].append(change)
    return found


def _is_new(change: Change) -> bool:
    return change.done == Done.INSERT and not change.link_id


def _since(operation: Operation, done: dict[int, Changes]) -> dict[int, Changes]:
    """What has been done to the contacts since, but for later imports and what their taking back has undone of them."""
    if not done:
        return defaultdict(list)
    first = min(change.pk for changes in done.values() for change in changes)
    later = Change.objects.filter(among("contact__pk", done), pk__gt=first).exclude(operation=operation).order_by("pk")
    undoings = Operation.objects.filter(kind=Operation.Kind.UNDO_IMPORT, number__gt=operation.number)
    undone: dict[int, int] = dict(undoings.values_list("number", "arguments__operation"))
    found: dict[int, Changes] = defaultdict(list)
    for contact, changes in _by_contact(later).items():
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


def _links(done: dict[int, Changes]) -> dict[int, dict[int, Link]]:
    """All links that the contacts have now, by id."""
    found: dict[int, dict[int, Link]] = defaultdict(dict)
    kept = CustomerContact.objects.filter(among("contact__pk", done)) if done else CustomerContact.objects.none()
    for pk, contact, customer, role in kept.order_by("pk").values_list("pk", "contact_id", "customer_id", "role"):
        found[contact][pk] = customer, role
    return found


def _customers(done: dict[int, Changes]) -> set[int]:
    """Customers that contacts have been taken from, as far as they are still there."""
    pks = {each.customer_id for changes in done.values() for each in changes if each.link_id if each.customer_id}
    return set(Customer.objects.filter(among("pk", pks)).values_list("pk", flat=True)) if pks else set()


def _judge_made(
    row: Row, done: Changes, later: Changes, links: dict[int, Link], uses: list[type[models.Model]]
) -> None:
    row.used, row.edits = uses, [change.pk for change in later]
    if row.used:
        row.outcome = Outcome.CANNOT
    elif row.edits:
        row.outcome = Outcome.EDITED
    else:
        row.outcome = Outcome.BACK
        own = {change.link_id for change in done if change.link_id}
        row.unlinks = {pk: link for pk, link in links.items() if pk in own}


def _judge_changed(row: Row, done: Changes, later: Changes, links: dict[int, Link], customers: Collection[int]) -> None:
    """What goes back of a contact that was there before goes in any case; what has been edited since stays."""
    edited = _edits_by_what(later)
    own = [change for change in done if not change.link_id]
    of_links = [change for change in done if change.link_id]
    _judge_fields(row, own, edited)
    _judge_links(row, of_links, edited, links, customers)
    row.edits = sorted(set(row.edits))
    if row.edits:
        row.outcome = Outcome.EDITED
    elif row.back or row.unlinks or row.relinks:
        row.outcome = Outcome.BACK


def _edits_by_what(later: Changes) -> dict[Any, list[int]]:
    """The changes by what they have edited: a column, or a link by its id."""
    edited: dict[Any, list[int]] = defaultdict(list)
    for change in later:
        for key in [change.link_id] if change.link_id else change.changed:
            edited[key].append(change.pk)
    return edited


def _judge_fields(row: Row, done: Changes, edited: dict[Any, list[int]]) -> None:
    for change in done:
        for column, (was, is_now) in change.changed.items():
            row.edits += edited.get(column, [])
            if column not in edited:
                row.back[column] = is_now, was


def _judge_links(
    row: Row, done: Changes, edited: dict[Any, list[int]], links: dict[int, Link], customers: Collection[int]
) -> None:
    """Links that the import added go, and those that it took away come again, unless they are there already."""
    removed: set[Link] = set()
    for change in done:
        if change.done == Done.INSERT:
            row.edits += edited.get(change.link_id, [])
            if change.link_id in links and change.link_id not in edited:
                row.unlinks[change.link_id] = links[change.link_id]
        elif change.done == Done.DELETE:
            removed.add((change.customer_id or 0, _role(change)))
    stay = {link for pk, link in links.items() if pk not in row.unlinks}
    row.relinks = sorted(link for link in removed - stay if link[0] in customers)
