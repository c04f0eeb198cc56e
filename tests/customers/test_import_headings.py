"""Headings that are not known: matched by hand, and remembered for the next file with the same ones."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.models import Customer
from sheets.models import HeadingMatch, Upload
from tests.conftest import signed_in
from tests.customers.importing import Page
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OWN = ["Asiakkaan nimi", "Y-tunnus", "Kaupunki", "Maa"]  # the first and the third are not known


def address() -> str:
    return reverse("customers:import_headings", args=[Upload.objects.latest("pk").pk])


def preview(page: Page) -> Any:
    return page.client.get(reverse("customers:import_preview", args=[Upload.objects.latest("pk").pk]))


def match(page: Page, *keys: str) -> Any:
    return page.client.post(address(), {f"heading-{number}": key for number, key in enumerate(keys)}, follow=True)


def test_a_heading_matched_by_hand_brings_its_column(clerk: Page) -> None:
    answer = clerk.send(book(["Nimi", "Kaupunki", "Hoitaja"], ["A Oy", "Oulu", "Irma"]))
    assert "Columns that are not known are left out: Kaupunki (B), Hoitaja (C)." in answer.content.decode()
    form = clerk.client.get(address()).context["form"]
    assert [(field.label, field.help_text) for field in form] == [("Kaupunki", "Oulu"), ("Hoitaja", "Irma")]
    assert "name" not in dict(form.fields["heading-0"].choices)  # the file has it
    shown = match(clerk, "city", "").content.decode()
    assert "Kaupunki → City" in shown
    assert "left out: Hoitaja (C)." in shown
    clerk.client.post(reverse("customers:import_preview", args=[Upload.objects.get().pk]))
    assert Customer.objects.values_list("name", "city").get() == ("A Oy", "Oulu")


def test_a_file_whose_names_have_a_heading_of_their_own_waits_until_it_is_matched(clerk: Page) -> None:
    shown = clerk.send(book(OWN, ["A Oy", None, "Oulu", "Suomi"])).content.decode()
    assert "No column is named “Name”." in shown
    assert [row.outcome for row in preview(clerk).context["rows"]] == ["error"]
    answer = match(clerk, "name", "city")
    assert [row.outcome for row in answer.context["rows"]] == ["new"]
    assert "No column is named" not in answer.content.decode()


def test_the_match_is_remembered_for_the_same_headings_and_told(clerk: Page, office: User) -> None:
    clerk.send(book(OWN, ["A Oy", None, "Oulu"]))
    match(clerk, "name", "city")
    office.language = "en"
    office.save()
    for page in (clerk, Page(signed_in(office))):  # whoever sends it, and in whatever order the columns stand
        shown = page.send(book([*reversed(OWN)], [None, "Oulu", None, "B Oy"])).content.decode()
        assert "Kaupunki → City, Asiakkaan nimi → Name" in shown
        assert [row.outcome for row in preview(page).context["rows"]] == ["new"]
    other = clerk.send(book([*OWN, "Lisää"], ["A Oy", None, "Oulu", None, "x"])).content.decode()
    assert "No column is named “Name”." in other
    assert HeadingMatch.objects.count() == 1


def test_a_match_can_be_changed_and_mended_cells_stay(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Kaupunki", "Osoite"], ["A Oy", "ei(at)x", "Oulu"]))
    match(clerk, "email", "street")
    choose = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    clerk.client.post(choose, {"mended": 2, "cell-email": "a@example.com"})
    assert [row.outcome for row in preview(clerk).context["rows"]] == ["new"]
    match(clerk, "email", "city")
    clerk.client.post(reverse("customers:import_preview", args=[Upload.objects.get().pk]))
    assert Customer.objects.values_list("email", "city", "street").get() == ("a@example.com", "Oulu", "")


def test_one_column_is_not_taken_for_two(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Kaupunki", "Osoite"], ["A Oy", "Oulu", "Katu"]))
    answer = match(clerk, "city", "city")
    assert answer.status_code == 422
    assert "“Kaupunki” is taken for “City” already." in answer.content.decode()
    assert match(clerk, "nothing", "").status_code == 422
    assert Upload.objects.get().choices == {}


def test_of_two_columns_with_the_same_heading_the_first_is_taken(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Paikka", "Paikka"], ["A Oy", "Oulu", "Kemi"]))
    shown = match(clerk, "city").content.decode()
    assert "left out: Paikka (C)." in shown
    assert "Oulu" in shown


def test_headings_are_their_senders_own(clerk: Page, office_client: Client, colleague_client: Client) -> None:
    clerk.send(book(["Nimi", "Kaupunki"], ["A Oy", "Oulu"]))
    assert office_client.get(address()).status_code == 404
    assert colleague_client.get(address()).status_code == 403
    assert Client().get(address()).status_code == 302
    assert clerk.client.get(address()).status_code == 200


@pytest.mark.parametrize("headings", [["Asiakas", "Kaupunki"], ["Asiakas", "Y-tunnus"], ["Asiakas"]])
def test_without_two_headings_that_are_known_there_is_no_heading_row(clerk: Page, headings: list[str]) -> None:
    assert clerk.send(book(headings, ["A", "B"][: len(headings)])).status_code == 422
    assert Upload.objects.count() == 0


def test_a_remembered_match_that_no_longer_fits_is_forgotten(clerk: Page) -> None:
    """As when a column has got a new name since: the file is read without the match."""
    clerk.send(book(OWN, ["A Oy", None, "Oulu"]))
    match(clerk, "name", "city")
    HeadingMatch.objects.update(headings={"asiakkaan nimi": "gone", "kaupunki": "city"})
    shown = clerk.send(book(OWN, ["B Oy", None, "Oulu"])).content.decode()
    assert "No column is named “Name”." in shown
    assert "Kaupunki → City" in shown
