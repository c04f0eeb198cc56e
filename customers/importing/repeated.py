"""Rows whose customers have the same name: a sheet with a row for each contact repeats the customer on all of them.

Whether such rows are one customer with several contacts, or customers of their own, is the user's to say: of all at
once (`Choices.repeated`), and of a row that it is a new customer all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from customers.cells import postcode
from customers.importing.plan import OF_CUSTOMER, Plan, Planned
from sheets.columns import folded
from sheets.problems import shown

WAYS = ("one", "several")
ALIKE = (*(key for key in OF_CUSTOMER if key != "name"), "folders", "attached_from")  # said once, or the same each time


def find_repeated(rows: Sequence[Planned], same: Iterable[int]) -> Iterator[tuple[Planned, Planned]]:
    """Rows after the first of a name, each with that first one, but those that say what they are, or of which the user
    has said it (`same`). A city, a business ID or a number tells rows apart; one without it goes with the others where
    there is only one.
    """
    answered = set(same)
    names = {name: folded(name) for name in {row.get("name") for row in rows} if name}
    named: dict[str, list[Planned]] = defaultdict(list)
    for row in rows:
        if row.get("name") and not row.get("id"):
            named[names[row.get("name")]].append(row)
    for alike in named.values():
        for in_city in _apart(alike, _city):
            for first, *others in _apart(in_city, _number):
                yield from ((row, first) for row in others if row.record.row not in answered)


def _city(row: Planned) -> str:
    return folded(row.get("city") or "")


def _number(row: Planned) -> str:
    return row.get("business_id") or row.get("customer_number") or ""


def _apart(rows: list[Planned], told_by: Callable[[Planned], str]) -> Iterable[list[Planned]]:
    if len(rows) < 2 or len({value for value in map(told_by, rows) if value}) < 2:
        return [rows]
    found: dict[str, list[Planned]] = defaultdict(list)
    for row in rows:
        found[told_by(row)].append(row)
    return found.values()


def join_repeated(plan: Plan) -> None:
    """Lets rows be about the customer of the first of their name, if the user has said so. What they say of it besides
    is the same, or nothing.
    """
    choices = plan.table.choices
    repeated = list(find_repeated(plan.rows, choices.same))
    plan.repeated = {row.record.row: first.record.row for row, first in repeated}
    if choices.repeated != "one":
        return
    for row, first in repeated:
        row.first = first
        for key in ALIKE:
            if row.get(key) is not None and _kept(row, key) != _kept(first, key):
                _differs(plan, row, first, key)


def _kept(row: Planned, key: str) -> object:
    value = row.get(key)
    if value is not None and key in {"postcode", "billing_postcode"}:
        return postcode(value, row.get("country") or "FI")
    return folded(value) if isinstance(value, str) else value


def _differs(plan: Plan, row: Planned, first: Planned, key: str) -> None:
    value = first.get(key)
    texts = {"row": first.record.row, "value": _("empty") if value is None else shown(plan.by_key[key].write(value))}
    wrong = _("Row %(row)d says another thing of the same customer: “%(value)s”.") % texts
    plan.problem(row, key, wrong, _("The same as there, or nothing; or say that the row is a new customer."))


def ask_about_repeated(plan: Plan) -> None:
    """Has the preview ask what rows of the same name are, as long as the user has not said."""
    if not plan.table.choices.repeated:
        for row in plan.rows:
            row.repeats = plan.repeated.get(row.record.row, 0)
