"""Spots as a sheet that can be changed and imported again: each row says which spot it is, and how it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from folders.importing.judging import FIELDS, version
from folders.models import Spot
from folders.sheet import OWN, SPOT_COLUMNS, SPOTS_BY_KEY
from folders.tree import path_text, paths
from sheets.importing.exporting import sheet_of
from sheets.writing import Value
from spotilla.among import among

COLUMNS = (*SPOT_COLUMNS, *OWN)


def exported(spots: QuerySet[Spot]) -> Iterator[bytes]:
    return sheet_of(_("Spots"), COLUMNS, spots.order_by("sort_key", "pk"), cells)


def cells(pks: Sequence[int]) -> dict[int, list[Value]]:
    found = Spot.objects.filter(among("pk", pks)).in_bulk()
    above = paths({spot.folder_id for spot in found.values()})
    return {pk: _row(spot, path_text(above[spot.folder_id])) for pk, spot in found.items()}


def _row(spot: Spot, path: str) -> list[Value]:
    values = {key: getattr(spot, key) for key in FIELDS} | {"folder": path, "id": spot.pk, "version": version(spot)}
    return [SPOTS_BY_KEY[column.key].write(values[column.key]) if values[column.key] else None for column in COLUMNS]
