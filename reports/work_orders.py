"""Reports of work orders: all in one table, and each one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.utils.translation import gettext as _

from accounts.models import User
from customers.models import Customer
from folders.models import Folder
from folders.names import sort_key
from folders.sql.paths import path_text, paths
from reports import rollup
from reports.charts import Chart, bars
from reports.figures import ALL_DAYS, ANY, NONE, Cell, Figure, Whose
from reports.measures import DONE, DONE_TASKS, OPEN_TASKS, TASK_MEASURES, Measure
from reports.periods import Period, months_to
from reports.rollup import Amounts, Part
from reports.sums import Compared, Proof, Term, add, compared, in_days
from workorders.models import WorkOrder

# ---- all in one table ------------------------------------------------------------------------------------------------


@dataclass
class OrdersReport:
    """Every work order's figures of a period."""

    period: Period
    amounts: dict[int | None, Amounts]  # None: without a work order
    proof: Proof

    def cells(self, order: int | str) -> list[Cell]:
        """Of a work order's id, ANY or NONE."""
        return [Cell(self._value(measure, order), _of_orders(measure, self.period, order)) for measure in TASK_MEASURES]

    def order(self, orders: list[int], column: str) -> list[int]:
        """Ids in the order of a measure ("-done": the greatest first); equal ones stay as they came."""
        key = column.removeprefix("-")
        return sorted(orders, key=lambda pk: self.amounts.get(pk, {}).get(key, 0), reverse=column.startswith("-"))

    def _value(self, measure: Measure, order: int | str) -> int:
        if order == ANY:
            return sum(amounts.get(measure.key, 0) for pk, amounts in self.amounts.items() if pk is not None)
        return self.amounts.get(None if order == NONE else int(order), {}).get(measure.key, 0)

    @property
    def totals(self) -> list[Cell]:
        return [
            Cell(self._value(m, ANY) + self._value(m, NONE), _of_orders(m, self.period, None)) for m in TASK_MEASURES
        ]


def _of_orders(measure: Measure, period: Period | None, order: int | str | None) -> Figure:
    return Figure(measure, Whose.ALL, period=None if measure.is_today else period, order=order)


def orders_report(user: User | None, period: Period, today: date) -> OrdersReport:
    """Three queries, whatever the number of work orders and tasks."""
    amounts: dict[int | None, Amounts] = {}
    for source in (DONE_TASKS, OPEN_TASKS):
        for order, part in rollup.orders(user, source, period, today).items():
            add(amounts.setdefault(order, {}), part)
    report = OrdersReport(period, amounts, Proof("", ()))
    of_orders, without = report.cells(ANY)[0], report.cells(NONE)[0]
    whole = _of_orders(DONE, period, None)
    report.proof = Proof(
        _("Tasks done"),
        (
            Term("", _("of work orders"), of_orders),
            Term("+", _("without a work order"), without),
            Term("=", Whose.ALL.label, Cell(whole.rows(user).count(), whole)),
        ),
    )
    return report


# ---- one work order --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MeasureRow:
    measure: Measure
    cell: Cell
    before: Compared | None
    year: Compared | None
    always: Cell | None  # over all days


@dataclass(frozen=True)
class MonthRow:
    period: Period
    cell: Cell
    year: Compared | None

    @property
    def then(self) -> int | None:
        """What the bar's line shows: as many were done in the same month a year before."""
        return self.year.cell.value if self.year else None


@dataclass(frozen=True)
class Group:
    """What one owner or one folder has of the work order; `pk` None: without one."""

    name: str
    cells: list[Cell]
    pk: int | None = None
    detail: str = ""


@dataclass
class OrderReport:
    """One work order's figures of a period, and how they compare."""

    order: WorkOrder
    period: Period
    before: Period | None
    year: Period | None
    measures: list[MeasureRow]
    proof: Proof
    months: list[MonthRow]
    chart: Chart
    owners: list[Group]
    folders: list[Group]


type Parts = dict[str, list[Part]]  # by the source's key


def order_report(user: User | None, order: WorkOrder, period: Period, today: date) -> OrderReport:
    """Two queries for the figures, one that counts all again, three for names. Reads all the work order's tasks."""
    before, year, months = period.before(today), period.year_before(today), months_to(period, today)
    parts = _parts(user, order, today)
    month_rows = [_month_row(parts, order, month, today) for month in months]
    done_owned, done_unowned = (
        sum(
            amounts[DONE.key]
            for day, owner, _folder, amounts in parts[DONE_TASKS.key]
            if period.first <= day <= period.last and (owner is None) == unowned
        )
        for unowned in (False, True)
    )
    figure = _of_orders(DONE, period, order.pk)
    return OrderReport(
        order=order,
        period=period,
        before=before,
        year=year,
        measures=[_measure_row(parts, order, measure, (period, before, year)) for measure in TASK_MEASURES],
        proof=Proof(
            _("Tasks done"),
            (
                Term("", Whose.OWNED.label, Cell(done_owned, figure.narrow(whose=Whose.OWNED))),
                Term("+", Whose.UNOWNED.label, Cell(done_unowned, figure.narrow(whose=Whose.UNOWNED))),
                Term("=", Whose.ALL.label, Cell(figure.rows(user).count(), figure)),
            ),
        ),
        months=month_rows,
        chart=bars([(row.cell.value, 0, row.then) for row in month_rows]),
        owners=_owners(user, parts, order, period),
        folders=_folders(user, parts, order, period),
    )


def order_measures(user: User | None, order: WorkOrder, period: Period, today: date) -> list[MeasureRow]:
    """Its figures alone, for its own page. Two queries."""
    parts = _parts(user, order, today)
    periods = (period, period.before(today), period.year_before(today))
    return [_measure_row(parts, order, measure, periods) for measure in TASK_MEASURES]


def _parts(user: User | None, order: WorkOrder, today: date) -> Parts:
    return {
        source.key: rollup.of_order(user, source, [ALL_DAYS], order.pk, today) for source in (DONE_TASKS, OPEN_TASKS)
    }


def _value(parts: Parts, measure: Measure, period: Period | None) -> int:
    days = [(day, amounts) for day, _owner, _folder, amounts in parts[measure.source.key]]
    return in_days(days, period or ALL_DAYS).get(measure.key, 0)


def _measure_row(
    parts: Parts, order: WorkOrder, measure: Measure, periods: tuple[Period, Period | None, Period | None]
) -> MeasureRow:
    period, before, year = periods
    figure = _of_orders(measure, period, order.pk)
    if measure.is_today:
        return MeasureRow(measure, Cell(_value(parts, measure, None), figure), None, None, None)
    now = _value(parts, measure, period)
    return MeasureRow(
        measure,
        Cell(now, figure),
        compared(figure, now, before, partial(_value, parts, measure)),
        compared(figure, now, year, partial(_value, parts, measure)),
        Cell(_value(parts, measure, None), figure.narrow(period=None)),
    )


def _month_row(parts: Parts, order: WorkOrder, month: Period, today: date) -> MonthRow:
    figure, now = _of_orders(DONE, month, order.pk), _value(parts, DONE, month)
    then = compared(figure, now, month.year_before(today), partial(_value, parts, DONE))
    return MonthRow(month, Cell(now, figure), then)


def _groups(parts: Parts, period: Period, key: Callable[[Part], int | None]) -> dict[int | None, Amounts]:
    """What is done in the period, and what is unfinished today, by owner or by folder."""
    groups: dict[int | None, Amounts] = {}
    for source in (DONE_TASKS, OPEN_TASKS):
        for part in parts[source.key]:
            if source is OPEN_TASKS or period.first <= part[0] <= period.last:
                add(groups.setdefault(key(part), {}), part[3])
    return groups


def _owners(user: User | None, parts: Parts, order: WorkOrder, period: Period) -> list[Group]:
    groups = _groups(parts, period, lambda part: part[1])
    customers = Customer.objects.visible_to(user).in_bulk([pk for pk in groups if pk is not None])

    def figure(measure: Measure, owner: int | None) -> Figure:
        whose = Whose.UNOWNED if owner is None else Whose.OWNED
        return _of_orders(measure, period, order.pk).narrow(whose=whose, customer=owner)

    found = [
        Group(
            _("Unowned") if pk is None else str(customers.get(pk, "…")),
            [Cell(amounts.get(m.key, 0), figure(m, pk)) for m in TASK_MEASURES],
            pk,
        )
        for pk, amounts in groups.items()
    ]
    return sorted(found, key=lambda group: (group.pk is None, sort_key(group.name)))


def _folders(user: User | None, parts: Parts, order: WorkOrder, period: Period) -> list[Group]:
    """By the folder that each task lies in on its own day, named by today's path."""
    groups = _groups(parts, period, lambda part: part[2])
    seen = Folder.objects.visible_to(user).filter(pk__in=[pk for pk in groups if pk is not None])
    lying = paths(list(seen.values_list("pk", flat=True)))
    found = [
        Group(
            _("On no spot") if pk is None else lying[pk][-1][1] if pk in lying else "…",
            [
                Cell(amounts.get(m.key, 0), _of_orders(m, period, order.pk).narrow(folder=pk or NONE))
                for m in TASK_MEASURES
            ],
            pk,
            path_text(lying.get(pk or 0, [])[:-1]),
        )
        for pk, amounts in groups.items()
    ]
    return sorted(found, key=lambda group: (group.pk is None, sort_key(group.detail), sort_key(group.name)))
