"""The whole company, one city after the other, so that memory stays that of one city whatever the scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain, count, islice
from random import Random
from typing import Any

from django.db import models, reset_queries

from spotilla.bulk import Row, insert_rows
from workorders.management.demo import names, requests, tasks
from workorders.management.demo.contacts import save_contacts
from workorders.management.demo.estates import grow
from workorders.management.demo.history import happen, move_more
from workorders.management.demo.machines import equip
from workorders.management.demo.orders import numbered, save_orders
from workorders.management.demo.people import save_kinds, save_people
from workorders.management.demo.plan import City, Node
from workorders.management.demo.sites import fill
from workorders.management.demo.size import Size
from workorders.models import ServiceRequest, Task

BATCH = 50_000  # rows of one statement: a few seconds between two lines of progress

type Progress = Callable[[type[models.Model], int], None]


def save_company(planned: list[Size], seed: int, today: date, made: Progress) -> None:
    """Cities of these sizes with everything but coverage, which follows from it (customers.sql.rebuild.rebuild).

    Inside `tree_change`. `made` is told, after each batch, what has been written and how many rows of it.
    """
    roles, kinds = save_people(), save_kinds()
    orders = numbered([size.orders for size in planned], seed, today)
    for city in cities(planned, seed, today):
        story = build(city)
        city.save()
        save_contacts(city)
        placed = save_orders(city, story, orders[city.number])
        _save(Task, tasks.COLUMNS, tasks.tasks(city, placed, roles), made)
        _save(ServiceRequest, requests.COLUMNS, requests.requests(city, kinds, roles), made)
        reset_queries()  # where DEBUG is on, Django keeps the text of every statement


def build(city: City) -> dict[str, Node]:
    """All of a city but its work, not saved yet. Returns its folders by their parts in the story."""
    story = fill(city)
    happen(city, story)
    settled = len(city.points)
    if city.size.folders:
        estates = grow(city, story)
        equip(city)
        move_more(city, estates.houses, estates.districts, settled)
    return story


def _save(model: type[models.Model], columns: tuple[str, ...], rows: Iterator[Row], made: Progress) -> None:
    for first in rows:
        batch: Any = chain([first], islice(rows, BATCH - 1))
        made(model, insert_rows(model, columns, batch))


def cities(planned: list[Size], seed: int, today: date) -> Iterator[City]:
    """Cities with nothing in them yet."""
    ids, numbers = names.business_ids(), count(1001)
    return (_city(number, size, seed, today, ids, numbers) for number, size in enumerate(planned))


def _city(number: int, size: Size, seed: int, today: date, ids: Iterator[str], numbers: Iterator[int]) -> City:
    name, genitive, postcode = names.CITIES[number % len(names.CITIES)]
    rng = Random(f"{seed}/{number}")  # noqa: S311 (no secret: the same seed gives the same city)
    return City(
        number=number,
        name=name,
        genitive=genitive,
        postcode=postcode,
        size=size,
        today=today,
        rng=rng,
        ids=ids,
        numbers=numbers,
        people=names.people(rng),
        houses=names.housing_companies(rng, genitive),
    )
