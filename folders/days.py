"""Days of history: from a day (`since`) up to a day that is no longer in it (`until`, exclusive). Open ends are the
first and the last date that there is, never NULL, so that "on this day" is two comparisons.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from spotilla.checked import Checked
from spotilla.days import END_OF_DAYS, FIRST_DAY, within_reach

ALWAYS = date.min
FOREVER = date.max


def on(day: date | str, prefix: str = "") -> Q:
    """Rows in force on a day: a date, or the name of a field of the outer query given as F's argument."""
    value = F(day) if isinstance(day, str) else day
    return Q(**{f"{prefix}since__lte": value, f"{prefix}until__gt": value})


def overlapping(since: date, until: date, prefix: str = "") -> Q:
    """Rows in force on at least one of the days since <= day < until."""
    return Q(**{f"{prefix}since__lt": until, f"{prefix}until__gt": since})


def since_within_reach() -> Q:
    """The rule of the schema for a first day: one that can be given, or always."""
    return Q(since=ALWAYS) | within_reach("since")


def until_within_reach() -> Q:
    """The rule of the schema for the exclusive end, which is the day after one that can be given; or for ever."""
    return Q(until=FOREVER) | Q(until__gte=FIRST_DAY, until__lte=END_OF_DAYS)


class Dated(Checked):
    """Something that holds over days; what it is about is the subclass's."""

    since = models.DateField(default=ALWAYS)
    until = models.DateField(default=FOREVER)

    class Meta:
        abstract = True
