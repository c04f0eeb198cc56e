"""The work orders of the demo, those of all cities numbered together by their days, as an office would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from folders.days import ALWAYS, FOREVER
from spotilla.bulk import new_ids
from workorders.management.demo.plan import City, Node
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
# What further ones of a large city are about; whose and where is known once the city is built.
NAMES = ["Vuosihuollot", "Ikkunoiden kunnostus", "Hissien uusiminen", "Takuukorjaukset", "Sisätilojen maalaus",
         "Lukituksen uusiminen", "Piha-alueiden kunnostus", "Kosteusmittaukset", "Valaistuksen uusiminen",
         "Vesikalusteiden vaihto", "Palokatkojen korjaus", "Ilmanvaihdon puhdistus"]  # fmt: skip
WITHOUT_CUSTOMER = 0.03


class Order(NamedTuple):
    pk: int
    number: str
    opened: date
    kind: Kind


class Placed(NamedTuple):
    """A saved work order: what it is about and where its tasks are."""

    pk: int
    kind: Kind
    place: Node | None


def numbered(amounts: list[int], seed: int, today: date) -> list[list[Order]]:
    """The work orders to be, so many of each city, with their ids and numbers; the counter is past them."""
    planned = sorted(
        (today - timedelta(days=kind.opened - city * 7 % 29), city, k, kind)
        for city, amount in enumerate(amounts)
        for k, kind in enumerate(_kinds(amount, Random(f"{seed}/orders/{city}")))  # noqa: S311 (no secret)
    )
    last = dict(WorkOrderCounter.objects.values_list("year", "last"))
    orders: list[list[Order]] = [[] for _amount in amounts]
    for pk, (opened, city, _k, kind) in zip(new_ids(WorkOrder, len(planned)), planned, strict=True):
        last[opened.year] = last.get(opened.year, 0) + 1
        orders[city].append(Order(pk, f"{opened.year}-{last[opened.year]}", opened, kind))
    for year, number in last.items():
        WorkOrderCounter.objects.update_or_create(year=year, defaults={"last": number})
    return orders


def _kinds(amount: int, rng: Random) -> Iterator[Kind]:
    """The ones that every city has, then others by chance, with neither customer nor place yet."""
    yield from KINDS
    for _ in range(amount - len(KINDS)):
        opened, lasts = rng.randrange(60, 720), rng.choice([0, 0, 60, 120, 360])
        closed = rng.randrange(5, opened - 45) if rng.random() < 0.6 else 0
        with_spotless, theirs = rng.random() < 0.2, rng.choice(["", "", "PO-{0}" + str(rng.randrange(1000, 9999))])
        yield Kind(rng.choice(NAMES), "?", "?", opened, lasts, closed, with_spotless, theirs)


def save_orders(city: City, story: dict[str, Node], orders: list[Order]) -> list[Placed]:
    """The city's work orders, given to its customers, for their own folders."""
    parts = [part for part in story if part in city.customers and part not in {"city", "company 2"}]
    orders = [order._replace(kind=_given(city, order.kind, parts)) for order in orders]
    WorkOrder.objects.bulk_create([_row(city, order) for order in orders], batch_size=500)
    return [Placed(order.pk, order.kind, story.get(order.kind.place)) for order in orders]


def _given(city: City, kind: Kind, parts: list[str]) -> Kind:
    if kind.customer != "?":
        return kind
    part = city.rng.choice(parts)
    return replace(kind, place=part, customer="" if city.rng.random() < WITHOUT_CUSTOMER else part)


def _row(city: City, order: Order) -> WorkOrder:
    kind = order.kind
    return WorkOrder(
        pk=order.pk,
        number=order.number,
        name=f"{kind.name}, {city.name}",
        customer=city.customers.get(kind.customer),
        customer_order_number=kind.number_theirs.format(city.number + 10),
        since=order.opened if kind.lasts else ALWAYS,
        until=order.opened + timedelta(days=kind.lasts) if kind.lasts else FOREVER,
        closed_on=city.today - timedelta(days=kind.closed) if kind.closed else None,
    )
