"""How much of a workbook is read at most, and the one exception of all that cannot be read."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384  # XFD
LONGEST_TEXT = 32_767  # characters in a cell, Excel's own limit
LONGEST_NUMBER = 40  # characters
HEADING_ROWS = 20  # the heading row is looked for in these first rows


class Unreadable(Exception):
    """The file is not a workbook that can be read; the message is a translated sentence for the user."""


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds of this thread's own computing (not the clock: a busy machine is no bomb).

    Time allowed = `seconds` + `seconds_per_megabyte` × the packed size of the parts that are read, so that a small
    file ends soon whatever it unpacks to. `ratio` counts only past `free` unpacked bytes.
    """

    rows: int = 200_000
    size: int = 30 * MEGABYTE
    parts: int = 2_000
    unpacked: int = 400 * MEGABYTE
    free: int = 100 * MEGABYTE
    ratio: int = 200
    text: int = 140 * MEGABYTE
    cells: int = 6_000_000
    depth: int = 32
    token: int = MEGABYTE
    names: int = 10_000
    seconds: float = 2.0
    seconds_per_megabyte: float = 1.2
