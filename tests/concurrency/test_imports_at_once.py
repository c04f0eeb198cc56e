"""Eight imports at once with overlapping business IDs: no doubles, no deadlock, and each loser reads which rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from tests.concurrency.database import Run

ROUNDS = 10


@pytest.mark.long
def test_of_eight_imports_at_once_each_loser_reads_which_rows_are_taken(
    own_database: Run, say: Callable[[str], None]
) -> None:
    told = own_database("tests.concurrency.importers", str(ROUNDS))
    say(f"{ROUNDS} times eight imports at once on {connection.vendor}: winners {told['won']}")
    assert told["wrong"] == []
    assert all(2 <= won <= 4 for won in told["won"])  # nobody whose neighbour has won
