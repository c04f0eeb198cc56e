"""Folders into an Excel file by the server's console: the sheet that import_folders takes back with --update."""

from collections.abc import Iterator
from typing import Any

from folders.exporting import exported_folders
from folders.models import Folder
from sheets.importing.commands import ExportCommand


class Command(ExportCommand):
    help = "Exports folders into an Excel workbook (.xlsx) that can be changed and imported again."

    def pieces(self, by: Any, **_options: Any) -> Iterator[bytes]:
        return exported_folders(Folder.objects.visible_to(by))
