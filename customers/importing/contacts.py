"""Which contact a row means: one that is there, one of another row, or a new one.

The same person: same name (case and spaces apart) and same e-mail; without an e-mail, same name and phone; with
neither, the contact of that name whom the customer has already, else somebody new. The same e-mail with another name is
another person, and a note says so. Rows with an e-mail are settled first, so that the order of rows does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.plan import Person, Plan, Planned, in_chunks
from customers.models import Contact, CustomerContact
from sheets.columns import folded


@dataclass
class _Known:
    """People by what tells them apart, those of the database first."""

    by_email: dict[tuple[str, str], Person] = field(default_factory=dict)
    by_phone: dict[tuple[str, str], Person] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # e-mail → folded name → name

    def add(self, person: Person) -> None:
        name, email = folded(person.name), person.email.lower()
        if email:
            self.by_email.setdefault((name, email), person)
            self.names.setdefault(email, {}).setdefault(name, person.name)
        if person.phone:
            self.by_phone.setdefault((name, person.phone), person)


def match_contacts(plan: Plan, by: User | None) -> None:
    """Gives each row its contact; the new ones are gathered in `plan.people`."""
    rows = [row for row in plan.rows if _names_somebody(plan, row)]
    if not rows:
        return
    known, links = _from_database(rows, by), _links(plan)
    for with_email, with_phone in ((True, True), (False, True), (False, False)):
        for row in rows:
            email, phone = row.get("contact_email"), row.get("contact_phone")
            if bool(email) == with_email and (with_email or bool(phone) == with_phone):
                row.contact = _person(plan, known, links, row)
    for row in rows:
        contact, existing = row.contact, row.existing
        row.linked = bool(contact and existing and (existing.pk, contact.pk) in links.contract)


def _names_somebody(plan: Plan, row: Planned) -> bool:
    cells = ("contact_name", "contact_email", "contact_phone")
    if row.record.wrong.intersection(cells):
        return False
    if row.get("contact_name") is None and (row.get("contact_email") or row.get("contact_phone")):
        plan.problem(
            row, "contact_name", _("The contact's name is missing."), _("A name, or no e-mail and phone of a contact.")
        )
        return False
    return row.get("contact_name") is not None


def _person(plan: Plan, known: _Known, links: _Links, row: Planned) -> Person:
    name, email, phone = (row.get(f"contact_{key}") or "" for key in ("name", "email", "phone"))
    key = folded(name)
    if email:
        found = known.by_email.get((key, email.lower()))
    elif phone:
        found = known.by_phone.get((key, phone))
    else:
        found = links.by_name.get((row.existing.pk, key)) if row.existing else None
    if found is not None:
        return found
    person = Person(name, email, phone)
    others = known.names.get(email.lower(), {}) if email else {}
    other = next((other for folded_name, other in others.items() if folded_name != key), None)
    if other is not None:
        names = {"email": email, "name": name, "other": other}
        plan.namesakes.add(row.record.row, _("%(email)s: %(name)s, also %(other)s; kept as two people.") % names)
    known.add(person)
    plan.people.append(person)
    return person


def _from_database(rows: list[Planned], by: User | None) -> _Known:
    """Contacts with an e-mail or a phone of the file: a query for each 5,000 of them."""
    emails = {row.get("contact_email").lower() for row in rows if row.get("contact_email")}
    phones = {row.get("contact_phone") for row in rows if not row.get("contact_email")} - {None}
    contacts = Contact.objects.visible_to(by).order_by("pk").defer("sort_key", "search_key")
    known = _Known()
    for chunk in in_chunks(sorted(emails)):
        _add_all(known, contacts.alias(lower=Lower("email")).filter(lower__in=chunk).iterator())
    for chunk in in_chunks(sorted(phones)):
        _add_all(known, contacts.filter(phone__in=chunk).iterator())
    return known


def _add_all(known: _Known, contacts: Iterator[Contact]) -> None:
    for contact in contacts:
        known.add(Person(contact.name, contact.email, contact.phone, contact.pk))


@dataclass
class _Links:
    """Contacts that the customers of the file have already."""

    by_name: dict[tuple[int, str], Person] = field(default_factory=dict)  # (customer, folded name)
    contract: set[tuple[int, int]] = field(default_factory=set)  # (customer, contact) in the role that we give


def _links(plan: Plan) -> _Links:
    links = _Links()
    customers = [row.existing.pk for row in plan.rows if row.existing]
    for chunk in in_chunks(customers):
        found = CustomerContact.objects.filter(customer__in=chunk).select_related("contact").order_by("pk")
        for link in found.defer("contact__sort_key", "contact__search_key"):
            contact = link.contact
            person = Person(contact.name, contact.email, contact.phone, contact.pk)
            links.by_name.setdefault((link.customer_id, folded(contact.name)), person)
            if link.role == CustomerContact.Role.CONTRACT:
                links.contract.add((link.customer_id, contact.pk))
    return links
