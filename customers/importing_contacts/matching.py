"""Who a row is about: somebody who is there, the person of another row, or somebody new.

Of our own exports the id decides; else what the user has said in the preview; else name and e-mail, or name and phone
(customers.people); with neither e-mail nor phone, the only contact of that name whom one of the row's customers has
already. Rows are settled in that order, so that the order of the file does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from customers.cells import may_be_two
from customers.importing_contacts.plan import FIELDS, ContactPlan, Person, PlannedContact
from customers.models import Contact, CustomerContact
from customers.people import People, contacts_with
from folders.names import search_key
from sheets.columns import folded
from sheets.problems import shown
from spotilla.in_values import among, among_texts

CELLS = frozenset(FIELDS)
SEVERAL = 2  # of one name: none of them is chosen


@dataclass
class _Known:
    """People by what tells them apart, those who are there first; one Person for each contact."""

    people: dict[int, Person] = field(default_factory=dict)  # who are there, by id
    told_apart: People[Person] = field(default_factory=People)
    names: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))  # of new people: e-mail → names

    def person_of(self, contact: Contact) -> Person:
        found = self.people.get(contact.pk)
        if found is None:
            found = Person(contact.name, contact.email, contact.phone, contact, contact.pk)
            self.people[contact.pk] = found
        return found


def match_people(plan: ContactPlan, by: User | None) -> list[PlannedContact]:
    """Gives each row its person; returns those that have one, in the order in which they are settled. Six queries."""
    same = plan.table.choices.same
    for row in (*plan.rows, *plan.left_out):
        named = row.get("id") or same.get(row.record.row, 0)
        row.met = (named,) if named else ()
    rows = _RowsByKey.of(plan.rows)
    known = _from_database(rows, by)
    for row in rows.by_id:
        _be(plan, known, row)
    for row in (*rows.by_email, *rows.by_phone):
        _find(plan, known, row)
    _match_by_name(plan, known, rows.by_name, by)
    settled = [row for row in (*rows.by_id, *rows.by_email, *rows.by_phone, *rows.by_name) if row.person]
    for row in settled:
        _point_out_rows(row)
    _note_two_people((*rows.by_email, *rows.by_phone, *rows.by_name))
    return settled


@dataclass
class _RowsByKey:
    """Rows by what tells whom they are about."""

    by_id: list[PlannedContact] = field(default_factory=list)  # or by what the user has said
    by_email: list[PlannedContact] = field(default_factory=list)
    by_phone: list[PlannedContact] = field(default_factory=list)
    by_name: list[PlannedContact] = field(default_factory=list)  # alone

    @classmethod
    def of(cls, rows: Iterable[PlannedContact]) -> _RowsByKey:
        found = cls()
        for row in rows:
            if row.get("name") and row.met:
                found.by_id.append(row)
            elif _says_by_itself(row):
                found._of_cells(row).append(row)
        return found

    def _of_cells(self, row: PlannedContact) -> list[PlannedContact]:
        if row.get("email"):
            return self.by_email
        return self.by_phone if row.get("phone") else self.by_name


def _says_by_itself(row: PlannedContact) -> bool:
    """Whether it is the row's cells, all of them readable, that say whom it is about."""
    return bool(row.get("name")) and not row.met and not row.record.wrong & CELLS


def _from_database(rows: _RowsByKey, by: User | None) -> _Known:
    known = _Known()
    pks = {pk for row in rows.by_id for pk in row.met}
    emails = {row.get("email").lower() for row in rows.by_email}
    phones = {row.get("phone") for row in rows.by_phone}
    for contact in contacts_with(emails, phones, by):
        known.told_apart.add(known.person_of(contact), contact.name, contact.email, contact.phone)
    for contact in Contact.objects.visible_to(by).filter(among("pk", pks)) if pks else ():
        known.person_of(contact)
    return known


def _be(plan: ContactPlan, known: _Known, row: PlannedContact) -> None:
    """The row says, or the user does, who it is."""
    person, of_export = known.people.get(row.met[0]), bool(row.get("id"))
    if person is None or person.contact is None:
        if of_export:
            plan.problem(row, "id", _("There is no such contact."), _("Leave the id empty for a new contact."))
        else:
            gone = _("The contact chosen for this row no longer exists.")
            plan.problem(row, "name", gone, _("Choose again who it is."))
    elif of_export and not plan.update:
        text = _("This is the contact “%(contact)s”.") % {"contact": person.name}
        plan.problem(row, "id", text, _("To change it, choose to update."))
    elif of_export and person.row:
        text = _("Row %(row)d changes the same contact.") % {"row": person.row}
        plan.problem(row, "id", text, _("One row for each contact."))
    else:
        row.own, row.empties, person.may_change = True, of_export, True
        _join(row, person)
        known.told_apart.add(person, row.get("name"), row.get("email") or "", row.get("phone") or "")


def _find(plan: ContactPlan, known: _Known, row: PlannedContact) -> None:
    """By name and e-mail, else by name and phone."""
    name, email, phone = row.get("name"), row.get("email") or "", row.get("phone") or ""
    key = folded(name)
    found = known.told_apart.find(name, email, phone)
    if email:
        other = next((other for each, other in known.names[email.lower()].items() if each != key), None)
        if other is not None and found is None:
            names = {"email": email, "name": shown(name), "other": shown(other)}
            row.notes += (_("%(email)s: %(name)s, also %(other)s; kept as two people.") % names,)
        if found is None:
            known.names[email.lower()][key] = name
    if found is None:
        _lead(row)
        found = row.person
    else:
        _follow(plan, row, found)
    if found is not None:
        known.told_apart.add(found, name, email, phone)


def _match_by_name(plan: ContactPlan, known: _Known, rows: list[PlannedContact], by: User | None) -> None:
    """Rows with a name alone: the contact of that name whom one of their customers has, if it is one."""
    of_customers = _by_customer(known, rows, by)
    for row in rows:
        key = folded(row.get("name"))
        found = {person.pk: person for pk, _role in row.wants or () for person in of_customers.get((pk, key), ())}
        if len(found) == 1:
            _follow(plan, row, *found.values())
        else:
            _lead(row)


def _by_customer(known: _Known, rows: list[PlannedContact], by: User | None) -> dict[tuple[int, str], list[Person]]:
    """People who are there by a customer and their folded name."""
    customers = {pk for row in rows for pk, _role in row.wants or ()}
    found: dict[tuple[int, str], list[Person]] = defaultdict(list)
    if customers:
        names = {search_key(row.get("name")) for row in rows}
        contacts = Contact.objects.visible_to(by).filter(among_texts("search_key", names)).in_bulk()
        links = CustomerContact.objects.visible_to(by).filter(among("contact__pk", contacts))
        for customer, pk in links.order_by("pk").values_list("customer_id", "contact_id"):
            if customer in customers:
                same = found[customer, folded(contacts[pk].name)]
                if len(same) < SEVERAL and pk not in {person.pk for person in same}:
                    same.append(known.person_of(contacts[pk]))
    return found


def _lead(row: PlannedContact) -> None:
    """The row makes somebody new."""
    row.leads = True
    name, email, phone = (row.get(key) or "" for key in FIELDS)
    row.person = Person(name, email, phone, row=row.record.row, may_change=True)
    row.person.said = {key: row.record.row for key in FIELDS if row.get(key)}


def _follow(plan: ContactPlan, row: PlannedContact, person: Person) -> None:
    """The row is about somebody who is there, or whom another row makes."""
    if person.pk:
        row.met = (person.pk,)
    if not plan.update and not person.may_change:
        key = "email" if row.get("email") else "phone" if row.get("phone") else "name"
        text = _("The contact “%(contact)s” already exists.") % {"contact": person.name}
        plan.problem(row, key, text, _("To change it or give it customers, choose to update."))
    else:
        _join(row, person)


def _join(row: PlannedContact, person: Person) -> None:
    row.person, row.existing = person, person.contact
    person.row = person.row or row.record.row


def _point_out_rows(row: PlannedContact) -> None:
    if row.person is not None and row.person.row != row.record.row:
        row.notes += (_("The same person as on row %(row)d.") % {"row": row.person.row},)


def _note_two_people(rows: Iterable[PlannedContact]) -> None:
    """Names that seem to be those of two people."""
    for row in rows:
        if may_be_two(row.get("name")):
            row.notes += (_("“%(name)s” may be two people; kept as one.") % {"name": shown(row.get("name"))},)
