"""Our own export comes back: it updates by itself, asks about nobody it names and closes nobody it does not know."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from customers.models import Contact, Customer
from customers.ownership import close_customer
from folders.models import Folder, Spot
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Command, Page
from tests.say import say
from tests.sheets.books import book

pytestmark = pytest.mark.once


__all__ = ["say"]

OF_THINGS = [
    ("/customers/", lambda: factories.customer("A Oy"), Customer),
    ("/contacts/", lambda: Contact.objects.create(name="Anna Aalto", email="a@aalto.example"), Contact),
    ("/folders/", lambda: factories.folder("A"), Folder),
    ("/spots/", lambda: factories.spot(factories.folder("A"), "Ovi"), Spot),
]


def exported(client: Client, address: str = "/customers/export/", **query: str) -> bytes:
    answer: Any = client.get(address, query)
    pieces: Iterator[bytes] = answer.streaming_content
    return b"".join(pieces)


def named(answer: Any) -> str:
    return str(answer.headers["Content-Disposition"])


def edited(content: bytes, edit: Callable[[Any], None]) -> bytes:
    workbook = load_workbook(io.BytesIO(content))
    edit(workbook.worksheets[0])
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


@pytest.mark.parametrize(("address", "make", "model"), OF_THINGS, ids=[each[0] for each in OF_THINGS])
def test_an_export_updates_by_itself_and_sent_back_as_it_is_it_changes_nothing(
    office_client: Client, address: str, make: Callable[[], Any], model: type[Any]
) -> None:
    make()
    before, operations = list(model.objects.values()), Upload.objects.count()
    sent = {"file": io.BytesIO(exported(office_client, f"{address}export/"))}
    sent["file"].name = "vienti.xlsx"
    page = office_client.post(f"{address}import/", sent, follow=True)
    upload = Upload.objects.get()
    assert (upload.update, page.context["counts"]["unchanged"], page.context["counts"]["error"]) == (True, 1, 0)
    assert office_client.post(page.redirect_chain[-1][0]).status_code == 302
    upload.refresh_from_db()
    assert (upload.state, upload.operation, operations) == ("imported", None, 0)
    assert list(model.objects.values()) == before


def test_who_may_change_nothing_sends_an_export_as_before(db: None) -> None:
    factories.customer("A Oy")
    content = exported(signed_in(factories.user("kaikki@spotilla.example", "view")))
    clerk = signed_in(factories.user("uudet@spotilla.example", "customers.add_customer", "customers.view_customer"))
    assert Page(clerk).send(content).context["counts"]["error"] == 1
    assert Upload.objects.get().update is False


def test_a_closed_customer_that_an_export_names_by_its_id_is_not_asked_about(office_client: Client) -> None:
    closed = factories.customer("Vanha Oy", business_id="0112038-9", city="Turku")
    close_customer(closed, date(2026, 1, 1), by=None)
    content = exported(office_client, state="all")
    content = edited(content, lambda sheet: sheet.cell(2, column(sheet, "Puhelin"), "040 555 6595"))
    page = Page(office_client).send(content)
    assert {key: page.context["counts"][key] for key in ("asked", "changed", "error")} == {
        "asked": 0,
        "changed": 1,
        "error": 0,
    }
    typed = Page(office_client).send(book(["Nimi", "Y-tunnus"], ["Vanha Oy", "0112038-9"]), update=True)
    assert typed.context["counts"]["asked"] == 1  # a row that does not say who it is


def column(sheet: Any, heading: str) -> int:
    return int(next(cell.column for cell in sheet[1] if cell.value == heading))


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ({}, True),
        ({"state": "all"}, True),
        ({"city": "Turku"}, False),
        ({"q": "A"}, False),
        ({"state": "closed"}, False),
    ],
)
def test_only_an_export_of_all_customers_offers_to_close_those_that_it_lacks(
    office_client: Client, query: dict[str, str], offered: bool
) -> None:
    for name in ("A Oy", "B Oy"):
        factories.customer(name, city="Turku")
    closed = factories.customer("C Oy")
    close_customer(closed, date(2026, 1, 1), by=None)
    content = edited(exported(office_client, **query), lambda sheet: sheet.delete_rows(3))
    page = Page(office_client).send(content if query != {"state": "closed"} else exported(office_client, **query))
    assert (page.context["can_lack"], 'name="missing" value="leave"' in page.content.decode()) == (offered, not offered)
    address = page.redirect_chain[-1][0]
    said = office_client.post(f"{address}choose/", {"update": "on", "missing": "close"})
    assert said.status_code == (302 if offered else 400)
    office_client.post(address)
    assert Customer.objects.exclude(closed_on=None).count() == (2 if offered else 1)


def test_the_command_closes_nobody_by_an_export_of_some(office_client: Client, tmp_path: Path) -> None:
    for name in ("A Oy", "B Oy"):
        factories.customer(name, city="Turku" if name == "A Oy" else "")
    refused = Command(tmp_path)(exported(office_client, city="Turku"), update=True, options=("--missing", "close"))
    assert not refused.saved
    assert "The file is an export of some customers: it cannot say whom it lacks." in refused.said
    assert Customer.objects.filter(closed_on=None).count() == 2


def test_an_export_of_the_command_is_one_of_all(tmp_path: Path, db: None) -> None:
    for number in range(11):
        factories.customer(f"Asiakas {number:02} Oy")
    file = tmp_path / "vienti.xlsx"
    call_command("export_customers", str(file))
    content = edited(file.read_bytes(), lambda sheet: sheet.delete_rows(12))
    outcome = Command(tmp_path)(content, update=True, options=("--missing", "close"))
    assert outcome.saved
    assert [each.name for each in Customer.objects.exclude(closed_on=None)] == ["Asiakas 10 Oy"]


def test_more_than_a_tenth_is_closed_only_when_it_is_said_twice(tmp_path: Path, db: None) -> None:
    for number in range(10):
        factories.customer(f"Asiakas {number} Oy", customer_number=str(number))
    rows = [[f"Asiakas {number} Oy", str(number)] for number in range(8)]
    content, close = book(["Nimi", "Asiakasnumero"], *rows), ("--missing", "close")
    refused = Command(tmp_path)(content, update=True, options=close)
    assert (refused.saved, Customer.objects.filter(closed_on=None).count()) == (False, 10)
    assert "2 of 10 customers would be closed. If that is right, give --yes; nothing was saved." in refused.said
    assert Command(tmp_path)(content, update=True, options=(*close, "--dry-run")).saved
    nine = book(["Nimi", "Asiakasnumero"], *rows, ["Asiakas 8 Oy", "8"])
    assert Command(tmp_path)(nine, update=True, options=close).saved
    assert Command(tmp_path)(content, update=True, options=(*close, "--yes")).saved
    assert Customer.objects.filter(closed_on=None).count() == 8


@pytest.mark.parametrize("address", [each[0] for each in OF_THINGS])
def test_the_sheet_to_fill_in_and_the_export_have_different_names(office_client: Client, address: str) -> None:
    template, export = office_client.get(f"{address}import/template/"), office_client.get(f"{address}export/")
    assert named(template) != named(export)
    assert "t%C3%A4ytett%C3%A4v%C3%A4" in named(template)
