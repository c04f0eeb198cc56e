"""What nobody sees is dropped from texts, blanks are plain and letters composed; what carries meaning stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folders.names import search_key
from sheets.columns import folded
from spotilla.text import EDGES, many_lines, one_line

FAMILY = "👨\u200d👩\u200d👧"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
# Signs that change how others look, and letters of scripts that are read and written with them.
MEANT = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u202d040 1234567\u202c", "040 1234567"),
        ("\ufeffKah\u00advila\u200b", "Kahvila"),
        ("As\u00a0Oy\u2003\u3000Puu  Talo\u2028B", "As Oy Puu Talo B"),
        ("a\u0308iti", "äiti"),
        ("a\u200b\u0308iti", "äiti"),
        ("Vir\u200dta\u200cnen\u200d", "Virtanen"),
        (f"Perhe {FAMILY}", f"Perhe {FAMILY}"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("👩\u200d", "👩"),
        (ENGLAND, ENGLAND),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian: without it another word
        ("ക്\u200d", "ക്\u200d"),  # Malayalam: a letter of its own
        ("\u3164\u2800\u200d\ufe0f\u202e\U000e0041", ""),
    ],
)
def test_a_text_is_kept_as_people_see_it(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


def test_a_text_of_many_lines_keeps_them_and_its_blanks() -> None:
    typed = "\ufeffEnsin\u00a0  näin:\r\n\r\n  \u200bsitten\u2028näin\u0085lopuksi\rnäin \n"
    assert many_lines(typed) == "Ensin   näin:\n\n  sitten\nnäin\nlopuksi\nnäin"


def test_no_sign_without_a_form_is_left_alone_in_a_text() -> None:
    odd = [
        letter
        for letter in map(chr, range(0x80, 0xE0080))
        if unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"} and one_line(letter)
    ]
    rare = (*range(0x13430, 0x13440), *range(0x1BCA0, 0x1BCA4))  # of hieroglyphs and shorthand
    assert "".join(letter for letter in odd if ord(letter) not in rare) == MEANT
    assert {letter for letter in map(chr, range(0xFFFF)) if not one_line(letter)} >= set(EDGES)


ODD = (
    "a e\u0308\u0301\u200b\u200c\u200d\ufe0f\u200e\u00ad👩❤क्म ی"
    "\U0001f3f4\U000e0067\U000e007f\u2028\n\u3164\u115f\ufb01\u00a0"
)


@settings(max_examples=400)
@given(st.text(st.sampled_from(ODD) | st.characters(exclude_categories=["Cs"]), max_size=12))
def test_what_has_been_brought_into_form_stays_as_it_is(typed: str) -> None:
    assert one_line(one_line(typed)) == one_line(typed)
    assert many_lines(many_lines(typed)) == many_lines(typed)
    assert unicodedata.is_normalized("NFC", one_line(typed))


@pytest.mark.parametrize("typed", ["Kah\u00advila", "\u200bKAHVILA\u2060", "kahvi\u200dla", "Kahvila\ufe0f"])
def test_a_search_and_a_comparison_see_no_difference(typed: str) -> None:
    assert search_key(typed) == "kahvila"
    assert search_key(f"{typed}\u00a0\u00a0Ilo") == search_key("Kahvila Ilo")
    assert folded(f" {typed}\u2003 Ilo".replace("\ufe0f", "")) == "kahvila ilo"
