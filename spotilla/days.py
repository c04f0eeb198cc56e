"""The days that can be kept and asked for: one rule for forms, cells of Excel, addresses and the schema.

No report reaches other days, so that what had one would be found nowhere: a browser makes 0026 of a year typed with two
digits.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIRST_DAY = date(1990, 1, 1)
END_OF_DAYS = date(2100, 1, 1)  # exclusive; of the schema, which does not change with the calendar
YEARS_AHEAD = 10  # that people may give a day in

OUT_OF_REACH = gettext_lazy("A day is one from 1.1.1990 to 31.12.2099.")


def last_day(today: date) -> date:
    """The last day that can be given on `today`: the same one ten years later."""
    year = today.year + YEARS_AHEAD
    later = date(year, 2, 28) if (today.month, today.day) == (2, 29) else today.replace(year=year)
    return min(later, END_OF_DAYS - timedelta(days=1))


def check_day(day: date) -> None:
    """Raises ValidationError, with the day in its words, for one that cannot be given."""
    if day.year < 100:
        raise ValidationError(
            _("Write the year with four digits: %(day)s is in the year %(year)d.")
            % {"day": _written(day), "year": day.year}
        )
    if day < FIRST_DAY:
        raise ValidationError(
            _("%(day)s is too early: the first day that can be given is %(first)s.")
            % {"day": _written(day), "first": _written(FIRST_DAY)}
        )
    last = last_day(timezone.localdate())
    if day > last:
        raise ValidationError(
            _("%(day)s is too late: the last day that can be given is %(last)s.")
            % {"day": _written(day), "last": _written(last)}
        )


def _written(day: date) -> str:
    """With all four digits of the year, in every language."""
    return f"{day.day}.{day.month}.{day.year:04d}"


def within_reach(column: str) -> Q:
    """The rule of the schema for a column of days. NULL, where the column takes it, is none that is wrong."""
    return Q(**{f"{column}__gte": FIRST_DAY, f"{column}__lt": END_OF_DAYS})
