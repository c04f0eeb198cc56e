"""Folders and spots as sheets that can be changed and imported again: each row says which it is, and how it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from folders.importing_folders.columns import FOLDER_COLUMNS, FOLDER_OWN
from folders.importing_spots.columns import OWN, SPOT_COLUMNS, SPOTS_BY_KEY
from folders.importing_spots.plan import FIELDS
from folders.models import Folder, Spot
from folders.sql.paths import path_text, paths
from sheets.importing.exporting import sheet_of
from sheets.writing import Value
from spotilla.in_values import among

COLUMNS = (*SPOT_COLUMNS, *OWN)


def exported_folders(folders: QuerySet[Folder]) -> Iterator[bytes]:
    """A workbook of the folders in the order of the tree, piece by piece."""
    return sheet_of(_("Folders"), (*FOLDER_COLUMNS, *FOLDER_OWN), _in_tree_order(folders), folder_cells)


def _in_tree_order(folders: QuerySet[Folder]) -> list[int]:
    """Ids of the folders, each followed by those inside it. One query."""
    found = list(folders.order_by("sort_key", "pk").values_list("pk", "parent_id"))
    there = {pk for pk, _parent in found}
    below: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in reversed(found):
        below[parent if parent in there else None].append(pk)
    waiting, ordered = below[None], list[int]()
    while waiting:
        ordered.append(waiting.pop())
        waiting += below[ordered[-1]]
    return ordered


def folder_cells(pks: Sequence[int]) -> dict[int, list[Value]]:
    found, above = Folder.objects.filter(among("pk", pks)).in_bulk(), paths(pks)
    return {pk: [path_text(above[pk]), folder.description or None, pk, folder.version] for pk, folder in found.items()}


def exported_spots(spots: QuerySet[Spot]) -> Iterator[bytes]:
    """A workbook of the spots by name, piece by piece."""
    pks = list(spots.order_by("sort_key", "pk").values_list("pk", flat=True))
    return sheet_of(_("Spots"), COLUMNS, pks, spot_cells)


def spot_cells(pks: Sequence[int]) -> dict[int, list[Value]]:
    found = Spot.objects.filter(among("pk", pks)).in_bulk()
    above = paths({spot.folder_id for spot in found.values()})
    return {pk: _row(spot, path_text(above[spot.folder_id])) for pk, spot in found.items()}


def _row(spot: Spot, path: str) -> list[Value]:
    values = {key: getattr(spot, key) for key in FIELDS} | {"folder": path, "id": spot.pk, "version": spot.version}
    return [SPOTS_BY_KEY[column.key].write(values[column.key]) if values[column.key] else None for column in COLUMNS]
