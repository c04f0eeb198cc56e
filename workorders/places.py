"""Where work belongs: the place of its spot on the day that counts. Moving a spot takes its work along.

`lock_spots` is the lock of all work on a spot: recording, finishing and re-placing take it, moving a spot after the
tree's.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from accounts.models import User
from folders.days import ALWAYS, FOREVER, on
from folders.models import Folder, Spot, SpotPlacement
from folders.tree import set_spot_placement, tree_change
from workorders import kinds
from workorders.models import ServiceRequest, Task
from workorders.states import CLOSED


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
    with tree_change(kinds.MOVE_SPOT, by, spot=spot.pk, folder=folder.pk, since=since, until=until) as change:
        locked = lock_spots([spot.pk])[spot.pk]
        set_spot_placement(change, locked, folder, since, until)
        counted = Q(done_on__gte=since, done_on__lt=until)
        today = until == FOREVER
        closed = counted & Q(state__in=CLOSED)
        unfinished_tasks, unfinished_requests = Q(state__in=Task.UNFINISHED), Q(state__in=ServiceRequest.UNFINISHED)
        tasks, requests = Task.objects.filter(spot=spot), ServiceRequest.objects.filter(spot=spot)
        tasks.filter(closed | unfinished_tasks if today else closed).update(folder=folder)
        requests.filter(closed | unfinished_requests if today else closed).update(folder=folder)
        requests.filter(received_on__gte=since, received_on__lt=until).update(received_folder=folder)
        spot.folder = locked.folder
