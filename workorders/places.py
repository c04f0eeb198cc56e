"""Where work belongs: the place of its spot on the day that counts. Moving a spot takes its work along; and the check.

`lock_spots` is the lock of all work on a spot: recording, finishing and re-placing take it, moving a spot after the
tree's.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from folders.days import ALWAYS, FOREVER, on
from folders.models import Folder, Operation, Spot, SpotPlacement
from folders.tree import execute, set_spot_placement, tree_change
from workorders.models import ServiceRequest, Task


def lock_spots(spots: Collection[int]) -> dict[int, Spot]:
    """The spots by id, locked until the end of the transaction, always in the order of their ids."""
    return {spot.pk: spot for spot in Spot.objects.select_for_update().filter(pk__in=spots).order_by("pk")}


def place_on(spot: Spot, day: date) -> int:
    """Id of the folder that `spot` was in on `day`. One query; the spot is locked by the caller."""
    return SpotPlacement.objects.values_list("folder_id", flat=True).get(on(day), spot=spot)


def move_spot(spot: Spot, folder: Folder, since: date = ALWAYS, until: date = FOREVER, *, by: User | None) -> None:
    """Put a spot into a folder over some days, and its work with it: done work by the day it was done, received
    requests by the day received, unfinished work when the move holds today. Cancelled work stays where it was.

    Raises Refused for days in the future.
    """
    with tree_change(Operation.Kind.MOVE_SPOT, by, spot=spot.pk, folder=folder.pk, since=since, until=until) as change:
        locked = lock_spots([spot.pk])[spot.pk]
        set_spot_placement(change, locked, folder, since, until)
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

# The day by whose place each kept folder goes, and of which rows: (table, column): day, rows.
_DAY_COUNTED = "CASE WHEN i.state IN ('done', 'forwarded') THEN i.done_on ELSE %(today)s::date END"
_KEPT = {
    ("workorders_task", "folder_id"): (_DAY_COUNTED, "i.spot_id IS NOT NULL AND i.state <> 'cancelled'"),
    ("workorders_servicerequest", "folder_id"): (_DAY_COUNTED, "i.spot_id IS NOT NULL AND i.state <> 'cancelled'"),
    ("workorders_servicerequest", "received_folder_id"): ("i.received_on", "i.spot_id IS NOT NULL"),
}
# A join and no subquery of each row, and in no order: PostgreSQL then hashes the places once. Asked for the order of
# ids, it expects millions of rows, and looks the place of each up rather than sort them.
_WRONG = """
SELECT i.id, i.{column} AS kept, p.folder_id AS should
  FROM {table} i
  LEFT JOIN folders_spotplacement p ON p.spot_id = i.spot_id AND p.since <= {day} AND p.until > {day}
 WHERE {which} AND (p.folder_id IS NULL OR i.{column} <> p.folder_id)"""


def _wrong(table: str, column: str) -> str:
    day, which = _KEPT[table, column]
    return _WRONG.format(table=table, column=column, day=day, which=which)


def wrong_folders() -> list[tuple[str, str, int, int, int]]:
    """(table, column, id, folder kept, folder that is right) of all work whose kept folder is not its spot's place on
    the day that counts. Reads all work: half a minute for 12 million rows.
    """
    return [
        (table, column, *row)
        for table, column in _KEPT
        for row in sorted(execute(_wrong(table, column), today=timezone.localdate()))
    ]


def mend_folders() -> None:
    """Set every folder that `wrong_folders` names right; where the spot has no place on the day, nothing is."""
    for table, column in _KEPT:
        execute(
            f"UPDATE {table} AS t SET {column} = w.should FROM ({_wrong(table, column)}) w "
            "WHERE w.id = t.id AND w.should IS NOT NULL",
            today=timezone.localdate(),
        )
