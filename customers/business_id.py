"""The Finnish business ID (Y-tunnus): seven digits and a check digit, 1234567-8.

The sum of the first seven digits times 7, 9, 10, 5, 8, 4, 2 is divided by 11: remainder 0 gives the check digit 0,
remainder 1 is never given out, any other gives 11 minus it. Source: Verohallinto, "Yritys- ja yhteisötunnuksen ja
henkilötunnuksen tarkistusmerkin tarkistuslaskenta".
"""

import re
from functools import reduce
from operator import add

from django.db.models.functions import Ord, Substr
from django.db.models.lookups import Exact

WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
SPELLED = re.compile(r"[0-9]{7}-[0-9]")
# Also without the hyphen, without the leading zero, and as a VAT number, FI01120389.
SPELLINGS = re.compile(r"(?:FI)?\s*([0-9]{6,7})\s*[-\u2010-\u2015\u2212]?\s*([0-9])", re.IGNORECASE)


def check_digit(digits: str) -> int | None:
    """Of the seven digits; None for a number that is never given out: one without a check digit, and nothing."""
    if digits == "0000000":
        return None
    a, b, c, d, e, f, g = map(int, digits)
    remainder = (7 * a + 9 * b + 10 * c + 5 * d + 8 * e + 4 * f + 2 * g) % 11  # the weights
    return None if remainder == 1 else (11 - remainder) % 11


def spelled(text: str) -> str | None:
    """The ID as we keep it, 1234567-8, whatever its check digit; None for what has not the shape of one."""
    if SPELLED.fullmatch(text):
        return text
    found = SPELLINGS.fullmatch(text.strip())
    return f"{found[1].zfill(7)}-{found[2]}" if found else None


def is_valid(spelled_id: str) -> bool:
    """Whether an ID that is spelled 1234567-8 has the right check digit."""
    return check_digit(spelled_id[:7]) == int(spelled_id[8])


def has_its_check_digit(column: str) -> Exact:
    """`is_valid` in SQL: with the check digit itself the weighted sum is a multiple of 11."""
    places = zip((*range(1, 8), 9), (*WEIGHTS, 1), strict=True)
    return Exact(reduce(add, [(Ord(Substr(column, at, 1)) - ord("0")) * weight for at, weight in places]) % 11, 0)
