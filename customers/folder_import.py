"""Folders as a thing that can be imported (sheets.importing.import_types); here, since new folders take coverage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from accounts.models import User
from customers import kinds
from customers.models import Coverage
from customers.sql.rebuild import delete_coverage_of_folders, rebuild
from folders.folder_sheet import FOLDER_COLUMNS, FOLDER_OWN, LEVELS
from folders.importing import folder_rows
from folders.importing.folder_rows import FolderPlan, PlannedFolder, fingerprint, judge
from folders.importing.pasted import workbook_of
from folders.importing.reimport import judged, state, write_changes
from folders.importing.undoing import Kept, RowsUndoing, Undo, do
from folders.models import Folder, Placement
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


OWN_ROWS = frozenset([(Placement, "folder"), (Placement, "parent"), (Folder, "parent"), (Coverage, "folder")])
FOLDER = Kept(Folder, "folders:detail", OWN_ROWS, Placement, "folder", "parent")


def _take_back(change: OperationDraft, undo: Undo, kept: Kept) -> dict[str, Any]:
    delete_coverage_of_folders(undo.deleted)
    return do(change, undo, kept)


class FolderImport(ImportType[PlannedFolder, FolderPlan]):
    key = "folders"
    model = Folder
    planned = PlannedFolder
    words = Words(
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
        amount=ngettext_lazy("Import %(amount)s folder", "Import %(amount)s folders", "rows"),
        changed_since=_("Folders have changed since this was checked."),
        unnamed=_("No column is named “Folder” or “Level 1”. Choose the one with the folders."),
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
    )
    columns = FOLDER_COLUMNS
    others = LEVELS
    own = FOLDER_OWN
    routes = "folders:"
    listed = "folders:list"
    page = "folders:detail"
    takes_lists = True
    undoing = RowsUndoing(FOLDER, _("Folder"), _take_back)

    def judge(self, table: Table, *, update: bool, by: User | None) -> FolderPlan:
        return judge(table, update=update, by=by)

    def save(
        self,
        table: Table,
        *,
        update: bool,
        by: User | None,
        upload: Upload | None = None,
        seen: str = "",
        tell: Callable[[int], None] = lambda rows: None,
    ) -> FolderPlan:
        return save(table, update=update, by=by, upload=upload, seen=seen, tell=tell)

    def state(self) -> list[int | None]:
        return state()

    def keys(self, row: PlannedFolder) -> Iterator[str]:
        return folder_rows.keys(row)

    def does(self, row: PlannedFolder) -> int:
        return folder_rows.does(row)

    def shown(self, row: PlannedFolder) -> Callable[[str], str]:
        return folder_rows.cells(row)

    def changes(self, row: PlannedFolder) -> dict[str, tuple[str, str]]:
        return folder_rows.changes(row)

    def read_list(self, text: str) -> bytes:
        return workbook_of(text)


FOLDERS = FolderImport()
