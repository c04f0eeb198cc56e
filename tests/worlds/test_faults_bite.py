"""Would the random worlds notice? Each fault put into the product on purpose must make worlds differ."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .faults import FAULTS, Fault
from .test_worlds import Tally, run


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
def test_one_of_a_few_worlds_differs_when(fault: Fault, say: Callable[[str], None]) -> None:
    with fault.put_in():
        first = next((seed for seed in range(1, 25) if run(seed, Tally())), None)
    say(f"world {first} is the first that differs when {fault.what}")
    assert first
