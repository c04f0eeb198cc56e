"""Folders into an Excel file by the server's console: the sheet that import_folders takes back with --update."""

from collections.abc import Iterator
from typing import Any

from folders.exporting import exported_folders
from folders.models import Folder
from folders.querysets import FolderQuerySet
from sheets.importing.commands import ExportCommand


class Command(ExportCommand):
    help = "Exports folders into an Excel workbook (.xlsx) that can be changed and imported again."

    rights = ("folders.view_folder",)

    def rows(self, by: Any, **_options: Any) -> FolderQuerySet:
        return Folder.objects.visible_to(by)

    def workbook(self, rows: FolderQuerySet, by: Any) -> Iterator[bytes]:
        return exported_folders(rows)
