"""Random worlds once more: every figure of the reports, and the rows behind it, beside the day-by-day oracle's."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import connection, transaction

from customers.models import Attachment
from folders.models import Folder
from reports.all_customers import customers_report
from reports.figures import Figure, Way, Whose
from reports.measures import BY_KEY, MEASURES, Measure
from reports.one_customer import CustomerReport, branches, customer_months, customer_report
from reports.periods import Period, month
from reports.work_orders import orders_report
from tests.oracle.oracle import Event, Office, summed, total
from tests.worlds.compare import differ
from tests.worlds.generator import TODAY, World, make_world
from tests.worlds.product import Product, on_day
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder

FAST = range(7001, 7002)
LONG = range(8000, 8020)
WHOLE = Period(date(2026, 1, 1), date(2026, 3, 31))  # all days of a world
ORACLE = {
    "done": "tasks done",
    "hours": "minutes",
    "unfinished": "tasks unfinished",
    "overdue": "tasks overdue",
    "received": "requests received",
    "requests_done": "requests done",
    "forwarded": "requests forwarded",
    "requests_unfinished": "requests unfinished",
}


class Compared:
    """One world on both sides, over one period."""

    def __init__(self, office: Office, product: Product, period: Period) -> None:
        self.office, self.product, self.period, self.today = office, product, period, product.today

    def events(self, measure: Measure) -> list[Event]:
        return self.office.events(ORACLE[measure.key], self.period.first, self.period.last)

    def figure(self, measure: Measure, whose: Whose, customer: int | None = None) -> Figure:
        return Figure(measure, whose, customer, None if measure.is_today else self.period)

    def items(self, figure: Figure) -> list[str]:
        """The oracle's names of the rows behind a figure."""
        model = Task if figure.measure.source.is_task else ServiceRequest
        return sorted(str(self.product.name(model, row.pk)) for row in figure.rows(None))

    def differences(self) -> Iterator[str]:
        for customer in self.office.customers:
            yield from self.of_one(customer)
        yield from self.of_all()
        yield from self.of_orders()

    def of_one(self, customer: str) -> Iterator[str]:
        row = self.product.get(customer)
        report = customer_report(None, row, self.period, self.today)
        for shown in report.measures:
            events = self.events(shown.measure)
            parts = {
                Whose.OWNED: (shown.owned, self.office.owned(events, customer)),
                Whose.OTHERS: (shown.others, self.office.others(events, customer)),
                Whose.COLLECTED: (shown.collected, self.office.collected(events, customer)),
            }
            for whose, (cell, wanted) in parts.items():
                about = f"{self.period} {shown.measure.key} {whose} {customer}"
                yield from differ(about, [total(wanted)], [cell.value])
                yield from differ(f"{about}, rows", [event.item for event in wanted], self.items(cell.figure))
        yield from (f"{self.period} {customer}: {proof}" for proof in report.proofs if not proof.holds)
        yield from self.divided(customer, report)
        yield from self.ways(customer, report)

    def divided(self, customer: str, report: CustomerReport) -> Iterator[str]:
        """The tree, the work orders, the kinds and the months."""
        name = self.product.name
        for place, measure in enumerate(MEASURES):
            collected = self.office.collected(self.events(measure), customer)
            lines = Counter(self.lines(report, place))
            yield from differ(
                f"{measure.key} lines {customer}", self.office.lines(collected, customer).items(), lines.items()
            )
            groups = report.orders() if measure.source.is_task else report.kinds
            column = place % 4
            wanted: Counter[str | None] = Counter()
            if measure.source.is_task:
                wanted.update(self.office.by_work_order(collected))
                found = {name(WorkOrder, group.pk): group.cells[column].value for group in groups}
            else:
                wanted.update(self.office.by_kind(collected))
                kinds = {kind.pk: kind.name for kind in ServiceRequestKind.objects.all()}
                found = {kinds[group.pk or 0]: group.cells[column].value for group in groups}
            yield from differ(f"{measure.key} groups {customer}", wanted.items(), (+Counter(found)).items())
        done = self.office.events(ORACLE["done"], date.min, date.max)
        by_month = self.office.by_month(self.office.owned(done, customer))
        months = customer_months(None, report.customer, self.period, self.today).rows
        shown = {(row.period.first.year, row.period.first.month): row.owned.value for row in months}
        yield from differ(
            f"months {customer}", (+Counter({m: by_month[m] for m in shown})).items(), (+Counter(shown)).items()
        )

    def lines(self, report: CustomerReport, place: int) -> dict[tuple[str, tuple[str, ...]] | None, int]:
        """What lies in each folder itself, as the page says it; the rows behind each are counted too."""
        found: dict[tuple[str, tuple[str, ...]] | None, int] = {}
        for branch in branches(report, lambda _node: True):
            node = branch.node
            assert node is not None
            if branch.direct or not node.children:
                way = tuple(str(self.product.name(Folder, pk)) for pk in node.path)
                cell = branch.cells[place]
                found[str(self.product.name(Attachment, node.attachment)), way] = cell.value
                if not cell.in_hours and len(self.items(cell.figure)) != cell.value:
                    found[f"rows of {cell.url}", ()] = len(self.items(cell.figure))
        found[None] = report.alone[place].value
        return {key: value for key, value in found.items() if value}

    def ways(self, customer: str, report: CustomerReport) -> Iterator[str]:
        """By folders, by work orders and both ways: the numbers of the proof, and the rows behind each."""
        collected = self.office.collected(self.events(BY_KEY["done"]), customer)
        by_order = [event.item for event in collected if self.office.work_order_customer(event) == customer]
        by_folder = [event.item for event in collected if self.office.collectors(event)[customer] is not None]
        wanted = {
            Way.FOLDERS: by_folder,
            Way.ORDERS: by_order,
            Way.BOTH: [item for item in by_order if item in by_folder],
        }
        for term in report.proofs[1].terms[:3]:
            way = term.cell.figure.way
            assert way is not None
            yield from differ(f"{way} {customer}", [len(wanted[way])], [term.cell.value])
            yield from differ(f"{way} {customer}, rows", wanted[way], self.items(term.cell.figure))

    def of_all(self) -> Iterator[str]:
        report = customers_report(None, self.period, self.period, self.today)
        if not report.proof.holds:
            yield f"{self.period}: {report.proof}"
        for place, measure in enumerate(MEASURES):
            events = self.events(measure)
            owners = [self.office.owner(event) for event in events]
            wanted = {
                "owned": [event for event, owner in zip(events, owners, strict=True) if owner is not None],
                "shared": self.office.shared(events),
                "unowned": self.office.unowned(events),
                "all": events,
            }
            for foot in report.feet:
                cell = foot.cells[place]
                about = f"{self.period} {measure.key} {foot.key}"
                yield from differ(about, [total(wanted[foot.key])], [cell.value])
                yield from differ(f"{about}, rows", [e.item for e in wanted[foot.key]], self.items(cell.figure))
        done = self.events(BY_KEY["done"])
        for customer in self.office.customers:
            row = report.row(self.product.get(customer))
            numbers = [
                len(part(done, customer)) for part in (self.office.owned, self.office.others, self.office.collected)
            ]
            shown = [row.owned[0].value, row.others.value, row.collected.value]
            yield from differ(f"{self.period} all customers: {customer}", [tuple(numbers)], [tuple(shown)])

    def of_orders(self) -> Iterator[str]:
        report = orders_report(None, self.period, self.today)
        wanted = summed((self.office.items[e.item].work_order, 1) for e in self.events(BY_KEY["done"]))
        found = {self.product.name(WorkOrder, pk): amounts.get("done", 0) for pk, amounts in report.amounts.items()}
        yield from differ("work orders", wanted.items(), (+Counter(found)).items())


def differing(seed: int) -> list[str]:
    """What differs in one world; the database is as it was after."""
    world = make_world(seed)
    with transaction.atomic():
        try:
            return live_through(world)
        except Exception:  # noqa: BLE001  # whatever the reports stumble over is told with the world's seed
            return [traceback.format_exc()]
        finally:
            transaction.set_rollback(True)


def live_through(world: World) -> list[str]:
    product = Product(TODAY)
    product.replay(world.log)
    with on_day(product.today):
        first, last = world.period()
        periods = (WHOLE, Period(first, last), month(product.today))
        return [text for period in periods for text in Compared(world.office, product, period).differences()]


def told(seeds: range) -> dict[int, list[str]]:
    found = {seed: differing(seed)[:5] for seed in seeds}
    return {seed: texts for seed, texts in found.items() if texts}


@pytest.mark.django_db
def test_the_reports_say_what_the_oracle_says(say: Callable[[str], None]) -> None:
    say(f"reports of {len(FAST)} worlds on {connection.vendor}, seeds {FAST.start}-{FAST.stop - 1}")
    assert told(FAST) == {}


@pytest.mark.long
@pytest.mark.django_db
def test_the_reports_say_what_the_oracle_says_in_many_more_worlds(say: Callable[[str], None]) -> None:
    seeds = LONG[::2] if connection.vendor == "postgresql" else LONG
    say(f"reports of {len(seeds)} worlds on {connection.vendor}, seeds {seeds.start}-{seeds.stop - 1}")
    assert told(seeds) == {}
