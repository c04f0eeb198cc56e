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
from reports.rollup import Amounts, Asked, Owners
from reports.sums import Proof, add_up, change

# What a column sorts by: every measure as owned, and of tasks done the change, others' and collected.
CHANGE, OTHERS, COLLECTED, NAME = "change", "others", "collected", "name"
COLUMNS = (*(measure.key for measure in MEASURES), CHANGE, OTHERS, COLLECTED, NAME)
DEFAULT_ORDER = f"-{DONE.key}"


@dataclass(frozen=True)
class CustomerRow:
    customer: Customer
    owned: list[Cell]  # as MEASURES
    change: str  # of tasks done; "" where there is nothing to compare with
    before: Cell | None
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
    """Every customer's figures of a period, and what is unowned. Amounts by measure; minutes for hours."""

    period: Period
    compared: Period | None
    proof: Proof
    feet: list[Foot]
    owned: dict[int | None, Amounts]  # with the tasks done in the other period
    collected: dict[int, Amounts]

    def order(self, customers: list[int], column: str) -> list[int]:
        """Ids in the order of a column ("-done": the greatest first); equal ones stay as they came."""
        name = column.removeprefix("-")
        if name == NAME:
            return customers[::-1] if column.startswith("-") else customers
        return sorted(customers, key=lambda pk: self._value(pk, name), reverse=column.startswith("-"))

    def _value(self, pk: int, column: str) -> float:
        owned = self.owned.get(pk, {})
        done = owned.get(DONE.key, 0)
        collected = self.collected.get(pk, {}).get(DONE.key, 0)
        if column == COLLECTED:
            return collected
        if column == OTHERS:
            return collected - done
        if column == CHANGE:
            then = owned.get(THEN + DONE.key, 0)
            return (done - then) / then if then else float(bool(done)) * 1e9
        return owned.get(column, 0)

    def row(self, customer: Customer) -> CustomerRow:
        pk = customer.pk
        owned = self.owned.get(pk, {})
        done = owned.get(DONE.key, 0)
        then = owned.get(THEN + DONE.key, 0)
        collected = self.collected.get(pk, {}).get(DONE.key, 0)
        figure = Figure(DONE, Whose.OWNED, pk, self.period)
        return CustomerRow(
            customer,
            [Cell(owned.get(measure.key, 0), _figure(measure, Whose.OWNED, self.period, pk)) for measure in MEASURES],
            change(done, then) if self.compared else "",
            Cell(then, figure.narrow(period=self.compared)) if self.compared else None,
            Cell(collected - done, figure.narrow(whose=Whose.OTHERS)),
            Cell(collected, figure.narrow(whose=Whose.COLLECTED)),
        )


THEN = "then_"  # before the amounts of the period that is compared with


def customers_report(user: User | None, period: Period, other: Period | None, today: date) -> CustomersReport:
    """Three queries, whatever the number of customers and items; `other` is the period that it is compared with."""
    asked = [Asked(source, period) for source in SOURCES]
    asked += [Asked(DONE_TASKS, other, THEN)] if other else []
    owners = rollup.owners(user, asked, today, shared=True)
    return CustomersReport(
        period=period,
        compared=other,
        proof=company_proof(owners, Figure(DONE, Whose.ALL, period=period), user),
        feet=_feet(owners, period, compares=other is not None),
        owned=owners.by_customer,
        collected=rollup.collectors(user, [Asked(DONE_TASKS, period)], today),
    )


def _figure(measure: Measure, whose: Whose, period: Period, customer: int | None = None) -> Figure:
    return Figure(measure, whose, customer, None if measure.is_today else period)


def _feet(owners: Owners, period: Period, *, compares: bool) -> list[Foot]:
    """The total, what of it is shared, the unowned and all."""
    sums = {
        Whose.OWNED: add_up(amounts for owner, amounts in owners.by_customer.items() if owner is not None),
        Whose.SHARED: owners.shared,
        Whose.UNOWNED: owners.by_customer.get(None, {}),
        Whose.ALL: add_up(owners.by_customer.values()),
    }

    def foot(whose: Whose, name: str | Promise) -> Foot:
        cells = [Cell(sums[whose].get(measure.key, 0), _figure(measure, whose, period)) for measure in MEASURES]
        collected = (
            cells[0] if whose == Whose.OWNED else None
        )  # what anybody collects, somebody owns: each counted once
        if collected is not None:
            collected = Cell(collected.value, collected.figure.narrow(whose=Whose.COLLECTED))
        then = sums[whose].get(THEN + DONE.key, 0)
        return Foot(whose.value, name, cells, change(cells[0].value, then) if compares else "", collected)

    return [
        foot(Whose.OWNED, _("Customers in total, each work once")),
        foot(Whose.SHARED, _("of it shared, counted once")),
        foot(Whose.UNOWNED, _("Unowned")),
        foot(Whose.ALL, _("All")),
    ]
