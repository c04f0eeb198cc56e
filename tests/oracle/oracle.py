"""The oracle: who owns and who collects which work, worked out one day at a time.

It stands beside the product and shares nothing with it: no database, no intervals, no derived rows, only the
standard library. An `Office` keeps a calendar, and for every single day of it where each folder and each spot lies
and who is attached to what. Operations change the days they name; every question is answered by walking up the tree
of one day. It is slow and plain on purpose: a reader can check each sentence against the rules of the domain.

The calendar holds the named days (about forty), one day that stands for all that came before them, and one that
stands for all that comes after. Folders, spots, customers, attachments and items go by names that the caller gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ALWAYS, FOREVER = date.min, date.max
LONG_AFTER = date.max - timedelta(days=1)

UNFINISHED = {"open", "in_progress", "on_hold", "in_review"}
FINISHED = {"done", "forwarded"}
HAS_DONE_DAY = FINISHED | {"in_review"}

MEASURES = (
    "tasks done",
    "minutes",
    "tasks unfinished",
    "tasks overdue",
    "requests received",
    "requests done",
    "requests forwarded",
    "requests unfinished",
)
AS_OF_TODAY = {"tasks unfinished", "tasks overdue", "requests unfinished"}


class Refused(Exception):
    """The office says no; the text is the rule that says so."""


@dataclass
class Attachment:
    """A customer on a folder, on a set of days."""

    customer: str
    folder: str
    days: set[date]


@dataclass
class Item:
    """A task, or a service request (which has a day received and a kind)."""

    kind: str
    state: str
    spot: str | None = None
    work_order: str | None = None
    own_folder: str | None = None
    minutes: int = 0
    due_on: date = ALWAYS
    received_on: date | None = None
    done_on: date | None = None
    last_folder: str | None = None

    @property
    def is_task(self) -> bool:
        return self.received_on is None


@dataclass(frozen=True)
class Event:
    """One item as one measure counts it: on a day, in the folder where it lay on that day, for an amount."""

    item: str
    day: date
    folder: str | None
    amount: int


class Office:
    """All that is known, day by day. Every operation either does the whole of what it says or raises `Refused`."""

    def __init__(self, first: date, last: date, today: date) -> None:
        """`first` to `last` are the days that operations may name; `today` is one of them."""
        named = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.days = [ALWAYS, *named, LONG_AFTER]
        self.today = today
        self.parent: dict[str, dict[date, str | None]] = {}
        self.place: dict[str, dict[date, str]] = {}
        self.attachments: dict[str, Attachment] = {}
        self.customers: dict[str, date | None] = {}
        self.work_orders: dict[str, str | None] = {}
        self.closed_work_orders: set[str] = set()
        self.items: dict[str, Item] = {}

    def replay(self, log: Iterable[tuple[str, dict[str, object]]]) -> list[str]:
        """Do the operations one after another; the rules that refused some of them, with their number in the log."""
        refusals = []
        for number, (operation, arguments) in enumerate(log):
            try:
                getattr(self, operation)(**arguments)
            except Refused as rule:
                refusals.append(f"{number}: {rule}")
        return refusals

    # ---- days ------------------------------------------------------------------------------------------------

    def between(self, since: date, until: date) -> set[date]:
        """The days from `since` to the day before `until`."""
        return {day for day in self.days if since <= day < until}

    def some_days(self, since: date, until: date) -> set[date]:
        """The same, and refused when there are none."""
        days = self.between(since, until)
        if not days:
            raise Refused("days in order")
        return days

    def days_of_a_move(self, since: date, until: date) -> set[date]:
        """A move may end nowhere or in the past: nothing may change by itself tomorrow."""
        days = self.some_days(since, until)
        if since > self.today or self.today < until < FOREVER:
            raise Refused("no moves into the future")
        return days

    def next_day(self) -> None:
        """The night passes. Nothing is written, and today's answers are the new day's."""
        self.today += timedelta(days=1)

    # ---- the tree --------------------------------------------------------------------------------------------

    def upwards(self, folder: str | None, day: date) -> list[str]:
        """The folder and all above it on that day, nearest first."""
        way: list[str] = []
        while folder is not None:
            way.append(folder)
            folder = self.parent[folder][day]
        return way

    def new_folder(self, folder: str, parent: str | None) -> None:
        """A new folder has been in its parent always, so that work can be recorded late."""
        self.parent[folder] = dict.fromkeys(self.days, parent)

    def move_folder(self, folder: str, parent: str | None, since: date, until: date) -> None:
        """It lies in the new parent on these days, and on all others where it lay before."""
        days = self.days_of_a_move(since, until)
        if any(folder in self.upwards(parent, day) for day in days):
            raise Refused("no folder inside itself on any day")
        for day in days:
            self.parent[folder][day] = parent

    def new_spot(self, spot: str, folder: str) -> None:
        """A new spot has been in its folder always."""
        self.place[spot] = dict.fromkeys(self.days, folder)

    def move_spot(self, spot: str, folder: str, since: date, until: date) -> None:
        """It lies in the new folder on these days, and its work with it."""
        for day in self.days_of_a_move(since, until):
            self.place[spot][day] = folder

    # ---- customers and their folders -------------------------------------------------------------------------

    def new_customer(self, customer: str) -> None:
        self.customers[customer] = None

    def taken(self, folder: str, besides: tuple[str, ...] = ()) -> set[date]:
        """The days on which somebody is attached to this very folder."""
        others = (a for name, a in self.attachments.items() if name not in besides and a.folder == folder)
        return {day for other in others for day in other.days}

    def refuse_days_of_closed(self, customer: str, days: set[date]) -> None:
        """A closed customer is attached to nothing from the day that it closed."""
        closed_on = self.customers[customer]
        if closed_on is not None and any(day >= closed_on for day in days):
            raise Refused("the customer is closed")

    def attach(self, attachment: str, customer: str, folder: str, since: date, until: date) -> None:
        """The customer is on the folder on these days, and nobody else may be."""
        days = self.some_days(since, until)
        self.refuse_days_of_closed(customer, days)
        if days & self.taken(folder):
            raise Refused("one customer on one folder on one day")
        self.attachments[attachment] = Attachment(customer, folder, days)

    def redate(self, attachment: str, since: date, until: date) -> None:
        """The same customer on the same folder, on other days."""
        days = self.some_days(since, until)
        this = self.attachments[attachment]
        self.refuse_days_of_closed(this.customer, days)
        if days & self.taken(this.folder, besides=(attachment,)):
            raise Refused("one customer on one folder on one day")
        this.days = days

    def detach(self, attachment: str, day: date) -> None:
        """`day` is the first that is not collected; an attachment without days is none."""
        this = self.attachments[attachment]
        this.days = {d for d in this.days if d < day}
        if not this.days:
            del self.attachments[attachment]

    def hand_over(self, attachment: str, new: str, customer: str, day: date) -> None:
        """From `day` on another customer has the days that were left of the old one's."""
        this = self.attachments[attachment]
        kept, given = {d for d in this.days if d < day}, {d for d in this.days if d >= day}
        if customer == this.customer:
            raise Refused("a hand-over goes to another customer")
        if not kept or not given:
            raise Refused("a hand-over lies inside the attachment's days")
        self.refuse_days_of_closed(customer, given)
        this.days = kept
        self.attachments[new] = Attachment(customer, this.folder, given)

    def redate_hand_over(self, earlier: str, later: str, day: date) -> None:
        """The hand-over was on another day: both sides change at once, what lies outside them stays."""
        before, after = self.attachments[earlier], self.attachments[later]
        follows = self.days.index(min(after.days)) == self.days.index(max(before.days)) + 1
        if before.folder != after.folder or not follows:
            raise Refused("the two attachments are no hand-over")
        days = before.days | after.days
        kept, given = {d for d in days if d < day}, {d for d in days if d >= day}
        if not kept or not given:
            raise Refused("a hand-over lies inside the attachment's days")
        self.refuse_days_of_closed(before.customer, kept)
        before.days, after.days = kept, given

    def close_customer(self, customer: str, day: date) -> None:
        """From `day` on it is attached to nothing; not while it has open work orders."""
        if self.customers[customer] is not None:
            raise Refused("the customer is closed already")
        if any(c == customer and w not in self.closed_work_orders for w, c in self.work_orders.items()):
            raise Refused("its work orders are open")
        self.customers[customer] = day
        for name in [name for name, a in self.attachments.items() if a.customer == customer]:
            self.detach(name, day)

    def reopen_customer(self, customer: str) -> None:
        """Open again; its attachments do not come back by themselves."""
        self.customers[customer] = None

    # ---- work ------------------------------------------------------------------------------------------------

    def new_work_order(self, work_order: str, customer: str | None) -> None:
        self.refuse_closed(customer)
        self.work_orders[work_order] = customer

    def change_work_order(self, work_order: str, customer: str | None) -> None:
        """The work order has one customer, for all days."""
        self.refuse_closed(customer)
        self.work_orders[work_order] = customer

    def refuse_closed(self, customer: str | None) -> None:
        """A customer that is closed, or will be on a day to come, gets no work order."""
        if customer is not None and self.customers[customer] is not None:
            raise Refused("the customer is closed")

    def close_work_order(self, work_order: str) -> None:
        """It takes no more tasks; those it has stay."""
        if work_order in self.closed_work_orders:
            raise Refused("the work order is closed already")
        self.closed_work_orders.add(work_order)

    def reopen_work_order(self, work_order: str) -> None:
        self.refuse_closed(self.work_orders[work_order])
        self.closed_work_orders.discard(work_order)

    def refuse_closed_order(self, work_order: str | None) -> None:
        if work_order in self.closed_work_orders:
            raise Refused("the work order is closed")

    def record_task(
        self,
        item: str,
        spot: str | None,
        work_order: str | None,
        due_on: date,
        minutes: int,
        state: str,
        done_on: date | None,
    ) -> None:
        """A task, perhaps told late: then it is finished on an earlier day than this one."""
        if spot is None and work_order is None:
            raise Refused("a task has a spot or a work order")
        self.refuse_days_of_work(state, done_on)
        self.refuse_closed_order(work_order)
        self.items[item] = Item("task", state, spot, work_order, minutes=minutes, due_on=due_on, done_on=done_on)
        self.keep_last_folder(item)

    def record_request(
        self,
        item: str,
        kind: str,
        spot: str | None,
        folder: str | None,
        received_on: date,
        state: str,
        done_on: date | None,
    ) -> None:
        """A request on a spot, on a folder itself (never both), or with no place yet."""
        if received_on > self.today:
            raise Refused("no work in the future")
        self.refuse_days_of_work(state, done_on, received_on)
        self.items[item] = Item(kind, state, spot, own_folder=folder, received_on=received_on, done_on=done_on)
        self.keep_last_folder(item)

    def refuse_days_of_work(self, state: str, done_on: date | None, received_on: date | None = None) -> None:
        """The day done stands in the states that have one, is no day to come, and not before a request was received."""
        if (state in HAS_DONE_DAY) != (done_on is not None):
            raise Refused("states and days agree")
        if done_on is not None and done_on > self.today:
            raise Refused("no work in the future")
        if done_on is not None and received_on is not None and done_on < received_on:
            raise Refused("nothing is done before it was received")

    def change_state(self, item: str, state: str, done_on: date | None) -> None:
        """Finish, review, hold, reopen, cancel, forward."""
        self.refuse_days_of_work(state, done_on, self.items[item].received_on)
        self.keep_last_folder(item)
        self.items[item].state, self.items[item].done_on = state, done_on

    def relocate_task(self, item: str, spot: str | None, work_order: str | None) -> None:
        """The task was on another spot, or belonged to another work order."""
        if spot is None and work_order is None:
            raise Refused("a task has a spot or a work order")
        this = self.items[item]
        if work_order != this.work_order:
            self.refuse_closed_order(work_order)
        elsewhere = spot != this.spot
        this.spot, this.work_order = spot, work_order
        self.keep_last_folder(item, elsewhere)

    def relocate_request(self, item: str, spot: str | None, folder: str | None) -> None:
        """The request was about another place; both its folders are worked out anew."""
        this = self.items[item]
        elsewhere = (spot, folder) != (this.spot, this.own_folder)
        this.spot, this.own_folder = spot, folder
        self.keep_last_folder(item, elsewhere)

    # ---- where an item is ------------------------------------------------------------------------------------

    def where(self, item: Item, day: date) -> str | None:
        """The folder that the item's spot lay in on that day; a request may hang on a folder itself."""
        return item.own_folder if item.spot is None else self.place[item.spot][day]

    def folder_of(self, name: str) -> str | None:
        """Done and forwarded work lies where its spot was on the day done, unfinished where it is today."""
        item = self.items[name]
        if item.state == "cancelled":
            return item.last_folder
        return self.where(item, item.done_on if item.state in FINISHED and item.done_on else self.today)

    def received_folder_of(self, name: str) -> str | None:
        """Where the spot was on the day the request came, whatever happened since."""
        item = self.items[name]
        return self.where(item, item.received_on) if item.received_on else None

    def keep_last_folder(self, name: str, elsewhere: bool = False) -> None:
        """Cancelled work stays in the folder where it was last, also when its spot moves on; but not when it turns out
        to have been about another place: then it is in today's."""
        item = self.items[name]
        if item.state != "cancelled":
            item.last_folder = self.folder_of(name)
        elif elsewhere or item.last_folder is None:
            item.last_folder = self.where(item, self.today)

    # ---- who collects, who owns ------------------------------------------------------------------------------

    def chain(self, folder: str | None, day: date) -> list[tuple[str, str]]:
        """(customer, attachment) from the folder upwards on that day, nearest first, each customer once."""
        found: dict[str, str] = {}
        for step in self.upwards(folder, day):
            for name, attachment in self.attachments.items():
                if attachment.folder == step and day in attachment.days:
                    found.setdefault(attachment.customer, name)
        return list(found.items())

    def coverage(self) -> set[tuple[str, int, date, str, str]]:
        """(folder, rank, day, customer, attachment) for all folders and days; rank 0 is the nearest."""
        return {
            (folder, rank, day, customer, attachment)
            for folder in self.parent
            for day in self.days
            for rank, (customer, attachment) in enumerate(self.chain(folder, day))
        }

    def work_order_customer(self, event: Event) -> str | None:
        work_order = self.items[event.item].work_order
        return self.work_orders[work_order] if work_order is not None else None

    def collectors(self, event: Event) -> dict[str, str | None]:
        """Every customer that collects it, with the attachment that brought it; None: the work order alone did."""
        found: dict[str, str | None] = dict(self.chain(event.folder, event.day))
        by_work_order = self.work_order_customer(event)
        if by_work_order is not None:
            found.setdefault(by_work_order, None)
        return found

    def owner(self, event: Event) -> str | None:
        """The work order's customer, else the one attached nearest above."""
        nearest = [customer for customer, _ in self.chain(event.folder, event.day)]
        return self.work_order_customer(event) or (nearest[0] if nearest else None)

    # ---- what a measure counts -------------------------------------------------------------------------------

    def events(self, measure: str, first: date, last: date) -> list[Event]:
        """What the measure counts in the period, its last day too; unfinished and overdue are today's, whatever it."""
        counted = []
        for name, item in self.items.items():
            day = self.day_counted(measure, item)
            if day is None or not (measure in AS_OF_TODAY or first <= day <= last):
                continue
            folder = self.received_folder_of(name) if measure == "requests received" else self.folder_of(name)
            counted.append(Event(name, day, folder, item.minutes if measure == "minutes" else 1))
        return counted

    def day_counted(self, measure: str, item: Item) -> date | None:
        """The day on which the measure counts the item; None when it does not."""
        subject, _, what = measure.partition(" ")
        if item.is_task != (subject in {"tasks", "minutes"}):
            return None
        if what == "received":
            return item.received_on
        if what == "unfinished":
            return self.today if item.state in UNFINISHED else None
        if what == "overdue":
            return self.today if item.state in UNFINISHED and item.due_on < self.today else None
        return item.done_on if item.state == (what or "done") else None

    def owned(self, events: list[Event], customer: str) -> list[Event]:
        """What the customer pays for."""
        return [event for event in events if self.owner(event) == customer]

    def collected(self, events: list[Event], customer: str) -> list[Event]:
        """What reaches the customer, by a folder or a work order, each once."""
        return [event for event in events if customer in self.collectors(event)]

    def others(self, events: list[Event], customer: str) -> list[Event]:
        """Collected here, owned by another."""
        return [event for event in self.collected(events, customer) if self.owner(event) != customer]

    def unowned(self, events: list[Event]) -> list[Event]:
        """What nobody pays for."""
        return [event for event in events if self.owner(event) is None]

    def shared(self, events: list[Event]) -> list[Event]:
        """Collected by two or more customers."""
        return [event for event in events if len(self.collectors(event)) > 1]

    def by_kind(self, events: list[Event]) -> Counter[str]:
        return summed((self.items[event.item].kind, event.amount) for event in events)

    def by_work_order(self, events: list[Event]) -> Counter[str | None]:
        return summed((self.items[event.item].work_order, event.amount) for event in events)

    def by_month(self, events: list[Event]) -> Counter[tuple[int, int]]:
        return summed(((event.day.year, event.day.month), event.amount) for event in events)

    def lines(self, events: list[Event], customer: str) -> Counter[tuple[str, tuple[str, ...]] | None]:
        """The customer's tree: by attachment, then by the way down from its folder on the item's own day.

        What came by work orders alone stands under None. The lines add up to what is collected.
        """
        parts: list[tuple[tuple[str, tuple[str, ...]] | None, int]] = []
        for event in self.collected(events, customer):
            attachment = self.collectors(event)[customer]
            if attachment is None:
                parts.append((None, event.amount))
                continue
            way = self.upwards(event.folder, event.day)
            down = tuple(reversed(way[: way.index(self.attachments[attachment].folder) + 1]))
            parts.append(((attachment, down), event.amount))
        return summed(parts)


def total(events: Iterable[Event]) -> int:
    """Pieces, or whole minutes."""
    return sum(event.amount for event in events)


def summed[Key](parts: Iterable[tuple[Key, int]]) -> Counter[Key]:
    """Amounts added up by key, without the keys that come to nothing."""
    counter: Counter[Key] = Counter()
    for key, amount in parts:
        counter[key] += amount
    return +counter
