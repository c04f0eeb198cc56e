"""All customers in one table: what each owns, and of tasks done what it collects; and the sums below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.models import Customer
from reports import rollup
from reports.figures import Cell, Figure, Whose
from reports.measures import DONE, DONE_TASKS, MEASURES, SOURCES, Measure
from reports.one_customer import company_proof
from reports.periods import Period
from reports.rollup import Amounts
from reports.sums import Proof, add, change

# What a column sorts by: every measure as owned, and of tasks done the change, others' and collected.
CHANGE, OTHERS, COLLECTED, NAME = "change", "others", "collected", "name"
COLUMNS = (*(measure.key for measure in MEASURES), CHANGE, OTHERS, COLLECTED, NAME)
DEFAULT_ORDER = f"-{DONE.key}"


@dataclass(frozen=True)
class CustomerRow:
    customer: Customer
    owned: list[Cell]  # as MEASURES
    change: str  # of tasks done
    before: Cell
    others: Cell
    collected: Cell


@dataclass(frozen=True)
class Foot:
    """A line below the customers."""

    key: str
    name: str | Promise
    cells: list[Cell]  # as MEASURES
    change: str = ""
    collected: Cell | None = None


@dataclass
class CustomersReport:
    period: Period
    compared: Period
    proof: Proof
    feet: list[Foot]
    owned: dict[int, Amounts]
    collected: dict[int, Amounts]
    then: dict[int, Amounts]  # tasks done in the other period, as owned

    def order(self, customers: list[int], column: str) -> list[int]:
        """Ids in the order of a column ("-done": the greatest first); equal ones stay as they came."""
        name = column.removeprefix("-")
        if name == NAME:
            return customers[::-1] if column.startswith("-") else customers
        return sorted(customers, key=lambda pk: self._value(pk, name), reverse=column.startswith("-"))

    def _value(self, pk: int, column: str) -> float:
        done = self.owned.get(pk, {}).get(DONE.key, 0)
        collected = self.collected.get(pk, {}).get(DONE.key, 0)
        if column == COLLECTED:
            return collected
        if column == OTHERS:
            return collected - done
        if column == CHANGE:
            then = self.then.get(pk, {}).get(DONE.key, 0)
            return (done - then) / then if then else float(bool(done)) * 1e9
        return self.owned.get(pk, {}).get(column, 0)

    def row(self, customer: Customer) -> CustomerRow:
        pk = customer.pk
        owned = self.owned.get(pk, {})
        done = owned.get(DONE.key, 0)
        then = self.then.get(pk, {}).get(DONE.key, 0)
        collected = self.collected.get(pk, {}).get(DONE.key, 0)
        figure = Figure(DONE, Whose.OWNED, pk, self.period)
        return CustomerRow(
            customer,
            [Cell(owned.get(measure.key, 0), _figure(measure, Whose.OWNED, self.period, pk)) for measure in MEASURES],
            change(done, then),
            Cell(then, figure.narrow(period=self.compared)),
            Cell(collected - done, figure.narrow(whose=Whose.OTHERS)),
            Cell(collected, figure.narrow(whose=Whose.COLLECTED)),
        )


def customers_report(user: User | None, period: Period, other: Period, today: date) -> CustomersReport:
    """Eight queries, whatever the number of customers and items; `other` is the period that it is compared with."""
    parts = {source.key: rollup.owners(user, source, period, today) for source in SOURCES}
    then = rollup.owners(user, DONE_TASKS, other, today)
    owned: dict[int, Amounts] = {}
    for by_owner in parts.values():
        _add_owners(owned, by_owner)
    owned_then: dict[int, Amounts] = {}
    _add_owners(owned_then, then)
    return CustomersReport(
        period=period,
        compared=other,
        proof=company_proof(parts[DONE_TASKS.key], Figure(DONE, Whose.ALL, period=period), user),
        feet=_feet(parts, then, period),
        owned=owned,
        collected=rollup.collectors(user, DONE_TASKS, period, today),
        then=owned_then,
    )


type ByOwner = dict[tuple[int | None, bool], Amounts]  # owner (None: unowned), whether shared


def _add_owners(into: dict[int, Amounts], parts: ByOwner) -> None:
    for (owner, _shared), amounts in parts.items():
        if owner is not None:
            add(into.setdefault(owner, {}), amounts)


def _figure(measure: Measure, whose: Whose, period: Period, customer: int | None = None) -> Figure:
    return Figure(measure, whose, customer, None if measure.is_today else period)


def _feet(parts: dict[str, ByOwner], then: ByOwner, period: Period) -> list[Foot]:
    """The total, what of it is shared, the unowned and all."""

    def foot(whose: Whose, name: str | Promise) -> Foot:
        cells = [
            Cell(_sum(parts[measure.source.key], measure, whose), _figure(measure, whose, period))
            for measure in MEASURES
        ]
        collected = (
            cells[0] if whose == Whose.OWNED else None
        )  # what anybody collects, somebody owns: each counted once
        if collected is not None:
            collected = Cell(collected.value, collected.figure.narrow(whose=Whose.COLLECTED))
        return Foot(whose.value, name, cells, change(cells[0].value, _sum(then, DONE, whose)), collected)

    return [
        foot(Whose.OWNED, _("Customers in total, each work once")),
        foot(Whose.SHARED, _("of it shared, counted once")),
        foot(Whose.UNOWNED, _("Unowned")),
        foot(Whose.ALL, _("All")),
    ]


def _sum(parts: ByOwner, measure: Measure, whose: Whose) -> int:
    def counts(owner: int | None, *, shared: bool) -> bool:
        if whose == Whose.SHARED:
            return shared
        return whose == Whose.ALL or (owner is None) == (whose == Whose.UNOWNED)

    return sum(amounts[measure.key] for (owner, shared), amounts in parts.items() if counts(owner, shared=shared))
