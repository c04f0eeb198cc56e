"""A number as Excel shows it, as far as that is the same in every language: zeros, other signs, and words around it.

Formats are written as in ECMA-376, 18.8.31: up to three sections for positive, negative and zero, parted by ";". What
shows separators of thousands, decimals, powers, per cents or fractions is not told here: it hangs on the language, or
shows another number than the one that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

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
    whole = int(Decimal(repr(number)).quantize(Decimal(1), ROUND_HALF_UP)) if abs(number) < 10**15 else None
    if whole is None or len(sections) > 4:
        return None
    place = 0
    if len(sections) > 1 and number < 0:
        place = 1
    elif len(sections) > 2 and number == 0:
        place = 2
    section = sections[place]
    if section is None:
        return None
    sign = "-" if whole < 0 and place == 0 else ""
    return (_written(section, abs(whole), sign, is_whole=whole == number) or "").strip() or None


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
                currency = CURRENCY.fullmatch(text)
                if currency:
                    yield "text", currency[1]
                elif not COLOUR.fullmatch(text):
                    yield "unknown", text
            case "sign":
                yield ("unknown" if text.isalnum() or text in OTHERWISE else "text"), text
            case _:
                yield kind, text


def _written(section: list[Token], number: int, sign: str, *, is_whole: bool) -> str | None:
    """The section with the number in it; the digits that have no place of their own stand in the first one."""
    if any(kind == "general" for kind, _text in section):
        if not is_whole or any(kind == "digits" for kind, _text in section):
            return None
        return sign + "".join(str(number) if kind == "general" else text for kind, text in section)
    places = sum(len(text) for kind, text in section if kind == "digits")
    if not places:
        return None
    digits = (str(number) if number else "").rjust(places)
    left = len(digits) - places
    written, at = [], 0
    for kind, text in section:
        if kind != "digits":
            written.append(text)
            continue
        if at == 0:
            written.append(digits[:left])
        for place in text:
            digit = digits[left + at]
            written.append(digit if digit != " " else {"0": "0", "?": " "}.get(place, ""))
            at += 1
    return sign + "".join(written)
