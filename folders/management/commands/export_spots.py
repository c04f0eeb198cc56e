"""Spots into an Excel file by the server's console: the sheet that import_spots takes back with --update."""

from collections.abc import Iterator
from typing import Any

from folders.exporting import exported_spots
from folders.models import Folder, Spot
from sheets.importing.commands import ExportCommand


class Command(ExportCommand):
    help = "Exports spots into an Excel workbook (.xlsx) that can be changed and imported again."

    def pieces(self, by: Any, **_options: Any) -> Iterator[bytes]:
        return exported_spots(Spot.objects.visible_to(by).filter(folder__in=Folder.objects.visible_to(by)))
