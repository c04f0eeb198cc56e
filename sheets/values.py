"""What stands in a cell: text, a number, a day, or an error that is told apart from any text."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sheets.limits import LONGEST_NUMBER
from spotilla.text import EDGES

type Value = str | int | float | bool | date | datetime | time | CellError | LongText | FormattedNumber


@dataclass(frozen=True)
class CellError:
    """An error such as #DIV/0!, or "" for a formula that was saved without its result."""

    text: str


@dataclass(frozen=True)
class OddCell(CellError):
    """A cell that is written as no office program writes it, and means nothing for sure."""


@dataclass(frozen=True)
class LongText:
    """A text that is much longer than its column can hold: its beginning, and how many characters it has."""

    begins: str
    length: int


@dataclass(frozen=True)
class FormattedNumber:
    """A number that Excel shows otherwise than by its digits alone."""

    number: int | float
    code: str  # its format
    text: str | None  # as Excel shows it; None: that cannot be told (sheets.formats)


NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d{1,3})?|[+-]?\.\d+([eE][+-]?\d{1,3})?", re.ASCII)
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
SURROGATE = re.compile(r"[\ud800-\udfff]")
WHOLE = 10**15  # from here on Excel no longer keeps every digit
LAST_SERIAL = 2_958_466  # the day after 31.12.9999
MISSING_LEAP_DAY = 60  # 29.2.1900, a day of Excel's own
DAYS_TO_1904 = 1_462


def text_of(raw: str) -> str:
    """A text as Excel shows it, without blanks at its ends: _x000D_ and the like are characters."""
    if "_x" in raw:
        raw = ESCAPE.sub(lambda found: chr(int(found[1], 16)), raw)
        if SURROGATE.search(raw):
            raw = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return raw.strip(EDGES)


def number_of(raw: str) -> int | float | OddCell:
    """Whole numbers as int."""
    if raw.isascii() and raw.isdigit() and len(raw) <= 15:
        return int(raw)
    if len(raw) > LONGEST_NUMBER or not NUMBER.fullmatch(raw):
        return OddCell(raw[:LONGEST_NUMBER])
    number = float(f"{float(raw):.15g}")  # the digits that Excel keeps
    if abs(number) > 1e308:
        return OddCell(raw)
    return int(number) if number.is_integer() and abs(number) < WHOLE else number


def day_of(serial: float, *, from_1904: bool) -> date | datetime | time | float:
    """The day, moment or time of day that Excel shows for a number in a date format; itself, if it shows none."""
    if 0 <= serial < 1:
        return (datetime(1900, 1, 1) + timedelta(seconds=round(serial * 86_400))).time()  # noqa: DTZ001
    serial += DAYS_TO_1904 * from_1904
    if not 0 <= serial < LAST_SERIAL or int(serial) == MISSING_LEAP_DAY:
        return serial
    first = datetime(1899, 12, 30 + (serial < MISSING_LEAP_DAY))  # noqa: DTZ001 – Excel's moments have no zone
    try:
        moment = first + timedelta(days=int(serial), seconds=round(serial % 1 * 86_400))
    except OverflowError:
        return serial
    return moment.date() if moment.time() == time.min else moment


def iso_day_of(raw: str) -> date | datetime | time | OddCell:
    """A day written as ISO 8601 (cells of type "d")."""
    try:
        if "T" not in raw and ":" in raw:
            return time.fromisoformat(raw)
        moment = datetime.fromisoformat(raw).replace(tzinfo=None)
    except ValueError:
        return OddCell(raw[:LONGEST_NUMBER])
    return moment.date() if moment.time() == time.min else moment
