"""Rows that may be about customers that are there already: asked about, and never chosen for the user."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from customers.importing.doubles import bare
from customers.models import Customer
from folders.names import search_key
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Command, Page
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOKIA, OTHER = "0112038-9", "0201256-6"
HEADINGS = ["Nimi", "Postitoimipaikka", "Sähköposti", "Puhelin", "Y-tunnus"]


@pytest.fixture
def boss(office: User) -> Page:
    office.language = "en"
    office.save()
    return Page(signed_in(office))


def address(name: str = "import_preview") -> str:
    return reverse(f"customers:{name}", args=[Upload.objects.get().pk])


def rows(page: Page) -> list[Any]:
    found: list[Any] = page.client.get(address()).context["rows"]
    return found


def asked(page: Page) -> dict[int, list[tuple[str, str]]]:
    return {row.number: [(str(each.existing), each.why) for each in row.doubles] for row in rows(page) if row.doubles}


def say(page: Page, **said: Any) -> int:
    return page.client.post(address("import_choose"), said, headers={"HX-Request": "true"}).status_code


def test_likely_doubles_are_pointed_out_and_why(boss: Page) -> None:
    factories.customer("As Oy Puistola", city="Helsinki")
    factories.customer("Toinen Oy", email="Laskut@Toinen.example", phone="+358401234567")
    boss.send(
        book(
            HEADINGS,
            ["Asunto Oy PUISTOLA", "HELSINKI"],
            ["Puistola", "Espoo"],
            ["Aivan Muu Oy", None, "laskut@toinen.EXAMPLE", "040 123 4567"],
            ["Puistola Asunto Oy", "helsinki"],
        )
    )
    assert asked(boss) == {
        2: [("As Oy Puistola", "the same name and city")],
        4: [("Toinen Oy", "the same e-mail, the same phone")],
        5: [("As Oy Puistola", "the same name and city")],
    }
    assert [row.outcome for row in rows(boss)] == ["asked", "new", "asked", "asked"]


def noted(page: Page) -> dict[int, list[str]]:
    return {row.number: list(row.notes) for row in rows(page) if row.notes}


def test_a_row_that_repeats_the_name_and_city_of_another_is_pointed_out_and_can_be_imported(boss: Page) -> None:
    boss.send(
        book(
            HEADINGS,
            ["Asunto Oy Puistola", "Helsinki", None, None, NOKIA],
            ["Puistola", "HELSINKI"],
            ["Puistola", "Espoo"],
            ["Puistola Oy", "Helsinki", None, None, OTHER],
            ["Puistola", None],
        )
    )
    assert noted(boss) == {3: ["Row 2 has the same name and city."]}
    assert say(boss, leave_out=2) == 200
    assert noted(boss) == {5: ["Row 3 has the same name and city."]}
    boss.client.post(address())
    assert Customer.objects.count() == 4


def test_names_without_a_letter_are_not_the_same(boss: Page) -> None:
    boss.send(book(HEADINGS, ["***", "Helsinki"], ["???", "Helsinki"]))
    assert [row.outcome for row in rows(boss)] == ["new", "new"]
    assert noted(boss) == {}


def test_a_row_that_is_mended_no_longer_repeats_another(boss: Page) -> None:
    boss.send(book(HEADINGS, ["Puistola", "Helsinki"], ["Puistola Oy", "Helsinki"], ["Muu", "Helsinki"]))
    assert noted(boss) == {3: ["Row 2 has the same name and city."]}
    assert say(boss, **{"mended": 3, "cell-city": "Espoo"}) == 200
    assert noted(boss) == {}
    assert say(boss, **{"mended": 4, "cell-name": "Puistola Oy"}) == 200
    assert noted(boss) == {4: ["Row 2 has the same name and city."]}


def test_nothing_is_imported_before_each_has_an_answer(boss: Page) -> None:
    factories.customer("Puistola Oy", city="Oulu")
    boss.send(book(HEADINGS, ["Puistola", "Oulu"]))
    answer = boss.client.post(address())
    assert answer.status_code == 422
    assert "Some rows may be duplicates of existing customers, or of each other." in answer.content.decode()
    assert Customer.objects.count() == 1


def test_the_same_changes_the_customer_with_what_the_row_says(boss: Page) -> None:
    old = factories.customer("Puistola Oy", city="Oulu", email="a@example.com", notes="vanha")
    boss.send(book(HEADINGS, ["Puistola", "Oulu", "b@example.com", None, NOKIA]))
    assert say(boss, same=f"2 {old.pk}") == 200
    shown = boss.client.get(address()).content.decode()
    assert "You have chosen that this is “Puistola Oy”." in shown
    assert "<del>a@example.com</del> <ins>b@example.com</ins>" in shown
    boss.client.post(address())
    assert Customer.objects.values_list("name", "city", "email", "business_id", "notes").get() == (
        *("Puistola", "Oulu", "b@example.com", NOKIA),
        "vanha",
    )


def test_a_new_one_is_made_beside_the_old_one(boss: Page) -> None:
    factories.customer("Puistola Oy", city="Oulu")
    boss.send(book(HEADINGS, ["Puistola", "Oulu"]))
    say(boss, same="2 0")
    assert [row.outcome for row in rows(boss)] == ["new"]
    say(boss, ask=2)
    assert [row.outcome for row in rows(boss)] == ["asked"]
    say(boss, same="2 0")
    boss.client.post(address())
    assert Customer.objects.count() == 2


@pytest.mark.parametrize("update", [False, True])
def test_the_business_id_of_a_closed_customer_is_asked_about_and_cannot_be_a_new_one(boss: Page, update: bool) -> None:
    closed = factories.customer("Suljettu Oy", business_id=NOKIA, closed_on=date(2026, 1, 1))
    boss.send(book(["Nimi", "Y-tunnus", "Postitoimipaikka"], ["Uusi Oy", NOKIA, "Oulu"]), update=update)
    assert asked(boss) == {2: [("Suljettu Oy", "the same number, closed from 1.1.2026")]}
    assert "A new customer" not in boss.client.get(address()).content.decode()
    assert boss.client.post(address()).status_code == 422
    assert say(boss, same="2 0") == 400
    assert say(boss, same=f"2 {closed.pk}") == 200
    boss.client.post(address())
    closed.refresh_from_db()
    assert (closed.name, closed.city, closed.closed_on) == ("Uusi Oy", "Oulu", date(2026, 1, 1))


def test_all_are_answered_at_once(boss: Page) -> None:
    for name in ("A", "B", "B Oy"):
        factories.customer(name, city="Oulu")
    content = book(HEADINGS, ["A Oy", "Oulu"], ["B Ky", "Oulu"], ["C Oy", "Oulu"])
    for what, outcomes in (
        ("new", ["new", "new", "new"]),
        ("same", ["changed", "asked", "new"]),  # which B is for the user to say
        ("leave_out", ["left_out", "left_out", "new"]),
    ):
        Upload.objects.all().delete()
        boss.send(content)
        assert say(boss, all=what) == 200
        assert [row.outcome for row in rows(boss)] == outcomes
    assert say(boss, all="nothing") == 400


def test_two_rows_are_not_the_same_customer(boss: Page) -> None:
    old = factories.customer("A Oy", city="Oulu")
    boss.send(book(HEADINGS, ["A", "Oulu"], ["A Ky", "Oulu"]))
    say(boss, same=f"2 {old.pk}")
    say(boss, same=f"3 {old.pk}")
    assert [[told.text for told in row.problems] for row in rows(boss)] == [[], ["Row 2 changes the same customer."]]


def test_the_same_with_the_business_id_of_a_third_is_refused(boss: Page) -> None:
    old = factories.customer("A Oy", city="Oulu")
    factories.customer("Kolmas Oy", business_id=NOKIA)
    boss.send(book(HEADINGS, ["A", "Oulu", None, None, OTHER]))
    say(boss, same=f"2 {old.pk}")
    say(boss, **{"mended": 2, "cell-business_id": NOKIA})
    assert [told.text for told in rows(boss)[0].problems] == ["This is already that of “Kolmas Oy”."]


def test_a_customer_that_went_away_after_the_answer_is_told(boss: Page) -> None:
    old = factories.customer("A Oy", city="Oulu")
    boss.send(book(HEADINGS, ["A", "Oulu"]))
    say(boss, same=f"2 {old.pk}")
    old.delete()
    assert boss.client.post(address()).status_code == 422
    assert [told.text for told in rows(boss)[0].problems] == ["The customer chosen for this row no longer exists."]
    say(boss, ask=2)
    assert [row.outcome for row in rows(boss)] == ["new"]


def test_only_what_was_pointed_out_can_be_chosen(boss: Page) -> None:
    factories.customer("A Oy", city="Oulu")
    stranger = factories.customer("Aivan muu")
    boss.send(book(HEADINGS, ["A", "Oulu"]))
    assert say(boss, same=f"2 {stranger.pk}") == 400
    assert say(boss, same="2 x") == 400
    assert Upload.objects.get().choices == {}


def test_who_may_not_change_customers_cannot_say_that_a_row_is_one(clerk: Page) -> None:
    old = factories.customer("A Oy", city="Oulu")
    shown = clerk.send(book(HEADINGS, ["A", "Oulu"])).content.decode()
    assert "Is this “A Oy”?" in shown
    assert "Same – update it" not in shown
    assert (say(clerk, same=f"2 {old.pk}"), say(clerk, all="same"), say(clerk, same="2 0")) == (403, 403, 200)


def test_who_may_not_see_customers_is_asked_about_none() -> None:
    factories.customer("Salainen Oy", city="Oulu")
    adder = Page(signed_in(factories.user("lisaaja@spotilla.example", "customers.add_customer", language="en")))
    answer = adder.send(book(HEADINGS, ["Salainen", "Oulu"]))
    assert answer.context["counts"]["asked"] == 0
    assert "Salainen Oy" not in answer.content.decode()


def test_a_right_that_was_taken_away_ends_what_was_chosen(boss: Page, office: User) -> None:
    old = factories.customer("A Oy", city="Oulu")
    boss.send(book(HEADINGS, ["A", "Oulu"]))
    say(boss, same=f"2 {old.pk}")
    adder = factories.user("lisaaja@spotilla.example", "customers.add_customer", "customers.view_customer")
    Upload.objects.update(user=adder)
    answer = signed_in(adder).post(address())
    assert (answer.status_code, answer["Location"]) == (302, reverse("customers:import"))


def test_the_command_asks_nothing(tmp_path: Any) -> None:
    factories.customer("A Oy", city="Oulu")
    assert Command(tmp_path)(book(HEADINGS, ["A", "Oulu"])).saved
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "told_apart_by"),
    [
        ("As Oy Puistola", "puistola"),
        ("Puistola Asunto-osakeyhtiö", "puistola"),
        ("Kiinteistö Oy Öljytie 5", "}ljytie 5"),
        ("Bostads Ab Åbo", "{bo"),
        ("Oy Ab", "ab"),
        ("Äänejärven Sellu Oyj", "||nej|rven sellu"),
    ],
)
def test_the_companys_form_tells_no_two_names_apart(name: str, told_apart_by: str) -> None:
    assert bare(search_key(name)) == told_apart_by
