"""Random worlds: a seed makes a log of operations, sensible and senseless ones mixed, on a small office.

The log is made along an oracle, so that it names things that exist then; the product is asked to do the same log later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from tests.oracle.oracle import ALWAYS, FOREVER, HAS_DONE_DAY, Office, Refused

FIRST, TODAY, LAST = date(2026, 1, 10), date(2026, 2, 14), date(2026, 2, 24)
LAST_TODAY = date(2026, 2, 20)

type Arguments = dict[str, object]
type Log = list[tuple[str, Arguments]]

TASK_STATES = ("open", "in_progress", "on_hold", "in_review", "done", "done", "done", "cancelled")
REQUEST_STATES = ("open", "in_progress", "on_hold", "done", "done", "forwarded", "cancelled")


class World:
    """A log in the making, and the oracle that has done it so far."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.office = Office(FIRST, LAST, TODAY)
        self.log: Log = []
        self.refusals: list[str | None] = []
        self.made = 0
        # A few days come up again and again, so that ends and beginnings meet.
        self.popular = [FIRST + timedelta(days=self.random.randrange((LAST_TODAY - FIRST).days)) for _ in range(4)]

    def do(self, operation: str, arguments: Arguments) -> None:
        self.log.append((operation, arguments))
        try:
            getattr(self.office, operation)(**arguments)
        except Refused as rule:
            self.refusals.append(str(rule))
        else:
            self.refusals.append(None)

    def new(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    def pick(self, names: object) -> str | None:
        choices = sorted(names)  # type: ignore[call-overload]
        return self.random.choice(choices) if choices else None

    def often(self, name: str | None, share: float) -> str | None:
        """The name in that share of cases, else nothing."""
        return name if self.random.random() < share else None

    def day(self) -> date:
        chance = self.random.random()
        if chance < 0.35:
            return self.random.choice(self.popular)
        if chance < 0.55:
            return self.office.today
        return FIRST + timedelta(days=self.random.randrange((LAST - FIRST).days))

    def period(self) -> tuple[date, date]:
        """From a day on which something happened to another."""
        items = self.office.items.values()
        days = sorted({day for item in items for day in (item.done_on, item.received_on) if day}) or [TODAY]
        first, last = sorted(self.random.choices(days, k=2))
        return first, last

    def past_day(self) -> date:
        """Now and then tomorrow, which is refused."""
        return min(self.day(), self.office.today + timedelta(days=self.random.random() < 0.05))

    def days(self) -> tuple[date, date]:
        """Often open at an end; now and then in the wrong order."""
        since = ALWAYS if self.random.random() < 0.25 else self.day()
        until = FOREVER if self.random.random() < 0.55 else self.day()
        if since >= until and self.random.random() < 0.8:
            since, until = until, since
        return since, until


# ---- one function an operation: its arguments, or None when there is nothing to do it with -----------------------


def new_folder(w: World) -> Arguments | None:
    parent = w.often(w.pick(w.office.parent), 0.85)
    return {"folder": w.new("f"), "parent": parent} if len(w.office.parent) < 14 else None


def move_folder(w: World) -> Arguments | None:
    since, until = w.days()
    if w.random.random() < 0.7:
        since, until = min(since, w.office.today), until if until <= w.office.today else FOREVER
    folder = str(w.pick(w.office.parent))
    parent = w.often(w.pick(new_parents(w, folder) or w.office.parent), 0.9)
    return {"folder": folder, "parent": parent, "since": since, "until": until}


def new_parents(w: World, folder: str) -> list[str]:
    """Mostly those that it may go into today; often, of these, those that lay below it on some other day."""
    if w.random.random() < 0.3:
        return []
    day, upwards = w.day(), w.office.upwards
    allowed = [other for other in w.office.parent if folder not in upwards(other, w.office.today)]
    below = [other for other in allowed if folder in upwards(other, day)]
    return below if below and w.random.random() < 0.7 else allowed


def new_spot(w: World) -> Arguments | None:
    return {"spot": w.new("s"), "folder": w.pick(w.office.parent)} if len(w.office.place) < 6 else None


def move_spot(w: World) -> Arguments | None:
    since, until = w.days()
    if w.random.random() < 0.7:
        since, until = min(since, w.office.today), until if until <= w.office.today else FOREVER
    return {"spot": w.pick(w.office.place), "folder": w.pick(w.office.parent), "since": since, "until": until}


def new_customer(w: World) -> Arguments | None:
    return {"customer": w.new("c")} if len(w.office.customers) < 5 else None


def attach(w: World) -> Arguments | None:
    since, until = w.days()
    customer, folder = w.pick(w.office.customers), w.pick(w.office.parent)
    return {"attachment": w.new("a"), "customer": customer, "folder": folder, "since": since, "until": until}


def redate(w: World) -> Arguments | None:
    since, until = w.days()
    attachment = w.pick(w.office.attachments)
    return {"attachment": attachment, "since": since, "until": until} if attachment else None


def detach(w: World) -> Arguments | None:
    attachment = w.pick(w.office.attachments)
    return {"attachment": attachment, "day": w.day()} if attachment else None


def hand_over(w: World) -> Arguments | None:
    attachment, customer = w.pick(w.office.attachments), w.pick(w.office.customers)
    if attachment is None:
        return None
    return {"attachment": attachment, "new": w.new("a"), "customer": customer, "day": w.day()}


def redate_hand_over(w: World) -> Arguments | None:
    attachments = w.office.attachments
    pairs = [
        (one, two)
        for one in sorted(attachments)
        for two in sorted(attachments)
        if one != two
        and attachments[one].folder == attachments[two].folder
        and max(attachments[one].days) < min(attachments[two].days)
    ]
    if not pairs:
        return None
    earlier, later = w.random.choice(pairs)
    return {"earlier": earlier, "later": later, "day": w.day()}


def close_customer(w: World) -> Arguments | None:
    return {"customer": w.pick(w.office.customers), "day": w.day()}


def reopen_customer(w: World) -> Arguments | None:
    return {"customer": w.pick(w.office.customers)}


def new_work_order(w: World) -> Arguments | None:
    if len(w.office.work_orders) >= 4:
        return None
    return {"work_order": w.new("w"), "customer": w.often(w.pick(w.office.customers), 0.75)}


def change_work_order(w: World) -> Arguments | None:
    work_order = w.pick(w.office.work_orders)
    customer = w.often(w.pick(w.office.customers), 0.75)
    return {"work_order": work_order, "customer": customer} if work_order else None


def close_work_order(w: World) -> Arguments | None:
    work_order = w.pick(w.office.work_orders)
    return {"work_order": work_order} if work_order else None


def reopen_work_order(w: World) -> Arguments | None:
    work_order = w.pick(w.office.closed_work_orders)
    return {"work_order": work_order} if work_order else None


def record_task(w: World) -> Arguments | None:
    state = w.random.choice(TASK_STATES)
    work_order = w.often(w.pick(w.office.work_orders), 0.45)
    spot = w.often(w.pick(w.office.place), 0.7 if work_order else 0.97)
    return {
        "item": w.new("t"),
        "spot": spot,
        "work_order": work_order,
        "due_on": w.day(),
        "minutes": w.random.choice((0, 15, 60, 95)),
        "state": state,
        "done_on": w.past_day() if state in HAS_DONE_DAY else None,
    }


def record_request(w: World) -> Arguments | None:
    state, received_on = w.random.choice(REQUEST_STATES), w.past_day()
    chance = w.random.random()
    return {
        "item": w.new("r"),
        "kind": w.random.choice(("Muu", "Avaimet")),
        "spot": w.pick(w.office.place) if chance < 0.75 else None,
        "folder": w.pick(w.office.parent) if 0.75 <= chance < 0.9 else None,
        "received_on": received_on,
        "state": state,
        "done_on": done_day(w, received_on) if state in HAS_DONE_DAY else None,
    }


def done_day(w: World, received_on: date) -> date:
    """Mostly on or after the day received."""
    day = w.past_day()
    return day if w.random.random() < 0.1 else max(day, received_on)


def change_state(w: World) -> Arguments | None:
    item = w.pick(w.office.items)
    if item is None:
        return None
    received_on = w.office.items[item].received_on
    state = w.random.choice(TASK_STATES if received_on is None else REQUEST_STATES)
    done_on = done_day(w, received_on or ALWAYS) if state in HAS_DONE_DAY else None
    return {"item": item, "state": state, "done_on": done_on}


def relocate_task(w: World) -> Arguments | None:
    item = w.pick(name for name, item in w.office.items.items() if item.is_task)
    spot, work_order = w.often(w.pick(w.office.place), 0.85), w.often(w.pick(w.office.work_orders), 0.4)
    return {"item": item, "spot": spot, "work_order": work_order} if item else None


def relocate_request(w: World) -> Arguments | None:
    item = w.pick(name for name, item in w.office.items.items() if not item.is_task)
    spot, folder = w.often(w.pick(w.office.place), 0.7), w.often(w.pick(w.office.parent), 0.5)
    return {"item": item, "spot": spot, "folder": None if spot else folder} if item else None


def next_day(w: World) -> Arguments | None:
    return {} if w.office.today < LAST_TODAY else None


WEIGHTS: dict[Callable[[World], Arguments | None], int] = {
    new_folder: 5,
    move_folder: 13,
    new_spot: 2,
    move_spot: 6,
    new_customer: 2,
    attach: 9,
    redate: 4,
    detach: 3,
    hand_over: 5,
    redate_hand_over: 4,
    close_customer: 1,
    reopen_customer: 1,
    new_work_order: 2,
    change_work_order: 2,
    close_work_order: 2,
    reopen_work_order: 2,
    record_task: 12,
    record_request: 7,
    change_state: 10,
    relocate_task: 3,
    relocate_request: 3,
    next_day: 2,
}
BEGINNING = (
    *(new_folder, new_folder, new_folder, new_customer, new_customer, new_spot, new_spot),
    *(attach, attach, new_work_order, record_task, record_request),
)


def build_a_tower(world: World) -> None:
    """Eight folders, each in the one before, most of them another customer's: many collect what is done below."""
    folder = None
    for _ in range(8):
        above, folder = folder, world.new("f")
        world.do("new_folder", {"folder": folder, "parent": above})
        if world.random.random() < 0.75:
            customer = world.new("c")
            since = world.random.choice([ALWAYS, ALWAYS, world.day()])
            world.do("new_customer", {"customer": customer})
            world.do(
                "attach",
                {
                    "attachment": world.new("a"),
                    "customer": customer,
                    "folder": folder,
                    "since": since,
                    "until": FOREVER,
                },
            )


def make_world(seed: int, operations: int = 55) -> World:
    """The world of that seed, the same at every run. Every third has a tower in it."""
    world = World(seed)
    if seed % 3 == 0:
        build_a_tower(world)
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    chosen = [*BEGINNING, *world.random.choices(kinds, weights, k=operations)]
    for operation in chosen:
        arguments = operation(world)
        if arguments is not None:
            world.do(operation.__name__, arguments)
    return world
