"""Spots as a sheet that can be changed and imported again: each row says which spot it is, and how it was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from folders.importing.judging import FIELDS, version
from folders.models import Spot
from folders.sheet import OWN, SPOT_COLUMNS, SPOTS_BY_KEY
from folders.tree import path_text, paths
from sheets.writing import Value, stream_xlsx
from spotilla.among import among

COLUMNS = (*SPOT_COLUMNS, *OWN)
TOGETHER = 1_000  # rows


def exported(spots: QuerySet[Spot]) -> Iterator[bytes]:
    """The workbook, piece by piece, in the language of now: the pieces may be asked for when that is another."""
    headings = [column.heading for column in COLUMNS]
    language = translation.get_language() or "fi"
    return stream_xlsx(_("Spots"), headings, _rows(spots.order_by("sort_key", "pk"), language))


def _rows(spots: QuerySet[Spot], language: str) -> Iterator[list[Value]]:
    """Their ids in order, then a thousand of them at a time: whoever takes the file slowly holds no cursor open."""
    for pks in batched(list(spots.values_list("pk", flat=True)), TOGETHER, strict=False):
        found = Spot.objects.filter(among("pk", pks)).in_bulk()
        above = paths({spot.folder_id for spot in found.values()})
        with translation.override(language):
            rows = [_row(found[pk], path_text(above[found[pk].folder_id])) for pk in pks if pk in found]
        yield from rows


def _row(spot: Spot, path: str) -> list[Value]:
    values = {key: getattr(spot, key) for key in FIELDS} | {"folder": path, "id": spot.pk, "version": version(spot)}
    return [SPOTS_BY_KEY[column.key].write(values[column.key]) if values[column.key] else None for column in COLUMNS]
