"""Which contact a row means: one that is there, one of another row, or a new one.

The same person is who has the same name and e-mail, or phone (customers.people); with neither, the contact of that name
whom the customer has already, else somebody new. The same e-mail with another name is
another person, and a note says so. Rows with an e-mail are settled first, so that the order of rows does not matter.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import User
from customers.cells import may_be_two
from customers.importing.plan import Person, Plan, Planned
from customers.models import CustomerContact
from customers.people import People, contacts_with
from sheets.columns import folded
from sheets.problems import shown
from spotilla.in_values import among

CONTACT_CELLS = ("contact_name", "contact_email", "contact_phone")


class _Named(NamedTuple):
    """A row, and what it says of its contact."""

    row: Planned
    name: str
    email: str | None
    phone: str | None


@dataclass
class _Known:
    """People by what tells them apart, those of the database first."""

    people: People[Person] = field(default_factory=People)
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # e-mail → folded name → name

    def add(self, person: Person) -> None:
        self.people.add(person, person.name, person.email, person.phone)
        if person.email:
            self.names.setdefault(person.email.lower(), {}).setdefault(folded(person.name), person.name)


def match_contacts(plan: Plan, by: User | None) -> None:
    """Gives each row its contact; the new ones are gathered in `plan.people`. Three queries at most."""
    named = _named_rows(plan)
    if not named:
        return
    _note_two_people(plan, named)
    with_email = [each for each in named if each.email]
    with_phone = [each for each in named if each.phone and not each.email]
    nameless = [each for each in named if not each.email and not each.phone]
    known, links = _from_database(with_email, with_phone, by), _links(plan)
    _match_by_email_or_phone(plan, known, itertools.chain(with_email, with_phone))
    _match_by_name(plan, known, links, nameless)
    for each in named:
        _note_what_stays(each)
    _note_linked(named, links)


def _named_rows(plan: Plan) -> list[_Named]:
    """The rows that say who their contact is; a row that fills a contact's cell without its name is a problem."""
    columns = map(plan.table.column, CONTACT_CELLS)
    filled = (_Named(row, *cells) for row, *cells in zip(plan.rows, *columns, strict=True) if any(cells))
    return [each for each in filled if _names_somebody(plan, each.row, each.name)]


def _note_two_people(plan: Plan, named: Sequence[_Named]) -> None:
    """Notes names that seem to be those of two people, such as “A ja B”."""
    for each in named:
        if may_be_two(each.name):
            note = _("“%(name)s” may be two people; kept as one.") % {"name": shown(each.name)}
            plan.twins.add(each.row.record.row, note)
            each.row.notes += (note,)


def _match_by_email_or_phone(plan: Plan, known: _Known, named: Iterable[_Named]) -> None:
    people: dict[tuple[str, str | None, str | None], Person] = {}  # many rows have the same three cells
    for row, name, email, phone in named:
        person = people.get((name, email, phone))
        if person is None:
            person = _person(plan, known, row, name, email or "", phone or "")
            people[name, email, phone] = person
        row.contact = person


def _match_by_name(plan: Plan, known: _Known, links: _Links, named: Sequence[_Named]) -> None:
    """Rows with a name alone: the contact of that name whom the customer has, or that another of its rows gives it."""
    followed = {row.first.record.row for row in plan.rows if row.first is not None}
    for row, name, _email, _phone in named:
        link = _customer(row), folded(name)
        row.contact = links.by_name.get(link) or _new(plan, known, Person(name, "", ""))
        if row.first is not None or row.record.row in followed:
            links.by_name[link] = row.contact


def _customer(row: Planned) -> int:
    """Whom the row gives its contact: a customer's id; of a new one the row that makes it, below zero."""
    first = row.first or row
    return first.existing.pk if first.existing else -first.record.row


def _note_linked(named: Sequence[_Named], links: _Links) -> None:
    """A contact that the customer has, or that an earlier row gives it, is not linked once more."""
    given: set[tuple[int, int]] = set()
    for row, *_cells in named:
        contact = row.contact
        if contact is not None:
            link = _customer(row), contact.pk or -id(contact)
            row.linked = link in given or (_customer(row), contact.pk) in links.contract
            given.add(link)


def _note_what_stays(named: _Named) -> None:
    """An import of customers changes no contact: an e-mail or phone that is another than the contact's says nothing."""
    row, _name, email, phone = named
    contact = row.contact
    if contact is None:
        return
    if (email and email != contact.email) or (phone and phone != contact.phone):
        kept = {"name": contact.name, "kept": ", ".join(filter(None, (contact.email, contact.phone)))}
        row.notes += (_("The contact “%(name)s” stays as it is: %(kept)s.") % kept,)


def _names_somebody(plan: Plan, row: Planned, name: str | None) -> bool:
    """Whether the row, which fills a contact's cell, says who it is."""
    if row.record.wrong and row.record.wrong.intersection(CONTACT_CELLS):
        return False
    if name is None:
        plan.problem(
            row, "contact_name", _("The contact's name is missing."), _("A name, or no e-mail and phone of a contact.")
        )
    return name is not None


def _person(plan: Plan, known: _Known, row: Planned, name: str, email: str, phone: str) -> Person:
    found = known.people.find(name, email, phone)
    if found is not None:
        return found
    key = folded(name)
    others = known.names.get(email.lower(), {}) if email else {}
    other = next((other for folded_name, other in others.items() if folded_name != key), None)
    if other is not None:
        names = {"email": email, "name": shown(name), "other": shown(other)}
        note = _("%(email)s: %(name)s, also %(other)s; kept as two people.") % names
        plan.namesakes.add(row.record.row, note)
        row.notes += (note,)
    return _new(plan, known, Person(name, email, phone))


def _new(plan: Plan, known: _Known, person: Person) -> Person:
    known.add(person)
    plan.people.append(person)
    return person


def _from_database(with_email: Sequence[_Named], with_phone: Sequence[_Named], by: User | None) -> _Known:
    """Contacts with an e-mail of the file, or a phone of a row without one: a query each."""
    emails = {each.email.lower() for each in with_email if each.email}
    phones = {each.phone for each in with_phone if each.phone}
    known = _Known()
    for contact in contacts_with(emails, phones, by):
        known.add(Person(contact.name, contact.email, contact.phone, contact.pk))
    return known


@dataclass
class _Links:
    """Contacts that the customers of the file have already."""

    by_name: dict[tuple[int, str], Person] = field(default_factory=dict)  # (customer, folded name)
    contract: set[tuple[int, int]] = field(default_factory=set)  # (customer, contact) in the role that we give


def _links(plan: Plan) -> _Links:
    links = _Links()
    customers = [row.existing.pk for row in plan.rows if row.existing]
    if customers:
        found = (
            CustomerContact.objects.filter(among("customer__pk", customers)).select_related("contact").order_by("pk")
        )
        for link in found.defer("contact__sort_key", "contact__search_key"):
            contact = link.contact
            person = Person(contact.name, contact.email, contact.phone, contact.pk)
            links.by_name.setdefault((link.customer_id, folded(contact.name)), person)
            if link.role == CustomerContact.Role.CONTRACT:
                links.contract.add((link.customer_id, contact.pk))
    return links
