"""Which parameters of a test the long run alone takes, and which one engine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

HEAVIEST = {"billion_laughs.xlsx", "bomb_cells.xlsx", "bomb_whitespace.xlsx", "sst_bomb.xlsx", "deep_xml.xlsx"}


def long(values: Iterable[Any]) -> list[Any]:
    """Each value, or tuple of values, as a parameter marked so."""
    each = (value if isinstance(value, tuple) else (value,) for value in values)
    return [pytest.param(*value, marks=pytest.mark.long) for value in each]


def marks_of(workbook: Path) -> list[pytest.MarkDecorator]:
    """A hostile one never reaches the database, and the heaviest are measured by the command in any case."""
    if workbook.parent.name == "hostile":
        return [pytest.mark.sqlite, pytest.mark.long] if workbook.name in HEAVIEST else [pytest.mark.sqlite]
    return [] if workbook.parent.name == "own" else [pytest.mark.once]
