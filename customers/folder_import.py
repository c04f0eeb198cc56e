"""Folders as a thing that can be imported (sheets.importing.import_types); here, since new folders take coverage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.models import User
from customers.models import Coverage
from customers.sql.rebuild import delete_coverage_of_folders, rebuild
from folders.folder_sheet import FOLDER_COLUMNS, FOLDER_OWN, LEVELS
from folders.importing import folder_rows
from folders.importing.folder_rows import FolderPlan, fingerprint, judge
from folders.importing.pasted import workbook_of
from folders.importing.reimport import judged, state, write_changes
from folders.importing.undoing import Kept, Undo, do, undoing
from folders.models import Folder, Operation, Placement
from folders.tree import OperationDraft, insert_folders, tree_change
from sheets.importing.import_types import ImportType, Words
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
    with tree_change(Operation.Kind.IMPORT_FOLDERS, by) as change:
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


OWN_ROWS = frozenset([(Placement, "folder"), (Placement, "parent"), (Folder, "parent"), (Coverage, "folder")])
FOLDER = Kept(Folder, Placement, "folder", "parent", "folders:detail", OWN_ROWS)


def _take_back(change: OperationDraft, undo: Undo, kept: Kept) -> dict[str, Any]:
    delete_coverage_of_folders(undo.deleted)
    return do(change, undo, kept)


def _amount(folders: int) -> str:
    return ngettext("Import %(amount)s folder", "Import %(amount)s folders", folders)


FOLDERS = ImportType(
    key="folders",
    words=Words(
        title=_("Folders"),
        file_name=pgettext_lazy("file name", "folders"),
        heading=_("Import folders from Excel"),
        needed=_("Each row says a folder's path, or its levels in columns of their own: Level 1, Level 2 …"),
        update=_("Update folders that exist"),
        update_help=_(
            "A row of our own export changes the folder that it is: its name is the last of the path, an emptied "
            "description empties. Other rows change descriptions."
        ),
        updates=_("updates folders that exist"),
        amount=_amount,
        changed_since=_("Folders have changed since this was checked."),
        unnamed=_("No column is named “Folder” or “Level 1”. Say which one has the folders."),
        imported=_("The folders were imported"),
        to_list=_("To the folders"),
        new=_("New folders"),
        may_not=_("%(email)s may not import folders."),
        pasted=_("Or paste a list"),
        pasted_help=_(
            "A folder on each line; one inside another is indented, with blanks or tabs. Cells copied from Excel will "
            "do too."
        ),
        pasted_name=pgettext_lazy("file name", "list of folders"),
        results={"along": _("Folders above them that came too")},
    ),
    columns=FOLDER_COLUMNS,
    others=LEVELS,
    own=FOLDER_OWN,
    routes="folders:",
    listed="folders:list",
    page="folders:detail",
    may_add="folders.add_folder",
    may_change="folders.change_folder",
    may_delete="folders.delete_folder",
    judge=judge,
    save=save,
    state=state,
    visible=Folder.objects.visible_to,
    row=folder_rows.PlannedFolder,
    keys=folder_rows.keys,
    does=folder_rows.does,
    shown=folder_rows.cells,
    changes=folder_rows.changes,
    pasted=workbook_of,
    undoing=undoing(FOLDER, _take_back, what=_("Folder")),
)
