"""Two years of tasks in a city: by season, in every state, none done after yesterday. Rows, made as they are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import chain
from typing import NamedTuple

from accounts.models import Role
from folders.names import search_key
from spotilla.bulk import Row
from workorders.management.demo.jobs import SNOW, YEAR_ROUND, Job, in_month
from workorders.management.demo.orders import Placed
from workorders.management.demo.plan import City, Node, Point
from workorders.models import Task

PAST, AHEAD = 730, 45  # days of work behind and of plans ahead
OF_ORDER = 16, 20  # tasks of a work order, in a whole city and in a large one
WITH_DETAIL = 0.25  # of the tasks say in their name which thing they are about

COLUMNS = ("name", "description", "spot_id", "work_order_id", "role_id", "due_on", "state", "minutes", "done_on",
           "folder_id", "search_key")  # fmt: skip

State = Task.State
_OLD = {State.DONE: 955, State.CANCELLED: 35, State.OPEN: 4, State.ON_HOLD: 3, State.IN_REVIEW: 3}
_NEW = {State.DONE: 79, State.IN_REVIEW: 8, State.OPEN: 5, State.IN_PROGRESS: 4, State.ON_HOLD: 2, State.CANCELLED: 2}
_AHEAD = {State.OPEN: 84, State.IN_PROGRESS: 6, State.ON_HOLD: 3, State.CANCELLED: 3, State.DONE: 3, State.IN_REVIEW: 1}
_LATE = [-3, -2, -1, 0, 0, 0, 0, 1, 2, 6]  # days after the one it was due


class Day(NamedTuple):
    """The states and the days of doing it that work which is due on a day has to choose from."""

    states: list[str]
    done: list[date]


class Desk(NamedTuple):
    """What every row of a city is made with."""

    city: City
    roles: dict[str, int]
    days: dict[date, Day]


def tasks(city: City, orders: list[Placed], roles: dict[str, Role]) -> Iterator[Row]:
    """As many as the city's size says: first those that every demo has, then those of work orders, then by chance,
    the oldest first.
    """
    desk = Desk(city, {name: role.pk for name, role in roles.items()}, _days(city))
    made = 0
    for row in chain(_certain(desk), _of_orders(desk, orders)):
        made += 1
        yield row
    amounts = Counter(city.rng.choices(range(-AHEAD, PAST), k=max(0, city.size.tasks - made)))
    by_month = {month: _weighted(city.points, month) for month in range(1, 13)}
    for ago in sorted(amounts, reverse=True):
        day = city.ago(ago)
        for point in city.rng.choices(by_month[day.month], k=amounts[ago]):
            yield _row(desk, _job(desk, point, day), point, day)


def _days(city: City) -> dict[date, Day]:
    days = {}
    for ago in range(-AHEAD, PAST + 3):
        due = city.ago(ago)
        chances = _OLD if ago > 30 else _NEW if ago > 0 else _AHEAD
        done = [min(due + timedelta(days=late), city.ago(least)) for late in _LATE for least in (1, 2, 3)]
        states = [str(state) for state, n in chances.items() for _ in range(n)]
        days[due] = Day(states, done if ago else [city.yesterday])
    return days


def _certain(desk: Desk) -> Iterator[Row]:
    """Each state once overdue, once due today, once ahead; and work on the days around each move of a spot."""
    city = desk.city
    for ago in (20, 0, -10):
        for state in State:
            day = city.ago(ago)
            point = city.rng.choice(_weighted(city.points, day.month))
            yield _row(desk, _job(desk, point, day), point, day, state, exactly=True)
    for point in city.points:
        for since, _until, _node in point.places[1:]:
            for day in (since - timedelta(days=1), since):
                job = _job(desk, point, day)
                yield _row(desk, job, point, day, State.DONE, done_on=day, exactly=True)


def _of_orders(desk: Desk, orders: list[Placed]) -> Iterator[Row]:
    city = desk.city
    below = _points_below(city, {order.place for order in orders if order.place})
    amount = OF_ORDER[1] if city.size.folders else city.some(OF_ORDER[0], 4)
    for order in orders:
        kind, points = order.kind, below[order.place]
        for n in range(amount):
            day = city.ago(city.rng.randrange(kind.closed + 5 if kind.closed else -20, kind.opened - 30))
            state = State.DONE if kind.closed else None
            if not points or (kind.with_spotless and n % 3 == 0):
                name = f"{kind.name}: {'työnjohto' if n % 2 else 'suunnittelu ja raportointi'}"
                yield _row(desk, Job(name, "Toimisto", SNOW, 30, 240), None, day, state, order.pk)
            else:
                point = city.rng.choice(points)
                yield _row(desk, _job(desk, point, day), point, day, state, order.pk)


def _points_below(city: City, nodes: set[Node]) -> dict[Node | None, list[Point]]:
    """Spots that are in each of the folders or below it today, and have work all the year round."""
    found: dict[Node | None, list[Point]] = defaultdict(list)
    for point in city.points:
        if point.kind in YEAR_ROUND:
            for node in point.node.above():
                if node in nodes:
                    found[node].append(point)
    return found


def _weighted(points: list[Point], month: int) -> list[Point]:
    """Those that the season asks something for; what is done every week three times as often as the rest."""
    return [
        point for point in points if _jobs(point.kind, month)
        for _ in range(3 if point.kind in {"yard", "lawn", "cleaning"} else 1)
    ]  # fmt: skip


def _job(desk: Desk, point: Point, day: date) -> Job:
    return desk.city.rng.choice(_jobs(point.kind, day.month))


_jobs = cache(in_month)
_key = cache(search_key)


def _row(
    desk: Desk, job: Job, point: Point | None, due: date, state: str | None = None, order: int | None = None,
    done_on: date | None = None, *, exactly: bool = False,
) -> Row:  # fmt: skip
    """A task in the order of COLUMNS. Work that is not about snow is due on weekdays, unless `exactly` then."""
    rng = desk.city.rng
    if not exactly and job.months is not SNOW:
        due = _weekday_before(due)
    day = desk.days[due]
    state = state or rng.choice(day.states)
    if state in Task.WITH_DONE_ON:
        done_on, is_worked = done_on or rng.choice(day.done), True
    else:
        done_on, is_worked = None, state == State.IN_PROGRESS and rng.random() < 0.5
    minutes = 5 * rng.randrange(job.least // 5, job.most // 5 + 1) if is_worked else 0
    name, key = job.name, _key(job.name)
    if point is None:
        return (name, "", None, order, desk.roles[job.role], due, str(state), minutes, done_on, None, key)
    folder = point.folder_on(done_on) if done_on and state == State.DONE else point.node.pk
    if rng.random() < WITH_DETAIL:
        name, key = f"{name}, {point.name}", f"{key} {point.key}"
    return (name, "", point.pk, order, desk.roles[job.role], due, str(state), minutes, done_on, folder, key)


def _weekday_before(day: date) -> date:
    """The day itself, or the Friday before it."""
    return day - timedelta(days=max(day.weekday() - 4, 0))
