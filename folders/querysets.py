"""Folders and spots as the office speaks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from accounts.querysets import VisibleQuerySet
from folders.names import begins, holds

if TYPE_CHECKING:
    from folders.models import Folder, Operation, Placement, Spot, SpotPlacement


class FolderQuerySet(VisibleQuerySet["Folder"]):
    """Folders, as of today."""

    def matching(self, text: str) -> Self:
        """Folders whose name holds `text` (folders.names.holds), whatever its case and accents."""
        return self.filter(holds(text))

    def beginning(self, text: str) -> Self:
        return self.filter(begins(text))

    def in_order(self) -> Self:
        return self.order_by("sort_key", "pk")

    def top_level(self) -> Self:
        return self.filter(parent=None)


class SpotQuerySet(VisibleQuerySet["Spot"]):
    """Spots, removed ones too."""

    def matching(self, text: str) -> Self:
        """Spots whose name holds `text` (folders.names.holds), whatever its case and accents."""
        return self.filter(holds(text))

    def beginning(self, text: str) -> Self:
        return self.filter(begins(text))

    def in_order(self) -> Self:
        return self.order_by("sort_key", "pk")


class PlacementQuerySet(VisibleQuerySet["Placement"]):
    """Where folders have been."""


class SpotPlacementQuerySet(VisibleQuerySet["SpotPlacement"]):
    """Where spots have been."""


class OperationQuerySet(VisibleQuerySet["Operation"]):
    """The log of operations."""
