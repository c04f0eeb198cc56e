"""What an import of contacts would do, row by row."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from customers.importing_contacts.columns import CONTACTS_BY_KEY, DEFAULT, with_role, write_customers
from customers.models import Contact
from sheets.importing.plans import Outcome, PlannedRow, RowPlan

FIELDS = ("name", "email", "phone")

type Link = tuple[int, str]  # of a contact: customer, role


@dataclass(slots=True, eq=False)
class Person:
    """Somebody whom rows are about: as there, and then as each row leaves them. Rows come one after another."""

    name: str
    email: str
    phone: str
    contact: Contact | None = None  # who is there; none: a new one
    pk: int = 0  # 0: not yet made
    row: int = 0  # the first that is about them; 0: none yet
    links: dict[Link, int] = field(default_factory=dict)  # by id; 0: not yet made
    hidden: frozenset[Link] = frozenset()  # those that the user may not see
    said: dict[str, int] = field(default_factory=dict)  # what rows of the file say of them: field → row
    may_change: bool = False  # a row says by its id, or the user in the preview, that it is this one


@dataclass(slots=True)
class PlannedContact(PlannedRow):
    """A row, whom it is about, and what it would change of them and of their customers."""

    existing: Contact | None = None
    person: Person | None = None
    leads: bool = False  # it is the row that makes its person
    own: bool = False  # it says, or the user does, who it is: all its cells count, its name too
    wants: tuple[tuple[int, str | None], ...] | None = ()  # customers with the roles that the cell gives; None: unknown
    sets: dict[str, tuple[str, str]] = field(default_factory=dict)  # what was, what will be
    adds: tuple[Link, ...] = ()
    removes: tuple[Link, ...] = ()
    unlinks: tuple[int, ...] = ()  # the same by id
    customers: tuple[str, str] = ("", "")  # who goes; who comes, and of our own exports who stays

    @property
    def outcome(self) -> Outcome:
        if self.doubles:
            return Outcome.ASKED
        if self.leads:
            return Outcome.NEW
        return Outcome.CHANGED if self.sets or self.adds or self.removes else Outcome.UNCHANGED


@dataclass
class ContactPlan(RowPlan[PlannedContact]):
    """What a file of contacts would do."""

    by_key = CONTACTS_BY_KEY

    names: dict[int, str] = field(default_factory=dict)  # of customers, as far as the user may see them

    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them; and the links that come and go, if nothing is in error."""
        return super().counts() | {
            "links": sum(len(row.adds) for row in self.rows),
            "unlinked": sum(len(row.removes) for row in self.rows),
        }


def called(names: Mapping[int, str], *links: Iterable[Link]) -> str:
    """The customers of links by name, those of the first links first; in brackets a role that is not the usual one."""
    in_order = itertools.chain(*(sorted(each, key=lambda link: (names[link[0]].casefold(), link)) for each in links))
    return write_customers(tuple(names[pk] if role == DEFAULT else with_role(names[pk], role) for pk, role in in_order))
