"""A test that has figures to tell says them, also when it passes and whichever process runs it."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Call it with a sentence for the one who watches the run."""

    def to_the_terminal(sentence: str) -> None:
        with capfd.disabled():
            print(f"\n{sentence}", file=sys.stderr)

    return to_the_terminal
