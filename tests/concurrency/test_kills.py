"""`kill -9` of a worker, or of the process of a request, at any moment of an import leaves all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from tests.concurrency.database import Run

KILLS = 30


@pytest.mark.long
def test_an_import_that_is_killed_leaves_all_or_nothing_and_the_page_says_which(
    own_database: Run, say: Callable[[str], None]
) -> None:
    told = own_database("tests.concurrency.killing", str(KILLS), "1")
    say(f"{KILLS} kills on {connection.vendor}: {told}")
    assert told["wrong"] == []
    assert sum(told["ends"].values()) == KILLS
    assert told["slowest"] < 60
    assert {end.split(": ")[1] for end in told["ends"]} == {"all", "nothing"}
