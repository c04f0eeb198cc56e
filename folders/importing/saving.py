"""Writes a plan of spots in one transaction, with one row of the log."""

from __future__ import annotations

from collections.abc import Callable
from itertools import batched

from accounts.models import User
from folders.importing.judging import PlannedSpot, SpotPlan, fingerprint, judge
from folders.models import Operation, Spot
from folders.names import keys
from folders.tree import KEYS, insert_spots, tree_change
from sheets.importing.keeping import finish, refuse, take
from sheets.models import Upload
from sheets.tables import Table
from spotilla.among import among

BATCH = 2_000  # rows written at once


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
        pks = [pk for pk in table.column("id") if pk]
        if pks:
            list(Spot.objects.select_for_update().filter(among("pk", pks)).order_by("pk").values_list("pk"))
        plan = judge(table, update=update, by=by)
        refuse(plan, seen, fingerprint(plan) if seen else "")
        change.arguments |= {"created": _create(plan, tell), "changed": _change(plan)}
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


def _change(plan: SpotPlan) -> list[int]:
    changed = []
    for row in plan.rows:
        if row.existing is not None and row.changed():
            for key, (_was, becomes) in row.changed().items():
                setattr(row.existing, key, becomes)
            row.existing.sort_key, row.existing.search_key = keys(row.existing.name)
            changed.append(row.existing)
    Spot.objects.bulk_update(changed, ["name", "state", "description", *KEYS], batch_size=BATCH)
    return [spot.pk for spot in changed]
