"""Countries as people write them: ISO codes, and names in Finnish, Swedish and English."""

from functools import cache

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language

from sheets.columns import folded

# CLDR's territories that are no countries.
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
# What people write and CLDR does not.
ALSO = {"usa": "US", "uk": "GB", "great britain": "GB", "england": "GB", "englanti": "GB", "holland": "NL"}

# Digits of a postcode, of the countries whose postcodes are digits alone and may begin with a zero.
_DIGITS = {
    4: "AM AU DK GE NO NZ PH ZA",
    5: "DE DZ ES FI FR IT KR LT MX MY PE PR SK TR UA US VA",
    6: "CN CO EC KZ RO SG",
    7: "JP",
}
_POSTCODE_DIGITS = {country: digits for digits, countries in _DIGITS.items() for country in countries.split()}


@cache
def names(language: str) -> dict[str, str]:
    """ISO code → name."""
    territories = Locale(language).territories
    return {code: name for code, name in territories.items() if len(code) == 2 and code not in NOT_COUNTRIES}


@cache
def known() -> dict[str, str]:
    """Whatever people write, folded → ISO code of two letters."""
    words = dict(ALSO)
    for language in ("en", "sv", "fi"):
        words |= {folded(name): code for code, name in names(language).items() if not code.isdigit()}
    codes = names("en")
    for alias, targets in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(targets) == 1 and targets[0] in codes:
            words[alias.lower()] = targets[0]
    return words | {code.lower(): code for code in codes}


def choices() -> list[str]:
    """Names in the user's language, Finland first."""
    of_language = names((get_language() or "fi")[:2])
    return [of_language["FI"], *sorted(name for code, name in of_language.items() if code != "FI")]


def postcode(number: int, country: str) -> str:
    """A postcode that a cell holds as a number, with the zeros at its beginning as far as they are known."""
    return str(number).zfill(_POSTCODE_DIGITS.get(country, 0))


def name(code: str) -> str:
    return names((get_language() or "fi")[:2]).get(code, code)
