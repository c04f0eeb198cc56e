"""What most cells hold is read without the libraries, and never otherwise than they would read it."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from customers import business_id, phones
from customers.cells import read_email
from customers.importing.judging import judge
from sheets.columns import text
from sheets.problems import Wrong
from spotilla.text import many_lines, one_line
from tests.customers.importing import table

FINNISH_STARTS = ["40", "50", "9", "18", "19", "20", "600", "70", "75", "44", "8", "800", "10", "29", "30", "39", "2"]


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Digits as people write phone numbers, about half of them such as are given out in Finland."""
    digits = draw(st.sampled_from([*FINNISH_STARTS, "", ""])) + draw(st.from_regex(r"[0-9]{3,11}", fullmatch=True))
    for _mark in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(digits)))
        digits = digits[:at] + draw(st.sampled_from(" -)(/.+")) + digits[at:]
    return draw(st.sampled_from(["0", "+358", "00358", "(0", "+358 (0)", "+46", "", "puh. 0"])) + digits


def by_the_library(written: str) -> str | None:
    found = phones.PHONE.fullmatch(written)
    try:
        number = phonenumbers.parse(found[1], "FI") if found else None
    except phonenumbers.NumberParseException:
        return None
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@settings(max_examples=200, deadline=None)
@given(numbers())
def test_a_phone_is_what_phonenumbers_says_it_is(written: str) -> None:
    assert phones.e164(written) == by_the_library(written)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(numbers())
def test_a_phone_is_what_phonenumbers_says_it_is_however_long_one_tries(written: str) -> None:
    assert phones.e164(written) == by_the_library(written)


@pytest.mark.parametrize(
    "written", ["040 123 4567", "(09) 310 1691", "+358 40 1234567", "00358401234567", "050-1234567", "0931016911"]
)
def test_a_plain_finnish_number_does_not_wait_for_the_library(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = by_the_library(written)
    monkeypatch.delattr(phonenumbers, "parse")
    assert phones.e164(written) == expected is not None


@settings(max_examples=200, deadline=None)
@given(st.emails() | st.from_regex(r"[A-Za-z0-9_+.-]{1,8}@?[A-Za-z0-9.-]{0,70}(\.[a-z-]{1,70})?", fullmatch=True))
def test_an_email_is_taken_when_django_takes_it(address: str) -> None:
    try:
        validate_email(address)
        taken = len(address) <= 254
    except ValidationError:
        taken = False
    if taken:
        assert read_email(address) == address
    else:
        with pytest.raises(Wrong):
            read_email(address)


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"[0-9]{7}-[0-9]", fullmatch=True))
def test_a_business_id_is_valid_when_its_weighted_sum_is_a_multiple_of_eleven(spelled: str) -> None:
    digits = spelled.replace("-", "")
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2, 1), strict=True))
    given_out = digits[:7] != "0000000"
    assert business_id.is_valid(spelled) == (weighted % 11 == 0 and given_out)


NOT_KEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
ODD = st.sampled_from("a\u0308\u00a0\u2028\u200b\u00ad\u0301\u00e4\ufeff\t\n\r\x0b\x85 Aé\u1e9b\u0323😀\x00")


@settings(max_examples=200)
@given(st.text(ODD | st.characters(exclude_categories=["Cs"]), max_size=12), st.booleans())
def test_a_text_is_mended_and_refused_alike_whether_it_looks_plain_or_not(written: str, lines: bool) -> None:
    if NOT_KEPT.search(written):
        with pytest.raises(Wrong):
            text(lines=lines)(written)
    else:
        assert text(lines=lines)(written) == (many_lines if lines else one_line)(written)


# ---- values that repeat ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("values", [[1, True, 1.5], [True, 1, "1"], ["1", 1, True], [1, True]])
def test_values_that_are_equal_to_a_computer_are_read_each_for_itself(values: list[Any]) -> None:
    """A truth value is no number of days, though it equals the 1 beside it."""
    rows = [["A Oy", value] for value in values]
    found = judge(table(["Nimi", "Maksuehto (pv)"], *rows), update=False, by=None).problems.listed
    assert [problem.row - 2 for problem in found] == [
        place for place, value in enumerate(values) if value == 1.5 or value is True
    ]


@pytest.mark.django_db
def test_a_wrong_value_on_many_rows_is_a_problem_on_each() -> None:
    """More rows than are read at a time, with more different values than are remembered."""
    rows = [[f"A {n}", "ei" if n % 2 else f"n{n}@example.com"] for n in range(1_100)]
    found = judge(table(["Nimi", "Sähköposti"], *rows), update=False, by=None).problems
    assert found.total == 550
    assert [problem.row for problem in found.listed] == [n + 2 for n in range(1, 1_000, 2)]
