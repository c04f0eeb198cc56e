"""How large a demo of a scale is, city by city.

Up to scale 10 a larger demo has more cities: four for each unit, with about 80 folders, 30 customers and 2,500 tasks
each. From there on the cities are forty and grow: scale 100 is 10,000 folders, 100,000 spots, a million tasks; scale
1000 ten times that. Some sizes belong to one city alone: the first has a register of thousands of single sites in one
folder, the second a property manager whose branch is far larger than the others'.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

CITIES = 4  # in scale 1
MOST_CITIES = 40
GROWS_FROM = MOST_CITIES / CITIES  # a larger scale makes the cities larger, not more

TASKS, REQUESTS, ORDERS = 2500, 500, 8  # of a whole city
BRANCH = 220  # folders below an ordinary property manager of a large city

# Of a unit of scale in a large city, or in the whole demo.
_FOLDERS, _SPOTS, _ORDERS = 2.25, 24.5, 1.25
_REGISTER, _LARGEST_BRANCH = 10, 1.1
SPOTS_OF_REGISTERED = 2


@dataclass(frozen=True)
class Size:
    """Of one city. What it has of itself (sites.fill) may be more than `folders` and `spots`: these are the least."""

    part: float = 1.0  # 1 is a whole city; less of it in a smaller demo
    tasks: int = TASKS
    requests: int = REQUESTS
    orders: int = ORDERS
    folders: int = 0
    spots: int = 0
    register: int = 0  # single sites in one folder, each with SPOTS_OF_REGISTERED; over and above the two
    branch: int = BRANCH  # folders below its first new property manager


def sizes(scale: float) -> list[Size]:
    """Of each city of a demo."""
    if scale <= GROWS_FROM:
        parts = (min(1.0, scale * CITIES - n) for n in range(ceil(scale * CITIES)))
        return [Size(part, round(TASKS * part), round(REQUESTS * part)) for part in parts]
    return [large(scale, n) for n in range(MOST_CITIES)]


def large(scale: float, number: int) -> Size:
    """The size of one city of a demo over GROWS_FROM."""
    return Size(
        tasks=round(TASKS * scale / GROWS_FROM),
        requests=round(REQUESTS * scale / GROWS_FROM),
        orders=max(ORDERS, round(_ORDERS * scale)),
        folders=round(_FOLDERS * scale),
        spots=round(_SPOTS * scale),
        register=round(_REGISTER * scale) if number == 0 else 0,
        branch=max(BRANCH, round(_LARGEST_BRANCH * scale)) if number == 1 else BRANCH,
    )
