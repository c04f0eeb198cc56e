"""Writes a plan of spots in one transaction, with one row of the log."""

from __future__ import annotations

from collections.abc import Callable
from itertools import batched

from accounts.models import User
from folders.importing.exported import BATCH, lock, write_changes
from folders.importing.judging import FIELDS, PlannedSpot, SpotPlan, fingerprint, judge
from folders.models import Operation, Spot
from folders.tree import insert_spots, tree_change
from sheets.importing.keeping import finish, refuse, take
from sheets.models import Upload
from sheets.tables import Table


def save(
    table: Table,
    *,
    update: bool,
    by: User | None,
    upload: Upload | None = None,
    seen: str = "",
    tell: Callable[[int], None] = lambda rows: None,
) -> SpotPlan:
    """Does what the table says, all or nothing, judging it again inside; see `keeping` for upload and seen. The spots
    that change are locked before they are judged, so that an edit comes before or after. Raises NotImported and Taken.
    """
    with tree_change(Operation.Kind.IMPORT_SPOTS, by) as change:
        if upload is not None:
            take(upload, change.number)
        lock(Spot.objects.all(), table)
        plan = judge(table, update=update, by=by)
        refuse(plan, seen, fingerprint(plan) if seen else "")
        created = _create(plan, tell)
        change.arguments |= {"created": created, "changed": write_changes(plan, Spot, [*FIELDS])}
        tell(len(plan.rows))
        if upload is not None:
            finish(upload, plan)
    return plan


def _create(plan: SpotPlan, tell: Callable[[int], None]) -> list[int]:
    created: list[int] = []
    for batch in batched((row for row in plan.rows if row.existing is None), BATCH, strict=False):
        created += insert_spots([_row(row) for row in batch])
        tell(len(created))
    return created


def _row(row: PlannedSpot) -> tuple[str, str, int, str]:
    fields = row.fields()
    return fields["name"], fields["description"], row.into, fields["state"]
