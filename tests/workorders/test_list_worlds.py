"""Random worlds: a list narrowed in any way has the rows that a plain look at every piece of work gives, in order.

Each list is opened twice: as a short one, found as a set, and as a long one, met row by row (spotilla.pages).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings

from accounts.models import User
from customers.models import Customer
from folders.names import held_by
from folders.sql.paths import paths
from tests.conftest import signed_in
from tests.worlds.generator import TODAY, make_world
from tests.worlds.product import Product, on_day
from workorders.collectors import list_collectors
from workorders.models import ServiceRequest, Task
from workorders.sql import totals
from workorders.sql.capped_counts import Counts, counts
from workorders.sql.totals import NO_TASKS

FAST, LONG = range(9001, 9002), range(9100, 9115)
ADDRESSES = 24  # of each world, half of tasks and half of requests
STATES = ("unfinished", "overdue", "all")

type Asked = dict[str, str]


def asked(random: Random, today: date, of: str) -> Asked:
    """A list narrowed by one or two things, such that some piece of work chosen at random may fit."""
    rows: Any = Task.objects if of == "tasks" else ServiceRequest.objects
    row = random.choice(list(rows.all()))
    start, days = random.randrange(len(row.search_key)), timedelta(days=random.randrange(20))
    day = row.received_on if of == "requests" else row.done_on or row.due_on
    above = [pk for pk, _name in paths([row.folder_id])[row.folder_id]] if row.folder_id else [0]
    theirs = [collector.customer.pk for collector in list_collectors(row, today)] or [0]
    narrowings: dict[str, Asked] = {
        "customer": {"customer": str(random.choice(theirs))},
        "whose": {"whose": random.choice(("owned", "others", "unowned"))},
        "folder": {"folder": str(random.choice(above))},
        "q": {"q": row.search_key[start : start + random.randint(1, 4)].strip() or row.search_key},
        "days": {"from": str(day - days), "to": str(day + days)},
        "role": {"role": str(row.role_id or "none")},
    }
    pair = random.sample(sorted(narrowings), 2)
    chosen = random.choice((["customer"], ["customer", "whose"], ["customer", "whose"], ["whose"], ["folder"], pair))
    states = [state for state in (*STATES, row.state) if in_state(row, state, today)]
    narrowed = {name: value for key in chosen for name, value in narrowings[key].items()}
    return {"state": random.choice(states)} | narrowed


def plainly(of: str, wanted: Asked, today: date) -> list[int]:
    """Looked at one by one, in the list's usual order."""
    rows: Any = Task.objects if of == "tasks" else ServiceRequest.objects
    found = [row for row in rows.all() if fits(row, wanted, today)]
    if of == "requests":
        return [row.pk for row in sorted(found, key=lambda row: (row.received_on, row.pk), reverse=True)]
    if wanted["state"] == "done":
        return [row.pk for row in sorted(found, key=lambda row: (row.done_on, row.pk), reverse=True)]
    return [row.pk for row in sorted(found, key=lambda row: (row.due_on, row.pk))]


def fits(row: Task | ServiceRequest, wanted: Asked, today: date) -> bool:
    return (
        in_state(row, wanted["state"], today)
        and (wanted.get("role") in {None, str(row.role_id or "none")})
        and ("q" not in wanted or held_by(row.search_key, wanted["q"]))
        and in_days(row, wanted)
        and in_folder(row, wanted.get("folder"))
        and of_customer(row, wanted.get("customer"), wanted.get("whose", ""), today)
    )


def in_state(row: Task | ServiceRequest, state: str, today: date) -> bool:
    if state == "all":
        return True
    if state == "unfinished":
        return row.state in row.UNFINISHED
    if state == "overdue":
        return isinstance(row, Task) and row.state in row.UNFINISHED and row.due_on < today
    return row.state == state


def in_days(row: Task | ServiceRequest, wanted: Asked) -> bool:
    if "from" not in wanted:
        return True
    day = row.received_on if isinstance(row, ServiceRequest) else row.due_on
    if isinstance(row, Task) and wanted["state"] == "done":
        assert row.done_on is not None
        day = row.done_on
    return wanted["from"] <= str(day) <= wanted["to"]


def in_folder(row: Task | ServiceRequest, folder: str | None) -> bool:
    if folder is None:
        return True
    return row.folder_id is not None and int(folder) in {pk for pk, _name in paths([row.folder_id])[row.folder_id]}


def of_customer(row: Task | ServiceRequest, customer: str | None, share: str, today: date) -> bool:
    by_customer = {collector.customer.pk: collector.owns for collector in list_collectors(row, today)}
    if share == "unowned" and any(by_customer.values()):
        return False
    if customer is None:
        return True
    if int(customer) not in by_customer:
        return False
    return share in {"", "unowned"} or by_customer[int(customer)] == (share == "owned")


def differences(seed: int) -> Iterator[str]:
    world, product, random = make_world(seed), Product(TODAY), Random(seed)
    product.replay(world.log)
    with on_day(product.today):
        client = signed_in(User.objects.create_superuser(f"{seed}@spotilla.example", "salasana-jolla-pääsee"))
        yield from miscounted(product.today)
        for number in range(ADDRESSES):
            of = "tasks" if number % 2 else "requests"
            wanted = asked(random, product.today, of)
            expected = plainly(of, wanted, product.today)
            for most in (10_000, 1):
                with override_settings(LISTS_COUNT_TO=most):
                    shown = shown_by(client, of, wanted)
                if shown != (expected[:50], expected[-50:]):
                    yield f"{seed} /{of}/ {wanted} counting to {most}: {shown}, not {expected}"


def miscounted(today: date) -> Iterator[str]:
    """The counts of the list of customers beside the figures of their pages, which are made another way."""
    ids = list(Customer.objects.values_list("pk", flat=True))
    first = today - timedelta(days=20)
    unfinished, done = totals.unfinished(None, today), totals.done(None, first, today)
    requests = totals.unfinished_requests(None, today)
    for pk, found in counts(None, today, first, today, ids).items():
        now = unfinished.get(pk, NO_TASKS)
        wanted = Counts(now.all, now.overdue, requests.get(pk, 0), done.get(pk, NO_TASKS).all)
        if found != wanted:
            yield f"customer {pk}: {found}, not {wanted}"


def shown_by(client: Client, of: str, wanted: Asked) -> tuple[list[int], list[int]]:
    """What stands on the first page and on the last."""
    first, last = (client.get(f"/{of}/", wanted | {"page": page}).context["page"] for page in ("1", "-1"))
    return [row.pk for row in first], [row.pk for row in last]


def told(seeds: range) -> list[str]:
    found = []
    for seed in seeds:
        with transaction.atomic():
            found += list(differences(seed))
            transaction.set_rollback(True)
    return found


@pytest.mark.long
@pytest.mark.django_db
def test_a_list_has_the_rows_that_a_plain_look_gives_however_it_finds_them() -> None:
    assert told(FAST) == []


@pytest.mark.long
@pytest.mark.django_db
def test_a_list_has_the_rows_that_a_plain_look_gives_in_many_more_worlds() -> None:
    assert told(LONG[::3] if connection.vendor == "postgresql" else LONG) == []
