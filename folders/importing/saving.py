"""Writes a plan of spots in one transaction, with one row of the log."""

from __future__ import annotations

from collections.abc import Callable
from itertools import batched

from accounts.models import User
from folders.importing.judging import FIELDS, SpotPlan, fingerprint, judge
from folders.importing.reimport import BATCH, Written, judged, write_changes
from folders.models import Operation, Spot
from folders.tree import insert_spots, tree_change
from sheets.importing.keeping import claim_upload, ensure_importable, finish_upload
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
    """Does what the table says, all or nothing, judging it again inside; see `keeping` for upload and seen. Raises
    NotImported and Taken.
    """
    with tree_change(Operation.Kind.IMPORT_SPOTS, by) as change:
        if upload is not None:
            claim_upload(upload, change.number)
        plan = judged(lambda: judge(table, update=update, by=by), Spot)
        ensure_importable(plan, seen, fingerprint(plan) if seen else "")
        change.idle = plan.idle
        made, changed = _create(plan, tell), write_changes(plan, Spot, [*FIELDS])
        change.arguments |= {"created": [each.pk for each in made], "changed": [each.pk for each in changed]}
        tell(len(plan.rows))
        if upload is not None:
            finish_upload(upload, plan, {"rows": made + changed})
    return plan


def _create(plan: SpotPlan, tell: Callable[[int], None]) -> list[Written]:
    made: list[Written] = []
    for batch in batched((row for row in plan.rows if row.existing is None), BATCH, strict=False):
        spots = [Spot(folder_id=row.into, **row.fields()) for row in batch]
        pks = insert_spots([(spot.name, spot.description, spot.folder_id, spot.state) for spot in spots])
        made += [
            Written(row.record.row, pk, spot.version, None, row.into)
            for row, pk, spot in zip(batch, pks, spots, strict=True)
        ]
        tell(len(made))
    return made
