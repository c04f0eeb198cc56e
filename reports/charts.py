"""Bars of months as SVG: the geometry is worked out here, as text, so that no language's decimal comma gets in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LEFT, TOP, BOTTOM = 366, 40, 10, 216  # of the viewBox "0 0 366 236"
BAR = 16.0


@dataclass(frozen=True)
class Bar:
    """One month: `owned` at the foot, `others` above it, a line where the same month stood a year before."""

    x: str
    middle: str
    owned_y: str
    owned_height: str
    others_y: str
    others_height: str
    year_y: str  # "" where nothing is known of it
    tick_from: str
    tick_to: str


@dataclass(frozen=True)
class Line:
    y: str
    text_y: str
    value: int


@dataclass(frozen=True)
class Chart:
    """Bars and lines, in units of the picture."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]


def bars(months: Sequence[tuple[int, int, int | None]]) -> Chart:
    """(owned, others', a year before) of each month."""
    step, top = _scale(max((max(owned + others, before or 0) for owned, others, before in months), default=0))
    high, wide = (BOTTOM - TOP) / top, (WIDTH - LEFT) / max(len(months), 1)
    drawn = []
    for place, (owned, others, before) in enumerate(months):
        middle = LEFT + wide * (place + 0.5)
        foot, head = BOTTOM - owned * high, BOTTOM - (owned + others) * high
        drawn.append(
            Bar(
                x=_text(middle - BAR / 2),
                middle=_text(middle),
                owned_y=_text(foot),
                owned_height=_text(owned * high),
                others_y=_text(head),
                others_height=_text(others * high),
                year_y="" if before is None else _text(BOTTOM - before * high),
                tick_from=_text(middle - BAR / 2 - 3),
                tick_to=_text(middle + BAR / 2 + 3),
            )
        )
    values = range(0, top + 1, step)
    return Chart(
        tuple(drawn),
        tuple(Line(_text(BOTTOM - value * high), _text(BOTTOM - value * high + 3.5), value) for value in values),
    )


def _scale(highest: int) -> tuple[int, int]:
    """(step, top): three to six round steps that reach the highest value."""
    step = 1
    while highest > 4 * step:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step, step * max(-(-highest // step), 1)


def _text(number: float) -> str:
    return f"{number:.1f}"
