"""What an import would do, row by row."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from customers.cells import postcode
from customers.importing import columns
from customers.models import Attachment, Customer
from folders.days import ALWAYS
from sheets.importing.plans import Outcome, PlannedRow, RowPlan
from sheets.records import NOTHING

NOTES_KEPT = 100
CHUNK = 5_000  # values in one query; SQLite takes 32,766
OF_CUSTOMER = tuple(
    column.key
    for column in columns.COLUMNS
    if column.key not in {"contact_name", "contact_email", "contact_phone", "folders", "attached_from"}
)

EMPTY: dict[str, Any] = {key: Customer._meta.get_field(key).get_default() for key in OF_CUSTOMER if key != "name"}  # type: ignore[union-attr]


def in_chunks[V](values: Iterable[V], size: int = CHUNK) -> Iterator[tuple[V, ...]]:
    """The values by thousands, for queries."""
    return itertools.batched(values, size, strict=False)


@dataclass(slots=True)
class Person:
    """A contact: one that is there (`pk`), or a new one."""

    name: str
    email: str
    phone: str
    pk: int = 0  # 0: not yet made


@dataclass(slots=True)
class Planned(PlannedRow):
    """A row and what becomes of it."""

    existing: Customer | None = None
    contact: Person | None = None
    kept: frozenset[str] = NOTHING  # keys of cells that nobody has touched since the export, and others have changed
    first: Planned | None = None  # the row that makes or changes the customer, which this one gives a contact
    linked: bool = False  # the contact is the customer's already
    folders: tuple[int, ...] = ()  # to attach, by id
    held: tuple[Attachment, ...] = ()  # of the row's folders, those that the customer has already

    @property
    def since(self) -> date:
        day: date = self.get("attached_from") or ALWAYS
        return day

    @property
    def redated(self) -> tuple[Attachment, ...]:
        """Attachments that get the row's day. An empty cell says nothing of those that are there."""
        day = self.get("attached_from")
        return tuple(each for each in self.held if each.since != day) if day else ()

    def fields(self) -> dict[str, Any]:
        """What the row says of the customer's own fields. Empty cells say nothing, but those of our own exports."""
        if self.first is not None:
            return {}
        values = {key: value for key, value in self.record.values.items() if key in OF_CUSTOMER}
        if self.empties:
            empty = self.record.keys.keys() & EMPTY.keys() - values.keys() - self.record.wrong
            values = {
                key: value
                for key, value in (values | {key: EMPTY[key] for key in empty}).items()
                if key not in self.kept
            }
        country = values.get("country") or (self.existing.country if self.existing else "FI")
        for key in ("postcode", "billing_postcode"):
            if key in values:
                values[key] = postcode(values[key], country)
        return values

    def changes(self) -> bool:
        """Whether the row changes its customer's own fields."""
        return any(getattr(self.existing, key) != value for key, value in self.fields().items())

    @property
    def links(self) -> bool:
        """Whether the row gives its customer a contact."""
        return self.contact is not None and not self.linked

    @property
    def outcome(self) -> Outcome:
        """What becomes of the row, should nothing be wrong with it."""
        if self.doubles or self.repeats:
            return Outcome.ASKED
        if self.existing is None and self.first is None:
            return Outcome.NEW
        changed = self.changes() or self.links or self.folders or self.redated
        return Outcome.CHANGED if changed else Outcome.UNCHANGED


@dataclass
class Missing:
    """Open customers that the file lacks: those that are closed, and those that are not, by id with their names."""

    closed: dict[int, str]
    kept: dict[int, str]


@dataclass(slots=True)
class Notes:
    """Things worth knowing that are no problems: the first 100, and how many in all."""

    total: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list)  # (row, what)

    def add(self, row: int, text: str) -> None:
        self.total += 1
        if len(self.kept) < NOTES_KEPT:
            self.kept.append((row, text))

    @property
    def unlisted(self) -> int:
        return self.total - len(self.kept)


@dataclass
class Plan(RowPlan[Planned]):
    """What a file of customers would do: its rows, the new contacts, and what is worth a look."""

    by_key = columns.BY_KEY

    missing: Missing | None = None  # customers that the file lacks, when something becomes of them
    people: list[Person] = field(default_factory=list)  # new contacts
    names: Notes = field(default_factory=Notes)  # new customers by a name that exists already
    namesakes: Notes = field(default_factory=Notes)  # new contacts by an e-mail that somebody else has
    twins: Notes = field(default_factory=Notes)  # contacts whose cell seems to hold two people
    search_keys: dict[str, str] = field(default_factory=dict)  # of the customers' names

    @property
    def idle(self) -> bool:
        return super().idle and not (self.missing and self.missing.closed)

    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them; and what else is written, if nothing is in error."""
        return super().counts() | {
            "contacts": len(self.people),
            "links": sum(row.links for row in self.rows),
            "attachments": sum(len(row.folders) for row in self.rows),
            "redated": sum(len(row.redated) for row in self.rows),
            "closed": len(self.missing.closed) if self.missing else 0,
        }
