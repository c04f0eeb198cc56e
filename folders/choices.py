"""How folders and spots are told apart where one of many is chosen (spotilla.record_picker): by today's path."""

from collections.abc import Sequence

from folders.models import Folder, Spot
from folders.sql.paths import path_text, paths
from spotilla.record_picker import Choice


def describe_folders(folders: Sequence[Folder]) -> list[Choice]:
    """Name, and the path above it. One query."""
    found = paths([folder.pk for folder in folders])
    return [Choice(folder.pk, folder.name, path_text(found[folder.pk][:-1])) for folder in folders]


def describe_spots(spots: Sequence[Spot]) -> list[Choice]:
    """Name, and the path of its folder. One query."""
    found = paths({spot.folder_id for spot in spots})
    return [Choice(spot.pk, spot.name, path_text(found[spot.folder_id])) for spot in spots]
