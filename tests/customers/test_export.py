"""Customers as a sheet that is changed and imported again: the id decides, the version tells what is old."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import User
from customers.exporting import COLUMNS
from customers.models import Change, Customer
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Command, Page
from tests.sheets.books import cells, saved_book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOKIA, OTHER = "0112038-9", "0201256-6"


@pytest.fixture
def boss(office: User) -> Page:
    office.language = "en"
    office.save()
    return Page(signed_in(office))


def exported(page: Page, **asked: str) -> bytes:
    answer: Any = page.client.get(reverse("customers:export"), asked)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def edited(content: bytes, **edits: Any) -> bytes:
    """The workbook with cells changed: B2="x"."""
    book = load_workbook(io.BytesIO(content))
    for cell, value in edits.items():
        book.worksheets[0][cell] = value
    return saved_book(book)


def column(key: str) -> str:
    """The letter of a column of the export."""
    return "ABCDEFGHIJKLMNOPQRST"[[each.key for each in COLUMNS].index(key)]


def rows(page: Page) -> list[Any]:
    target = reverse("customers:import_preview", args=[Upload.objects.latest("pk").pk])
    found: list[Any] = page.client.get(target).context["rows"]
    return found


def press_import(page: Page) -> int:
    return page.client.post(reverse("customers:import_preview", args=[Upload.objects.latest("pk").pk])).status_code


def everything() -> dict[int, dict[str, Any]]:
    return {each.pk: vars(each) | {"_state": None} for each in Customer.objects.all()}


def whole(name: str = "Täysi Oy") -> Customer:
    return factories.customer(
        name,
        customer_type="housing",
        business_id=NOKIA,
        customer_number="007",
        email="a@example.com",
        phone="+358401234567",
        street="Katu 1",
        postcode="00100",
        city="Helsinki",
        country="SE",
        billing_street="PL 1",
        billing_postcode="00200",
        billing_city="Espoo",
        einvoice_address="003701120389",
        einvoice_operator="BAWCFI22",
        reference="=viite",
        payment_term_days=14,
        notes="kaksi\nriviä",
    )


# ---- out, and in again -----------------------------------------------------------------------------------------------


def test_the_export_has_every_field_and_says_which_customer_each_row_is(boss: Page) -> None:
    customer = whole()
    heading, row = cells(exported(boss))
    assert heading == [*(each.headings[1] for each in COLUMNS[:-1]), "Spotilla version, all"]
    said = dict(zip([each.key for each in COLUMNS], row, strict=True))
    assert (said["name"], said["customer_type"], said["country"], said["postcode"], said["payment_term_days"]) == (
        *("Täysi Oy", "Housing company", "Sweden", "00100"),
        14,
    )
    assert (said["id"], said["version"]) == (customer.pk, customer.version)


@pytest.mark.parametrize("language", ["fi", "en", "sv"])
def test_what_is_exported_and_imported_again_changes_nothing(boss: Page, office: User, language: str) -> None:
    whole()
    factories.customer("Tyhjä Oy")
    factories.customer('=HYPERLINK("http://example.invalid","x")', notes="@SUM(A1)", city=" ".join("äöå–…"))
    before, changes = everything(), Change.objects.count()
    office.language = language
    office.save()
    boss.send(exported(boss), update=True)
    assert [row.outcome for row in rows(boss)] == ["unchanged"] * 3
    assert press_import(boss) == 302
    assert (everything(), Change.objects.count()) == (before, changes)


def test_no_text_of_a_users_is_a_formula_in_the_export(boss: Page) -> None:
    for number, payload in enumerate(["=1+1", "+1", "-1+1", "@SUM(A1)", "=cmd|'/c'!A1"]):
        factories.customer(payload, notes=payload, customer_number=f"{payload}{number}")
    book = load_workbook(io.BytesIO(exported(boss)))
    assert [cell.coordinate for row in book.worksheets[0] for cell in row if cell.data_type == "f"] == []


def test_an_emptied_cell_empties_the_value_and_is_shown_so(boss: Page) -> None:
    customer = whole()
    emptied = ("email", "payment_term_days", "customer_type", "country", "notes", "business_id")
    boss.send(edited(exported(boss), **{f"{column(key)}2": None for key in emptied}), update=True)
    shown = boss.client.get(reverse("customers:import_preview", args=[Upload.objects.get().pk])).content.decode()
    assert "<del>a@example.com</del> <ins>(empty)</ins>" in shown
    assert "<del>Housing company</del> <ins>Company</ins>" in shown
    press_import(boss)
    customer.refresh_from_db()
    assert [getattr(customer, key) for key in emptied] == ["", None, "company", "FI", "", ""]
    assert (customer.city, customer.phone) == ("Helsinki", "+358401234567")


def test_a_column_that_was_taken_away_is_left_alone(boss: Page) -> None:
    customer = whole()
    book = load_workbook(io.BytesIO(exported(boss)))
    book.worksheets[0].delete_cols("ABCDEFGHIJKLMNOPQRST".index(column("email")) + 1)
    boss.send(saved_book(book), update=True)
    assert [row.outcome for row in rows(boss)] == ["unchanged"]
    press_import(boss)
    customer.refresh_from_db()
    assert customer.email == "a@example.com"


def test_nobody_can_type_into_a_column_that_was_taken_away_and_empty_it_for_all(boss: Page) -> None:
    customer = whole()
    book = load_workbook(io.BytesIO(exported(boss)))
    book.worksheets[0].delete_cols("ABCDEFGHIJKLMNOPQRST".index(column("email")) + 1)
    boss.send(saved_book(book), update=True)
    choose = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    assert boss.client.post(choose, {"mended": "2", "cell-email": "b@example.com"}).status_code == 400
    assert boss.client.post(choose, {"mended": "2", "cell-city": "Espoo"}).status_code == 302
    press_import(boss)
    customer.refresh_from_db()
    assert (customer.email, customer.city) == ("a@example.com", "Espoo")


def test_the_id_decides_and_not_the_business_id(boss: Page) -> None:
    first, second = factories.customer("A Oy", business_id=NOKIA), factories.customer("B Oy", business_id=OTHER)
    content = exported(boss)
    boss.send(edited(content, **{f"{column('business_id')}3": NOKIA}), update=True)
    assert [[told.text for told in row.problems] for row in rows(boss)] == [
        [],
        ["The same is already on row 2.", "This is already that of “A Oy”."],
    ]
    boss.send(edited(content, A2="Uusi A", **{f"{column('business_id')}2": None}), update=True)
    press_import(boss)
    assert sorted(Customer.objects.values_list("pk", "name", "business_id")) == [
        (first.pk, "Uusi A", ""),
        (second.pk, "B Oy", OTHER),
    ]


def test_a_row_that_was_added_without_an_id_is_a_new_customer(boss: Page) -> None:
    factories.customer("A Oy")
    boss.send(edited(exported(boss), A3="Uusi Oy"), update=True)
    assert [row.outcome for row in rows(boss)] == ["unchanged", "new"]
    press_import(boss)
    assert Customer.objects.filter(name="Uusi Oy").exists()


def test_without_choosing_to_update_each_row_says_who_it_is(boss: Page) -> None:
    factories.customer("A Oy")
    boss.send(exported(boss))
    upload = Upload.objects.get()
    boss.client.post(f"/customers/import/{upload.pk}/choose/", {"missing": "leave"})
    assert [told.text for told in rows(boss)[0].problems] == ["This is the customer “A Oy”."]


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [("id", 999_999, "There is no such customer."), ("version", None, "The version is missing.")],
)
def test_an_id_or_a_version_that_says_nothing_is_a_problem(boss: Page, key: str, value: Any, text: str) -> None:
    factories.customer("A Oy")
    boss.send(edited(exported(boss), **{f"{column(key)}2": value}), update=True)
    assert [told.text for told in rows(boss)[0].problems] == [text]


# ---- somebody else meanwhile -----------------------------------------------------------------------------------------


def change(customer: Customer, **fields: Any) -> None:
    """As a colleague does it on the page."""
    Customer.objects.filter(pk=customer.pk).update(**fields)


def test_what_somebody_changed_since_stays_where_nobody_touched_the_cell(boss: Page) -> None:
    customer = whole()
    content = exported(boss)
    change(customer, city="Kemi", phone="")
    boss.send(edited(content, **{f"{column('email')}2": "b@example.com"}), update=True)
    assert [row.outcome for row in rows(boss)] == ["changed"]
    press_import(boss)
    customer.refresh_from_db()
    assert (customer.email, customer.city, customer.phone) == ("b@example.com", "Kemi", "")


@pytest.mark.parametrize(("answer", "city"), [("Kemi", "Kemi"), ("Oulu", "Oulu"), ("", "")])
def test_a_cell_that_both_changed_is_pointed_out_until_the_user_says_what_it_shall_be(
    boss: Page, answer: str, city: str
) -> None:
    customer = whole()
    content = exported(boss)
    change(customer, city="Kemi")
    boss.send(edited(content, **{f"{column('city')}2": "Oulu"}), update=True)
    (told,) = rows(boss)[0].problems
    assert (told.key, told.text, told.fixes) == (
        *("city", "Changed since the export: it is now “Kemi”."),
        ["Kemi", "Oulu"],
    )
    assert press_import(boss) == 422
    choose = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    boss.client.post(choose, {"mended": 2, "cell-city": answer})
    assert press_import(boss) == 302
    customer.refresh_from_db()
    assert customer.city == city


def test_what_both_changed_alike_is_no_problem(boss: Page) -> None:
    customer = whole()
    content = exported(boss)
    change(customer, city="Oulu")
    boss.send(edited(content, **{f"{column('city')}2": "Oulu"}), update=True)
    assert [row.outcome for row in rows(boss)] == ["unchanged"]


def test_of_a_version_that_nothing_is_known_of_every_difference_is_pointed_out(boss: Page) -> None:
    customer = whole()
    content = exported(boss)
    boss.send(
        edited(content, **{f"{column('version')}2": customer.version + 5, f"{column('city')}2": "Oulu"}), update=True
    )
    assert [row.outcome for row in rows(boss)] == ["error"]


def test_who_changed_it_is_told(boss: Page, office: User) -> None:
    customer = whole()
    content = exported(boss)
    form = boss.client.get(reverse("customers:edit", args=[customer.pk])).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"city": "Kemi"}
    assert boss.client.post(reverse("customers:edit", args=[customer.pk]), said).status_code == 302
    boss.send(edited(content, **{f"{column('city')}2": "Oulu"}), update=True)
    (told,) = rows(boss)[0].problems
    assert told.text == f"{office} has changed this since the export: it is now “Kemi”."


# ---- who may, and the command ----------------------------------------------------------------------------------------


def test_only_who_may_see_customers_exports_them_as_the_list_shows_them(
    boss: Page, colleague_client: Client, stranger_client: Client
) -> None:
    factories.customer("A Oy", city="Oulu")
    factories.customer("B Oy", city="Kemi")
    factories.customer("Suljettu Oy", closed_on=date(2020, 1, 1))
    assert [row[0] for row in cells(exported(boss))[1:]] == ["A Oy", "B Oy"]
    assert [row[0] for row in cells(exported(boss, city="Kemi"))[1:]] == ["B Oy"]
    assert f'href="{reverse("customers:export")}?city=Kemi"' in boss.client.get(
        reverse("customers:list"), {"city": "Kemi"}
    ).content.decode().replace("&amp;", "&")
    assert stranger_client.get(reverse("customers:export")).status_code == 403
    assert Client().get(reverse("customers:export")).status_code == 302
    assert boss.client.post(reverse("customers:export")).status_code == 405


def test_the_commands_take_out_and_in(tmp_path: Path) -> None:
    customer = whole()
    file = tmp_path / "a.xlsx"
    with translation.override("en"):
        call_command("export_customers", str(file))
        file.write_bytes(edited(file.read_bytes(), A2="Uusi nimi Oy"))
        assert Command(tmp_path)(file.read_bytes(), update=True).saved
        customer.refresh_from_db()
        assert customer.name == "Uusi nimi Oy"
        with pytest.raises(CommandError, match=r"There is no user x@example\.com\."):
            call_command("export_customers", str(file), user="x@example.com")
        with pytest.raises(CommandError, match="The file cannot be written"):
            call_command("export_customers", str(tmp_path / "ei" / "ole.xlsx"))


def test_the_command_leaves_out_what_the_user_may_not_see_and_the_closed(tmp_path: Path, stranger: User) -> None:
    factories.customer("A Oy")
    factories.customer("Suljettu Oy", closed_on=date(2020, 1, 1))
    file = tmp_path / "a.xlsx"
    for options, amount in (({}, 1), ({"closed": True}, 2)):
        call_command("export_customers", str(file), **options)
        assert len(cells(file.read_bytes())) == amount + 1
    with pytest.raises(CommandError, match=stranger.email):
        call_command("export_customers", str(file), user=stranger.email)
    assert len(cells(file.read_bytes())) == 3


def test_an_id_leads_nobody_to_a_customer_that_they_may_not_see(boss: Page) -> None:
    customer = factories.customer("Salainen Oy", business_id=NOKIA)
    content = edited(exported(boss), A2="Arvaus Oy")
    rights = ("customers.add_customer", "customers.change_customer")
    blind = Page(signed_in(factories.user("sokea@spotilla.example", *rights, language="en")))
    shown = blind.send(content, update=True).content.decode()
    assert [told.text for told in rows(blind)[0].problems] == ["There is no such customer."]
    assert "Salainen" not in shown
    assert press_import(blind) == 422
    customer.refresh_from_db()
    assert customer.name == "Salainen Oy"


def test_rows_to_mend_of_an_export_still_say_which_customers_they_are(boss: Page) -> None:
    customer = factories.customer("A Oy", email="a@example.com")
    boss.send(edited(exported(boss), **{f"{column('email')}2": "ei"}), update=True)
    target = reverse("customers:import_wrong_rows", args=[Upload.objects.get().pk])
    book = load_workbook(io.BytesIO(boss.client.get(target).content))
    heading = [cell.value for cell in book.worksheets[0][1]]
    book.worksheets[0].cell(2, heading.index("E-mail") + 1).value = "b@example.com"
    boss.send(saved_book(book), update=True)
    assert press_import(boss) == 302
    assert Customer.objects.values_list("pk", "email").get() == (customer.pk, "b@example.com")
