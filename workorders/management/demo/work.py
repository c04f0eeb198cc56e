"""Two years of tasks and requests in a city: by season, in every state, none done or received after yesterday."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from accounts.models import Role
from workorders.management.demo.jobs import JOBS, KINDS, SNOW, Job
from workorders.management.demo.orders import Kind
from workorders.management.demo.plan import City, Node, Point
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder

PAST, AHEAD = 730, 45  # days of work behind and of plans ahead
TASKS, REQUESTS = 2500, 500  # in a whole city

State = Task.State
_OLD = {State.DONE: 955, State.CANCELLED: 35, State.OPEN: 4, State.ON_HOLD: 3, State.IN_REVIEW: 3}
_NEW = {State.DONE: 79, State.IN_REVIEW: 8, State.OPEN: 5, State.IN_PROGRESS: 4, State.ON_HOLD: 2, State.CANCELLED: 2}
_AHEAD = {State.OPEN: 84, State.IN_PROGRESS: 6, State.ON_HOLD: 3, State.CANCELLED: 3, State.DONE: 3, State.IN_REVIEW: 1}


def tasks(
    city: City, story: dict[str, Node], orders: Iterable[tuple[Kind, WorkOrder]], roles: dict[str, Role]
) -> Iterator[Task]:
    """About TASKS of a whole city: first those that every demo has, then those of work orders, then by chance."""
    made = 0
    for group in (_certain(city, roles), _of_orders(city, story, orders, roles)):
        for task in group:
            made += 1
            yield task
    weighted = [point for point in city.points for _ in range(3 if point.kind in {"yard", "lawn", "cleaning"} else 1)]
    while made < round(TASKS * city.size):
        day = city.ago(city.rng.randrange(-AHEAD, PAST))
        job, point = _job(city, weighted, day)
        made += 1
        yield _task(city, job, point, day, roles)


def _certain(city: City, roles: dict[str, Role]) -> Iterator[Task]:
    """Each state once overdue, once due today, once ahead; and work on the days around each move of a spot."""
    for days in (20, 0, -10):
        for state in State:
            day = city.ago(days)
            job, point = _job(city, city.points, day)
            yield _task(city, job, point, day, roles, state, exactly=True)
    for point in city.points:
        for since, _until, _node in point.places[1:]:
            for day in (since - timedelta(days=1), since):
                task = _task(city, city.rng.choice(JOBS[point.kind]), point, day, roles, State.DONE, exactly=True)
                task.done_on, task.folder_id = day, point.folder_on(day)
                yield task


def _of_orders(
    city: City, story: dict[str, Node], orders: Iterable[tuple[Kind, WorkOrder]], roles: dict[str, Role]
) -> Iterator[Task]:
    for kind, order in orders:
        points = _points_in(city, story[kind.place]) if kind.place else []
        for n in range(city.some(16, 4)):
            day = city.ago(city.rng.randrange(kind.closed + 5 if kind.closed else -20, kind.opened - 30))
            state = State.DONE if kind.closed else None
            if not points or (kind.with_spotless and n % 3 == 0):
                job = Job(
                    f"{kind.name}: {'työnjohto' if n % 2 else 'suunnittelu ja raportointi'}", "Toimisto", SNOW, 30, 240
                )
                task = _task(city, job, None, day, roles, state)
            else:
                job, point = _job(city, points, day)
                task = _task(city, job, point, day, roles, state)
            task.work_order = order
            yield task


def _points_in(city: City, node: Node) -> list[Point]:
    """Spots that are in the folder or below it today."""

    def inside(place: Node | None) -> bool:
        return place is not None and (place is node or inside(place.places[-1][2]))

    return [point for point in city.points if inside(point.places[-1][2])]


def _job(city: City, points: list[Point], day: date) -> tuple[Job, Point]:
    """Something that the season asks for, on one of the spots (one of which has work all the year round)."""
    while True:
        point = city.rng.choice(points)
        jobs = [job for job in JOBS[point.kind] if day.month in job.months]
        if jobs:
            return city.rng.choices(jobs, [job.weight for job in jobs])[0], point


def _task(
    city: City, job: Job, point: Point | None, due: date, roles: dict[str, Role], state: str | None = None,
    exactly: bool = False,
) -> Task:  # fmt: skip
    if not exactly and due.weekday() > 4 and job.months is not SNOW:
        due -= timedelta(days=due.weekday() - 4)
    if state is None:
        chances = _OLD if due < city.ago(30) else _NEW if due < city.today else _AHEAD
        state = city.rng.choices(list(chances), list(chances.values()))[0]
    done_on = _day_done(city, due) if state in Task.WITH_DONE_ON else None
    worked = state in Task.WITH_DONE_ON or (state == State.IN_PROGRESS and city.rng.random() < 0.5)
    return Task(
        name=job.name,
        spot=point.row if point else None,
        role=roles[job.role],
        due_on=due,
        state=state,
        minutes=5 * city.rng.randrange(job.least // 5, job.most // 5 + 1) if worked else 0,
        done_on=done_on,
        folder_id=point.folder_on(done_on if state == State.DONE and done_on else city.today) if point else None,
    )


def _day_done(city: City, due: date) -> date:
    if due == city.today:
        return city.yesterday
    day = due + timedelta(days=city.rng.choice([-3, -2, -1, 0, 0, 0, 0, 1, 2, 6]))
    return min(day, city.ago(city.rng.randrange(1, 4)))


def requests(city: City, kinds: dict[str, ServiceRequestKind], roles: dict[str, Role]) -> Iterator[ServiceRequest]:
    """About REQUESTS of a whole city, the first ones each state on a spot, on a folder and without a place."""
    certain = [(state, place) for place in (0.1, 0.9, 0.99) for state in ServiceRequest.State]
    for n in range(max(len(certain), round(REQUESTS * city.size))):
        state, place = certain[n] if n < len(certain) else (None, city.rng.random())
        days = n + 1 if state else city.rng.randrange(1, PAST)
        yield _request(city, city.ago(days), state, place, kinds, roles)


def _request(
    city: City, day: date, state: str | None, place: float, kinds: dict[str, ServiceRequestKind], roles: dict[str, Role]
) -> ServiceRequest:
    kind = city.rng.choice(list(KINDS))
    name = city.rng.choice([subject for subject, months in KINDS[kind] if day.month in months])
    states = ServiceRequest.State
    if state is None:
        unfinished = [2, 2, 1] if day < city.ago(30) else [12, 14, 5]
        state = city.rng.choices(list(states), [*unfinished, 80, 6, 5])[0]
    done_on = None
    if state in ServiceRequest.WITH_DONE_ON:
        done_on = min(day + timedelta(days=int(city.rng.expovariate(0.3))), city.yesterday)
    request = ServiceRequest(
        name=name,
        description=city.rng.choice(["", "", "Soitettava ennen tuloa.", "Asukkaan mukaan toistunut useasti."]),
        kind=kinds[kind],
        role=None if state == states.OPEN else roles[city.rng.choice(["Huolto", "LVI", "Sähkö", "Siivous"])],
        state=state,
        received_on=day,
        done_on=done_on,
    )
    if place < 0.8:
        point = city.rng.choice(city.points)
        request.spot, request.received_folder_id = point.row, point.folder_on(day)
        request.folder_id = point.folder_on(done_on or city.today)
    elif place < 0.95:
        request.folder = request.received_folder = city.rng.choice(city.nodes).row
    return request
