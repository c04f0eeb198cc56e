"""Judges a table against itself and against the database: every problem of the file in one go.

About ten queries, however many rows.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.contacts import match_contacts
from customers.importing.folders import match_folders
from customers.importing.matching import UNIQUE, match_customers
from customers.importing.missing import look_for_missing
from customers.importing.plan import Plan, Planned
from customers.importing.repeated import join_repeated
from customers.models import Customer
from folders.names import search_key
from sheets.problems import shown
from sheets.tables import Table
from spotilla.in_values import among_texts


def judge(table: Table, *, update: bool, by: User | None) -> Plan:
    """What the table would do, with its problems; with `update` rows may change customers. Changes nothing."""
    plan = Plan(table, update, [Planned(record) for record in table.records], table.problems.copy())
    plan.left_out = [Planned(record) for record in table.left_out]
    join_repeated(plan)
    _doubles_in_the_file(plan)
    plan.problems.next_stage()
    match_customers(plan, by)
    plan.problems.next_stage()
    match_contacts(plan, by)
    plan.problems.next_stage()
    match_folders(plan, by)
    _note_names(plan, by)
    look_for_missing(plan, by)
    return plan


def _doubles_in_the_file(plan: Plan) -> None:
    repeated = [key for key in UNIQUE if _has_doubles(plan.table.column(key))]
    first: dict[tuple[str, str], int] = {}
    for row in plan.rows if repeated else ():
        for key in repeated:
            value = row.get(key) if row.first is None else None
            if value is not None and first.setdefault((key, value), row.record.row) != row.record.row:
                texts, right = {"row": first[key, value]}, _own_or_empty(key)
                if row.record.row in plan.repeated:
                    right = _("If the rows are contacts of one customer, say so.")
                plan.problem(row, key, _("The same is already on row %(row)d.") % texts, right)


def _has_doubles(values: list[str | None]) -> bool:
    filled = [value for value in values if value is not None]
    return len(set(filled)) < len(filled)


def _own_or_empty(key: str) -> str:
    if key == "business_id":
        return _("Each customer has its own business ID; leave it empty for a city's divisions.")
    return _("Each customer has its own customer number, or none.")


def _note_names(plan: Plan, by: User | None) -> None:
    """New customers whose name exists already: worth a look, and allowed."""
    names = set(plan.table.column("name"))
    plan.search_keys = {name: search_key(name) for name in names if name is not None}
    keys = set(plan.search_keys.values()) - {""}
    if not keys:
        return
    named = Customer.objects.visible_to(by).filter(among_texts("search_key", keys))
    known = set(named.values_list("search_key", flat=True))
    for row in plan.rows if known else ():
        name = row.get("name")
        if name is not None and row.existing is None and row.first is None and plan.search_keys[name] in known:
            plan.names.add(row.record.row, name)
            row.notes += (_("The customer “%(name)s” already exists.") % {"name": shown(name)},)
