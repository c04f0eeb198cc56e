"""Would the random worlds notice? Each fault put into the product on purpose must make worlds differ."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .faults import FAULTS, Fault
from .test_worlds import Tally, run, run_all


@pytest.mark.sqlite  # a fault is the same on both engines
@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS[1:2], ids=lambda fault: fault.what)  # the long run takes all
def test_the_worlds_notice_when(fault: Fault) -> None:
    with fault.put_in():
        assert any(run(seed, Tally()) for seed in range(1, 61)), f"60 worlds lived through, and nobody noticed: {fault}"


@pytest.mark.long
@pytest.mark.sqlite
@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_how_many_worlds_differ_when(fault: Fault, say: Callable[[str], None]) -> None:
    with fault.put_in():
        tally = run_all(range(1, 25))
    say(f"{len(tally.differing)} of {tally.worlds} worlds differ when {fault.what}")
    assert tally.differing
