"""Many people at once, on a real database of their own and with a connection each: nothing may come out wrong.

Eight movers at the tree, eight recorders of work on five spots that are moved meanwhile, and pairs that press the same
button at once. race.py says how a race is run, runners.py what they do, judges.py what is looked at when they stop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.concurrency.database import Run
from tests.marks import long

type Race = Callable[..., dict[str, Any]]


@pytest.fixture
def race(own_database: Run) -> Race:
    """Runs a race on a new database of its own, migrated and empty, and gives what it told."""
    return lambda name, steps: own_database("tests.concurrency.race", name, str(steps))


def what_is_wrong(told: dict[str, Any]) -> dict[str, Any]:
    judged = ("errors", "cycles", "gaps", "differences", "coverage", "work", "same_numbers", "closed_but_not")
    return {what: told[what] for what in judged if told.get(what)}


def figures(told: dict[str, Any]) -> str:
    known = ("operations", "done", "refused", "folders", "items", "coverage_rows", "work_orders", "slowest", "seconds")
    return f"{connection.vendor}: " + ", ".join(f"{what} {told[what]}" for what in known if what in told)


@pytest.mark.parametrize("steps", [pytest.param(20, marks=pytest.mark.postgresql), *long([100])])
def test_eight_movers_at_once_leave_no_cycle_no_gap_and_the_right_coverage(
    race: Race, say: Callable[[str], None], steps: int
) -> None:
    told = race("movers", steps)
    say(f"eight movers on {figures(told)}")
    assert what_is_wrong(told) == {}
    assert told["operations"] == 8 * steps
    assert told["done"] > 2 * steps


@pytest.mark.long
def test_eight_recorders_on_spots_that_move_meanwhile_leave_no_work_in_a_wrong_folder(
    race: Race, say: Callable[[str], None]
) -> None:
    steps = 250
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


@pytest.mark.long
def test_a_spot_that_moves_while_its_work_is_recorded_takes_the_work_along(race: Race) -> None:
    told = race("a_move_while_work_is_recorded", 1)
    assert told["ends"] == ["done", "done"]
    assert what_is_wrong(told) == {}


@pytest.mark.postgresql  # on SQLite one transaction writes at a time, whatever the office locks
def test_the_same_move_without_the_lock_leaves_the_work_in_a_wrong_folder_and_is_found_out(race: Race) -> None:
    told = race("a_move_while_work_is_recorded_without_the_lock", 1)
    assert told["ends"] == ["done", "done"]
    assert what_is_wrong(told).keys() == {"work"}


@pytest.mark.parametrize("rounds", [pytest.param(2, marks=pytest.mark.postgresql), *long([10])])
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
        "two_finish_a_task",
        "two_rename_a_work_order",
        "two_put_the_same_tasks_into_their_work_orders",
    }
    both_win = {
        "two_open_a_work_order",
        "one_records_work_and_one_moves_its_spot",
        "one_sends_the_same_form_twice",
    }
    assert {name for name, ends in told["ends"].items() if ends == {"done + refused": rounds}} >= one_wins
    assert {name for name, ends in told["ends"].items() if ends == {"done + done": rounds}} >= both_win
