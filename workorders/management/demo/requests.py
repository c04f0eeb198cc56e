"""Two years of service requests in a city, none received or done after yesterday. Rows, made as they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from math import lcm
from typing import NamedTuple

from accounts.models import Role
from folders.names import search_key
from spotilla.bulk import Row
from workorders.management.demo.jobs import KINDS
from workorders.management.demo.plan import City
from workorders.management.demo.tasks import PAST, WITH_DETAIL
from workorders.models import ServiceRequest, ServiceRequestKind

ON_A_SPOT, ON_A_FOLDER = 0.8, 0.95  # up to; the rest has no place yet
HANDLERS = ("Huolto", "LVI", "Sähkö", "Siivous")
DESCRIPTIONS = ("", "", "Soitettava ennen tuloa.", "Asukkaan mukaan toistunut useasti.")

COLUMNS = ("name", "description", "kind_id", "spot_id", "folder_id", "received_folder_id", "role_id", "state",
           "received_on", "done_on", "search_key")  # fmt: skip

State = ServiceRequest.State


def _chances(weights: list[int]) -> list[str]:
    return [str(state) for state, weight in zip(State, weights, strict=True) for _ in range(weight)]


_OLD, _NEW = _chances([2, 2, 1, 80, 6, 5]), _chances([12, 14, 5, 80, 6, 5])


class Desk(NamedTuple):
    """What every row of a city is made with."""

    city: City
    kinds: dict[str, int]
    roles: dict[str, int]


def requests(city: City, kinds: dict[str, ServiceRequestKind], roles: dict[str, Role]) -> Iterator[Row]:
    """As many as the city's size says: first each state on a spot, on a folder and without a place, then by chance,
    the oldest first.
    """
    desk = Desk(city, {name: kind.pk for name, kind in kinds.items()}, {name: role.pk for name, role in roles.items()})
    certain = [(state, place) for place in (0.1, 0.9, 0.99) for state in State]
    for n, (state, place) in enumerate(certain, 1):
        yield _row(desk, city.ago(n), place, str(state))
    amounts = Counter(city.rng.choices(range(1, PAST), k=max(0, city.size.requests - len(certain))))
    for ago in sorted(amounts, reverse=True):
        day, states = city.ago(ago), _OLD if ago > 30 else _NEW
        for _ in range(amounts[ago]):
            yield _row(desk, day, city.rng.random(), city.rng.choice(states))


@cache
def _subjects(month: int) -> list[tuple[str, str, str]]:
    """(kind, subject, its key of search); every kind as likely as the others."""
    kinds = {kind: [name for name, months in subjects if month in months] for kind, subjects in KINDS.items()}
    each = lcm(*(len(names) for names in kinds.values()))
    return [(kind, name, search_key(name)) for kind, names in kinds.items() for name in names * (each // len(names))]


def _row(desk: Desk, day: date, place: float, state: str) -> Row:
    """A request in the order of COLUMNS."""
    city = desk.city
    rng = city.rng
    kind, name, key = rng.choice(_subjects(day.month))
    done_on = None
    if state in ServiceRequest.WITH_DONE_ON:
        done_on = min(day + timedelta(days=int(rng.expovariate(0.3))), city.yesterday)
    role = None if state == State.OPEN else desk.roles[rng.choice(HANDLERS)]
    spot, folder, received = None, None, None
    if place < ON_A_SPOT:
        point = rng.choice(city.points)
        spot, received = point.pk, point.folder_on(day)
        folder = point.folder_on(done_on) if done_on else point.node.pk
        if rng.random() < WITH_DETAIL:
            name, key = f"{name}, {point.name}", f"{key} {point.key}"
    elif place < ON_A_FOLDER:
        folder = received = rng.choice(city.nodes).pk
    return (name, rng.choice(DESCRIPTIONS), desk.kinds[kind], spot, folder, received, role, state, day, done_on, key)
