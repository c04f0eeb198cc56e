"""Writes a plan of spots in one transaction, with one row of the log."""

from __future__ import annotations

from collections.abc import Callable
from itertools import batched

from accounts.models import User
from folders import kinds
from folders.importing.reimport import BATCH, judged, write_changes
from folders.importing_spots.plan import FIELDS, SpotPlan, fingerprint, judge
from folders.models import Spot
from folders.tree import insert_spots, tree_change
from sheets.importing.keeping import claim_upload, ensure_importable, finish_upload
from sheets.importing.ledger import new_rows, rows_of
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
    with tree_change(kinds.IMPORT_SPOTS, by) as change:
        if upload is not None:
            claim_upload(upload, change.number)
        plan = judged(lambda: judge(table, update=update, by=by), Spot)
        ensure_importable(plan, seen, fingerprint(plan) if seen else "")
        change.idle = plan.idle
        made, changed = _create(plan, tell), write_changes(plan, Spot, [*FIELDS])
        change.arguments |= {"created": [*made], "changed": rows_of(changed)}
        tell(len(plan.rows))
        if upload is not None:
            finish_upload(upload, plan, [*new_rows(Spot, made), *changed])
    return plan


def _create(plan: SpotPlan, tell: Callable[[int], None]) -> dict[int, int]:
    """The new spots' ids, each with the number of its row."""
    made: dict[int, int] = {}
    for batch in batched((row for row in plan.rows if row.existing is None), BATCH, strict=False):
        spots = [Spot(folder_id=row.into, **row.fields()) for row in batch]
        pks = insert_spots([(spot.name, spot.description, spot.folder_id, spot.state) for spot in spots])
        made |= {pk: row.record.row for row, pk in zip(batch, pks, strict=True)}
        tell(len(made))
    return made
