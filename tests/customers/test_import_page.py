"""The import in the browser: who may, what the preview shows, a file that is imported once."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import User
from customers.importing.columns import COLUMNS
from customers.importing.judging import judge
from customers.models import Customer
from sheets.limits import Limits
from sheets.models import Upload
from sheets.tables import EXAMPLE, read_table
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Page
from tests.sheets.books import book, given

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOKIA = "0112038-9"


def address(answer: Any) -> str:
    return str(answer.redirect_chain[-1][0])


# ---- rights ----------------------------------------------------------------------------------------------------------


def test_only_who_may_add_customers_sees_the_pages(
    importer: User, colleague_client: Client, stranger_client: Client
) -> None:
    upload = Upload.objects.create(name="a.xlsx", content=given("own/perus.xlsx"), user=importer)
    addresses = [
        reverse("customers:import"),
        reverse("customers:import_template"),
        reverse("customers:import_preview", args=[upload.pk]),
    ]
    for each in addresses:
        assert signed_in(importer).get(each).status_code == 200
        assert colleague_client.get(each).status_code == 403
        assert stranger_client.get(each).status_code == 403
        assert Client().get(each).status_code == 302
    assert colleague_client.post(addresses[2]).status_code == 403
    assert Customer.objects.count() == 0


def test_another_users_file_is_not_there(importer: User, office_client: Client) -> None:
    upload = Upload.objects.create(name="a.xlsx", content=given("own/perus.xlsx"), user=importer)
    target = reverse("customers:import_preview", args=[upload.pk])
    assert (office_client.get(target).status_code, office_client.post(target).status_code) == (404, 404)
    assert Customer.objects.count() == 0


def test_who_may_not_change_customers_cannot_update_them(clerk: Page, office: User) -> None:
    factories.customer("Vanha Oy", business_id=NOKIA)
    assert "update" not in clerk.client.get(reverse("customers:import")).context["form"].fields
    assert not clerk(book(["Nimi", "Y-tunnus"], ["Uusi Oy", NOKIA]), update=True).saved
    office.language = "en"
    office.save()
    assert Page(signed_in(office))(book(["Nimi", "Y-tunnus"], ["Uusi Oy", NOKIA]), update=True).saved
    assert Customer.objects.values_list("name", flat=True).get() == "Uusi Oy"


def test_a_right_that_was_taken_away_ends_a_waiting_update(clerk: Page, importer: User) -> None:
    upload = Upload.objects.create(name="a", content=book(["Nimi"], ["A"]), user=importer, update=True)
    answer = clerk.client.post(reverse("customers:import_preview", args=[upload.pk]))
    assert (answer.status_code, answer["Location"], Customer.objects.count()) == (302, reverse("customers:import"), 0)


def test_a_name_is_told_only_to_who_may_see_the_customer() -> None:
    factories.customer("Salainen Oy", business_id=NOKIA)
    adder = factories.user("lisaaja@spotilla.example", "customers.add_customer", language="en")
    outcome = Page(signed_in(adder))(book(["Nimi", "Y-tunnus"], ["Uusi Oy", NOKIA]))
    assert [text for *_, text in outcome.problems] == ["This is another customer's already."]
    assert "Salainen" not in outcome.said


# ---- the preview -----------------------------------------------------------------------------------------------------


def test_the_preview_shows_rows_as_they_will_be_a_hundred_a_page_and_saves_nothing(clerk: Page) -> None:
    rows = [[f"Asiakas {n}", "040 123 4567", "SE"] for n in range(1, 126)]
    answer = clerk.send(book(["Nimi", "Puhelin", "Maa"], *rows))
    shown = answer.context["rows"]
    assert [row.number for row in shown] == list(range(2, 102))
    assert [cell.text for cell in shown[0].cells] == ["Asiakas 1", "040 123 4567", "Sweden", "Company"]
    assert {row.outcome for row in shown} == {"new"}
    assert answer.context["counts"]["rows"] == 125
    second = clerk.client.get(address(answer), {"page": 2}).context["rows"]
    assert [row.number for row in second] == list(range(102, 127))
    assert Customer.objects.count() == 0


def test_the_preview_tells_names_that_exist_and_people_who_share_an_address(clerk: Page) -> None:
    factories.customer("As Oy Puistola")
    headings = ["Nimi", "Yhteyshenkilö", "Yhteyshenkilön sähköposti"]
    answer = clerk.send(book(headings, ["as oy puistola", "Irma", "a@example.com"], ["B", "Pekka", "A@example.com"]))
    shown = answer.content.decode()
    assert "The customer “as oy puistola” already exists." in shown
    assert "A@example.com: Pekka, also Irma; kept as two people." in shown
    noted = clerk.client.get(address(answer), {"show": "noted"}).context["rows"]
    assert [row.number for row in noted] == [2, 3]


def test_the_list_of_problems_says_where_what_and_what_would_be_right(clerk: Page) -> None:
    answer = clerk.send(book(["Nimi", "Asiakastyyppi"], ["A", "Yrtiys"], ["B", "<script>alert(1)</script>"]))
    shown = answer.content.decode()
    assert "Problems: 2 · rows with problems: 2" in shown
    assert 'aria-disabled="true"' in shown
    listed = clerk.client.get(address(answer), {"show": "problems"}).content.decode()
    for part in ("B · Asiakastyyppi", "Yrtiys", "This is not a customer type.", "Company"):
        assert part in shown + listed
    assert "<script>alert" not in shown + listed


def test_a_file_that_cannot_be_read_is_told_on_the_form_and_not_kept(clerk: Page) -> None:
    answer = clerk.send(b"Nimi;Maa\r\n", name="asiakkaat.csv")
    assert answer.status_code == 422
    assert "This is a text file (such as CSV)." in answer.content.decode()
    assert Upload.objects.count() == 0


def test_a_file_over_the_limit_is_refused(clerk: Page, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES, settings.IMPORT_MAX_ROWS = 1_048_576, 2
    assert "at most 1 MB" in clerk(b"x" * 1_048_577).said
    assert (
        clerk(book(["Nimi"], ["A"], ["B"], ["C"])).said
        == "The sheet has more than 2 rows. Divide it into several files."
    )


# ---- once ------------------------------------------------------------------------------------------------------------


def test_a_file_is_imported_once(clerk: Page) -> None:
    target = address(clerk.send(book(["Nimi"], ["A Oy"])))
    for _press in range(2):
        after = clerk.client.post(target, follow=True)
        assert after.status_code == 200
        assert "New customers: <b>1</b>" in after.content.decode()
    assert Customer.objects.count() == 1
    upload = Upload.objects.get()
    assert (upload.state, upload.result["new"]) == ("imported", 1)


def test_a_file_whose_import_failed_waits_unchanged(clerk: Page) -> None:
    target = address(clerk.send(book(["Nimi", "Y-tunnus"], ["A Oy", NOKIA])))
    taken = factories.customer("Nopea Oy", business_id=NOKIA)
    assert clerk.client.post(target).status_code == 422
    assert Upload.objects.get().state == "waiting"
    taken.delete()
    assert clerk.client.post(target, follow=True).status_code == 200
    assert Customer.objects.values_list("name", flat=True).get() == "A Oy"


def test_files_that_nobody_imported_are_forgotten_after_a_week(clerk: Page, importer: User) -> None:
    old = Upload.objects.create(name="a", content=b"x", user=importer)
    Upload.objects.filter(pk=old.pk).update(created=timezone.now() - timedelta(days=8))
    clerk.send(book(["Nimi"], ["A Oy"]))
    assert Upload.objects.filter(pk=old.pk).count() == 0


# ---- the sheet to fill in --------------------------------------------------------------------------------------------


def template(client: Client) -> bytes:
    answer = client.get(reverse("customers:import_template"))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    return answer.content


@pytest.mark.parametrize("language", ["fi", "en", "sv"])
def test_the_sheet_speaks_the_users_language_and_the_importer_reads_it_back(importer: User, language: str) -> None:
    importer.language = language
    importer.save()
    content = template(signed_in(importer))
    book_ = load_workbook(io.BytesIO(content))
    sheet = book_.worksheets[0]
    place = {"fi": 0, "en": 1, "sv": 2}[language]
    assert [cell.value for cell in sheet[1]] == [column.headings[place] for column in COLUMNS]
    assert sheet.freeze_panes == "B2"
    assert [page.sheet_state for page in book_.worksheets] == ["visible", "hidden"]
    by_key = {column.key: sheet.cell(2, number) for number, column in enumerate(COLUMNS, 1)}
    assert by_key["postcode"].number_format == "@"
    assert sheet.column_dimensions["H"].number_format == "@"
    assert by_key["attached_from"].number_format == "d.m.yyyy"
    assert by_key["name"].value == EXAMPLE[place]
    assert sheet["C1"].comment is not None
    assert len(sheet.data_validations.dataValidation) == 2


@pytest.mark.parametrize("language", ["fi", "en", "sv"])
def test_the_example_row_is_never_imported_wherever_it_stands(importer: User, language: str) -> None:
    importer.language = language
    importer.save()
    book_ = load_workbook(io.BytesIO(template(signed_in(importer))))
    sheet = book_.worksheets[0]
    sheet["E2"], sheet["W2"] = "typed@example.com", "typed here"
    sheet["A3"], sheet["C3"] = "Oikea Oy", NOKIA
    sheet.move_range("A2:W2", rows=2)
    sheet["A2"] = "Ensimmäinen Oy"
    output = io.BytesIO()
    book_.save(output)
    table = read_table(output.getvalue(), COLUMNS, Limits(), most_rows=100)
    assert [(record.row, record.values["name"]) for record in table.records] == [(2, "Ensimmäinen Oy"), (3, "Oikea Oy")]
    assert table.problems.total == 0


def test_the_sheet_sent_back_as_it_is_has_no_rows(importer: User, clerk: Page) -> None:
    assert clerk(template(signed_in(importer))).said.endswith("has headings but no rows.")


def test_a_name_typed_over_the_examples_does_not_bring_its_other_cells_along(importer: User) -> None:
    book_ = load_workbook(io.BytesIO(template(signed_in(importer))))
    book_.worksheets[0]["A2"] = "Oma Oy"
    output = io.BytesIO()
    book_.save(output)
    with translation.override("en"):
        plan = judge(read_table(output.getvalue(), COLUMNS, Limits(), most_rows=10), update=False, by=None)
    assert [problem.text for problem in plan.problems] == ["The check digit does not match."]


@pytest.mark.parametrize("rows", [1, 3, 1_000])
def test_the_preview_page_costs_the_same_queries_however_many_rows(
    clerk: Page, rows: int, django_assert_num_queries: Any
) -> None:
    headings = ["Nimi", "Asiakasnumero", "Yhteyshenkilö", "Yhteyshenkilön sähköposti"]
    target = address(clerk.send(book(headings, *[[f"A {n}", n, f"I {n}", f"i{n}@example.com"] for n in range(rows)])))
    with django_assert_num_queries(9):
        clerk.client.get(target)
