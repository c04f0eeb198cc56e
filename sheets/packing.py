"""A row's cells as one text for the database, and back: every kind of value comes back as itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from sheets.values import CellError, FormattedNumber, LongText, OddCell, Value


def packed(cells: Iterable[tuple[int, Value]]) -> str:
    """ASCII alone, so that a database takes every character that a cell may hold, NUL too."""
    return json.dumps(list(cells), default=_named, separators=(",", ":"))


def unpacked(text: str) -> list[tuple[int, Value]]:
    """Cells of a row, (column, value), as they were packed."""
    return [(place, value) for place, value in json.loads(text, object_hook=_value)]


def _named(value: Any) -> dict[str, Any]:
    """What JSON has no word for. A moment is a date too, so it is asked about first."""
    match value:
        case OddCell(text):
            return {"odd": text}
        case CellError(text):
            return {"error": text}
        case FormattedNumber(number, code, text):
            return {"number": [number, code, text]}
        case LongText(begins, length):
            return {"long": [begins, length]}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
    raise TypeError(value)


def _value(named: dict[str, Any]) -> Value:
    ((kind, text),) = named.items()
    match kind:
        case "number":
            return FormattedNumber(*text)
        case "long":
            return LongText(*text)
        case "odd":
            return OddCell(text)
        case "error":
            return CellError(text)
        case "moment":
            return datetime.fromisoformat(text)
        case "day":
            return date.fromisoformat(text)
    return time.fromisoformat(text)
