"""A number as Excel shows it, as far as that is the same in every language: zeros, other signs, and words around it.

Formats are written as in ECMA-376, 18.8.31: up to three sections for positive, negative and zero, parted by ";". What
shows separators of thousands, decimals, powers, per cents or fractions is not told here: it hangs on the language, or
shows another number than the one that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

LONGEST_CODE = 255  # characters, Excel's own limit
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<filler>.)|\[(?P<bracket>[^\]]*)\]?'
    r"|(?P<general>general)|(?P<digits>[0#?]+)|(?P<end>;)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
COLOUR = re.compile(r"(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)", re.IGNORECASE)
CURRENCY = re.compile(r"\$([^-\]]*)(?:-[0-9a-f]*)?", re.IGNORECASE)
OTHERWISE = frozenset(".,%/@\\_*\"'")  # signs that do not stand for themselves, or not in every place

type Token = tuple[str, str]  # what it is ("digits", "general" or "text"), and the text
type Section = list[Token] | None  # None: shows what cannot be told


def shown_number(number: float, code: str) -> str | None:
    """As Excel shows the number in this format; None where that cannot be told."""
    sections = _sections(code[:LONGEST_CODE])
    is_exact = abs(number) < 10**15  # and no NaN
    if not is_exact or len(sections) > 4:
        return None
    whole = int(Decimal(repr(number)).quantize(Decimal(1), ROUND_HALF_UP))
    place = _section_of(number, len(sections))
    section = sections[place]
    if section is None:
        return None
    sign = "-" if whole < 0 and place == 0 else ""
    text = _write_general(section, whole, number, sign) if _is_general(section) else _fill_digits(section, whole, sign)
    return text.strip() or None


def _section_of(number: float, sections: int) -> int:
    """The second is for numbers below zero, the third for 0, the first for all others."""
    if sections > 1 and number < 0:
        return 1
    return 2 if sections > 2 and number == 0 else 0


@lru_cache(maxsize=1_000)
def _sections(code: str) -> list[Section]:
    sections: list[Section] = [[]]
    for kind, text in _tokens(code):
        if kind == "end":
            sections.append([])
        elif kind == "unknown":
            sections[-1] = None
        elif sections[-1] is not None:
            sections[-1].append((kind, text))
    return sections


def _tokens(code: str) -> Iterator[Token]:
    for found in TOKEN.finditer(code):
        kind, text = str(found.lastgroup), found[str(found.lastgroup)] or ""
        match kind:
            case "quoted" | "escaped":
                yield "text", text
            case "space":
                yield "text", " "
            case "filler":
                yield "text", ""
            case "bracket":
                yield from _bracket(text)
            case "sign":
                yield _sign(text)
            case _:
                yield kind, text


def _bracket(text: str) -> Iterator[Token]:
    """A currency is text, a colour nothing, and all else (a condition, a duration) changes what is shown."""
    currency = CURRENCY.fullmatch(text)
    if currency:
        yield "text", currency[1]
    elif not COLOUR.fullmatch(text):
        yield "unknown", text


def _sign(text: str) -> Token:
    is_known = not text.isalnum() and text not in OTHERWISE
    return ("text" if is_known else "unknown"), text


def _is_general(section: list[Token]) -> bool:
    return any(kind == "general" for kind, _text in section)


def _write_general(section: list[Token], whole: int, number: float, sign: str) -> str:
    """The number as it is, in the place of “General”; "" where that cannot be told."""
    if whole != number or any(kind == "digits" for kind, _text in section):
        return ""
    return sign + "".join(str(abs(whole)) if kind == "general" else text for kind, text in section)


def _fill_digits(section: list[Token], whole: int, sign: str) -> str:
    """The digits in their places; those that have no place of their own stand before the first one. "" without any."""
    places = sum(len(text) for kind, text in section if kind == "digits")
    if not places:
        return ""
    digits = (str(abs(whole)) if whole else "").rjust(places)
    left = len(digits) - places
    written, at = [], 0
    for kind, text in section:
        if kind != "digits":
            written.append(text)
            continue
        if at == 0:
            written.append(digits[:left])
        for place in text:
            written.append(_fill_place(place, digits[left + at]))
            at += 1
    return sign + "".join(written)


def _fill_place(place: str, digit: str) -> str:
    """Where no digit is left, 0 shows a zero, ? a blank and # nothing."""
    return digit if digit != " " else {"0": "0", "?": " "}.get(place, "")
