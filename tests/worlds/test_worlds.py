"""Random worlds: the product and the oracle do the same operations and must come to the same, refusals included.

A failing world names its seed; `WORLD_SEEDS=4711` (or `1-50`) runs those worlds alone.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from reports.periods import Period
from tests.oracle.oracle import ALWAYS, LONG_AFTER, MEASURES, Office

from . import compare, figures, foretold, rows
from .generator import FIRST, LAST, TODAY, World, make_world
from .product import Product, on_day

FAST = [range(1, 3)]
LONG = [range(first, first + 100) for first in range(1000, 1500, 100)]  # of each, a few


@dataclass
class Tally:
    """What a run did, for its summary line."""

    worlds: int = 0
    operations: int = 0
    refusals: int = 0
    rows: int = 0
    differing: dict[int, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"{self.worlds} worlds on {connection.vendor}, {self.operations} operations "
            f"({self.refusals} refused alike), {self.rows} days of coverage, {len(self.differing)} worlds differ"
        )


def run(seed: int, tally: Tally) -> list[str]:
    """One world on an empty database, rolled back after; the first differences found, in sentences."""
    world = make_world(seed)
    with transaction.atomic():
        try:
            told = live_through(world, seed)
        except Exception:  # noqa: BLE001  # whatever the product stumbles over is told with the world's seed
            told = [traceback.format_exc()]
        transaction.set_rollback(True)
    tally.worlds += 1
    tally.operations += len(world.log)
    tally.refusals += sum(rule is not None for rule in world.refusals)
    tally.rows += len(world.office.coverage())
    if told:
        tally.differing[seed] = told
    return told


def live_through(world: World, seed: int) -> list[str]:
    product, office, random = Product(TODAY, stale=seed % 2 == 1), Office(FIRST, LAST, TODAY), Random(seed)
    for number, ((operation, arguments), rule) in enumerate(zip(world.log, world.refusals, strict=True)):
        if operation in foretold.ALL and random.random() < 0.3:
            told = foretold.differences(office, product, operation, arguments)
            if told:
                return told
        refusal = product.do(operation, arguments)
        if (refusal is None) != (rule is None):
            return [f"operation {number} {operation} {arguments}: product {refusal!r}, oracle {rule!r}"]
        office.replay([(operation, arguments)])
    with on_day(product.today):
        return compare.differences(office, product) + whose_work(world, product) + checked()


def whose_work(world: World, product: Product) -> list[str]:
    """Over all time or some days: by the querysets, then by the reports."""
    first, last = world.random.choice([(ALWAYS, LONG_AFTER), world.period()])
    told = []
    for measure in MEASURES:
        if measure != "minutes":
            told += rows.differences(world.office, product, measure, first, last)
    customer = world.pick(world.office.customers)
    for first, last in [(FIRST, LAST), world.period()]:
        told += figures.differences(world.office, product, Period(first, last), customer)
    return told


def checked() -> list[str]:
    """What `manage.py check_coverage` finds."""
    out = StringIO()
    try:
        call_command("check_coverage", stdout=out)
    except CommandError as error:
        return [f"check_coverage: {out.getvalue()} {error}"]
    return []


def run_all(seeds: range) -> Tally:
    tally = Tally()
    for seed in seeds:
        run(seed, tally)
    return tally


def failure(tally: Tally) -> str:
    """The first three worlds that differ, with their seeds."""
    some = list(tally.differing.items())[:3]
    return "\n".join([str(tally), *(f"seed {seed}:\n    " + "\n    ".join(told[:8]) for seed, told in some)])


def asked_for(seeds: range) -> range:
    """Those in the environment, else these."""
    first, _, last = os.environ.get("WORLD_SEEDS", "").partition("-")
    return range(int(first), int(last or first) + 1) if first else seeds


def seeds_of(seeds: range) -> str:
    return f"seeds {seeds.start}-{seeds.stop - 1}"


@pytest.mark.django_db
@pytest.mark.parametrize("seeds", FAST, ids=seeds_of)
def test_the_product_comes_to_the_same_as_the_oracle(seeds: range, say: Callable[[str], None]) -> None:
    tally = run_all(asked_for(seeds))
    say(f"{seeds_of(seeds)}: {tally}")
    assert not tally.differing, failure(tally)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("seeds", LONG, ids=seeds_of)
def test_the_product_comes_to_the_same_as_the_oracle_in_many_more_worlds(
    seeds: range, say: Callable[[str], None]
) -> None:
    seeds = asked_for(seeds[:: 25 if connection.vendor == "postgresql" else 12])
    tally = run_all(seeds)
    say(f"{seeds_of(seeds)}: {tally}")
    assert not tally.differing, failure(tally)
