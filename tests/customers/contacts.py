"""The doors of the import of contacts, for tests."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from customers.contact_exporting import exported
from customers.importing_contacts.columns import CONTACT_COLUMNS, OWN
from customers.importing_contacts.judging import judge
from customers.models import Contact, CustomerContact
from sheets.limits import Limits
from sheets.models import Upload
from sheets.tables import Table, read_table
from tests.sheets.books import book, saved_book

HEADINGS = ["Yhteyshenkilö", "Sähköposti", "Puhelin", "Asiakkaat", "Rooli"]
COLUMNS = (*CONTACT_COLUMNS, *OWN)


def sent(client: Client, content: bytes, thing: str = "contacts", **data: Any) -> Any:
    file = SimpleUploadedFile("henkilot.xlsx", content)
    route = "customers:import" if thing == "customers" else f"customers:{thing}_import"
    return client.post(reverse(route), {"file": file, **data}, follow=True)


def page(client: Client, name: str = "preview", **asked: Any) -> Any:
    return client.get(reverse(f"customers:contacts_import_{name}", args=[Upload.objects.latest("pk").pk]), asked)


def pressed(client: Client, answer: Any) -> Any:
    target = answer.redirect_chain[-1][0]
    return client.post(target, {"seen": client.get(target).context["seen"]}, follow=True)


def chosen(client: Client, **said: Any) -> int:
    address = reverse("customers:contacts_import_choose", args=[Upload.objects.latest("pk").pk])
    return client.post(address, said, headers={"HX-Request": "true"}).status_code


def read(content: bytes) -> Table:
    return read_table(content, COLUMNS, Limits(), most_rows=5_000)


def table(headings: list[str], *rows: list[Any]) -> Table:
    return read(book(headings, *rows))


def problems(headings: list[str], *rows: list[Any], update: bool = False) -> list[tuple[int, str, str]]:
    found = judge(table(headings, *rows), update=update, by=None).problems
    return [(problem.row, problem.heading, problem.text) for problem in found]


def people() -> list[tuple[str, str, str, set[tuple[int, str]]]]:
    """Name, e-mail, phone, and (customer, role)s."""
    return [
        (each.name, each.email, each.phone, set(each.customer_links.values_list("customer_id", "role")))
        for each in Contact.objects.order_by("pk")
    ]


def everything() -> list[Any]:
    return [*Contact.objects.order_by("pk").values(), *CustomerContact.objects.order_by("pk").values()]


def out(by: Any = None) -> bytes:
    return b"".join(exported(Contact.objects.visible_to(by), by))


def edited(content: bytes, row: int, **values: Any) -> bytes:
    workbook = load_workbook(io.BytesIO(content))
    places = {column.key: number for number, column in enumerate(COLUMNS, 1)}
    for key, value in values.items():
        workbook.worksheets[0].cell(row, places[key]).value = value
    return saved_book(workbook)
