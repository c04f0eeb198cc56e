"""The tree: its lock and log, and places over days.

Every change of tree, places or attachments runs inside `tree_change`. What stands here writes folders' own tables;
customers.ownership and workorders.places call it where the change reaches coverage or work.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from folders import kinds
from folders.days import ALWAYS, FOREVER, overlapping
from folders.models import Folder, Operation, Placement, Spot, SpotPlacement, TreeVersion
from folders.names import keys
from folders.sql.branches import was_below
from spotilla.audit_actor import acting
from spotilla.bulk import insert_rows, new_ids
from spotilla.logs import told
from spotilla.refused import Refused as Refused  # noqa: PLC0414  # as everybody takes it from here

logger = logging.getLogger(__name__)

KEYS = ("sort_key", "search_key")  # saved with the name, which they are worked out from


@dataclass
class OperationDraft:
    """The row of the log that an operation is writing."""

    number: int
    arguments: dict[str, Any]
    replaced: list[dict[str, Any]] = field(default_factory=list)
    idle: bool = False  # nothing has changed: there is nothing to remember

    def replaces(self, row: Placement | SpotPlacement | Any) -> None:
        """Remember a row before it is cut or deleted: its table, ids and days."""
        ids = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
        self.replaced.append({"table": row._meta.db_table} | ids)


@contextmanager
def tree_change(kind: str, by: User | None, **arguments: Any) -> Iterator[OperationDraft]:
    """One operation: a transaction, the tree's lock as its first statement, and its row of the log as its last, unless
    it is found to be idle.
    """
    with transaction.atomic():
        change = OperationDraft(lock_tree(), arguments)
        with acting(user=by, operation=change.number):
            yield change
        if change.idle:
            return
        Operation.objects.create(
            number=change.number, user=by, kind=kind, arguments=change.arguments, replaced=change.replaced
        )
        done = told(operation=change.number, kind=str(kind), user=by.pk if by else None)
        transaction.on_commit(lambda: logger.info("Operation", extra=done))


def lock_tree() -> int:
    """Wait for the lock of all tree changes and raise the tree's version, which is returned.

    An UPDATE, so that it takes the row lock on PostgreSQL and the write lock on SQLite before anything is read.
    """
    if not TreeVersion.objects.filter(pk=1).update(number=F("number") + 1):
        TreeVersion.objects.create(pk=1, number=1)
    return TreeVersion.objects.values_list("number", flat=True).get(pk=1)


# ---- places over days ------------------------------------------------------------------------------------------------


def check_move_days(since: date, until: date) -> None:
    """A move's days are in order and reach no further than today. Raises Refused."""
    today = timezone.localdate()
    if since >= until:
        raise Refused(_("The last day is before the first."))
    if since > today:
        raise Refused(_("A move cannot be dated in the future."))
    if until > today and until != FOREVER:  # who says that it was elsewhere until today, says where it is tomorrow
        raise Refused(_("The last day of a correction is yesterday at the latest, or empty: until further notice."))


def clear_period(
    change: OperationDraft, rows: Collection[Placement] | Collection[SpotPlacement], since: date, until: date
) -> None:
    """Free the days since <= day < until of `rows`: what is inside goes, what overlaps is cut, what spans is split."""
    for row in rows:
        change.replaces(row)
        first, last = row.since, row.until
        if first < since:
            row.until = since
            row.save(update_fields=["until"])
            if last > until:
                row.pk, row.since, row.until = None, until, last
                row.save(force_insert=True)
        elif last > until:
            row.since = until
            row.save(update_fields=["since"])
        else:
            row.delete()


def insert_folder(name: str, parent: Folder | None, description: str = "") -> Folder:
    """A folder that has been where it is since always. Coverage is the caller's to rebuild (customers.ownership)."""
    folder = Folder(name=name, parent=parent, description=description)
    _validate(folder)
    folder.save(force_insert=True)
    Placement.objects.create(folder=folder, parent=parent)
    return folder


def insert_folders(rows: Sequence[tuple[str, str, int | None, int | None]]) -> list[int]:
    """Folders of (name, description, the folder above by its number among `rows`, else by its id), which have been
    there since always; their ids. One above comes before those below it. Inside `tree_change`; coverage is the caller's
    to rebuild.
    """
    ids = new_ids(Folder, len(rows))
    above = [parent if number is None else ids[number] for _name, _text, number, parent in rows]
    made = list(zip(ids, rows, above, strict=True))
    folders = ((pk, row[0], row[1], parent, *keys(row[0])) for pk, row, parent in made)
    insert_rows(Folder, ["id", "name", "description", "parent_id", *KEYS], folders)
    places = ((pk, parent, ALWAYS, FOREVER) for pk, _row, parent in made)
    insert_rows(Placement, ["folder_id", "parent_id", "since", "until"], places)
    return ids


def set_folder_placement(
    change: OperationDraft, folder: Folder, parent: Folder | None, since: date, until: date
) -> None:
    """Put `folder` under `parent` over the days; coverage is the caller's to rebuild. Raises Refused for a cycle."""
    check_move_days(since, until)
    if parent is not None and was_below(parent, folder, since, until):
        raise Refused(_("“%(folder)s” would be inside itself.") % {"folder": folder})
    clear_period(change, Placement.objects.filter(overlapping(since, until), folder=folder), since, until)
    Placement.objects.create(folder=folder, parent=parent, since=since, until=until)
    if until == FOREVER:
        Folder.objects.filter(pk=folder.pk).update(parent=parent)
        folder.parent = parent


def set_spot_placement(change: OperationDraft, spot: Spot, folder: Folder, since: date, until: date) -> None:
    """Put `spot` into `folder` over the days; work is the caller's to follow (workorders.places)."""
    check_move_days(since, until)
    clear_period(change, SpotPlacement.objects.filter(overlapping(since, until), spot=spot), since, until)
    SpotPlacement.objects.create(spot=spot, folder=folder, since=since, until=until)
    if until == FOREVER:
        Spot.objects.filter(pk=spot.pk).update(folder=folder)
        spot.folder = folder


# ---- spots -----------------------------------------------------------------------------------------------------------


def new_spot(
    folder: Folder, name: str, *, by: User | None, state: str = Spot.State.ACTIVE, description: str = ""
) -> Spot:
    """A spot that has been in `folder` since always, so that work can be recorded on it for any day."""
    with tree_change(kinds.NEW_SPOT, by, folder=folder.pk) as change:
        spot = Spot(name=name, folder=folder, state=state, description=description)
        _validate(spot)
        spot.save(force_insert=True)
        SpotPlacement.objects.create(spot=spot, folder=folder)
        change.arguments["spot"] = spot.pk
    return spot


def insert_spots(rows: Sequence[tuple[str, str, int, str]]) -> list[int]:
    """Spots of (name, description, folder's id, state), each in its folder since always; their ids. Inside
    `tree_change`, by which no folder goes meanwhile.
    """
    ids = new_ids(Spot, len(rows))
    spots = ((pk, *row, *keys(row[0])) for pk, row in zip(ids, rows, strict=True))
    insert_rows(Spot, ["id", "name", "description", "folder_id", "state", *KEYS], spots)
    places = ((pk, folder, ALWAYS, FOREVER) for pk, (_name, _text, folder, _state) in zip(ids, rows, strict=True))
    insert_rows(SpotPlacement, ["spot_id", "folder_id", "since", "until"], places)
    return ids


def delete_spot(spot: Spot, *, by: User | None) -> None:
    """Delete a spot that nothing ever referred to. Raises Refused."""
    with tree_change(kinds.DELETE_SPOT, by, spot=spot.pk) as change:
        for place in spot.placements.all():
            change.replaces(place)
        try:
            spot.delete()
        except ProtectedError as error:
            raise Refused(_("Work has been recorded on the spot; mark it removed instead.")) from error


def _validate(thing: Folder | Spot) -> None:
    try:
        thing.full_clean()
    except ValidationError as error:
        raise Refused(error) from error
