"""A race: processes with connections of their own do things to one database at once; the judges look at what is left.

Run by test_races.py as `python -m tests.concurrency.race NAME` with DATABASE_URL naming a migrated, empty database that
is the race's own. Prints one line of JSON: what was done and what the judges found wrong.
"""

from __future__ import annotations

import json
import multiprocessing
import random as randomness
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from random import Random
from typing import Any

import django

django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.db import connection, connections  # noqa: E402

from folders import tree  # noqa: E402
from folders.models import Spot  # noqa: E402
from tests.concurrency import judges, runners  # noqa: E402
from workorders import places, recording  # noqa: E402

FORK = multiprocessing.get_context("fork")

type Told = dict[str, Any]


def outcome(action: Callable[[], object]) -> str:
    """ "done", "refused", or the error that it must not be."""
    try:
        action()
    except ValidationError:
        return "refused"
    except Exception:  # noqa: BLE001  # whatever goes wrong in a runner is the race's result
        return f"error: {traceback.format_exc()}"
    return "done"


def run(number: int, step: Callable[[Random], object], steps: int, results: Any) -> None:
    """One runner: so many steps, each chosen by its own random numbers."""
    random = Random(number)
    told: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(steps):
        began = time.perf_counter()
        told[outcome(lambda: step(random))] += 1
        slowest = max(slowest, time.perf_counter() - began)
    results.put((dict(told), slowest))
    connections.close_all()


def race(steps: int, *kinds: Callable[[Random], object]) -> Told:
    """A runner for each kind of step that is given, all at once."""
    connections.close_all()
    results = FORK.Queue()
    began = time.perf_counter()
    # Daemons: one that never ends must not keep the race from saying so.
    people = [FORK.Process(target=run, args=(n, kind, steps, results), daemon=True) for n, kind in enumerate(kinds)]
    for runner in people:
        runner.start()
    told = [results.get(timeout=500) for _ in people]
    for runner in people:
        runner.join()
    counted: Counter[str] = Counter()
    for part, _ in told:
        counted.update(part)
    errors = [what for what in counted if what.startswith("error")]
    return {
        "operations": sum(counted.values()),
        "done": counted["done"],
        "refused": counted["refused"],
        "errors": errors,
        "slowest": round(max(slowest for _, slowest in told), 2),
        "seconds": round(time.perf_counter() - began, 1),
    }


def movers(steps: int) -> Told:
    """Moves of folders, attachments, hand-overs, detachments and new folders, all over one small tree."""
    runners.plant(folders=60, customers=12, spots=10)
    return race(steps, *[runners.change_the_tree] * 8) | judges.everything()


def recorders(steps: int) -> Told:
    """Eight tell of work, finish, reopen and re-place it, on five spots that two others move meanwhile."""
    runners.plant(folders=12, customers=6, spots=5)
    return race(steps, *[runners.record_work] * 8, *[runners.move_a_spot] * 2) | judges.everything()


def movers_without_the_lock(steps: int) -> Told:
    """To see that the judges judge: every operation thinks that it is alone."""
    tree.lock_tree = lambda: randomness.SystemRandom().randrange(2**40)
    return movers(steps)


def a_move_while_work_is_recorded(_steps: int) -> Told:
    """One tells of work done on a spot, and between the reading of its place and the saving another moves it."""
    return _a_move_after_the_reading()


def a_move_while_work_is_recorded_without_the_lock(_steps: int) -> Told:
    """The same with the spot read and not locked: the work stays in the folder that the spot has left."""

    def read_spots(spots: Collection[int]) -> dict[int, Spot]:
        return Spot.objects.in_bulk(list(spots))

    setattr(recording, "lock_spots", read_spots)  # noqa: B010
    return _a_move_after_the_reading()


def _a_move_after_the_reading() -> Told:
    """The mover starts when the recorder has read; the recorder waits for it, but not long: it may wait for us."""
    runners.plant(folders=6, customers=6, spots=0)
    record, move = runners.one_records_work_and_one_moves_its_spot(0)
    has_read, has_moved = FORK.Event(), FORK.Event()

    def read_and_wait(spot: Spot, day: date) -> int:
        place = places.place_on(spot, day)
        has_read.set()
        has_moved.wait(timeout=2)
        return place

    def record_slowly() -> None:
        setattr(recording, "place_on", read_and_wait)  # noqa: B010
        record()

    def move_meanwhile() -> None:
        has_read.wait(timeout=60)
        move()
        has_moved.set()

    ends = at_once(record_slowly, move_meanwhile)
    return {"ends": ends, "errors": [end for end in ends if end.startswith("error")]} | judges.everything()


def together(rounds: int) -> Told:
    """Two people press the same button at once, round after round; how each round ended, by button."""
    runners.plant(folders=6, customers=6, spots=1)
    told: dict[str, Counter[str]] = {}
    for button in runners.BUTTONS:
        told[button.__name__] = Counter()
        for number in range(rounds):
            ends = at_once(*button(number))
            told[button.__name__][" + ".join(sorted(ends))] += 1
    return {"ends": told} | judges.everything() | judges.numbers()


def at_once(*actions: Callable[[], object]) -> list[str]:
    connections.close_all()
    barrier, results = FORK.Barrier(len(actions)), FORK.Queue()

    def press(action: Callable[[], object]) -> None:
        connections["default"].ensure_connection()
        barrier.wait()
        results.put(outcome(action))
        connections.close_all()

    people = [FORK.Process(target=press, args=(action,)) for action in actions]
    for person in people:
        person.start()
    ends = [results.get(timeout=60) for _ in people]
    for person in people:
        person.join()
    return ends


if __name__ == "__main__":
    if connection.vendor == "sqlite":
        # Its waiting is not fair: eight that never pause can keep one out for longer than people would ever wait.
        # How long is told ("slowest"); what a race looks for is wrong rows.
        connection.settings_dict["OPTIONS"]["timeout"] = 600
    races: list[Callable[[int], Told]] = [
        movers,
        movers_without_the_lock,
        recorders,
        a_move_while_work_is_recorded,
        a_move_while_work_is_recorded_without_the_lock,
        together,
    ]
    named = {run_it.__name__: run_it for run_it in races}
    print(json.dumps(named[sys.argv[1]](int(sys.argv[2]))))
