"""Numbers on pages that are counted only so far as that is quick."""

from __future__ import annotations

COUNTED = 10_000  # rows that a figure counts of what lies behind it


class AtLeast(int):
    """A number known to be no smaller; pages write 10 000+."""


def capped(number: int, *, cut: bool = False) -> int:
    """`number`, which was counted up to one more than COUNTED; `cut`: not everywhere either."""
    return AtLeast(min(number, COUNTED)) if cut or number > COUNTED else number
