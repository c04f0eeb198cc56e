"""Four people reading reports and four recording work, all at once, on PostgreSQL.

    DATABASE_URL=postgresql://… .venv/bin/python -m benchmarks.together

Each person is a process with a connection of its own, opens pages through Django's test client, and looks at each for
half a second to a second and a half: without, eight processes share two processors, and the schedule is all that is
measured. The readers open reports, rows and lists; those who record send the forms of the pages: a new
task, that it is done, that it stood on another spot. All record on the same few spots, so that they meet. First one
records alone, then all eight; what is told of recording is the time of one sent form. What was recorded is taken away
again. Any exception, any answer but the expected one and any deadlock that PostgreSQL counts is an error.
"""

from __future__ import annotations

import multiprocessing
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks.timing import figure, heading, office, set_up, told

set_up()

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from benchmarks.reports import manager
from folders.models import Spot
from folders.names import search_key
from reports.periods import last_month
from workorders.models import Task

PEOPLE = 4  # of each sort
SECONDS = 60
PAUSE = (0.5, 1.5)  # seconds between two pages
WAIT = 300  # seconds until all are ready, on a machine that has much to do
SPOTS = 40  # that all record on
MOST = 5.0  # times as long as alone, 95 of 100
NAME = "Mittauksen kierros neljän kanssa"


@dataclass
class Told:
    """What one person says at the end: seconds of each page or form, and what went wrong."""

    records: bool
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def signed_in() -> Client:
    client = Client()
    client.force_login(office())
    return client


def pages(number: int) -> Iterator[str]:
    """Without end; each reader begins at another one."""
    month, customer = last_month(timezone.localdate()), manager()[0]
    days = f"from={month.first}&to={month.last}"
    addresses = [
        f"/customers/{customer}/report/?{days}",
        f"/reports/rows/?measure=done&whose=owned&{days}",
        "/tasks/?state=unfinished",
        f"/reports/customers/?{days}",
        f"/customers/{customer}/tasks/?state=done",
        f"/reports/rows/?measure=done&whose=collected&customer={customer}&{days}",
        "/customers/?o=name",
        "/requests/?state=unfinished",
    ]
    while True:
        yield addresses[number % len(addresses)]
        number += 2


def reader(number: int) -> Iterator[Callable[[], str]]:
    """Opens one page at each call; says what is wrong with the answer."""
    client = signed_in()

    def read(address: str) -> str:
        answer = client.get(address)
        return "" if answer.status_code == 200 else f"{address}: {answer.status_code}"

    for address in pages(number):
        yield partial(read, address)


def recorder(number: int) -> Iterator[Callable[[], str]]:
    """Sends one form at each call: of a new task, and then of the one that it made."""
    client, chance, today = signed_in(), random.Random(number), timezone.localdate()  # noqa: S311
    spots = list(Spot.objects.order_by("pk").values_list("pk", flat=True)[:SPOTS])
    role = Role.objects.values_list("pk", flat=True)[0]
    place = ""

    def send(address: str, **given: Any) -> str:
        nonlocal place
        answer = client.post(address, given)
        place = answer.headers.get("Location", "")
        return "" if answer.status_code == 302 else f"{address}: {answer.status_code}"

    while True:
        spot, other = chance.sample(spots, 2)
        yield partial(send, "/tasks/new/", name=NAME, spot=spot, role=role, due_on=today, description="")
        yield partial(send, f"{place}finish/", state="done", done_on=today, minutes="0:30")
        yield partial(send, f"{place}move/", spot=other, work_order="")


def person(number: int, ready: Any, said: Any, *, records: bool) -> None:
    """One of the eight, in a process of its own."""
    word, acts = Told(records), recorder(number) if records else reader(number)
    chance = random.Random(number)  # noqa: S311
    for _ in range(3):  # what a process does once
        next(acts)()
    ready.wait(timeout=WAIT)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            wrong = next(acts)()
        except Exception as error:  # noqa: BLE001 (told by the one who waits for all)
            wrong = f"{type(error).__name__}: {error}"
        word.seconds.append(time.perf_counter() - began)
        word.errors += [wrong] if wrong else []
        time.sleep(chance.uniform(*PAUSE))
    said.put(word)


def at_once(readers: int, recorders: int) -> list[Told]:
    context = multiprocessing.get_context("spawn")
    ready, said = context.Barrier(readers + recorders), context.Queue()
    people = [
        context.Process(target=person, args=(number, ready, said), kwargs={"records": number < recorders})
        for number in range(readers + recorders)
    ]
    for one in people:
        one.start()
    words = [said.get(timeout=SECONDS + 2 * WAIT) for _ in people]
    for one in people:
        one.join()
    return words


def times(words: list[Told], *, records: bool) -> tuple[float, float, int]:
    """Seconds that half and 95 of 100 stay within, and how many there were."""
    seconds = [each for word in words if word.records == records for each in word.seconds]
    return statistics.median(seconds), statistics.quantiles(seconds, n=100)[94], len(seconds)


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        found: int = cursor.fetchone()[0]
    return found


def take_away() -> None:
    """What this run recorded, or one before it that was broken off."""
    Task.objects.filter(search_key=search_key(NAME), name=NAME).delete()


def main() -> None:
    if connection.vendor != "postgresql":
        sys.exit("Many at once is measured on PostgreSQL: set DATABASE_URL.")
    heading("Together")
    office()
    take_away()
    before = deadlocks()
    try:
        alone, together = at_once(0, 1), at_once(PEOPLE, PEOPLE)
    finally:
        take_away()
    half, most, number = times(alone, records=True)
    told("recording alone: half stay within", half, beside=f"{number:,} forms")
    told("recording alone: 95 of 100 stay within", most)
    all_half, all_most, number = times(together, records=True)
    told("recording with seven others: half stay within", all_half, beside=f"{number:,} forms")
    beside = f"{all_most * 1000:,.1f} ms"
    figure("recording with seven others: 95 of 100, times alone", all_most / most, "×", most=MOST, beside=beside)
    half, most, number = times(together, records=False)
    told("reading with seven others: half stay within", half, beside=f"{number:,} pages")
    told("reading with seven others: 95 of 100 stay within", most)
    errors = [error for word in (*alone, *together) for error in word.errors]
    figure("what went wrong, deadlocks too", len(errors) + deadlocks() - before, "errors", most=0)
    for error in errors[:10]:
        print(f"    {error}")


if __name__ == "__main__":
    main()
