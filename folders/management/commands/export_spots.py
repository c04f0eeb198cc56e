"""Spots into an Excel file by the server's console: the sheet that import_spots takes back with --update."""

from collections.abc import Iterator
from typing import Any

from folders.exporting import exported_spots
from folders.models import Folder, Spot
from folders.querysets import SpotQuerySet
from sheets.importing.commands import ExportCommand


class Command(ExportCommand):
    help = "Exports spots into an Excel workbook (.xlsx) that can be changed and imported again."

    rights = ("folders.view_spot", "folders.view_folder")  # it names folders

    def rows(self, by: Any, **_options: Any) -> SpotQuerySet:
        return Spot.objects.visible_to(by).filter(folder__in=Folder.objects.visible_to(by))

    def workbook(self, rows: SpotQuerySet, by: Any) -> Iterator[bytes]:
        return exported_spots(rows)
