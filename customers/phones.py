"""Phone numbers as people write them, kept as E.164; a number without a country code is Finnish."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata

HOME, FINLAND = "FI", "+358"
TELLING = 8  # characters of a Finnish number by which its area is known
GROUPS = {6: (3, 3), 7: (3, 4), 8: (4, 4), 9: (3, 3, 3), 10: (3, 3, 4)}  # of so many digits behind the area
PHONE = re.compile(r"(?:puh|p|tel|gsm)?\.?:?\s*([+(0-9][0-9 ()./\u2010-\u2015\u2212-]{2,30})", re.IGNORECASE)

# What most cells of a sheet hold: 040 123 4567, (09) 310 1691, +358 40 1234567, 00358401234567.
_PLAIN = re.compile(r"(?:\+358|00358|0|\(0(?=[1-9][0-9]{0,2}\)))[ -]?([1-9][0-9)][0-9 )-]{2,20})")
_MARKS = str.maketrans("", "", " )-")


def e164(text: str) -> str | None:
    """The number that `text` holds, when it is one that can be called; else None.

    1 µs for a Finnish number written plainly, 50 µs for any other: phonenumbers itself has the last word on those.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        national = plain[1].translate(_MARKS)
        if _FINNISH.fullmatch(national):
            return f"+358{national}"
    found = PHONE.fullmatch(text)
    try:
        number = phonenumbers.parse(found[1], HOME) if found else None
    except phonenumbers.NumberParseException:
        return None
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def written(number: str) -> str:
    """+358405550117 → 040 555 0117, of every page and sheet alike; a foreign one keeps its country code.

    1 µs for a Finnish number, 50 µs for any other.
    """
    if number.startswith(FINLAND):
        zeros, cuts = _cuts(number[:TELLING], len(number))
        digits = "0" * zeros + number.removeprefix(FINLAND)
        return " ".join(digits[first:last] for first, last in pairwise((0, *cuts, len(digits))))
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number


@lru_cache(maxsize=2_000)
def _cuts(start: str, length: int) -> tuple[int, tuple[int, ...]]:
    """How many zeros come before a Finnish number's own digits, and where blanks stand in it: behind the area, as
    phonenumbers has it, and in the rest by three or four digits.
    """
    sample = phonenumbers.parse(start.ljust(length, "0"))
    area, _space, rest = phonenumbers.format_number(sample, phonenumbers.PhoneNumberFormat.NATIONAL).partition(" ")
    zeros = len(area + rest) - (length - len(FINLAND))
    groups = GROUPS.get(len(rest), (len(rest),))
    return zeros, tuple(accumulate((len(area), *groups[:-1]))) if rest else ()


def _finnish() -> re.Pattern[str]:
    """National numbers, without their 0, that phonenumbers holds valid; from its own metadata, so that both agree."""
    metadata: Any = PhoneMetadata.metadata_for_region(HOME)
    kinds = ("mobile", "fixed_line", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager")
    described = [getattr(metadata, kind) for kind in (*kinds, "uan", "voicemail")]
    any_kind = "|".join(_pattern(each) for each in described if each is not None and each.national_number_pattern)
    leading = metadata.leading_digits or ""
    return re.compile(rf"(?={leading})(?={_pattern(metadata.general_desc)}\Z)(?:{any_kind})", re.ASCII)


def _pattern(described: Any) -> str:
    shortest, longest = described.possible_length[0], described.possible_length[-1]
    lengths = "|".join(f".{{{length}}}" for length in described.possible_length)
    if len(described.possible_length) == longest - shortest + 1:
        lengths = f".{{{shortest},{longest}}}"
    return f"(?=(?:{lengths})\\Z)(?:{described.national_number_pattern})"


_FINNISH = _finnish()
