"""Many people at once, on a real database of their own and with a connection each: nothing may come out wrong.

Eight movers at the tree, eight recorders of work on five spots that are moved meanwhile, and pairs that press the same
button at once. race.py says how a race is run, runners.py what they do, judges.py what is looked at when they stop.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).resolve().parents[2]

type Race = Callable[..., dict[str, Any]]


@pytest.fixture
def race(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Race]:
    """Runs a race on a new database of its own, migrated and empty, and gives what it told."""

    def run(name: str, steps: int) -> dict[str, Any]:
        url = new_database(tmp_path)
        environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "tests.concurrency.race", name, str(steps)]
        ran = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        told: dict[str, Any] = json.loads(ran.stdout)
        return told

    with django_db_blocker.unblock():
        yield run
        drop_database(tmp_path)


def new_database(folder: Path) -> str:
    """Beside the tests' own database: a file, or one more on the same server."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{folder / 'race.sqlite3'}"
    run_on_server(f'CREATE DATABASE "{postgresql_name(folder)}"')
    place = settings.DATABASES["default"]
    user, password = quote(place["USER"]), quote(place["PASSWORD"])
    return (
        f"postgresql://{user}:{password}@{'' if place['HOST'].startswith('/') else place['HOST']}"
        f"{':' + place['PORT'] if place['PORT'] else ''}/{postgresql_name(folder)}"
        f"{'?host=' + place['HOST'] if place['HOST'].startswith('/') else ''}"
    )


def drop_database(folder: Path) -> None:
    if connection.vendor == "postgresql":
        run_on_server(f'DROP DATABASE IF EXISTS "{postgresql_name(folder)}" WITH (FORCE)')


def postgresql_name(folder: Path) -> str:
    return f"race_{os.getpid()}_{folder.name}"[:60]


def run_on_server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:  # noqa: SLF001  # what Django's own test runner makes databases with
        cursor.execute(statement)


def what_is_wrong(told: dict[str, Any]) -> dict[str, Any]:
    judged = ("errors", "cycles", "gaps", "differences", "coverage", "work", "same_numbers", "closed_but_not")
    return {what: told[what] for what in judged if told.get(what)}


def figures(told: dict[str, Any]) -> str:
    known = ("operations", "done", "refused", "folders", "items", "coverage_rows", "work_orders", "slowest", "seconds")
    return f"{connection.vendor}: " + ", ".join(f"{what} {told[what]}" for what in known if what in told)


@pytest.mark.parametrize("steps", [20, pytest.param(150, marks=pytest.mark.long)])
def test_eight_movers_at_once_leave_no_cycle_no_gap_and_the_right_coverage(
    race: Race, say: Callable[[str], None], steps: int
) -> None:
    told = race("movers", steps)
    say(f"eight movers on {figures(told)}")
    assert what_is_wrong(told) == {}
    assert told["operations"] == 8 * steps
    assert told["done"] > 2 * steps


@pytest.mark.parametrize("steps", [20, pytest.param(400, marks=pytest.mark.long)])
def test_eight_recorders_on_spots_that_move_meanwhile_leave_no_work_in_a_wrong_folder(
    race: Race, say: Callable[[str], None], steps: int
) -> None:
    told = race("recorders", steps)
    say(f"eight recorders on {figures(told)}")
    assert what_is_wrong(told) == {}
    assert told["operations"] == 10 * steps
    assert told["items"] > steps


@pytest.mark.long
@pytest.mark.postgresql  # on SQLite one transaction writes at a time, whatever the office locks
def test_movers_without_the_lock_go_wrong_and_are_found_out(race: Race) -> None:
    """The schema stops some of it, as errors (keys broken, deadlocks)."""
    told = race("movers_without_the_lock", 40)
    assert what_is_wrong(told).keys() & {"errors", "gaps", "cycles", "coverage"}, told


def test_a_spot_that_moves_while_its_work_is_recorded_takes_the_work_along(race: Race) -> None:
    told = race("a_move_while_work_is_recorded", 1)
    assert told["ends"] == ["done", "done"]
    assert what_is_wrong(told) == {}


@pytest.mark.postgresql  # on SQLite one transaction writes at a time, whatever the office locks
def test_the_same_move_without_the_lock_leaves_the_work_in_a_wrong_folder_and_is_found_out(race: Race) -> None:
    told = race("a_move_while_work_is_recorded_without_the_lock", 1)
    assert told["ends"] == ["done", "done"]
    assert what_is_wrong(told).keys() == {"work"}


@pytest.mark.parametrize("rounds", [2, pytest.param(30, marks=pytest.mark.long)])
def test_of_two_who_press_the_same_button_at_once_one_wins_and_the_other_reads_why_not(
    race: Race, say: Callable[[str], None], rounds: int
) -> None:
    told = race("together", rounds)
    say(f"pairs at once on {figures(told)}: {rounds} rounds of each of {len(told['ends'])} buttons")
    assert what_is_wrong(told) == {}
    one_wins = {
        "two_attach",
        "two_hand_over",
        "two_close_a_customer",
        "two_move_into_each_other",
        "one_closes_a_customer_and_one_opens_its_work_order",
    }
    both_win = {"two_open_a_work_order", "one_records_work_and_one_moves_its_spot"}
    assert {name for name, ends in told["ends"].items() if ends == {"done + refused": rounds}} >= one_wins
    assert {name for name, ends in told["ends"].items() if ends == {"done + done": rounds}} >= both_win
