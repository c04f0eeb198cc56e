"""Passwords that are tried first: the e-mail or name, the product's or company's, and words that Finns use."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PRODUCT = ("spotilla", "asiakkaat", "asiakas")
_WRITTEN_SO = str.maketrans("@4301!$57", "aaeoiisst")  # s4las@na
_NO_LETTER = re.compile(r"[^a-zà-öø-ÿ]+")
_AT_THE_END = re.compile(r"[^a-zà-öø-ÿ]+$")
_SHORTEST = 3  # of a word that counts
_MOST_WORDS = 2  # more of them in a row are a sentence, which is a good password


class GuessableValidator:
    """Refuses what is nothing but one or two such words once digits and marks are taken away."""

    def validate(self, password: str, user: Any = None) -> None:
        known = {*common_words(), *PRODUCT, *_names_of_here(), *_names_of(user)}
        if any(_is_made_of(letters, known) for letters in _readings(password)):
            raise ValidationError(
                _("It is easy to guess: a common word, or the name of you, your company or the product."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("No common word, and no name of you, your company or the product; digits after it do not help.")


@cache
def common_words() -> frozenset[str]:
    """Of accounts/common_passwords.txt, with letters alone."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _names_of_here() -> set[str]:
    """Words of the names that the site is reached by: asiakkaat.huolto-firma.fi."""
    return {word for host in settings.ALLOWED_HOSTS for word in _words(host)}


def _names_of(user: Any) -> set[str]:
    """Words of the e-mail, its two halves as one word each, and the names."""
    texts = [str(getattr(user, name, "") or "") for name in ("email", "first_name", "last_name")]
    halves = [_NO_LETTER.sub("", half) for half in texts[0].casefold().split("@")]
    return {word for text in texts for word in _words(text)} | {half for half in halves if len(half) >= _SHORTEST}


def _words(text: str) -> set[str]:
    return {word for word in _NO_LETTER.split(text.casefold()) if len(word) >= _SHORTEST}


def _readings(password: str) -> set[str]:
    """The letters of it, as they stand and with marks that stand for letters. Of those at its end any may be a letter
    or not: $potill4-2026.
    """
    typed = password.casefold()
    end = len(_AT_THE_END.sub("", typed))
    written = (typed[:stop].translate(_WRITTEN_SO) for stop in range(end, len(typed) + 1))
    return {_NO_LETTER.sub("", each) for each in (typed, *written)}


def _is_made_of(letters: str, words: set[str], most: int = _MOST_WORDS) -> bool:
    """Whether `letters` is one of `words`, again and again or followed by one other."""
    if not letters:
        return False
    for end in range(_SHORTEST, len(letters) + 1):
        if letters[:end] not in words:
            continue
        rest = letters[end:]
        if letters[:end] * (len(letters) // end) == letters or (most > 1 and _is_made_of(rest, words, most - 1)):
            return True
    return False
