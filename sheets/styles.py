"""Which cell formats of a workbook show numbers as days or times."""

import re

from sheets.container import Package, damaged
from sheets.xml import Attributes, elements

MOST_FORMATS = 65_535
BUILT_IN_DAYS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
NOT_LETTERS = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]?')  # quoted text, escapes, fillers, colours and locales
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)


def shows_days(code: str) -> bool:
    """Whether a number format such as "d.m.yyyy" shows a day or a time; "General" and '0 "dl"' do not."""
    code = code[:255]
    letters = NOT_LETTERS.sub("", code).lower().partition(";")[0]
    return bool(ELAPSED.search(code)) or ("general" not in letters and any(letter in letters for letter in "dmyhs"))


def day_formats(package: Package, name: str | None) -> frozenset[int]:
    """Places in the list of cell formats (`s` of a cell) that show days; none when there is no list."""
    if name is None or name not in package:
        return frozenset()
    days = set(BUILT_IN_DAYS)
    formats: list[int] = []

    def found(path: tuple[str, ...], attributes: Attributes) -> None:
        if path[1:] == ("numFmts", "numFmt"):
            number = _small(attributes.get("numFmtId", "0"))
            (days.add if shows_days(attributes.get("formatCode", "")) else days.discard)(number)
        elif path[1:] == ("cellXfs", "xf"):
            formats.append(_small(attributes.get("numFmtId", "0")))
        if len(formats) > MOST_FORMATS or len(days) > MOST_FORMATS:
            raise damaged()

    elements(package, name, found)
    return frozenset(place for place, number in enumerate(formats) if number in days)


def _small(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise damaged()
    return int(digits)
