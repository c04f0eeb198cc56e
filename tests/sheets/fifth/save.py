"""Writes a plan in one transaction, with one row of the log and its ledger."""

from collections.abc import Callable

from accounts.models import User
from folders.importing.reimport import judged
from folders.kinds import declare_kind
from folders.tree import tree_change
from sheets.importing.keeping import claim_upload, ensure_importable, finish_upload
from sheets.importing.ledger import Written, new_rows, rows_of
from sheets.models import Upload
from sheets.tables import Table
from spotilla.bulk import insert_rows, new_ids
from tests.sheets.fifth.plan import KindPlan, fingerprint, judge
from workorders.models import ServiceRequestKind

IMPORT_KINDS = declare_kind("import_kinds", "kinds imported")


def save(
    table: Table, *, update: bool, by: User | None, upload: Upload | None, seen: str, tell: Callable[[int], None]
) -> KindPlan:
    with tree_change(IMPORT_KINDS, by) as change:
        if upload is not None:
            claim_upload(upload, change.number)
        plan = judged(lambda: judge(table, update=update, by=by), ServiceRequestKind)
        ensure_importable(plan, seen, fingerprint(plan) if seen else "")
        made, changed = _create(plan), _change(plan)
        change.idle = plan.idle
        change.arguments |= {"created": [*made], "changed": rows_of(changed)}
        tell(len(plan.rows))
        if upload is not None:
            finish_upload(upload, plan, [*new_rows(ServiceRequestKind, made), *changed])
    return plan


def _create(plan: KindPlan) -> dict[int, int]:
    """The new kinds' ids, each with the number of its row."""
    new = [row for row in plan.rows if row.existing is None]
    pks = new_ids(ServiceRequestKind, len(new)) if new else []
    insert_rows(ServiceRequestKind, ["id", "name"], ((pk, row.get("name")) for pk, row in zip(pks, new, strict=True)))
    return {pk: row.record.row for pk, row in zip(pks, new, strict=True)}


def _change(plan: KindPlan) -> list[Written]:
    written = []
    for row in plan.rows:
        for name, (was, becomes) in row.changed().items():
            assert row.existing is not None
            ServiceRequestKind.objects.filter(pk=row.existing.pk).update(**{name: becomes})
            written.append(Written(row.record.row, ServiceRequestKind, row.existing.pk, name, was, becomes))
    return written
