"""Which customer that is there a row changes, if any, and whether it may.

Of our own exports the row's id decides; else what the user has said in the preview; else, when the user has chosen to
update, the business ID and then the customer number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.plan import Plan, Planned
from customers.importing.reimport import merge
from customers.models import Customer
from sheets.problems import shown
from spotilla.in_values import among

UNIQUE = ("business_id", "customer_number")
NEEDED = ("name", "closed_on", *UNIQUE)  # of customers that are only told about


def match_customers(plan: Plan, by: User | None) -> None:
    """At most seven queries; two when no row has anything in common with what is there."""
    found = _existing(plan)
    same = plan.table.choices.same
    if not found and not same and not plan.exported:
        return
    there = _There.of(found, by)
    chosen = _by_pk({pk for pk in same.values() if pk}, by)
    exported = _by_pk(set(filter(None, plan.table.column("id"))) if plan.exported else set(), by)
    for row in (*plan.rows, *plan.left_out):
        named = row.get("id") or same.get(row.record.row, 0)
        holders = {customer.pk for customer in there.holders(row).values()}
        row.met = tuple(sorted(holders | {named} - {0}))
    for row in plan.rows:
        _meet_row(plan, row, exported, chosen, there)
    merge(plan)


def _meet_row(
    plan: Plan, row: Planned, exported: dict[int, Customer], chosen: dict[int, Customer], there: _There
) -> None:
    """By what decides first: the row that it continues, its id, what the user has said, what it has in common."""
    pk, choice = row.get("id"), plan.table.choices.same.get(row.record.row, 0)
    if row.first is not None:
        row.existing = row.first.existing
    elif pk:
        _be(plan, row, exported.get(pk), "id", there)
    elif choice:
        _be(plan, row, chosen.get(choice), "name", there)
    elif plan.update:
        _update(plan, row, there)
    else:
        _refuse_taken(plan, row, None, there)


@dataclass
class _There:
    """Customers that hold a business ID or a number of the file."""

    by: dict[str, dict[str, Customer]]  # business_id → …, customer_number → …
    visible: set[int]
    changed: dict[int, int] = field(default_factory=dict)  # customer → the first row that changes it

    @classmethod
    def of(cls, found: Iterable[Customer], by: User | None) -> _There:
        customers = list(found)
        pks = [customer.pk for customer in customers]
        visible = set(Customer.objects.visible_to(by).filter(among("pk", pks)).values_list("pk", flat=True))
        held = {key: {getattr(customer, key): customer for customer in customers} for key in UNIQUE}
        return cls(held, visible)

    def holders(self, row: Planned) -> dict[str, Customer]:
        """By key: who has the row's business ID and number."""
        values = ((key, row.get(key)) for key in UNIQUE)
        return {key: self.by[key][value] for key, value in values if value and value in self.by[key]}

    def taken(self, customer: Customer) -> str:
        if customer.pk not in self.visible:
            return _("This is another customer's already.")
        names = {"customer": customer.name, "day": shown(customer.closed_on) if customer.closed_on else ""}
        if customer.closed_on:
            return _("This is already that of “%(customer)s”, closed from %(day)s.") % names
        return _("This is already that of “%(customer)s”.") % names


def _existing(plan: Plan) -> list[Customer]:
    """Customers, closed ones too and whoever may see them, that hold a business ID or a number of the file."""
    found: dict[int, Customer] = {}
    for key in UNIQUE:
        values = [value for value in plan.table.column(key) if value is not None]
        values += [value for row in plan.left_out if (value := row.get(key)) is not None]
        if values:
            customers = Customer.objects.filter(among(key, values))
            customers = customers.defer("sort_key", "search_key") if plan.update else customers.only(*NEEDED)
            found |= {customer.pk: customer for customer in customers}
    return list(found.values())


def _by_pk(pks: set[int], by: User | None) -> dict[int, Customer]:
    customers = Customer.objects.visible_to(by).defer("sort_key", "search_key")
    return {customer.pk: customer for customer in customers.filter(among("pk", pks))} if pks else {}


def _update(plan: Plan, row: Planned, there: _There) -> None:
    """The row changes the customer that has its business ID, else the one that has its number."""
    holders = there.holders(row)
    key, customer = next(iter(holders.items()), ("", None))
    if customer is None:
        return
    if len({holder.pk for holder in holders.values()}) > 1:
        plan.problem(
            row,
            "business_id",
            _("The business ID and the customer number are two different customers'."),
            _("Both of the same customer, or only one of them."),
        )
    elif customer.pk not in there.visible:
        plan.problem(row, key, there.taken(customer), "")
    else:
        _change(plan, row, customer, key, there)


def _be(plan: Plan, row: Planned, customer: Customer | None, key: str, there: _There) -> None:
    """The row is about this customer; its business ID and number must be nobody else's."""
    if customer is None:
        gone = {
            "id": (_("There is no such customer."), _("Leave the id empty for a new customer.")),
            "name": (_("The customer chosen for this row no longer exists."), _("Choose again what it is.")),
        }
        plan.problem(row, key, *gone[key])
    elif key == "id" and not plan.update:
        names = {"customer": customer.name}
        plan.problem(row, key, _("This is the customer “%(customer)s”.") % names, _("To change it, choose to update."))
    else:
        _refuse_taken(plan, row, customer, there)
        _change(plan, row, customer, key, there)


def _refuse_taken(plan: Plan, row: Planned, own: Customer | None, there: _There) -> None:
    for key, customer in there.holders(row).items():
        if own is None or customer.pk != own.pk:
            plan.problem(row, key, there.taken(customer), _way_out(key))


def _way_out(key: str) -> str:
    if key == "business_id":
        return _("Leave it empty for a city's divisions; to change the customer, choose to update.")
    return _("Another number, or none; to change the customer, choose to update.")


def _change(plan: Plan, row: Planned, customer: Customer, key: str, there: _There) -> None:
    """The row changes the customer, if no earlier one does."""
    if there.changed.setdefault(customer.pk, row.record.row) != row.record.row:
        texts = {"row": there.changed[customer.pk]}
        plan.problem(row, key, _("Row %(row)d changes the same customer.") % texts, _("One row for each customer."))
    else:
        row.existing = customer
