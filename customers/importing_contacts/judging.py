"""Judges rows of contacts against each other and against what is there: about fifteen queries, however many rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing_contacts.columns import DEFAULT
from customers.importing_contacts.finding import Customers, customers_called, known_for_calling, sure_call
from customers.importing_contacts.matching import match_people
from customers.importing_contacts.plan import FIELDS, ContactPlan, Link, Person, PlannedContact, called
from customers.importing_contacts.reimport import changed_since, keep_what_others_changed, links_then
from customers.models import Change, Customer, CustomerContact
from sheets.problems import shown
from sheets.tables import Table
from spotilla.in_values import among

PROBLEMS_A_CELL = 10  # more are not told


def judge(table: Table, *, update: bool, by: User | None) -> ContactPlan:
    """What the table would do, with its problems; with `update` rows may change contacts. Changes nothing."""
    plan = ContactPlan(table, update, [PlannedContact(record) for record in table.records], table.problems.copy())
    plan.left_out = [PlannedContact(record) for record in table.left_out]
    plan.problems.next_stage()
    _find_customers(plan, by)
    plan.problems.next_stage()
    rows = match_people(plan, by)
    _look_up_links(plan, {row.person.pk: row.person for row in rows if row.person and row.person.pk}, by)
    plan.problems.next_stage()
    since = changed_since(rows)
    may_link = by is None or by.has_perm("customers.change_customer")
    for row in rows:
        if row.person is not None:
            changes = since.get(row.person.pk, []) if row.get("id") else []
            _set(plan, row, row.person, changes)
            _link(plan, row, row.person, changes, may_link=may_link)
    return plan


def _find_customers(plan: ContactPlan, by: User | None) -> None:
    """Gives each row the customers that its cell means."""
    parts = set(itertools.chain.from_iterable(filter(None, plan.table.column("customers"))))
    known = customers_called(parts, by)
    matches = (known.find(part)[0] for part in parts)
    ambiguous = [customers for customers in matches if len(customers) > 1]
    calling = known_for_calling(itertools.chain(*ambiguous), by)
    plan.names |= {pk: customer.name for pk, customer in known.by_id.items()}
    for row in plan.rows:
        cell = row.get("customers")
        if "customers" in row.record.wrong:
            row.wants = None
        elif cell:
            _find(plan, row, cell, known, calling)
        elif row.get("role") and not row.get("id"):
            row.notes += (_("The role is left out, since the row names no customer."),)


def _find(plan: ContactPlan, row: PlannedContact, cell: tuple[str, ...], known: Customers, calling: Customers) -> None:
    wants: dict[tuple[int, str | None], None] = {}
    wrong = 0
    for part in cell:
        found, role = known.find(part)
        if len(found) == 1:
            wants[found[0].pk, role] = None
            if found[0].closed_on is not None:
                texts = {"customer": found[0].name, "day": shown(found[0].closed_on)}
                row.notes += (_("“%(customer)s” is closed from %(day)s.") % texts,)
            continue
        wrong += 1
        if wrong > PROBLEMS_A_CELL:
            continue
        if found:
            calls = [sure_call(customer, role, calling) for customer in found]
            fixes = ["; ".join(call if each == part else each for each in cell) for call in calls[:5]]
            text = _("“%(text)s” matches %(count)d customers.") % {"text": part, "count": len(found)}
            plan.problem(row, "customers", text, ", ".join(calls[:5]), fixes)
        else:
            text = _("There is no customer “%(text)s”.") % {"text": part}
            right = _("A business ID, a customer number or a whole name; several parted by ;")
            plan.problem(row, "customers", text, right)
    row.wants = None if wrong else tuple(wants)


def _look_up_links(plan: ContactPlan, people: dict[int, Person], by: User | None) -> None:
    """The customers whom people have already. Three queries when there are such people."""
    if not people:
        return
    links = CustomerContact.objects.filter(among("contact__pk", people))
    for pk, contact, customer, role in links.values_list("pk", "contact_id", "customer_id", "role"):
        people[contact].links[customer, role] = pk
    customers = {customer for person in people.values() for customer, _role in person.links}
    seen = Customer.objects.visible_to(by).filter(among("pk", customers)) if customers else Customer.objects.none()
    plan.names |= dict(seen.values_list("pk", "name"))
    sees_links = by is None or by.has_perm("customers.view_customercontact")
    for person in people.values():
        person.hidden = frozenset(link for link in person.links if not sees_links or link[0] not in plan.names)


def _set(plan: ContactPlan, row: PlannedContact, person: Person, changes: list[Change]) -> None:
    """What the row makes of its person's own fields. Empty cells say nothing, but those of our own exports."""
    values = {key: row.get(key) for key in FIELDS if row.get(key)}
    if not row.own:
        values = {key: value for key, value in values.items() if key == "phone"}
    if row.empties:
        empty = plan.table.places.keys() & {"email", "phone"} - values.keys() - row.record.wrong
        values = keep_what_others_changed(plan, row, person, values | dict.fromkeys(empty, ""), changes)
    for key, value in values.items():
        before = person.said.setdefault(key, row.record.row)
        was = getattr(person, key)
        if was == value:
            continue
        if before != row.record.row:
            texts = {"row": before, "value": was}
            plan.problem(row, key, _("Row %(row)d says “%(value)s” of the same person.") % texts, _("One of the two."))
        else:
            row.sets[key] = was, value
            setattr(person, key, value)


def _link(plan: ContactPlan, row: PlannedContact, person: Person, changes: list[Change], *, may_link: bool) -> None:
    """What the row makes of its person's customers: it adds some; a row of our own export takes others away."""
    if not _says_links(plan, row):
        return
    adds, removes = _compare_links(plan, row, person, changes)
    if not adds and not removes:
        return
    if not may_link:
        text = _("You may not give customers contacts, or take them away.")
        plan.problem(row, "customers", text, _("Leave the column out."))
        return
    stay = person.links.keys() - removes - person.hidden if row.empties else ()
    row.adds, row.removes = tuple(sorted(adds)), tuple(sorted(removes))
    row.customers = called(plan.names, removes), called(plan.names, adds, stay)
    for link in removes:
        row.unlinks += (person.links.pop(link),)
    person.links |= dict.fromkeys(adds, 0)


def _says_links(plan: ContactPlan, row: PlannedContact) -> bool:
    """Whether the row says whose contact its person is; an empty cell does so in our own exports alone."""
    if row.wants is None:
        return False
    return bool(row.wants) or (row.empties and "customers" in plan.table.places)


def _compare_links(
    plan: ContactPlan, row: PlannedContact, person: Person, changes: list[Change]
) -> tuple[set[Link], set[Link]]:
    """The links that the row adds, and those that it removes."""
    now = person.links.keys()
    then = links_then(now, changes) if row.empties else set[Link]()
    wanted = set(_wanted(plan, row, then))
    adds = {link for link in wanted - then if link not in now}  # the person may have thousands
    removes = (then - wanted) & (now - person.hidden) if then else set[Link]()
    return adds, removes


def _wanted(plan: ContactPlan, row: PlannedContact, then: set[Link]) -> Iterator[Link]:
    """The links that the row's customers mean. Without a column of roles those of our own exports keep theirs."""
    keep = row.empties and "role" not in plan.table.places
    for pk, role in row.wants or ():
        kept = [link for link in then if link[0] == pk] if keep and role is None else []
        yield from kept or [(pk, role or row.get("role") or DEFAULT)]
