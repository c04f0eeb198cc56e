"""What a user has chosen in the preview of a file, beside what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Choices:
    """Rows are named by their numbers in the file, columns by their keys."""

    headings: Mapping[str, str] = field(default_factory=dict)  # folded heading → the column it is taken for
    cells: Mapping[int, Mapping[str, str]] = field(default_factory=dict)  # what was typed into cells; "" empties one
    left_out: frozenset[int] = frozenset()
    same: Mapping[int, int] = field(default_factory=dict)  # row → id of what it is about; 0: something new
    missing: str = "leave"  # what becomes of those that the file lacks
    sheet: str = ""  # its name; "": the first that has the required heading
    repeated: str = ""  # what rows of the same name are: "one", "several"; not said yet

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Choices:
        return cls(
            headings=kept.get("headings", {}),
            cells={int(row): cells for row, cells in kept.get("cells", {}).items()},
            left_out=frozenset(kept.get("left_out", ())),
            same={int(row): pk for row, pk in kept.get("same", {}).items()},
            missing=kept.get("missing", "leave"),
            sheet=kept.get("sheet", ""),
            repeated=kept.get("repeated", ""),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "headings": dict(self.headings),
            "cells": {str(row): dict(cells) for row, cells in self.cells.items()},
            "left_out": sorted(self.left_out),
            "same": {str(row): pk for row, pk in self.same.items()},
            "missing": self.missing,
            "sheet": self.sheet,
            "repeated": self.repeated,
        }


NO_CHOICES = Choices()
