"""Judges a table against itself and against the database: every problem of the file in one go.

About ten queries, however many rows.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.contacts import match_contacts
from customers.importing.folders import match_folders
from customers.importing.plan import Plan, Planned
from customers.models import Customer
from folders.names import search_key
from sheets.problems import shown
from sheets.tables import Table
from spotilla.among import among

UNIQUE = ("business_id", "customer_number")
NEEDED = ("name", "closed_on", *UNIQUE)  # of customers that are only told about


def judge(table: Table, *, update: bool, by: User | None) -> Plan:
    """What the table would do, with its problems; with `update` rows may change customers. Changes nothing."""
    plan = Plan(table, update, [Planned(record) for record in table.records], table.problems.copy())
    _doubles_in_the_file(plan)
    plan.problems.next_stage()
    _meet_existing(plan, by)
    plan.problems.next_stage()
    match_contacts(plan, by)
    plan.problems.next_stage()
    match_folders(plan, by)
    _note_names(plan, by)
    return plan


def _doubles_in_the_file(plan: Plan) -> None:
    repeated = [key for key in UNIQUE if _has_doubles(plan.table.column(key))]
    first: dict[tuple[str, str], int] = {}
    for row in plan.rows if repeated else ():
        for key in repeated:
            value = row.get(key)
            if value is not None and first.setdefault((key, value), row.record.row) != row.record.row:
                texts = {"row": first[key, value]}
                plan.problem(row, key, _("The same is already on row %(row)d.") % texts, _own_or_empty(key))


def _has_doubles(values: list[str | None]) -> bool:
    filled = [value for value in values if value is not None]
    return len(set(filled)) < len(filled)


def _own_or_empty(key: str) -> str:
    if key == "business_id":
        return _("Each customer has its own business ID; leave it empty for a city's divisions.")
    return _("Each customer has its own customer number, or none.")


def _meet_existing(plan: Plan, by: User | None) -> None:
    found = _existing(plan)
    if not found and not plan.table.choices.same:
        return
    ids = {customer.business_id: customer for customer in found if customer.business_id}
    numbers = {customer.customer_number: customer for customer in found if customer.customer_number}
    pks = [customer.pk for customer in found]
    visible = set(Customer.objects.visible_to(by).filter(among("pk", pks)).values_list("pk", flat=True))
    chosen = _chosen(plan, by)
    met: dict[int, int] = {}
    for row in plan.rows:
        by_id, by_number = ids.get(row.get("business_id")), numbers.get(row.get("customer_number"))
        own = plan.table.choices.same.get(row.record.row, 0)
        row.met = tuple({customer.pk for customer in (by_id, by_number) if customer is not None} | {own} - {0})
        if own:
            _be(plan, row, chosen.get(own), by_id, by_number, visible, met)
            continue
        if not plan.update:
            _refuse_taken(plan, row, None, by_id, by_number, visible)
            continue
        customer = by_id or by_number
        if by_id is not None and by_number is not None and by_id.pk != by_number.pk:
            plan.problem(
                row,
                "business_id",
                _("The business ID and the customer number are two different customers'."),
                _("Both of the same customer, or only one of them."),
            )
        elif customer is not None and customer.pk not in visible:
            plan.problem(row, "business_id" if by_id else "customer_number", _taken(customer, visible), "")
        elif customer is not None:
            _change(plan, row, customer, "business_id" if by_id else "customer_number", met)


def _be(
    plan: Plan,
    row: Planned,
    own: Customer | None,
    by_id: Customer | None,
    by_number: Customer | None,
    visible: Collection[int],
    met: dict[int, int],
) -> None:
    """The row is about the customer that the user has said; its business ID and number must be nobody else's."""
    if own is None:
        plan.problem(row, "name", _("The customer that this row was said to be is gone."), _("Say again what it is."))
        return
    _refuse_taken(plan, row, own, by_id, by_number, visible)
    _change(plan, row, own, "name", met)


def _refuse_taken(
    plan: Plan,
    row: Planned,
    own: Customer | None,
    by_id: Customer | None,
    by_number: Customer | None,
    visible: Collection[int],
) -> None:
    for key, customer in (("business_id", by_id), ("customer_number", by_number)):
        if customer is not None and (own is None or customer.pk != own.pk):
            plan.problem(row, key, _taken(customer, visible), _way_out(key))


def _change(plan: Plan, row: Planned, customer: Customer, key: str, met: dict[int, int]) -> None:
    """The row changes the customer, if no earlier one does."""
    if met.setdefault(customer.pk, row.record.row) != row.record.row:
        texts = {"row": met[customer.pk]}
        plan.problem(row, key, _("Row %(row)d changes the same customer.") % texts, _("One row for each customer."))
    else:
        row.existing = customer


def _chosen(plan: Plan, by: User | None) -> dict[int, Customer]:
    """The customers that rows are about by what the user has said."""
    pks = {pk for pk in plan.table.choices.same.values() if pk}
    return Customer.objects.visible_to(by).defer("sort_key", "search_key").in_bulk(pks) if pks else {}


def _existing(plan: Plan) -> list[Customer]:
    """Customers, closed ones too and whoever may see them, that hold a business ID or a number of the file."""
    found: dict[int, Customer] = {}
    for key in UNIQUE:
        values = [value for value in plan.table.column(key) if value is not None]
        if values:
            customers = Customer.objects.filter(among(key, values))
            customers = customers.defer("sort_key", "search_key") if plan.update else customers.only(*NEEDED)
            found |= {customer.pk: customer for customer in customers}
    return list(found.values())


def _taken(customer: Customer, visible: Collection[int]) -> str:
    if customer.pk not in visible:
        return _("This is another customer's already.")
    names = {"customer": customer.name, "day": shown(customer.closed_on) if customer.closed_on else ""}
    if customer.closed_on:
        return _("This is already that of “%(customer)s”, closed from %(day)s.") % names
    return _("This is already that of “%(customer)s”.") % names


def _way_out(key: str) -> str:
    if key == "business_id":
        return _("Leave it empty for a city's divisions; to change the customer, choose to update.")
    return _("Another number, or none; to change the customer, choose to update.")


def _note_names(plan: Plan, by: User | None) -> None:
    """New customers whose name exists already: worth a look, and allowed."""
    names = set(plan.table.column("name"))
    plan.search_keys = {name: search_key(name) for name in names if name is not None}
    keys = set(plan.search_keys.values()) - {""}
    if not keys:
        return
    named = Customer.objects.visible_to(by).filter(among("search_key", keys))
    known = set(named.values_list("search_key", flat=True))
    for row in plan.rows if known else ():
        name = row.get("name")
        if name is not None and row.existing is None and plan.search_keys[name] in known:
            plan.names.add(row.record.row, name)
            row.notes += (_("There is a customer “%(name)s” already.") % {"name": name},)
