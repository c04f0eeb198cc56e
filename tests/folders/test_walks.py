"""The walks over the dated tree find what a look at each day by itself finds."""

import random
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Placement
from folders.sql.walks import walk_down, walk_down_ever, walk_down_today, walk_up, walk_up_today
from spotilla.sql import day_of, execute
from tests import factories

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(6)]

type Parents = dict[tuple[int, date], int | None]
type Found = set[tuple[int, date]]


def grow(seed: int) -> tuple[list[int], Parents]:
    """Twelve folders, each of which has lain below an earlier one or at the top, elsewhere each few days."""
    choose = random.Random(seed)  # a tree, not a secret
    folders = [factories.folder().pk for _number in range(12)]
    Placement.objects.all().delete()
    parents: Parents = {}
    for number, folder in enumerate(folders):
        cuts = [ALWAYS, *sorted(choose.sample(DAYS[1:], choose.randint(0, 2))), FOREVER]
        for since, until in pairwise(cuts):
            parent = choose.choice([None, *folders[:number]])
            Placement.objects.create(folder_id=folder, parent_id=parent, since=since, until=until)
            parents |= {(folder, day): parent for day in DAYS if since <= day < until}
        Folder.objects.filter(pk=folder).update(parent=parents[folder, DAYS[-1]])
    return folders, parents


def above(parents: Parents, folder: int, day: date) -> set[int]:
    found = {folder}
    while (parent := parents[folder, day]) is not None:
        found.add(parent)
        folder = parent
    return found


def walked(relation: str, name: str, start: int) -> Found:
    """(folder, day) of all that a walk has found from `start`."""
    rows = execute(
        f"WITH RECURSIVE {relation} SELECT folder_id, since, until FROM {name}", start=start, first=ALWAYS, end=FOREVER
    )
    found: Found = set()
    for folder, since, until in rows:
        days = {(folder, day) for day in DAYS if day_of(since) <= day < day_of(until)}
        assert not found & days  # a folder and day is found once
        found |= days
    return found


SEED = "SELECT %(start)s::bigint, %(first)s::date, %(end)s::date"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("steps", ["", "depth"])
def test_the_dated_tree_up_and_down(seed: int, steps: str) -> None:
    folders, parents = grow(seed)
    of_each = {(folder, day): above(parents, folder, day) for folder in folders for day in DAYS}
    begin = f"{SEED}, 0" if steps else SEED
    for start in folders:
        up = {(found, day) for day in DAYS for found in of_each[start, day]}
        down = {(folder, day) for (folder, day), found in of_each.items() if start in found}
        assert walked(walk_up("up", begin, steps=steps), "up", start) == up
        assert walked(walk_down("down", begin, steps=steps), "down", start) == down


@pytest.mark.parametrize("seed", range(3))
def test_todays_tree_and_that_of_any_day(seed: int) -> None:
    folders, parents = grow(seed)
    ever: dict[int, set[int]] = defaultdict(set)
    for (folder, _day), parent in parents.items():
        ever[folder].add(folder)
        if parent is not None:
            ever[parent].add(folder)
    for start in folders:
        todays = above(parents, start, DAYS[-1])
        up = walk_up_today("up", "SELECT id, id, 0 FROM folders_folder WHERE id = %(start)s")
        found = execute(f"WITH RECURSIVE {up} SELECT folder_id FROM up WHERE start = %(start)s", start=start)
        assert {pk for (pk,) in found} == todays
        down = walk_down_today("down", "SELECT %(start)s::bigint")
        found = execute(f"WITH RECURSIVE {down} SELECT id FROM down", start=start)
        assert {pk for (pk,) in found} == {pk for pk in folders if start in above(parents, pk, DAYS[-1])}
        found = execute(
            f"WITH RECURSIVE {walk_down_ever('branch', 'SELECT %(start)s::bigint')} SELECT folder_id FROM branch",
            start=start,
        )
        assert {pk for (pk,) in found} == reached(ever, start)


def reached(below: dict[int, set[int]], start: int) -> set[int]:
    """All that can be reached from one to the next."""
    found, waiting = {start}, [start]
    while waiting:
        new = below[waiting.pop()] - found
        found |= new
        waiting += new
    return found
