"""What people paste into the sheet: each is read as it was meant, or asked about; none is silently wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from customers.models import Contact, Customer
from sheets.models import Upload
from tests.conftest import signed_in
from tests.customers.importing import PERSON, Command, Page, imported, kept, plan, problems
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LOST = ("Excel has lost the digits of this number.", "Format the cell as text and write it again.")


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def boss(office: User) -> Page:
    office.language = "en"
    office.save()
    return Page(signed_in(office))


def wrong(heading: str, value: Any) -> tuple[str, str, tuple[str, ...]]:
    (problem,) = plan(["Nimi", heading], ["A Oy", value]).problems
    return problem.text, problem.right, problem.fixes


@pytest.mark.parametrize(
    ("heading", "field", "pasted", "meant"),
    [
        ("Nimi", "name", "\u00a0As Oy\u00a0Puistola \u200b\u00a0", "As Oy Puistola"),
        ("Postitoimipaikka", "city", "Oulu \u2003\ufeff", "Oulu"),
        ("Y-tunnus", "business_id", "FI01120389", "0112038-9"),
        ("Y-tunnus", "business_id", "\u00a00112038\u20119\u00a0", "0112038-9"),
        ("Puhelin", "phone", "puh. 040 123 4567", "+358401234567"),
        ("Puhelin", "phone", "Puh.\u00a0040\u00a0123\u00a04567 ", "+358401234567"),
        ("Sähköposti", "email", "\u00a0a@example.com\u00a0", "a@example.com"),
    ],
)
def test_blanks_and_words_around_a_value_do_not_matter(heading: str, field: str, pasted: str, meant: str) -> None:
    name = {"Nimi": pasted} if heading == "Nimi" else {"Nimi": "A Oy", heading: pasted}
    imported([*name], [*name.values()])
    assert Customer.objects.values_list(field, flat=True).get() == meant


@pytest.mark.parametrize(
    ("heading", "pasted", "parts"),
    [
        ("Sähköposti", "a@example.com; b@example.com", ("a@example.com", "b@example.com")),
        ("Sähköposti", "a@example.com,b@example.com", ("a@example.com", "b@example.com")),
        ("Sähköposti", "a@example.com\nb@example.com", ("a@example.com", "b@example.com")),
        ("Sähköposti", "a@example.com tai b@example.com", ("a@example.com", "b@example.com")),
        ("Yhteyshenkilön sähköposti", "a@example.com / b@example.com", ("a@example.com", "b@example.com")),
        ("Puhelin", "040 123 4567 / 050 765 4321", ("040 123 4567", "050 765 4321")),
        ("Puhelin", "puh. 040 123 4567, 050 765 4321", ("puh. 040 123 4567", "050 765 4321")),
    ],
)
def test_of_two_in_one_cell_the_user_is_asked_which(heading: str, pasted: str, parts: tuple[str, ...]) -> None:
    assert wrong(heading, pasted) == ("There are 2 in one cell.", "Choose one of them.", parts)


def test_the_one_that_is_chosen_in_the_preview_is_kept(boss: Page) -> None:
    boss.send(book(["Nimi", "Sähköposti"], ["A Oy", "a@example.com; b@example.com"]))
    choose = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    boss.client.post(choose, {"use": "2 email b@example.com"})
    boss.client.post(reverse("customers:import_preview", args=[Upload.objects.get().pk]))
    assert Customer.objects.get().email == "b@example.com"


@pytest.mark.parametrize(
    ("pasted", "two"),
    [
        ("Irma Niemi ja Pekka Aho", True),
        ("Irma Niemi / Pekka Aho", True),
        ("Irma Niemi; Pekka Aho", True),
        ("Irma Niemi, Pekka Aho", True),
        ("Irma & Pekka", True),
        ("Niemi, Irma", False),
        ("Irma Niemi", False),
        ("Marja Jaakkola", False),
    ],
)
def test_two_names_in_one_cell_are_pointed_out_and_kept_as_one(pasted: str, two: bool, boss: Page) -> None:
    answer = boss.send(book(PERSON, ["A Oy", pasted, None, None]))
    assert (f"“{pasted}” may be two people; kept as one.".replace("&", "&amp;") in answer.content.decode()) == two
    boss.client.post(answer.redirect_chain[-1][0])
    assert Contact.objects.values_list("name", flat=True).get() == pasted


def test_the_command_points_them_out_too(tmp_path: Any) -> None:
    said = Command(tmp_path)(book(PERSON, ["A Oy", "Irma ja Pekka", None, None])).said
    assert "row 2: “Irma ja Pekka” may be two people; kept as one." in said


@pytest.mark.parametrize("heading", ["Y-tunnus", "Puhelin", "Yhteyshenkilön puhelin", "Asiakasnumero", "Viite"])
@pytest.mark.parametrize("pasted", ["1.2E+11", "1,2E+11", "4,01235e+08"])
def test_a_number_whose_digits_excel_has_lost_is_an_error(heading: str, pasted: str) -> None:
    assert wrong(heading, pasted)[:2] == LOST


@pytest.mark.parametrize("heading", ["Nimi", "Y-tunnus", "Asiakasnumero", "Postinumero", "Viite", "Lisätiedot"])
def test_a_day_in_a_text_column_is_an_error(heading: str) -> None:
    row = ["A Oy" if heading != "Nimi" else date(2026, 3, 1), date(2026, 3, 1)]
    headings = ["Nimi", heading] if heading != "Nimi" else ["Nimi"]
    (problem,) = plan(headings, row[: len(headings)]).problems
    assert (problem.text, problem.value) == ("The cell holds a day or a time, not text.", "1.3.2026")


@pytest.mark.parametrize(
    ("heading", "field", "pasted", "meant"),
    [
        ("Postinumero", "postcode", 100, "00100"),
        ("Postinumero", "postcode", "00100", "00100"),
        ("Y-tunnus", "business_id", 1120389, "0112038-9"),
        ("Puhelin", "phone", 401234567, "+358401234567"),
        ("Asiakasnumero", "customer_number", "007", "007"),
        ("Verkkolaskuosoite", "einvoice_address", 3701120389, "003701120389"),
        ("Verkkolaskuosoite", "einvoice_address", "003701120389", "003701120389"),
        ("Verkkolaskuosoite", "einvoice_address", "37ABC", "37ABC"),
    ],
)
def test_zeros_at_the_beginning_stay_or_come_back(heading: str, field: str, pasted: Any, meant: str) -> None:
    assert kept(heading, pasted, field) == meant


@pytest.mark.parametrize("heading", ["Yhtiön\ntunnus", "  Yhtiön \r\n tunnus ", "YHTIÖN\u00a0TUNNUS"])
def test_a_heading_may_have_a_line_break_in_it(heading: str) -> None:
    assert kept(heading, "0112038-9", "business_id") == "0112038-9"


def test_none_of_it_is_a_problem_where_it_is_right() -> None:
    assert problems(["Sähköposti", "Puhelin", "Viite"], ["a@example.com", "040 123 4567", "E+11"]) == []


def test_what_is_typed_in_the_preview_is_read_as_if_it_stood_in_the_file(boss: Page) -> None:
    boss.send(book(["Nimi", "Y-tunnus", "Puhelin"], ["A Oy", "1", "1.2E+11"]))
    choose = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    said = {"mended": 2, "cell-business_id": "\u00a0FI01120389\u200b", "cell-phone": "puh. 040 123 4567"}
    boss.client.post(choose, said)
    boss.client.post(reverse("customers:import_preview", args=[Upload.objects.get().pk]))
    assert Customer.objects.values_list("business_id", "phone").get() == ("0112038-9", "+358401234567")
