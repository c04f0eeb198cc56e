"""One customer's report: what it collected in a period, and what of it it owns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from customers.models import Attachment, Customer
from folders.models import Folder
from folders.names import sort_key
from reports import rollup
from reports.branches import Node, tree
from reports.charts import Chart, bars
from reports.figures import Cell, Figure, Way, Whose
from reports.measures import (
    CLOSED_REQUESTS,
    DONE,
    DONE_TASKS,
    HOURS,
    MEASURES,
    OPEN_REQUESTS,
    OPEN_TASKS,
    OVERDUE,
    RECEIVED,
    REQUEST_MEASURES,
    REQUESTS_DONE,
    REQUESTS_FORWARDED,
    REQUESTS_RECEIVED,
    REQUESTS_UNFINISHED,
    SOURCES,
    TASK_MEASURES,
    UNFINISHED,
    Measure,
    Source,
)
from reports.periods import Period, hull, months_to
from reports.rollup import Amounts, Asked, Line, Owners
from reports.sums import Compared, Proof, Term, by_days, by_key, compared, total
from workorders.models import ServiceRequestKind, WorkOrder

TASK_SOURCES, REQUEST_SOURCES = (DONE_TASKS, OPEN_TASKS), (RECEIVED, CLOSED_REQUESTS, OPEN_REQUESTS)
ORDER_OF_TABLE = (
    *(DONE, HOURS, REQUESTS_RECEIVED, REQUESTS_DONE, REQUESTS_FORWARDED),
    *(UNFINISHED, OVERDUE, REQUESTS_UNFINISHED),
)


@dataclass(frozen=True)
class MeasureRow:
    measure: Measure
    owned: Cell
    others: Cell
    collected: Cell
    before: Compared | None  # None for what is as of today, and where there is nothing to compare with
    year: Compared | None


@dataclass(frozen=True)
class MonthRow:
    period: Period
    owned: Cell
    others: Cell
    collected: Cell
    year: Compared | None

    @property
    def then(self) -> int | None:
        """What the bar's line shows: as many were done in the same month a year before."""
        return self.year.cell.value if self.year else None


@dataclass(frozen=True)
class Branch:
    """One line of the tree by folder; with `node` None it is what work orders alone brought, or the total."""

    name: str
    cells: list[Cell]
    level: int = 1
    node: Node | None = None
    attachment: Attachment | None = None  # of the lines at the top
    direct: bool = False  # what lies in the folder itself, where others lie below it
    is_open: bool | None = None  # None: nothing below

    @property
    def whose(self) -> str:
        """owned, others or partly: whether the work in it is the customer's own."""
        if self.node is None or not self.node.others:
            return "owned"
        return "partly" if self.node.owned else "others"


@dataclass(frozen=True)
class Group:
    """What a work order, or a kind of requests, has; `pk` None: without one."""

    pk: int | None
    name: str
    cells: list[Cell]


@dataclass
class CustomerReport:
    """What one customer collects and owns in a period, and how that compares."""

    customer: Customer
    today: date
    period: Period
    before: Period | None
    year: Period | None
    measures: list[MeasureRow]
    proofs: list[Proof]
    nodes: list[Node]  # unsorted
    attachments: dict[int, Attachment]
    alone: list[Cell]  # what work orders alone brought
    totals: list[Cell]
    kinds: list[Group]
    user: User | None
    by_order: dict[int | None, Amounts]  # of tasks; None: without a work order

    @property
    def order_ids(self) -> list[int | None]:
        """The work orders of all that it collects, its own and others', the newest first; then what has none."""
        return sorted(self.by_order, key=lambda pk: -(pk or 0))

    def orders(self, ids: list[int | None] | None = None) -> list[Group]:
        """Of these ids (None: all) what each has. One query for their names."""
        chosen, base = self.order_ids if ids is None else ids, _figure_of(self.customer.pk, self.period)
        visible = WorkOrder.objects.visible_to(self.user).filter(pk__in=filter(None, chosen))
        names = {order.pk: str(order) for order in visible}
        return [
            Group(
                pk,
                names.get(pk, "…") if pk else _("Without a work order"),
                [Cell(self.by_order[pk].get(m.key, 0), base(m).narrow(order=pk or "none")) for m in TASK_MEASURES],
            )
            for pk in chosen
        ]


def customer_report(user: User | None, customer: Customer, period: Period, today: date) -> CustomerReport:
    """All of it. Nine queries for the figures and two for names, whatever the number of folders and items."""
    before, year, pk = period.before(today), period.year_before(today), customer.pk
    others = [other for other in (before, year) if other]  # before 1990 there is none
    ways = rollup.ways(pk, hull([period, Period(today, today)]))
    lines = {source.key: rollup.lines(user, source, period, pk, today, ways) for source in SOURCES}
    compared_periods = {DONE_TASKS.key: [period, *others], RECEIVED.key: others, CLOSED_REQUESTS.key: others}
    daily = _daily(user, pk, today, compared_periods)
    parts = {source.key: _parts(lines[source.key]) for source in SOURCES}
    nodes = tree(chain.from_iterable(lines.values()), ways)
    attachments = Attachment.objects.visible_to(user).select_related("folder").filter(customer=pk)
    rows = [_measure_row(measure, parts, daily, pk, (period, before, year)) for measure in ORDER_OF_TABLE]
    alone = {key: [part for part in each if not part.by_folder] for key, each in parts.items()}
    base = _figure_of(pk, period)
    return CustomerReport(
        customer=customer,
        today=today,
        period=period,
        before=before,
        year=year,
        measures=rows,
        proofs=_proofs(parts[DONE_TASKS.key], daily[DONE_TASKS.key], base(DONE), period),
        nodes=nodes,
        attachments={attachment.pk: attachment for attachment in attachments},
        alone=[Cell(_total(alone[m.source.key], m), base(m).narrow(way=Way.ORDERS_ALONE)) for m in MEASURES],
        totals=[Cell(_total(parts[m.source.key], m), base(m)) for m in MEASURES],
        kinds=_kinds(user, lines, base),
        user=user,
        by_order=_by_label(lines, TASK_SOURCES),
    )


def _daily(
    user: User | None, customer: int, today: date, periods: Mapping[str, Collection[Period]]
) -> dict[str, Daily]:
    """Amounts by day, for each source that has periods. One query a source."""
    return {
        source.key: Daily.of(rollup.daily(user, source, periods[source.key], customer, today))
        for source in SOURCES
        if periods.get(source.key)
    }


@dataclass(frozen=True)
class Months:
    rows: list[MonthRow]
    chart: Chart


def customer_months(user: User | None, customer: Customer, period: Period, today: date) -> Months:
    """Tasks done in the twelve months up to the period's end, beside those a year before. One query."""
    months = months_to(period, today)
    both_years = [*months, *(earlier for month in months if (earlier := month.year_before(today)))]
    daily = Daily.of(rollup.daily(user, DONE_TASKS, both_years, customer.pk, today))
    rows = [_month_row(month, daily, customer.pk, today) for month in months]
    return Months(rows, bars([(row.owned.value, row.others.value, row.then) for row in rows]))


@dataclass(frozen=True)
class Daily:
    """What a customer collects and owns in any days of those that were read."""

    collected: Callable[[Period], Amounts]
    owned: Callable[[Period], Amounts]

    @classmethod
    def of(cls, days: rollup.Daily) -> Daily:
        return cls(
            by_days((day, amounts) for day, _own, amounts in days),
            by_days((day, amounts) for day, own, amounts in days if own),
        )


@dataclass(frozen=True)
class Part:
    """The work of one source that came the same way, whatever its folder and label."""

    by_folder: bool
    by_order: bool
    owned: bool
    amounts: Amounts


def _parts(lines: Iterable[Line]) -> list[Part]:
    ways = by_key(((place is not None, by_order, owned), amounts) for place, _, by_order, owned, amounts in lines)
    return [
        Part(by_folder, bool(by_order), bool(owned), ways[by_folder, by_order, owned])
        for by_folder, by_order, owned in ways
    ]


type BaseFigure = Callable[[Measure], Figure]
type Lines = dict[str, list[Line]]  # by the source's key


def _figure_of(customer: int, period: Period) -> BaseFigure:
    """The figure of all that the customer collects, for each measure."""

    def base(measure: Measure) -> Figure:
        return Figure(measure, Whose.COLLECTED, customer, None if measure.is_today else period)

    return base


def _total(parts: Iterable[Part], measure: Measure) -> int:
    return total((part.amounts for part in parts), measure)


def _measure_row(
    measure: Measure,
    parts: dict[str, list[Part]],
    daily: dict[str, Daily],
    customer: int,
    periods: tuple[Period, Period | None, Period | None],
) -> MeasureRow:
    period, before, year = periods
    figure = _figure_of(customer, period)(measure)
    of_source = parts[measure.source.key]
    owned = _total((part for part in of_source if part.owned), measure)
    others = _total((part for part in of_source if not part.owned), measure)
    collected = _total(of_source, measure)
    row = MeasureRow(
        measure,
        Cell(owned, figure.narrow(whose=Whose.OWNED)),
        Cell(others, figure.narrow(whose=Whose.OTHERS)),
        Cell(collected, figure),
        None,
        None,
    )
    if measure.is_today:
        return row

    def then(other: Period) -> int:
        return daily[measure.source.key].collected(other).get(measure.key, 0)

    return replace(row, before=compared(figure, collected, before, then), year=compared(figure, collected, year, then))


def _month_row(month: Period, daily: Daily, customer: int, today: date) -> MonthRow:
    figure = _figure_of(customer, month)(DONE)
    collected, owned = daily.collected(month).get(DONE.key, 0), daily.owned(month).get(DONE.key, 0)
    return MonthRow(
        month,
        Cell(owned, figure.narrow(whose=Whose.OWNED)),
        Cell(collected - owned, figure.narrow(whose=Whose.OTHERS)),
        Cell(collected, figure),
        compared(figure, collected, month.year_before(today), lambda then: daily.collected(then).get(DONE.key, 0)),
    )


# ---- sums that must hold ---------------------------------------------------------------------------------------------


def _proofs(parts: list[Part], daily: Daily, figure: Figure, period: Period) -> list[Proof]:
    """Both for tasks done; their right sides are counted by day, apart from the parts on their left."""
    counted = daily.collected(period).get(DONE.key, 0)
    whole = Term("=", Whose.COLLECTED.label, Cell(counted, figure))

    def term(sign: str, words: str | Promise, chosen: Iterable[Part], **narrowing: object) -> Term:
        return Term(sign, words, Cell(_total(chosen, DONE), figure.narrow(**narrowing)))

    by_folder = [part for part in parts if part.by_folder]
    by_order = [part for part in parts if part.by_order]
    both = [part for part in by_folder if part.by_order]
    return [
        Proof(
            _("Done"),
            (
                term("", Whose.OWNED.label, (part for part in parts if part.owned), whose=Whose.OWNED),
                term("+", Whose.OTHERS.label, (part for part in parts if not part.owned), whose=Whose.OTHERS),
                whole,
            ),
        ),
        Proof(
            _("Where from"),
            (
                term("", Way.FOLDERS.label, by_folder, way=Way.FOLDERS),
                term("+", Way.ORDERS.label, by_order, way=Way.ORDERS),
                term("−", Way.BOTH.label, both, way=Way.BOTH),
                whole,
            ),
        ),
    ]


def company(user: User | None, period: Period, today: date) -> Proof:
    """Tasks done by all: owned + unowned = all. Two queries."""
    owners = rollup.owners(user, [Asked(DONE_TASKS, period)], today, shared=True)
    return company_proof(owners, Figure(DONE, Whose.ALL, period=period), user)


def company_proof(owners: Owners, figure: Figure, user: User | None) -> Proof:
    """From what each owns and what is shared; *all* is counted by itself, in one query."""
    owned = total((amounts for owner, amounts in owners.by_customer.items() if owner is not None), DONE)
    unowned = total((amounts for owner, amounts in owners.by_customer.items() if owner is None), DONE)
    return Proof(
        _("Whole company"),
        (
            Term("", Whose.OWNED.label, Cell(owned, figure.narrow(whose=Whose.OWNED))),
            Term("+", Whose.UNOWNED.label, Cell(unowned, figure.narrow(whose=Whose.UNOWNED))),
            Term("=", Whose.ALL.label, Cell(figure.rows(user).count(), figure)),
        ),
        (Term("·", _("shared, counted once"), Cell(owners.shared[DONE.key], figure.narrow(whose=Whose.SHARED))),),
    )


# ---- by folder, work order, kind -------------------------------------------------------------------------------------


def named(report: CustomerReport, is_open: Callable[[Node], bool] = lambda _node: True) -> dict[int, str]:
    """The names of the tree's folders down to those that are not open, which it puts in order too. One query."""
    shown, found = [report.nodes], list(report.nodes)
    while found:
        node = found.pop()
        if node.children and is_open(node):
            shown.append(node.children)
            found += node.children
    folders = {node.folder for nodes in shown for node in nodes}
    names = dict(Folder.objects.visible_to(report.user).filter(pk__in=folders).in_order().values_list("pk", "name"))
    place = {pk: number for number, pk in enumerate(names)}
    for nodes in shown:
        nodes.sort(key=lambda node: (place.get(node.folder, -1), node.folder, node.attachment))
    return names


def branches(report: CustomerReport, is_open: Callable[[Node], bool]) -> list[Branch]:
    """The tree's lines that the page shows: those below a node only where it is open. One query for their names."""
    base, names = _figure_of(report.customer.pk, report.period), named(report, is_open)
    shown: list[Branch] = []

    def show(node: Node, level: int) -> None:
        opened = bool(node.children) and is_open(node)
        top = report.attachments.get(node.attachment) if level == 1 else None
        name = names.get(node.folder, "…")
        shown.append(Branch(name, _cells(base, node), level, node, top, is_open=opened if node.children else None))
        if opened:
            if any(node.own.values()):
                shown.append(
                    Branch(_("In the folder itself"), _cells(base, node, here=True), level + 1, node, direct=True)
                )
            for child in node.children:
                show(child, level + 1)

    for node in report.nodes:
        show(node, 1)
    return shown


def _cells(base: BaseFigure, node: Node, *, here: bool = False) -> list[Cell]:
    amounts = node.own if here else node.total
    path = node.path if here or len(node.path) > 1 else ()  # an attachment alone says the same, and is cheaper to read
    return [
        Cell(amounts.get(m.key, 0), base(m).narrow(attachment=node.attachment, path=path, here=here)) for m in MEASURES
    ]


def _by_label(lines: Lines, sources: Iterable[Source]) -> dict[int | None, Amounts]:
    return by_key((line.label, line.amounts) for source in sources for line in lines[source.key])


def _kinds(user: User | None, lines: Lines, base: BaseFigure) -> list[Group]:
    groups = _by_label(lines, REQUEST_SOURCES)
    names = {
        kind.pk: kind.name for kind in ServiceRequestKind.objects.visible_to(user).filter(pk__in=filter(None, groups))
    }
    found = [
        Group(
            pk,
            names.get(pk or 0, "…"),
            [Cell(groups[pk].get(m.key, 0), base(m).narrow(kind=pk)) for m in REQUEST_MEASURES],
        )
        for pk in groups
    ]
    return sorted(found, key=lambda group: sort_key(group.name))
