"""Periods of a report: from a day to a day, both inclusive, and what they are compared with.

A period that has ended is compared with the whole one before it; a running one (today inside it, days to come left)
with the same days of the one before. Both alike a year earlier. What would begin before the first day that can be given
is not compared with.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from spotilla.days import FIRST_DAY, last_day

DAY = timedelta(days=1)


def shift(day: date, months: int) -> date:
    """The same day of the month, `months` later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


@dataclass(frozen=True, order=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("A period's last day is before its first.")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """How many whole calendar months it is; 0 when it begins or ends inside one."""
        if self.first.day != 1 or self.last != end_of_month(self.last):
            return 0
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def is_running(self, today: date) -> bool:
        return self.first <= today < self.last

    def before(self, today: date) -> Period | None:
        """As many months, else as many days, just before; of a running period only the days that it has had."""
        first = shift(self.first, -self.months) if self.months else self.first - self.days * DAY
        if first < FIRST_DAY:
            return None
        whole = Period(first, self.first - DAY)
        if not self.is_running(today):
            return whole
        same_day = shift(today, -self.months) if self.months else whole.first + (today - self.first)
        return Period(whole.first, same_day)

    def year_before(self, today: date) -> Period | None:
        """The same days a year earlier; whole months stay whole, 29 February becomes the 28th."""
        first = shift(self.first, -12)
        if first < FIRST_DAY:
            return None
        if self.is_running(today):
            return Period(first, shift(today, -12))
        last = shift(self.last, -12)
        return Period(first, end_of_month(last) if self.months else last)

    def __str__(self) -> str:
        """“marraskuu 2026”, “4. neljännes 2026”, “2026”, else “1.3.–5.4.2026”."""
        if self.months == 12 and self.first.month == 1:
            return str(self.first.year)
        if self.months == 3 and self.first.month % 3 == 1:
            return _("quarter %(number)s of %(year)s") % {
                "number": (self.first.month + 2) // 3,
                "year": self.first.year,
            }
        if self.months == 1:
            return date_format(self.first, "F Y")
        return span(self.first, self.last)


def span(first: date, last: date) -> str:
    """1.–24.3.2026, 1.3.–5.4.2026, 1.12.2025–5.1.2026, or one day. By hand: the same in every language."""
    end = f"{last.day}.{last.month}.{last.year}"
    if first == last:
        return end
    year = "" if first.year == last.year else str(first.year)
    month = "" if (first.year, first.month) == (last.year, last.month) else f"{first.month}."
    return f"{first.day}.{month}{year}–{end}"


def month(day: date) -> Period:
    return Period(day.replace(day=1), end_of_month(day))


def last_month(today: date) -> Period:
    return month(today.replace(day=1) - DAY)


def quarter(day: date) -> Period:
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(first, end_of_month(shift(first, 2)))


def year(day: date) -> Period:
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def months_to(period: Period, today: date, number: int = 12) -> list[Period]:
    """The `number` months that end with the one in which `period` ends, the earliest first; of these only the days that
    can be given.
    """
    firsts = (shift(period.last.replace(day=1), back) for back in range(1 - number, 1))
    return [Period(first, min(end_of_month(first), last_day(today))) for first in firsts if first >= FIRST_DAY]


def hull(periods: list[Period]) -> Period:
    """From the first day of any to the last of any."""
    return Period(min(period.first for period in periods), max(period.last for period in periods))


def merged(periods: Iterable[Period]) -> list[Period]:
    """The same days in as few periods as can be, the earliest first."""
    found: list[Period] = []
    for period in sorted(periods):
        if found and period.first <= found[-1].last + DAY:
            found[-1] = Period(found[-1].first, max(found[-1].last, period.last))
        else:
            found.append(period)
    return found
