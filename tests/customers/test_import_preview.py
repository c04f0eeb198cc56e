"""The preview: every row with what becomes of it, mended and left out in the page, then imported as it stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.models import Attachment, Customer
from sheets.models import Upload, UploadKey, UploadRow
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Page
from tests.sheets.books import book, cells

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOKIA, OTHER = "0112038-9", "0201256-6"


@pytest.fixture
def boss(office: User) -> Page:
    """May change customers too."""
    office.language = "en"
    office.save()
    return Page(signed_in(office))


def preview(page: Page, **asked: Any) -> Any:
    return page.client.get(reverse("customers:import_preview", args=[Upload.objects.get().pk]), asked)


def outcomes(page: Page, **asked: Any) -> dict[int, str]:
    return {row.number: row.outcome for row in preview(page, **asked).context["rows"]}


def choose(page: Page, **said: Any) -> Any:
    target = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    return page.client.post(target, said, headers={"HX-Request": "true"})


def press_import(page: Page) -> int:
    return page.client.post(
        reverse("customers:import_preview", args=[Upload.objects.get().pk]), follow=True
    ).status_code


# ---- what is shown ---------------------------------------------------------------------------------------------------


def test_each_row_says_what_becomes_of_it_and_can_be_filtered_by_that(boss: Page) -> None:
    factories.customer("Vanha Oy", business_id=NOKIA, city="Oulu")
    factories.customer("Sama Oy", business_id=OTHER)
    rows: list[list[Any]] = [
        ["Vanha Oy", NOKIA, "Kemi"],
        ["Sama Oy", OTHER, None],
        ["Uusi Oy", None, "Oulu"],
        ["Väärä Oy", "1", None],
    ]
    answer = boss.send(book(["Nimi", "Y-tunnus", "Postitoimipaikka"], *rows), update=True)
    assert outcomes(boss) == {2: "changed", 3: "unchanged", 4: "new", 5: "error"}
    assert [tab for tab in answer.context["tabs"] if tab[0] != "noted"] == [
        ("rows", "All", 4),
        ("new", "New", 1),
        ("changed", "Changed", 1),
        ("unchanged", "Unchanged", 1),
        ("error", "Errors", 1),
    ]
    for outcome, number in (("changed", 2), ("unchanged", 3), ("new", 4), ("error", 5)):
        assert outcomes(boss, show=outcome) == {number: outcome}
    assert "There are no such rows." in preview(boss, show="left_out").content.decode()


def test_a_changed_cell_shows_what_it_was_and_what_it_will_be(boss: Page) -> None:
    factories.customer("Vanha Oy", business_id=NOKIA, city="Oulu", email="a@example.com")
    boss.send(book(["Nimi", "Y-tunnus", "Postitoimipaikka", "Sähköposti"], ["Vanha Oy", NOKIA, "Kemi"]), update=True)
    shown = preview(boss).content.decode()
    assert "<del>Oulu</del> <ins>Kemi</ins>" in shown
    assert shown.count("<del>") == 1
    assert "a@example.com" in shown  # an empty cell changes nothing


def test_a_contact_and_a_folder_that_come_to_an_existing_customer_change_it(boss: Page) -> None:
    factories.customer("Vanha Oy", business_id=NOKIA)
    factories.folder("Talo")
    headings = ["Nimi", "Y-tunnus", "Kansiot", "Yhteyshenkilö"]
    boss.send(book(headings, ["Vanha Oy", NOKIA, "Talo", "Irma"]), update=True)
    shown = preview(boss, show="changed").content.decode()
    assert "<ins>Talo</ins>" in shown
    assert "<ins>Irma</ins>" in shown


def test_a_folder_that_is_not_there_is_a_wrong_cell_and_its_row_is_not_counted_as_new(clerk: Page) -> None:
    answer = clerk.send(book(["Nimi", "Kansiot"], ["A Oy", "Ei ole"], ["B Oy", None]))
    assert '<td id="B2" class="wrong">Ei ole</td>' in answer.content.decode()
    assert (answer.context["counts"]["new"], answer.context["counts"]["error"]) == (1, 1)


def test_the_page_of_a_row_is_found_by_its_number(clerk: Page) -> None:
    clerk.send(book(["Nimi"], *[[f"A {n}"] for n in range(350)]))
    assert preview(clerk, row=250).context["page"].number == 3
    assert preview(clerk, row=9_999).context["page"].number == 4


def test_the_preview_in_another_language_tells_what_is_wrong_in_that_language(clerk: Page, importer: User) -> None:
    assert "This is missing." in clerk.send(book(["Nimi", "Maa"], [None, "Suomi"])).content.decode()
    importer.language = "fi"
    importer.save()
    assert "This is missing." not in preview(clerk).content.decode()


def test_what_has_changed_since_is_told_and_can_be_looked_at_again(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Y-tunnus"], ["A Oy", NOKIA]))
    assert "have changed since" not in preview(clerk).content.decode()
    factories.customer("Nopea Oy", business_id=NOKIA)
    assert "have changed since" in preview(clerk).content.decode()
    assert outcomes(clerk) == {2: "new"}
    assert choose(clerk, again=1).status_code == 200
    assert outcomes(clerk) == {2: "error"}
    assert "have changed since" not in preview(clerk).content.decode()


# ---- mending ---------------------------------------------------------------------------------------------------------


def test_a_wrong_cell_is_mended_in_the_page_and_imported_so(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Sähköposti"], ["A Oy", "ei"], ["B Oy", "b@example.com"]))
    asked = preview(clerk, mend=2)
    assert [(field.key, field.typed) for field in asked.context["fields"]] == [("email", "ei")]
    answer = choose(clerk, mended=2, **{"cell-email": " a@example.com "})
    assert [(row.number, row.outcome) for row in answer.context["rows"]] == [(2, "new"), (3, "new")]
    assert press_import(clerk) == 200
    assert list(Customer.objects.order_by("name").values_list("email", flat=True)) == ["a@example.com", "b@example.com"]


def test_what_was_typed_is_wrong_again_if_it_is_wrong(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Sähköposti"], ["A Oy", "ei"]))
    shown = choose(clerk, mended=2, **{"cell-email": "=1+1"}).content.decode()
    assert '<td id="B2" class="wrong">=1+1</td>' in shown
    assert press_import(clerk) == 422


def test_a_suggestion_is_put_into_the_cell_by_one_press(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Maksuehto (pv)", "Asiakastyyppi"], ["A Oy", "30 pv", "Yrtiys"]))
    shown = preview(clerk).content.decode()
    for value in ("2 payment_term_days 30", "2 customer_type Company"):
        assert f'name="use" value="{value}"' in shown
        choose(clerk, use=value)
    assert outcomes(clerk) == {2: "new"}
    press_import(clerk)
    assert Customer.objects.values_list("payment_term_days", "customer_type").get() == (30, "company")


def test_a_cell_that_the_file_has_no_column_for_can_be_filled_in(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Yhteyshenkilön sähköposti"], ["A Oy", "a@example.com"], ["B Oy", "b@example.com"]))
    assert [field.key for field in preview(clerk, mend=2).context["fields"]] == ["contact_name"]
    choose(clerk, mended=2, **{"cell-contact_name": "Irma"})
    choose(clerk, mended=3, **{"cell-contact_name": "Pekka"})
    press_import(clerk)
    assert sorted(Customer.objects.values_list("name", "contacts__name")) == [("A Oy", "Irma"), ("B Oy", "Pekka")]


def test_a_cell_mended_to_nothing_is_empty(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Y-tunnus"], ["A Oy", "1"]))
    choose(clerk, mended=2, **{"cell-business_id": ""})
    assert outcomes(clerk) == {2: "new"}
    press_import(clerk)
    assert Customer.objects.get().business_id == ""


def test_lines_of_a_cell_stay_while_it_is_mended(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Lisätiedot"], ["A Oy", "a\nb\x7fc"]))
    assert ">a\nb\x7fc</textarea>" in preview(clerk, mend=2).content.decode()
    choose(clerk, mended=2, **{"cell-notes": "a\r\nbc"})
    press_import(clerk)
    assert Customer.objects.get().notes == "a\nbc"


def test_other_rows_that_hang_on_the_mended_one_are_judged_again(clerk: Page) -> None:
    """The same business ID on three rows: the second is right as soon as the first has another one."""
    clerk.send(book(["Nimi", "Y-tunnus"], ["A", NOKIA], ["B", NOKIA], ["C", NOKIA], ["D", "1"]))
    assert outcomes(clerk) == {2: "new", 3: "error", 4: "error", 5: "error"}
    choose(clerk, leave_out=2)
    assert outcomes(clerk) == {2: "left_out", 3: "new", 4: "error", 5: "error"}
    choose(clerk, mended=5, **{"cell-business_id": OTHER})
    choose(clerk, mended=4, **{"cell-business_id": OTHER})
    assert outcomes(clerk) == {2: "left_out", 3: "new", 4: "new", 5: "error"}
    choose(clerk, take_back=2)
    assert outcomes(clerk) == {2: "new", 3: "error", 4: "new", 5: "error"}


# ---- leaving out -----------------------------------------------------------------------------------------------------


def test_a_row_that_is_left_out_stays_listed_and_is_not_imported(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Sähköposti"], ["A Oy", "ei"], ["B Oy", None]))
    answer = choose(clerk, leave_out=2)
    assert answer.context["counts"]["left_out"] == 1
    assert outcomes(clerk, show="left_out") == {2: "left_out"}
    assert '<td id="B2">ei</td>' in preview(clerk, show="left_out").content.decode()
    press_import(clerk)
    assert Customer.objects.values_list("name", flat=True).get() == "B Oy"
    shown = preview(clerk).content.decode()
    assert "Rows that were left out: 1" in shown
    assert "row 2: A Oy · ei" in shown
    assert (UploadRow.objects.count(), UploadKey.objects.count()) == (1, 0)  # of the others nothing is kept


def test_nothing_is_imported_when_every_row_is_left_out(clerk: Page) -> None:
    clerk.send(book(["Nimi"], ["A Oy"]))
    shown = choose(clerk, leave_out=2).content.decode()
    assert "There are no rows to import." in shown
    assert press_import(clerk) == 422
    choose(clerk, take_back=2)
    assert press_import(clerk) == 200
    assert Customer.objects.count() == 1


def test_what_is_given_back_knows_what_was_mended_and_left_out(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Sähköposti"], ["A", "ei"], ["B", "ei"], ["C", "ei"], ["D", "ei"]))
    choose(clerk, mended=2, **{"cell-email": "a@example.com"})
    choose(clerk, mended=3, **{"cell-email": "väärin"})
    choose(clerk, leave_out=4)
    pk = Upload.objects.get().pk
    back = {
        way: cells(clerk.client.get(reverse(f"customers:import_{way}", args=[pk])).content)
        for way in ("problems", "wrong_rows", "marked")
    }
    assert [(row[1], row[4]) for row in back["problems"][1:]] == [(3, "väärin"), (5, "ei")]
    assert [(row[0], row[4]) for row in back["wrong_rows"][1:]] == [("B", "väärin"), ("D", "ei")]
    assert [row[1] for row in back["marked"][1:]] == ["ei", "ei", "ei", "ei"]  # the file as it is


# ---- without JavaScript, and who may ---------------------------------------------------------------------------------


def test_without_javascript_a_choice_leads_back_to_its_row(clerk: Page) -> None:
    clerk.send(book(["Nimi", "Sähköposti"], ["A Oy", "ei"]))
    upload = Upload.objects.get()
    target = reverse("customers:import_choose", args=[upload.pk])
    answer = clerk.client.post(target, {"leave_out": 2, "show": "error", "page": 1})
    page = reverse("customers:import_preview", args=[upload.pk])
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?show=error&page=1#row-2")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 400),
        ({"leave_out": "x"}, 400),
        ({"leave_out": "99"}, 404),
        ({"use": "2 nothing x"}, 400),
        ({"use": "2 id 1"}, 400),
        ({"mended": "2"}, 400),
        ({"mended": "2", "cell-nothing": "x"}, 400),
    ],
)
def test_a_choice_that_makes_no_sense_changes_nothing(clerk: Page, said: dict[str, str], status: int) -> None:
    clerk.send(book(["Nimi"], ["A Oy"]))
    assert choose(clerk, **said).status_code == status
    assert Upload.objects.get().choices == {}


def test_choices_are_their_senders_own(clerk: Page, importer: User, office_client: Client, colleague: User) -> None:
    clerk.send(book(["Nimi"], ["A Oy"]))
    target = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    said = {"leave_out": 2}
    assert office_client.post(target, said).status_code == 404
    assert signed_in(colleague).post(target, said).status_code == 403
    assert Client().post(target, said).status_code == 302
    assert clerk.client.get(target).status_code == 405
    assert outcomes(clerk) == {2: "new"}
    press_import(clerk)
    assert clerk.client.post(target, said).status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 1_000])
def test_a_choice_costs_the_same_queries_however_many_rows(
    clerk: Page, rows: int, django_assert_max_num_queries: Any
) -> None:
    clerk.send(book(["Nimi", "Y-tunnus", "Asiakasnumero"], ["A", "1", 5], *[[f"A {n}", None, n] for n in range(rows)]))
    with django_assert_max_num_queries(45):
        choose(clerk, mended=2, **{"cell-business_id": NOKIA})


def test_attachments_come_of_mended_paths(boss: Page) -> None:
    factories.folder("Talo")
    boss.send(book(["Nimi", "Kansiot"], ["A Oy", "Tallo"]))
    choose(boss, mended=2, **{"cell-folders": "Talo"})
    press_import(boss)
    assert Attachment.objects.values_list("customer__name", "folder__name").get() == ("A Oy", "Talo")
