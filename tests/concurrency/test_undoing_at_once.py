"""What somebody is told is done stands, though an import is taken back at the same moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from tests.concurrency.database import Run

ROUNDS = 10


@pytest.mark.long
def test_nothing_that_was_done_is_lost_to_an_undoing_at_the_same_moment(
    own_database: Run, say: Callable[[str], None]
) -> None:
    told = own_database("tests.concurrency.undoers", str(ROUNDS))
    say(f"{ROUNDS} undoings among five others on {connection.vendor}: {told['ends']}, {told['undone']}")
    assert told["wrong"] == []
    assert any(undone.startswith("back") for undone in told["undone"])
