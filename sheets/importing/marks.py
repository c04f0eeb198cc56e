"""A mark of what a plan does, to be compared later: people look, think, and press a button then.

Each row has a digest of its own, and they are added up, so that the preview can keep them row by row.
"""

from __future__ import annotations

import hashlib

BYTES = 5  # of a digest: 8 million of them add up to what a database's whole number holds


def digest(told: object) -> int:
    """A number for whatever `repr` tells apart, the same in every process."""
    return int.from_bytes(hashlib.blake2b(repr(told).encode("utf-8", "replace"), digest_size=BYTES).digest())


def mark(rows: int, does: int, besides: int = 0) -> str:
    """Of so many rows with these digests in all, and of what is done besides."""
    return f"{rows}-{does:x}-{besides:x}"
