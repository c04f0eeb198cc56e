"""Writes a plan of folders in one transaction, with one row of the log, and works coverage out anew."""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User
from customers import kinds
from customers.sql.rebuild import rebuild
from folders.importing.reimport import judged, write_changes
from folders.importing_folders.plan import FolderPlan, fingerprint, judge
from folders.models import Folder
from folders.tree import insert_folders, tree_change
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
) -> FolderPlan:
    """Does what the table says, all or nothing, judging it again inside; see `keeping` for upload and seen. New folders
    have been in their place since always. Raises NotImported and Taken.
    """
    with tree_change(kinds.IMPORT_FOLDERS, by) as change:
        if upload is not None:
            claim_upload(upload, change.number)
        plan = judged(lambda: judge(table, update=update, by=by), Folder)
        ensure_importable(plan, seen, fingerprint(plan) if seen else "")
        change.idle = plan.idle
        new = plan.new_folders()
        pks = insert_folders([each[1:] for each in new])
        changed = write_changes(plan, Folder, ["name", "description"])
        change.arguments |= {"created": pks, "changed": rows_of(changed)}
        if pks:
            rebuild(pks)
        tell(len(plan.rows))
        if upload is not None:
            numbers = {pk: each.row for each, pk in zip(new, pks, strict=True)}
            finish_upload(upload, plan, [*new_rows(Folder, numbers), *changed])
    return plan
