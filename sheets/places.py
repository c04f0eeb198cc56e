"""Where cells stand: rows as Excel numbers them, columns by letters or numbers."""

from __future__ import annotations

from typing import NamedTuple

from sheets.values import Value


class Row(NamedTuple):
    """A row of a sheet: its cells as (column from 1, value), empty ones left out."""

    number: int  # as Excel numbers it, from 1
    hidden: bool
    cells: list[tuple[int, Value]]  # column from 1, rising; only cells with a value


def column_number(letters: str) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 = A, 27 = AA."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(65 + place) + letters
    return letters
