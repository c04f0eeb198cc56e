"""What the page keeps of a file is bounded, whatever the file unpacks to; and so is what is asked of each row."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.models import Customer
from sheets.models import Upload, UploadKey, UploadRow
from sheets.packing import unpacked
from sheets.values import LongText
from tests import factories
from tests.customers.importing import Page
from tests.say import say
from tests.sheets.books import given
from tests.sheets.measuring import measured, slowness
from tests.sheets.sending import ROOT, environment, new_database, sent
from tests.sheets.swollen import MAKERS, MOST, book_of, same

__all__ = ["measured", "say", "slowness"]

MEGABYTES, KEPT, SECONDS = 300, 64, 5
TOO_MUCH = "The workbook holds too much text. Divide it into several files."


@pytest.fixture
def page(office: User) -> Page:
    office.language = "en"
    office.save()
    client = Client()
    client.force_login(office)
    return Page(client)


@pytest.mark.django_db
def test_of_a_text_that_is_too_long_only_its_beginning_is_kept_and_it_stays_a_problem(page: Page) -> None:
    answer = page.send(same(["Nimi", "Sähköposti", "Lisätiedot"], ["A" * 30_000, "x" * 30_000, "n" * 30_000], 2))
    too_long = "The text is too long: 30000 characters."
    expected = [
        (row, heading, f"{letter * 79}…", too_long)
        for row in (2, 3)
        for heading, letter in (("Nimi", "A"), ("Sähköposti", "x"))
    ]
    assert page.problems(answer) == expected
    kept = [unpacked(cells) for cells in UploadRow.objects.order_by("number").values_list("cells", flat=True)]
    cells = [(1, LongText("A" * 200, 30_000)), (2, LongText("x" * 254, 30_000)), (3, "n" * 30_000)]
    assert kept == [cells, cells]

    address = answer.redirect_chain[-1][0]
    mending = page.client.get(address, {"mend": 2}).context
    assert [(field.key, field.typed) for field in mending["fields"]] == [("name", "A" * 200), ("email", "x" * 254)]
    choose = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    page.client.post(choose, {"mended": "2", "cell-name": "B" * 30_000, "cell-email": "a@example.com"})
    assert page.problems(answer) == [(2, "Nimi", f"{'B' * 79}…", too_long), *expected[2:]]
    page.client.post(choose, {"mended": "2", "cell-name": "B Oy"})
    assert page.problems(answer) == expected[2:]
    page.client.post(choose, {"leave_out": "3"})
    assert page.client.post(address, follow=True).status_code == 200
    assert list(Customer.objects.values_list("name", "email", "notes")) == [("B Oy", "a@example.com", "n" * 30_000)]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["names_of_smiling_faces", "notes_of_characters_that_are_written_as_six"])
def test_more_than_can_be_kept_is_refused_before_anything_is(page: Page, name: str) -> None:
    outcome = page(MAKERS[name][1]())
    assert (outcome.saved, outcome.said) == (False, TOO_MUCH)
    assert not Upload.objects.exists()


@pytest.mark.django_db
def test_rows_that_name_thousands_of_folders_have_one_key_and_a_choice_judges_them_all(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sheets.importing.uploads.MOST_KEYS", 50)
    paths = ";".join(f"Kansio {number}" for number in range(9))
    answer = page.send(same(["Nimi", "Kansiot"], ["A Oy", paths], 10))
    assert UploadKey.objects.count() == 1
    assert answer.context["counts"]["problems"] == 90
    factories.folder("Kansio 1")
    choose = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    page.client.post(choose, {"leave_out": "2"})
    assert (
        page.client.get(answer.redirect_chain[-1][0]).context["counts"]["problems"] == 9 * 8 + 8
    )  # the first has it now


@pytest.mark.django_db
def test_a_path_of_more_levels_than_any_tree_has_is_a_problem(page: Page) -> None:
    factories.folder("Kansio")
    content = same(["Kansio"], [" / ".join("abcdefghijklmnopqrstuvwxyzåäö1234")], 1)
    Upload.objects.all().delete()
    page.client.post(reverse("folders:import"), {"file": _file(content)})
    told = UploadRow.objects.get().told
    assert "The path has 33 levels." in told
    assert "At most 30." in told


def _file(content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.xlsx", content)


# ---- likely duplicates -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_of_many_customers_who_may_be_meant_five_are_pointed_out_with_all_that_speaks_for_each(page: Page) -> None:
    alike = [factories.customer("Sama Oy", city="Oulu") for _ in range(3)]
    called = [factories.customer(f"Toinen {number}", phone="+358401234567") for number in range(8)]
    both = factories.customer("Sama Ab", city="Oulu", phone="+358401234567")
    headings = ["Nimi", "Postitoimipaikka", "Puhelin"]
    answer = page.send(same(headings, ["Sama Oy", "Oulu", "040 123 4567"], 4))
    name, phone = "the same name and city", "the same phone"
    expected = [*((customer, name) for customer in alike), (both, f"{name}, {phone}"), (called[0], phone)]
    rows = page.client.get(answer.redirect_chain[-1][0]).context["rows"]
    assert [[tuple(double) for double in row.doubles] for row in rows] == [expected] * 4


# ---- in a process of its own -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_database(tmp_path_factory.mktemp("sending"))


@pytest.mark.sqlite
@pytest.mark.long
@pytest.mark.parametrize("name", MAKERS)
def test_a_file_that_swells_takes_at_most_300_megabytes_of_memory_and_keeps_at_most_64(
    name: str, empty: Path, tmp_path: Path, say: Callable[[str], None]
) -> None:
    thing, maker = MAKERS[name]
    file, database = tmp_path / "a.xlsx", tmp_path / "a.sqlite3"
    file.write_bytes(maker())
    shutil.copy(empty, database)
    result = sent(file, thing, database)
    say(f"{name}: {result.status}, {result.computing:.1f} s, {result.megabytes:.0f} MB, kept {result.kept:.1f} MB")
    assert result.status == 302 or result.said
    assert result.megabytes <= MEGABYTES
    assert result.kept <= KEPT


@pytest.mark.long
@pytest.mark.sqlite
def test_the_file_of_long_shared_texts_takes_at_most_300_megabytes(empty: Path, tmp_path: Path) -> None:
    file, database = tmp_path / "a.xlsx", tmp_path / "a.sqlite3"
    file.write_bytes(given("second/long_shared_1000x21.xlsx"))
    shutil.copy(empty, database)
    result = sent(file, "customers", database)
    assert result.status == 302
    assert result.megabytes <= MEGABYTES
    assert result.kept <= KEPT


PEOPLE = """
import django; django.setup()
from customers.models import Contact, Customer, CustomerContact
from folders.names import keys
def rows(model, name, **fields):
    sort_key, search_key = keys(name)
    one = dict(name=name, phone="+358401234567", email="a@example.com", sort_key=sort_key, search_key=search_key)
    return model.objects.bulk_create([model(**one, **fields) for _ in range(10_000)], batch_size=1_000)
customers, contacts = rows(Customer, "Sama Oy", city="Oulu"), rows(Contact, "Bo Ek")
person, last = Contact.objects.create(name="Eva Ek", email="eva@example.com"), customers[-1]
CustomerContact.objects.bulk_create([CustomerContact(customer=each, contact=person) for each in customers])
CustomerContact.objects.bulk_create([CustomerContact(customer=last, contact=each) for each in contacts])
Customer.objects.filter(pk=last.pk).update(business_id="0112038-9")
"""
CONTACT = ["Yhteyshenkilö", "Sähköposti", "Puhelin"]
EQUAL = {
    "name, city, e-mail and phone of customers": (
        "customers",
        same(["Nimi", "Postitoimipaikka", *CONTACT[1:]], ["Sama Oy", "Oulu", "a@example.com", "040 123 4567"]),
    ),
    "e-mail and phone of contacts": ("contacts", same(CONTACT, ["Uusi Ek", "a@example.com", "040 123 4567"])),
    "names of contacts": ("contacts", same(CONTACT[:1], ["Bo Ek"])),
    "names of one customer's contacts": (
        "contacts",
        same([CONTACT[0], "Asiakkaat"], ["Bo Ek", "0112038-9"]),
    ),
    "one contact of many customers": (
        "contacts",
        book_of(
            [*CONTACT[:2], "Asiakkaat"],
            ["Eva Ek", "eva@example.com"],
            [[3, 4, f"#{number % 10_000 + 1}"] for number in range(MOST)],
        ),
    ),
}


@pytest.fixture(scope="module")
def crowded(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("crowded") / "a.sqlite3"
    shutil.copy(empty, database)
    subprocess.run([sys.executable, "-c", PEOPLE], cwd=ROOT, env=environment(database), check=True)
    return database


@pytest.mark.sqlite
@pytest.mark.long
@pytest.mark.parametrize("what", EQUAL)
def test_twenty_thousand_equal_rows_that_ten_thousand_may_be_meant_by_take_five_seconds(
    what: str, crowded: Path, tmp_path: Path, slowness: float, say: Callable[[str], None]
) -> None:
    thing, content = EQUAL[what]
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    result = sent(file, thing, crowded)
    say(f"{what}: {result.computing:.1f} s, {result.megabytes:.0f} MB, kept {result.kept:.1f} MB")
    assert (result.status, result.said) == (302, "")
    assert result.computing <= SECONDS * slowness
    assert result.megabytes <= MEGABYTES
