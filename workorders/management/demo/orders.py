"""The work orders of the demo, those of all cities numbered together by their days, as an office would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from folders.days import ALWAYS, FOREVER
from workorders.management.demo.names import CITIES
from workorders.management.demo.plan import City
from workorders.models import WorkOrder, WorkOrderCounter


@dataclass(frozen=True)
class Kind:
    name: str
    customer: str  # a part of City.customers; "" for nobody
    place: str  # a part of the story whose spots it is on; "" for tasks without a spot alone
    opened: int  # days ago
    lasts: int = 0  # days; 0 is open-ended
    closed: int = 0  # days ago; 0 is open
    with_spotless: bool = False
    number_theirs: str = ""


KINDS = [
    Kind("Talvihoito ja lumenpudotus", "manager 0", "house 0.0", 390, number_theirs="PO-20{0}7"),
    Kind("Kattoremontti ja räystäiden uusiminen", "house 1.0", "house 1.0", 320, 120, closed=190, with_spotless=True),
    Kind("Vuosihuollot", "company 2", "company 2", 260, closed=100, number_theirs="Tilaus 45-{0}"),
    Kind("Takuukorjaukset", "", "house 1.1", 230, with_spotless=True),
    Kind("Kunnossapidon suunnittelu ja neuvonta", "company 1", "", 140, number_theirs="4500{0}18"),
    Kind("Leikkipaikkojen kunnostus", "city", "school 0", 110, 300),
    Kind("Sisäinen kunnossapito", "cost centre 1", "company 1", 80),
    Kind("Kellaritilojen kuivaus", "house 0.0", "house 0.0 A", 30, 60, with_spotless=True),
]


def save_orders(cities: int, today: date) -> dict[tuple[int, int], WorkOrder]:
    """All work orders of all cities by (city, index in KINDS), still without customers."""
    days = sorted(
        (today - timedelta(days=kind.opened - city * 7 % 29), city, k)
        for city in range(cities)
        for k, kind in enumerate(KINDS)
    )
    last = dict(WorkOrderCounter.objects.values_list("year", "last"))
    orders: dict[tuple[int, int], WorkOrder] = {}
    for opened, city, k in days:
        last[opened.year] = last.get(opened.year, 0) + 1
        orders[city, k] = _order(KINDS[k], f"{opened.year}-{last[opened.year]}", opened, city, today)
    WorkOrder.objects.bulk_create(orders.values())
    for year, number in last.items():
        WorkOrderCounter.objects.update_or_create(year=year, defaults={"last": number})
    return orders


def _order(kind: Kind, number: str, opened: date, city: int, today: date) -> WorkOrder:
    return WorkOrder(
        number=number,
        name=f"{kind.name}, {CITIES[city % len(CITIES)][0]}",
        customer_order_number=kind.number_theirs.format(city + 10),
        since=opened if kind.lasts else ALWAYS,
        until=opened + timedelta(days=kind.lasts) if kind.lasts else FOREVER,
        closed_on=today - timedelta(days=kind.closed) if kind.closed else None,
    )


def of_city(city: City, orders: dict[tuple[int, int], WorkOrder]) -> Iterator[tuple[Kind, WorkOrder]]:
    """The city's work orders with their kinds, now given to their customers. Two statements."""
    mine = [orders[city.number, k] for k in range(len(KINDS))]
    for kind, order in zip(KINDS, mine, strict=True):
        order.customer = city.customers.get(kind.customer)
    WorkOrder.objects.bulk_update(mine, ["customer"])
    return zip(KINDS, mine, strict=True)
