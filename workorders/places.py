"""Where work belongs: the place of its spot on the day that counts. Moving a spot takes its work along; the check; and what
an operation on tree, places or attachments would change, said before it is done.

`lock_spots` is the lock of all work on a spot: recording, finishing and re-placing take it, moving a spot after the tree's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from folders.days import ALWAYS, FOREVER, on
from folders.models import Folder, Operation, Spot, SpotPlacement
from folders.tree import execute, lock_tree, place_spot, tree_change
from workorders.models import ServiceRequest, Task


def lock_spots(spots: Collection[int]) -> dict[int, Spot]:
    """The spots by id, locked until the end of the transaction, always in the order of their ids."""
    return {spot.pk: spot for spot in Spot.objects.select_for_update().filter(pk__in=spots).order_by("pk")}


def place_on(spot: Spot, day: date) -> int:
    """Id of the folder that `spot` was in on `day`. One query; the spot is locked by the caller."""
    return SpotPlacement.objects.values_list("folder_id", flat=True).get(on(day), spot=spot)


def move_spot(
    spot: Spot, folder: Folder, since: date = ALWAYS, until: date = FOREVER, *, by: User | None
) -> None:
    """Put a spot into a folder over some days, and its work with it: done work by the day it was done, received requests
    by the day received, unfinished work when the move holds today. Cancelled work stays where it was.

    Raises Refused for days in the future.
    """
    with tree_change(
        Operation.Kind.MOVE_SPOT, by, spot=spot.pk, folder=folder.pk, since=since, until=until
    ) as change:
        locked = lock_spots([spot.pk])[spot.pk]
        place_spot(change, locked, folder, since, until)
        counted = Q(done_on__gte=since, done_on__lt=until)
        today = until == FOREVER
        done_tasks = counted & Q(state=Task.State.DONE)
        done_requests = counted & Q(state__in=ServiceRequest.WITH_DONE_ON)
        unfinished_tasks, unfinished_requests = Q(state__in=Task.UNFINISHED), Q(state__in=ServiceRequest.UNFINISHED)
        tasks, requests = Task.objects.filter(spot=spot), ServiceRequest.objects.filter(spot=spot)
        tasks.filter(done_tasks | unfinished_tasks if today else done_tasks).update(folder=folder)
        requests.filter(done_requests | unfinished_requests if today else done_requests).update(folder=folder)
        requests.filter(received_on__gte=since, received_on__lt=until).update(received_folder=folder)
        spot.folder = locked.folder


# ---- check -----------------------------------------------------------------------------------------------------------

_PLACE = "(SELECT p.folder_id FROM folders_spotplacement p WHERE p.spot_id = i.spot_id AND p.since <= {0} AND p.until > {0})"
_TODAY = _PLACE.format("%(today)s::date")
_RIGHT_FOLDER = f"CASE WHEN i.state IN ('done', 'forwarded') THEN {_PLACE.format('i.done_on')} ELSE {_TODAY} END"
_KEPT = {  # (table, column): the folder that it should hold, and of which rows
    ("workorders_task", "folder_id"): (_RIGHT_FOLDER, "i.spot_id IS NOT NULL AND i.state <> 'cancelled'"),
    ("workorders_servicerequest", "folder_id"): (_RIGHT_FOLDER, "i.spot_id IS NOT NULL AND i.state <> 'cancelled'"),
    ("workorders_servicerequest", "received_folder_id"): (_PLACE.format("i.received_on"), "i.spot_id IS NOT NULL"),
}


def wrong_folders() -> list[tuple[str, str, int, int, int]]:
    """(table, column, id, folder kept, folder that is right) of all work whose kept folder is not its spot's place on the
    day that counts. Reads all work."""
    return [
        (table, column, *row)
        for (table, column), (right, which) in _KEPT.items()
        for row in execute(
            f"SELECT id, kept, should FROM (SELECT i.id, i.{column} AS kept, {right} AS should FROM {table} i "
            f"WHERE {which}) x WHERE should IS NULL OR kept <> should ORDER BY id",
            today=timezone.localdate(),
        )
    ]


def mend_folders() -> None:
    """Set every folder that `wrong_folders` names right."""
    for (table, column), (right, which) in _KEPT.items():
        execute(
            f"UPDATE {table} AS i SET {column} = {right} WHERE {which} AND {column} <> {right}",
            today=timezone.localdate(),
        )


# ---- preview ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What goes from one owner to another (None: unowned), over all days that the operation touches."""

    was: Customer | None
    becomes: Customer | None
    folders: int
    spots: int
    unfinished: int
    done: int
    minutes: int
    requests: int  # unfinished, done and forwarded ones


@dataclass
class Changes:
    """What an operation would change, worked out by running it and rolling it back."""

    lines: list[Line] = field(default_factory=list)

    def _sum(self, name: str) -> int:
        return sum(getattr(line, name) for line in self.lines)

    @property
    def folders(self) -> int:
        return self._sum("folders")

    @property
    def spots(self) -> int:
        return self._sum("spots")

    @property
    def unfinished(self) -> int:
        return self._sum("unfinished")

    @property
    def done(self) -> int:
        return self._sum("done")

    @property
    def requests(self) -> int:
        return self._sum("requests")


class _RollBack(Exception):
    pass


_OWNERS = """CREATE TEMPORARY TABLE {0} AS
WITH RECURSIVE branch(folder_id) AS (
  SELECT %(root)s::bigint UNION SELECT p.folder_id FROM branch b JOIN folders_placement p ON p.parent_id = b.folder_id)
SELECT c.folder_id, c.since, c.until, c.customer_id FROM branch b JOIN customers_coverage c ON c.folder_id = b.folder_id
 WHERE c.rank = 0
UNION ALL SELECT folder_id, %(always)s::date, %(always)s::date, NULL FROM branch"""

# The days on which a folder's owner is another after than before; 0 stands for nobody.
_CHANGED = """CREATE TEMPORARY TABLE preview_changed AS
WITH edge(folder_id, day) AS (
  SELECT folder_id, since FROM preview_before UNION SELECT folder_id, until FROM preview_before
  UNION SELECT folder_id, since FROM preview_after UNION SELECT folder_id, until FROM preview_after
  UNION SELECT folder_id, %(forever)s::date FROM preview_before),
span AS (SELECT folder_id, day AS since, LEAD(day) OVER (PARTITION BY folder_id ORDER BY day) AS until FROM edge)
SELECT s.folder_id, s.since, s.until, COALESCE(b.customer_id, 0) AS was, COALESCE(a.customer_id, 0) AS becomes
  FROM span s
  LEFT JOIN preview_before b ON b.folder_id = s.folder_id AND b.since <= s.since AND b.until >= s.until
  LEFT JOIN preview_after a ON a.folder_id = s.folder_id AND a.since <= s.since AND a.until >= s.until
 WHERE s.until IS NOT NULL AND COALESCE(b.customer_id, 0) <> COALESCE(a.customer_id, 0)"""

_NOT_BY_ORDER = "(w.customer_id IS NULL)"  # the work order's customer owns, whatever the folder
_ON_TODAY = "c.since <= %(today)s::date AND c.until > %(today)s::date"
_ON_DONE = "c.since <= i.done_on AND c.until > i.done_on"
_COUNTS = {
    "folders": "SELECT c.was, c.becomes, COUNT(DISTINCT c.folder_id) FROM preview_changed c GROUP BY c.was, c.becomes",
    "spots": "SELECT c.was, c.becomes, COUNT(DISTINCT p.spot_id) FROM preview_changed c "
    "JOIN folders_spotplacement p ON p.folder_id = c.folder_id AND p.since < c.until AND p.until > c.since "
    "GROUP BY c.was, c.becomes",
    "unfinished": "SELECT c.was, c.becomes, COUNT(*) FROM preview_changed c JOIN ({tasks}) i ON i.folder_id = c.folder_id "
    "LEFT JOIN workorders_workorder w ON w.id = i.work_order_id "
    f"WHERE i.state IN ('open', 'in_progress', 'on_hold', 'in_review') AND {_ON_TODAY} AND {_NOT_BY_ORDER} "
    "GROUP BY c.was, c.becomes",
    "done": "SELECT c.was, c.becomes, COUNT(*) FROM preview_changed c JOIN ({tasks}) i ON i.folder_id = c.folder_id "
    "LEFT JOIN workorders_workorder w ON w.id = i.work_order_id "
    f"WHERE i.state = 'done' AND {_ON_DONE} AND {_NOT_BY_ORDER} GROUP BY c.was, c.becomes",
    "minutes": "SELECT c.was, c.becomes, SUM(i.minutes) FROM preview_changed c JOIN ({tasks}) i ON i.folder_id = c.folder_id "
    "LEFT JOIN workorders_workorder w ON w.id = i.work_order_id "
    f"WHERE i.state = 'done' AND {_ON_DONE} AND {_NOT_BY_ORDER} GROUP BY c.was, c.becomes",
    "requests": "SELECT c.was, c.becomes, COUNT(*) FROM preview_changed c "
    "JOIN ({requests}) i ON i.folder_id = c.folder_id WHERE i.state IN ('open', 'in_progress', 'on_hold') "
    f"AND {_ON_TODAY} OR i.state IN ('done', 'forwarded') AND {_ON_DONE} GROUP BY c.was, c.becomes",
}


def preview(operation: Callable[[], object], folder: Folder, *, user: User) -> Changes:
    """What `operation`, on `folder` and its branch, would change for the work that `user` may see.

    Runs it and rolls it back, under the tree's lock; costs about as much as the operation itself. Lets its Refused out.
    """
    today = timezone.localdate()
    counts: dict[str, list[tuple[Any, ...]]] = {}
    try:
        with transaction.atomic():
            lock_tree()
            execute(_OWNERS.format("preview_before"), root=folder.pk, always=ALWAYS)
            operation()
            execute(_OWNERS.format("preview_after"), root=folder.pk, always=ALWAYS)
            execute(_CHANGED, forever=FOREVER)
            for name, statement in _COUNTS.items():
                counts[name] = _count(statement, user, today)
            raise _RollBack
    except _RollBack:
        return Changes(_lines(counts))


def preview_spot(operation: Callable[[], object], spot: Spot, *, user: User) -> Changes:
    """`preview` of moving one spot: its work goes with it. Reads all work of the spot."""
    try:
        with transaction.atomic():
            lock_tree()
            before = _owners_of_work(spot, user)
            operation()
            after = _owners_of_work(spot, user)
            raise _RollBack
    except _RollBack:
        counts: dict[str, dict[tuple[int, int], int]] = {}
        for (measure, pk), (was, amount) in before.items():
            becomes = after[measure, pk][0]
            if was != becomes:
                line = counts.setdefault(measure, {})
                line[was, becomes] = line.get((was, becomes), 0) + amount
        return Changes(_lines({name: [(*key, n) for key, n in lines.items()] for name, lines in counts.items()}))


def _owners_of_work(spot: Spot, user: User) -> dict[tuple[str, int], tuple[int, int]]:
    """{(measure, id): (owner or 0, amount)} of one spot's work that counts, and of the spot itself today."""
    today = timezone.localdate()
    tasks = Task.objects.visible_to(user).filter(spot=spot)
    requests = ServiceRequest.objects.visible_to(user).filter(spot=spot)
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for measure, rows, day in (
        ("unfinished", tasks.unfinished(), today),
        ("done", tasks.filter(state=Task.State.DONE), "done_on"),
    ):
        for pk, owner, minutes in rows.with_owner(day).values_list("pk", "owner_id", "minutes"):
            found[measure, pk] = (owner or 0, 1)
            if measure == "done":
                found["minutes", pk] = (owner or 0, minutes)
    for rows, day in (
        (requests.unfinished(), today),
        (requests.filter(state__in=ServiceRequest.WITH_DONE_ON), "done_on"),
    ):
        for pk, owner in rows.with_owner(day).values_list("pk", "owner_id"):
            found["requests", pk] = (owner or 0, 1)
    now = Spot.objects.get(pk=spot.pk)
    nearest = Customer.objects.collecting(now.folder, today).first()
    found["spots", spot.pk] = (nearest.pk if nearest else 0, 1)
    return found


def _count(statement: str, user: User, today: date) -> list[tuple[Any, ...]]:
    """Run one of `_COUNTS` over the work that `user` may see."""
    tasks, task_parameters = Task.objects.visible_to(user).as_sql(
        "folder_id", "work_order_id", "state", "done_on", "minutes"
    )
    requests, request_parameters = ServiceRequest.objects.visible_to(user).as_sql("folder_id", "state", "done_on")
    parameters: list[Any] = []
    if "{tasks}" in statement:
        parameters += task_parameters
    if "{requests}" in statement:
        parameters += request_parameters
    parameters += [today.isoformat()] * statement.count("%(today)s")
    statement = statement.replace("%(today)s", "%s").format(tasks=tasks, requests=requests)
    if connection.vendor != "postgresql":
        statement = statement.replace("::date", "")
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _lines(counts: dict[str, list[tuple[Any, ...]]]) -> list[Line]:
    by_owners: dict[tuple[int, int], dict[str, int]] = {}
    for name, rows in counts.items():
        for was, becomes, number in rows:
            by_owners.setdefault((was, becomes), {})[name] = int(number or 0)
    customers = Customer.objects.in_bulk({pk for pair in by_owners for pk in pair if pk})
    return [
        Line(customers.get(was), customers.get(becomes), **{name: numbers.get(name, 0) for name in _COUNTS})
        for (was, becomes), numbers in sorted(by_owners.items())
    ]
