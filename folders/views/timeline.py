"""A folder's story as a drawing: who owned it, who collected too, where it was. The tables beside it say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from customers.history import OwnershipPeriod
from customers.models import Coverage
from folders.days import ALWAYS, FOREVER
from folders.models import Placement
from spotilla.templatetags.office import Dated, days

LETTER = 6.4  # an average letter's width in the same units
MARGIN = timedelta(days=120)  # shown before the first change and after the last


class Width(NamedTuple):
    """Where bars begin and end, in the units of the drawing."""

    left: int
    right: int
    named: int  # at most so many years or quarters are


WIDE = Width(104, 1096, 12)  # the names of the rows to the left
NARROW = Width(0, 340, 4)  # on a phone: the names above


@dataclass(frozen=True)
class Bar:
    x: int
    width: int
    kind: str  # owned, shared or unowned: the colour
    label: str  # what fits into the bar
    title: str
    url: str


@dataclass(frozen=True)
class Timeline:
    years: list[tuple[int, str]]
    owners: list[Bar]
    others: list[Bar]
    places: list[Bar]
    today: int
    anchor: str  # of the word there: the end that stays in the drawing
    narrow: Timeline | None = None  # the same for a phone


class Scale:
    """Days to units; open ends at the edges."""

    def __init__(self, first: date, last: date, width: Width) -> None:
        self.first, self.last, self.width = first, last, width

    def x(self, day: date) -> int:
        inside = min(max(day, self.first), self.last)
        left, right, _named = self.width
        return round(left + (right - left) * (inside - self.first).days / (self.last - self.first).days)

    def bar(self, row: Dated, kind: str, name: str, url: str = "") -> Bar:
        x, end = self.x(row.since), self.x(row.until)
        room = int((end - x - 14) / LETTER)
        label = name if len(name) <= room else f"{name[: room - 1].rstrip()}…" if room > 4 else ""
        return Bar(x, max(end - x - 2, 2), kind, label, f"{name}: {days(row)}", url)

    def years(self) -> list[tuple[int, str]]:
        """The beginnings of years, or of quarters where there are few years: (where, what is written there)."""
        years = range(self.first.year, self.last.year + 1)
        months = (1,) if len(years) > 4 else (1, 4, 7, 10)
        days = [day for year in years for month in months if self.first <= (day := date(year, month, 1)) <= self.last]
        form = "{0.year}" if len(months) == 1 else "{0.month}/{0.year}"
        named = [(self.x(day), form.format(day)) for day in days[:: len(days) // self.width.named + 1]]
        return [(x, text) for x, text in named if x + len(text) * LETTER <= self.width.right]

    def anchor(self, x: int, word: str) -> str:
        """Of a word at `x`, so that none of it lies outside."""
        half = len(word) * LETTER / 2
        if x - half < 0:
            return "start"
        return "end" if x + half > self.width.right else "middle"


def draw(
    stretches: Iterable[OwnershipPeriod], others: Iterable[Coverage], places: Sequence[Placement], today: date
) -> Timeline | None:
    """None when nothing ever changed: there is nothing to draw."""
    stretches, others = list(stretches), list(others)
    rows: list[Dated] = [*stretches, *others, *places]
    ends = {day for row in rows for day in (row.since, row.until)} - {ALWAYS, FOREVER}
    if not ends:
        return None
    first, last = min(*ends, today) - MARGIN, max(*ends, today) + MARGIN
    narrow = _drawn(Scale(first, last, NARROW), stretches, others, places, today)
    return replace(_drawn(Scale(first, last, WIDE), stretches, others, places, today), narrow=narrow)


def _drawn(
    scale: Scale,
    stretches: Iterable[OwnershipPeriod],
    others: Iterable[Coverage],
    places: Iterable[Placement],
    today: date,
) -> Timeline:
    return Timeline(
        years=scale.years(),
        owners=[_owner(scale, stretch) for stretch in stretches],
        others=[scale.bar(row, "shared", str(row.customer), _customer(row.customer_id)) for row in others],
        places=[_place(scale, place) for place in places],
        today=scale.x(today),
        anchor=scale.anchor(scale.x(today), _("today")),
    )


def _customer(pk: int) -> str:
    return reverse("customers:detail", args=[pk])


def _owner(scale: Scale, stretch: OwnershipPeriod) -> Bar:
    if stretch.customer is None:
        return scale.bar(stretch, "unowned", _("Unowned"))
    return scale.bar(stretch, "owned", str(stretch.customer), _customer(stretch.customer.pk))


def _place(scale: Scale, place: Placement) -> Bar:
    if place.parent is None:
        return scale.bar(place, "shared", _("At the top of the tree"))
    return scale.bar(place, "shared", str(place.parent), reverse("folders:detail", args=[place.parent_id]))
