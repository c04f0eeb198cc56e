"""Parts added up into the rows of a report, and what is said about them: changes, and sums that must hold."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reports.figures import Cell, Figure
from reports.measures import Measure
from reports.periods import Period
from reports.rollup import Amounts
from sheets.writing import DurationName, Heading


def total(parts: Iterable[Amounts], measure: Measure) -> int:
    """The sum of a measure over the parts."""
    return sum(amounts.get(measure.key, 0) for amounts in parts)


def add(into: Amounts, amounts: Amounts) -> None:
    """Adds amounts to `into`, measure by measure."""
    for key, amount in amounts.items():
        into[key] = into.get(key, 0) + amount


def add_up(parts: Iterable[Amounts]) -> Amounts:
    """The sums of all measures over the parts."""
    found: Amounts = {}
    for amounts in parts:
        add(found, amounts)
    return found


def by_key[K: Hashable](parts: Iterable[tuple[K, Amounts]]) -> dict[K, Amounts]:
    """The parts of each key, added up."""
    found: dict[K, Amounts] = {}
    for key, amounts in parts:
        into = found.get(key)
        if into is None:
            found[key] = amounts.copy()
        else:
            for name, amount in amounts.items():
                into[name] = into.get(name, 0) + amount
    return found


def change(now: int, then: int) -> str:
    """“+3 %”, “−5 %”, “±0 %”; “–” where there was nothing to compare with."""
    if not then:
        return "–" if now else "±0\u00a0%"
    percent = int((Decimal(now - then) * 100 / then).quantize(Decimal(1), ROUND_HALF_UP))
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return f"{sign}{abs(percent)}\u00a0%"


def exported(cell: Cell) -> int | timedelta:
    """A figure as a cell of a file: hours as a timedelta."""
    return exported_amount(cell.value, cell.figure.measure)


def exported_amount(amount: int, measure: Measure) -> int | timedelta:
    """For tables handed out."""
    return timedelta(minutes=amount) if measure.in_hours else amount


def exported_name(measure: Measure, text: str = "%(measure)s") -> Heading:
    """What the measure's column is called; `text` is a translated one with more about it."""
    name = text % {"measure": measure.name}
    return DurationName(name, text % {"measure": _("Hours in minutes")}) if measure.in_hours else name


@dataclass(frozen=True)
class Compared:
    """A figure of another period beside this one's."""

    cell: Cell
    change: str


@dataclass(frozen=True)
class Term:
    """A part of a proof: “+ unowned 3”."""

    sign: str
    words: str | Promise
    cell: Cell


@dataclass(frozen=True)
class Proof:
    """“owned 648 + others' 364 = collected 1 012”: the last term is counted apart from the others."""

    about: str | Promise
    terms: tuple[Term, ...]
    after: tuple[Term, ...] = ()  # said beside it, no part of the sum

    @property
    def holds(self) -> bool:
        *parts, whole = self.terms
        return sum(-term.cell.value if term.sign == "−" else term.cell.value for term in parts) == whole.cell.value


def compared(figure: Figure, now: int, period: Period | None, count: Callable[[Period], int]) -> Compared | None:
    """Beside what `count` says of the other period; None where there is none to compare with."""
    if period is None:
        return None
    then = count(period)
    return Compared(Cell(then, figure.narrow(period=period)), change(now, then))


def by_days(parts: Iterable[tuple[date, Amounts]]) -> Callable[[Period], Amounts]:
    """`in_days` for many periods: each costs two looks into running totals."""
    of_day = by_key(parts)
    days = sorted(of_day)
    running: list[Amounts] = [{}]
    for day in days:
        running.append(add_up([running[-1], of_day[day]]))

    def amounts_in(period: Period) -> Amounts:
        before, upto = running[bisect_left(days, period.first)], running[bisect_right(days, period.last)]
        return {key: amount - before.get(key, 0) for key, amount in upto.items()}

    return amounts_in


def in_days(parts: Iterable[tuple[date, Amounts]], period: Period) -> Amounts:
    """The amounts of the parts whose day is in the period."""
    found: Amounts = {}
    for day, amounts in parts:
        if period.first <= day <= period.last:
            add(found, amounts)
    return found
