"""How the cell formats of a workbook show numbers: which as days or times, and which otherwise than by their digits."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from sheets.container import Package, damaged
from sheets.formats import LONGEST_CODE, shown_number
from sheets.values import FormattedNumber, Value, day_of
from sheets.xml import Attributes, elements

MOST_FORMATS = 65_535
BUILT_IN_DAYS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
BUILT_IN = {  # formats that a workbook need not spell out
    **dict(
        enumerate(("0", "0.00", "#,##0", "#,##0.00", "$#,##0", "$#,##0", "$#,##0.00", "$#,##0.00", "0%", "0.00%"), 1)
    ),
    **dict(enumerate(("0.00E+00", "# ?/?", "# ??/??"), 11)),
    **dict.fromkeys(range(37, 45), "#,##0.00"),
    48: "##0.0E+0",
}
PLAIN = ("", "general", "@")
NOT_LETTERS = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]?')  # quoted text, escapes, fillers, colours and locales
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)


def shows_days(code: str) -> bool:
    """Whether a number format such as "d.m.yyyy" shows a day or a time; "General" and '0 "dl"' do not."""
    code = code[:LONGEST_CODE]
    letters = NOT_LETTERS.sub("", code).lower().partition(";")[0]
    return bool(ELAPSED.search(code)) or ("general" not in letters and any(letter in letters for letter in "dmyhs"))


class Formats(NamedTuple):
    """Of the places in the list of cell formats (`s` of a cell), those that show days, and the formats of others."""

    days: frozenset[int] = frozenset()
    codes: Mapping[int, str] = {}

    def value(self, number: float, place: int, *, from_1904: bool) -> Value:
        """A number as it is shown: itself when it is so by its digits."""
        if place in self.days:
            return day_of(number, from_1904=from_1904)
        code = self.codes.get(place)
        if code is None:
            return number
        text = shown_number(number, code)
        return number if text == str(number) else FormattedNumber(number, code, text)


def number_formats(package: Package, name: str | None) -> Formats:
    """None of them when there is no list."""
    if name is None or name not in package:
        return Formats()
    days, codes = set(BUILT_IN_DAYS), dict(BUILT_IN)
    formats: list[int] = []

    def found(path: tuple[str, ...], attributes: Attributes) -> None:
        if path[1:] == ("numFmts", "numFmt"):
            number, code = _small(attributes.get("numFmtId", "0")), attributes.get("formatCode", "")[:LONGEST_CODE]
            (days.add if shows_days(code) else days.discard)(number)
            codes[number] = code
        elif path[1:] == ("cellXfs", "xf"):
            formats.append(_small(attributes.get("numFmtId", "0")))
        if max(len(formats), len(days), len(codes)) > MOST_FORMATS:
            raise damaged()

    elements(package, name, found)
    return Formats(
        frozenset(place for place, number in enumerate(formats) if number in days),
        {
            place: codes[number]
            for place, number in enumerate(formats)
            if number in codes and codes[number].lower() not in PLAIN
        },
    )


def _small(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise damaged()
    return int(digits)
