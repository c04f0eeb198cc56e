"""The whole company, one city after the other, so that memory stays that of one city whatever the scale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from math import ceil
from random import Random

from django.db import reset_queries

from workorders.management.demo import names, work
from workorders.management.demo.contacts import save_contacts
from workorders.management.demo.history import happen
from workorders.management.demo.orders import of_city, save_orders
from workorders.management.demo.people import save_kinds, save_people
from workorders.management.demo.plan import City
from workorders.management.demo.sites import fill
from workorders.models import ServiceRequest, Task

CITIES_IN_SCALE_1 = 4
BATCH = 500  # rows; SQLite keeps the last 128 statements, and same-sized ones are one


def save_company(scale: float, seed: int, today: date) -> None:
    """Everything but coverage, which follows from it (customers.ownership.rebuild). Inside `tree_change`."""
    roles, kinds = save_people(), save_kinds()
    orders = save_orders(ceil(scale * CITIES_IN_SCALE_1), today)
    for city in cities(scale, seed, today):
        story = fill(city)
        happen(city, story)
        city.save()
        save_contacts(city)
        Task.objects.bulk_create(work.tasks(city, story, of_city(city, orders), roles), batch_size=BATCH)
        ServiceRequest.objects.bulk_create(work.requests(city, kinds, roles), batch_size=BATCH)
        reset_queries()  # where DEBUG is on, Django keeps the text of every statement


def cities(scale: float, seed: int, today: date) -> Iterator[City]:
    ids, numbers = names.business_ids(), count(1001)
    for number in range(ceil(scale * CITIES_IN_SCALE_1)):
        name, genitive, postcode = names.CITIES[number % len(names.CITIES)]
        rng = Random(f"{seed}/{number}")  # noqa: S311 (no secret: the same seed gives the same city)
        yield City(
            number=number,
            name=name,
            genitive=genitive,
            postcode=postcode,
            size=min(1.0, scale * CITIES_IN_SCALE_1 - number),
            today=today,
            rng=rng,
            ids=ids,
            numbers=numbers,
            people=names.people(rng),
        )
