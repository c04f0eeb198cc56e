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
    """Sizes in bytes, of the packed file and of what comes out of it.

    A small file ends soon whatever it unpacks to: past what is `free`, it may unpack to `ratio` times its packed size,
    and hold so many tags for each packed megabyte; only the parts that are read count. Our own sheets unpack to 8 times
    their size and hold 2 million tags a megabyte. 3 million tags take about a second. Seconds are the reader's own
    computing (not the clock: a busy machine is no bomb) and end only what no other limit has foreseen.
    """

    size: int = 30 * MEGABYTE
    parts: int = 2_000
    unpacked: int = 400 * MEGABYTE
    free: int = 100 * MEGABYTE
    ratio: int = 200
    tags: int = 60_000_000
    free_tags: int = 2_000_000
    tags_per_megabyte: int = 6_000_000
    seconds: float = 4.0
    seconds_per_megabyte: float = 4.0
    depth: int = 32
    token: int = MEGABYTE
    names: int = 10_000
    cells: int = 6_000_000
    strings: int = 1_600_000  # 200,000 rows have about 8 of their own each
    text: int = 140 * MEGABYTE  # of texts in memory
    kept: int = 100_000_000  # characters of all rows together (sheets.records)
