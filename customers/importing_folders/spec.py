"""Folders as a thing that can be imported (sheets.importing.import_types)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from accounts.models import User
from customers.importing_folders.save import save
from customers.models import Coverage
from customers.sql.rebuild import delete_coverage_of_folders
from folders.importing.reimport import state
from folders.importing.undoing import Kept, RowsUndoing, Undo, do
from folders.importing_folders import plan
from folders.importing_folders.columns import FOLDER_COLUMNS, FOLDER_OWN, LEVELS
from folders.importing_folders.pasted import workbook_of
from folders.importing_folders.plan import FolderPlan, PlannedFolder, judge
from folders.models import Folder, Placement
from folders.tree import OperationDraft
from sheets.importing.import_types import ImportType, Words
from sheets.models import Upload
from sheets.tables import Table

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
        return plan.keys(row)

    def does(self, row: PlannedFolder) -> int:
        return plan.does(row)

    def shown(self, row: PlannedFolder) -> Callable[[str], str]:
        return plan.cells(row)

    def changes(self, row: PlannedFolder) -> dict[str, tuple[str, str]]:
        return plan.changes(row)

    def read_list(self, text: str) -> bytes:
        return workbook_of(text)


FOLDERS = FolderImport()
