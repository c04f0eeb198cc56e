"""Headings of a sheet: which column of its description each of them names."""

from __future__ import annotations

from collections.abc import Sequence

from sheets.choices import Choices
from sheets.columns import Column, folded, headings_of
from sheets.places import Row
from sheets.values import Value

LONGEST_HEADING = 200
MARKS = "*:＊†‡ "  # of duty and the like, around a heading


class Headings:
    """What headings mean: those that are known in every language, and those that the user has matched by hand."""

    def __init__(self, columns: Sequence[Column], choices: Choices) -> None:
        by_key = {column.key: column for column in columns}
        self.known = headings_of(columns)
        self.by_hand = {heading: by_key[key] for heading, key in choices.headings.items() if key in by_key}

    def column(self, value: Value) -> Column | None:
        """The column that a heading names; a long text is none, and is not looked at closely."""
        if not isinstance(value, str) or len(value) > LONGEST_HEADING:
            return None
        return self.known_column(value) or self.by_hand.get(folded(value))

    def known_column(self, heading: str) -> Column | None:
        """The column that the heading names by itself, whatever marks stand around it."""
        found = folded(heading)
        return self.known.get(found) or self.known.get(found.strip(MARKS))

    def columns(self, row: Row) -> list[Column]:
        return [column for _place, value in row.cells if (column := self.column(value)) is not None]

    def required(self, row: Row) -> bool:
        return any(column.required for column in self.columns(row))

    def two(self, row: Row) -> bool:
        return len({column.key for column in self.columns(row)}) > 1
