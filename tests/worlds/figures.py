"""The figures of the reports beside the oracle's: by owner, collector, line of the tree, day and work order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from customers.models import Attachment, Customer
from folders.models import Folder
from reports import rollup
from reports.figures import Figure, Whose
from reports.measures import MEASURES, SOURCES, Measure, Source, measures_of
from reports.periods import Period, hull
from reports.rollup import Asked
from tests.oracle.oracle import Event, Office, summed
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder

from .compare import differ
from .product import Product

ORACLES_NAME = {
    "done": "tasks done",
    "hours": "minutes",
    "unfinished": "tasks unfinished",
    "overdue": "tasks overdue",
    "received": "requests received",
    "requests_done": "requests done",
    "forwarded": "requests forwarded",
    "requests_unfinished": "requests unfinished",
}


def differences(office: Office, product: Product, period: Period, customer: str | None) -> list[str]:
    """Every figure of the period; of one customer also the rows behind its figures."""
    told = []
    for source in SOURCES:
        both = Both(office, product, period, source)
        told += differ(f"{source.key}, owners", *both.owners())
        told += differ(f"{source.key}, shared", *both.shared())
        told += differ(f"{source.key}, collectors", *both.collectors())
        told += differ(f"{source.key}, lines", *both.lines())
        told += differ(f"{source.key}, days", *both.days())
        if source.is_task:
            told += differ(f"{source.key}, work orders", *both.orders())
    for measure in MEASURES:
        told += differ(f"{measure.key}, rows", *rows(office, product, period, measure, customer))
    return [f"{period.first}–{period.last}: {one}" for one in told]


type Sides = tuple[list[Any], list[Any]]  # the oracle's and the product's


class Both:
    """One source of measures, asked on both sides."""

    def __init__(self, office: Office, product: Product, period: Period, source: Source) -> None:
        self.office, self.product, self.period, self.source = office, product, period, source

    def events(self) -> Iterator[tuple[str, Event]]:
        """(the measure's key, what it counts)"""
        for measure in measures_of(self.source):
            for event in self.office.events(ORACLES_NAME[measure.key], self.period.first, self.period.last):
                yield measure.key, event

    def label(self, event: Event) -> str | None:
        item = self.office.items[event.item]
        return item.work_order if item.is_task else item.kind

    def name(self, model: type[models.Model], pk: int | None) -> str | None:
        return self.product.name(model, pk)

    def labelled(self, pk: int | None) -> str | None:
        if self.source.is_task:
            return self.name(WorkOrder, pk)
        return None if pk is None else ServiceRequestKind.objects.get(pk=pk).name

    def owners(self) -> Sides:
        wanted = summed(((key, self.office.owner(event)), event.amount) for key, event in self.events())
        found = rollup.owners(None, [Asked(self.source, self.period)], self.product.today)
        return list(wanted.items()), counted(
            ((key, self.name(Customer, owner)), amount)
            for owner, amounts in found.by_customer.items()
            for key, amount in amounts.items()
        )

    def shared(self) -> Sides:
        wanted = summed((key, event.amount) for key, event in self.events() if len(self.office.collectors(event)) > 1)
        found = rollup.owners(None, [Asked(self.source, self.period)], self.product.today, shared=True)
        return list(wanted.items()), counted(found.shared.items())

    def collectors(self) -> Sides:
        wanted = summed(
            ((key, customer), event.amount)
            for key, event in self.events()
            for customer in self.office.collectors(event)
        )
        found = rollup.collectors(None, [Asked(self.source, self.period)], self.product.today)
        return list(wanted.items()), counted(
            ((key, self.name(Customer, customer)), amount)
            for customer, amounts in found.items()
            for key, amount in amounts.items()
        )

    def lines(self) -> Sides:
        office, wanted, found = self.office, [], []
        for key, event in self.events():
            for customer, attachment in office.collectors(event).items():
                by_order = office.work_order_customer(event) == customer
                owned = office.owner(event) == customer
                way = self.way(event, attachment)
                wanted.append(((key, customer, attachment, way, self.label(event), by_order, owned), event.amount))
        for name in office.customers:
            customer = self.product.made[name].pk
            today = self.product.today
            ways = rollup.ways(customer, hull([self.period, Period(today, today)]))
            for line in rollup.lines(None, self.source, self.period, customer, today, ways):
                attachment = self.name(Attachment, line.place[0] if line.place else None)
                path = tuple(self.name(Folder, pk) for pk in (ways.path(*line.place) if line.place else ()))
                same = (name, attachment, path, self.labelled(line.label), line.by_order, line.owned)
                found += [((key, *same), amount) for key, amount in line.amounts.items()]
        # Of a folder that left and came back there are two parts of one way.
        return list(summed(wanted).items()), counted(summed(found).items())

    def way(self, event: Event, attachment: str | None) -> tuple[str, ...]:
        """Down from the attachment's folder to the event's, as they lay on its day."""
        if attachment is None:
            return ()
        upwards = self.office.upwards(event.folder, event.day)
        top = self.office.attachments[attachment].folder
        return tuple(reversed(upwards[: upwards.index(top) + 1]))

    def days(self) -> Sides:
        office, found = self.office, []
        wanted = summed(
            ((key, customer, event.day, office.owner(event) == customer), event.amount)
            for key, event in self.events()
            for customer in office.collectors(event)
        )
        for name in office.customers:
            customer = self.product.made[name].pk
            for day, owned, amounts in rollup.daily(None, self.source, [self.period], customer, self.product.today):
                found += [((key, name, day, owned), amount) for key, amount in amounts.items()]
        return list(wanted.items()), counted(found)

    def orders(self) -> Sides:
        office = self.office
        wanted = [
            ((key, self.label(event), event.day, office.owner(event), event.folder), event.amount)
            for key, event in self.events()
        ]
        found = []
        for name in office.work_orders:
            order = self.product.made[name].pk
            for day, owner, folder, amounts in rollup.of_order(
                None, self.source, [self.period], order, self.product.today
            ):
                same = (name, day, self.name(Customer, owner), self.name(Folder, folder))
                found += [((key, *same), amount) for key, amount in amounts.items()]
        totals = summed(((key, order), amount) for (key, order, *_), amount in wanted)
        sums = rollup.orders(None, self.source, self.period, self.product.today)
        in_orders = [one for one in wanted if one[0][1] is not None]
        return [*summed(in_orders).items(), *totals.items()], counted(found) + counted(
            ((key, self.labelled(order)), amount) for order, amounts in sums.items() for key, amount in amounts.items()
        )


def counted(parts: Iterable[tuple[Any, int]]) -> list[tuple[Any, int]]:
    """Without what comes to nothing. A key that the product gives twice stands twice."""
    return [(key, amount) for key, amount in parts if amount]


def rows(office: Office, product: Product, period: Period, measure: Measure, customer: str | None) -> Sides:
    """The items behind the figures of all, and of one customer."""
    events = office.events(ORACLES_NAME[measure.key], period.first, period.last)
    sides: dict[Whose, list[Event]] = {
        Whose.ALL: events,
        Whose.UNOWNED: office.unowned(events),
        Whose.SHARED: office.shared(events),
    }
    of_one: dict[Whose, list[Event]] = {}
    if customer is not None:
        of_one = {
            Whose.COLLECTED: office.collected(events, customer),
            Whose.OWNED: office.owned(events, customer),
            Whose.OTHERS: office.others(events, customer),
        }
    days = None if measure.is_today else period
    model = Task if measure.source.is_task else ServiceRequest
    wanted, found = [], []
    for whose, counts in [*sides.items(), *of_one.items()]:
        pk = product.made[customer].pk if customer is not None and whose in of_one else None
        figure = Figure(measure, whose, customer=pk, period=days)
        wanted += [(whose.value, event.item) for event in counts]
        found += [(whose.value, product.name(model, row.pk)) for row in figure.rows(None)]
        wanted += [(f"{whose.value}, walked", event.item) for event in counts]
        found += [(f"{whose.value}, walked", product.name(model, row.pk)) for row in figure.walked(None)]
    return wanted, found
