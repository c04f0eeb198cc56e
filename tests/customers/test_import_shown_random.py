"""What the preview shows is what is saved: of random rows on random worlds every cell, of every column of all four."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import partial
from random import Random
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from accounts.models import User
from customers.contact_exporting import _cells as contact_cells
from customers.importing.plan import OF_CUSTOMER
from customers.importing.shown import text
from customers.importing.spec import CUSTOMERS
from customers.importing_contacts.columns import CONTACT_COLUMNS
from customers.importing_contacts.spec import CONTACTS
from customers.importing_folders.spec import FOLDERS
from customers.models import Contact, Customer, CustomerContact
from customers.ownership import attach
from customers.sql.rebuild import differences
from folders.days import ALWAYS, FOREVER
from folders.exporting import exported_folders, exported_spots, folder_cells, spot_cells
from folders.importing_folders.columns import FOLDER_COLUMNS
from folders.importing_spots.columns import SPOT_COLUMNS
from folders.importing_spots.spec import SPOTS
from folders.models import Folder, Operation, Spot
from sheets.columns import folded
from sheets.importing.choosing import exclude_rows, resolve_duplicates
from sheets.importing.import_types import ImportType
from sheets.importing.preview import PreviewRow, columns_shown, doubles_of, page_rows
from sheets.importing.reading import table_of
from sheets.importing.uploads import received
from sheets.models import Upload
from sheets.problems import shown
from tests import factories
from tests.customers.contacts import edited as edited_contacts
from tests.customers.contacts import out as exported_contacts
from tests.sheets.books import book, saved_book

pytestmark = pytest.mark.once


type Shown = dict[int, tuple[PreviewRow, dict[str, str]]]  # by the row's number in the file

PATHS = ["Talo", "talo / ylä", "Halli", "Piha"]
DAYS = [None, None, "1.1.2026", "1.6.2026", "2026-09-01", "1.1.2027"]
CELLS: dict[str, list[Any]] = {
    "Nimi": ["A Oy", "B Oy", "Uusi Oy"],
    "Asiakasnumero": ["1", "2", "3", "9", None],
    "Asiakastyyppi": ["Yritys", "taloyhtiö", None],
    "Postinumero": [180, "00100", None],
    "Maa": ["Suomi", "SE", None],
    "Puhelin": ["040 123 4567", None],
    "Sähköposti": ["a@example.com", None],
    "Maksuehto (pv)": ["14", 7, None],
    "Yhteyshenkilö": ["Irma", "IRMA", "Pekka", None],
    "Yhteyshenkilön sähköposti": ["irma@example.com", "Irma@Example.com", None],
    "Yhteyshenkilön puhelin": ["040 765 4321", None],
    "Kansiot": [*PATHS, "Talo; Halli", "Piha; Halli", None, None],
    "Liitetty alkaen": DAYS,
    "Lisätiedot": ["a\nb", None],
}


def previewed(thing: ImportType, content: bytes, by: User) -> Upload:
    """Waiting, with every row that cannot be imported left out, and what it is asked about said."""
    upload = received(thing, "a.xlsx", content, by, update=True)
    for _again in range(5):
        if asked := set(upload.rows.filter(outcome="asked").values_list("number", flat=True)):
            resolve_duplicates(upload, {number: may_be[-1] for number, may_be in doubles_of(upload, asked).items()}, by)
        if wrong := set(upload.rows.filter(outcome="error").values_list("number", flat=True)):
            exclude_rows(upload, wrong, by)
    return upload


def imported(thing: ImportType, upload: Upload, by: User) -> Shown:
    """What the preview had shown of each row that was imported."""
    columns = columns_shown(upload)
    rows = list(upload.rows.exclude(outcome="left_out").order_by("number"))
    before = {
        row.number: (row, {column.key: cell.text for column, cell in zip(columns, row.cells, strict=True)})
        for row in page_rows(upload, rows, columns, by)
    }
    thing.save(table_of(upload), update=True, by=by, upload=upload)
    upload.refresh_from_db()
    return before


class WhatIsShownIsSaved(TestCase):
    def run_with(self, thing: ImportType, content: bytes) -> tuple[Shown, Upload]:
        with translation.override("fi"):
            office = User.objects.get_or_create(email="toimisto@spotilla.example", is_superuser=True)[0]
            upload = previewed(thing, content, office)
            if not upload.rows.exclude(outcome="left_out").exists():
                return {}, upload
            return imported(thing, upload, office), upload

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.randoms(use_true_random=False))
    def test_of_customers(self, chance: Random) -> None:
        folders = folders_of_customers(chance)
        rows = [[chance.choice(cells) for cells in CELLS.values()] for _ in range(6)]
        before, upload = self.run_with(CUSTOMERS, book([*CELLS], *rows))
        arguments = arguments_of(upload)
        if not before or not arguments["rows"]:
            return
        customers = dict(zip(arguments["rows"], arguments["customers"], strict=True))
        with translation.override("fi"):
            kept = {
                number: kept_of(Customer.objects.get(pk=customers[number]), cells, folders)
                for number, (_row, cells) in before.items()
            }
        assert [
            (number, key, cell, kept[number][key])
            for number, (_row, cells) in before.items()
            for key, cell in cells.items()
            if cell != kept[number][key]
        ] == []
        assert differences() == []

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.randoms(use_true_random=False))
    def test_of_contacts(self, chance: Random) -> None:
        a, b = factories.customer("A"), factories.customer("B")
        for name, customer in (("Irma", a), ("Pekka", b), ("Åke", a)):
            contact = Contact.objects.create(name=name, email=f"{folded(name)}@example.com")
            CustomerContact.objects.create(contact=contact, customer=customer)
        content = exported_contacts()
        values: dict[str, list[str | None]] = {
            "name": ["Uusi", "IRMA"],
            "phone": ["040 765 4321", None],
            "email": ["x@example.com", None],
        }
        values |= {"customers": ["A", "B", "A; B", None]}
        cells = {key: chance.choice(values[key]) for key in values if chance.random() < 0.6}
        content = edited_contacts(content, chance.choice([2, 3, 4]), **cells)
        before, upload = self.run_with(CONTACTS, content)
        pks = dict(arguments_of(upload)["rows"]) if before else {}
        self.compare(
            before,
            pks,
            [column.key for column in CONTACT_COLUMNS],
            lambda pk: contact_cells([pk], by=None, columns=CONTACT_COLUMNS)[pk],
        )

    @settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.randoms(use_true_random=False))
    def test_of_spots_and_folders(self, chance: Random) -> None:
        top = factories.folder("Talo", description="vanha")
        for number in range(3):
            factories.spot(factories.folder(f"Kerros {number}", top), f"Pumppu {number}", description="a")
        for thing, content, columns, cells in (
            (SPOTS, b"".join(exported_spots(Spot.objects.all())), SPOT_COLUMNS, spot_cells),
            (FOLDERS, b"".join(exported_folders(Folder.objects.all())), FOLDER_COLUMNS, folder_cells),
        ):
            before, upload = self.run_with(thing, changed_at_random(chance, content, len(columns)))
            pks = {entry.number: entry.row for entry in upload.ledger.order_by("-pk")} if before else {}
            self.compare(before, pks, [column.key for column in columns], partial(one_of, cells))

    def compare(self, before: Shown, pks: dict[int, int], keys: list[str], cells: Callable[[int], list[Any]]) -> None:
        """Of rows with the same one only the last, which has the last word."""
        found: dict[int, tuple[dict[str, str], dict[str, str]]] = {}
        with translation.override("fi"):
            for number, (row, shown_cells) in before.items():
                pk = pks.get(number) or (row.existing.pk if row.existing else 0)
                now = [("" if value is None else shown(value)) for value in cells(pk)]
                found[pk] = (
                    {key: compared(key, shown_cells[key]) for key in keys},
                    {key: compared(key, cell) for key, cell in zip(keys, now, strict=False)},
                )
        assert [seen for seen, _kept in found.values()] == [kept for _seen, kept in found.values()]


def arguments_of(upload: Upload) -> dict[str, Any]:
    """An import that changed nothing is in no log."""
    if upload.operation is None:
        return {"rows": []}
    arguments: dict[str, Any] = Operation.objects.get(number=upload.operation or 0).arguments
    return arguments


def one_of(cells: Callable[[list[int]], dict[int, list[Any]]], pk: int) -> list[Any]:
    return cells([pk])[pk]


def compared(key: str, cell: str) -> str:
    """Customers in a cell stand in no order that matters. Of a path the last name: a row may rename those above it."""
    return cell.rpartition(" / ")[2] if key == "folder" else "; ".join(sorted(cell.split("; ")))


def folders_of_customers(chance: Random) -> dict[str, Folder]:
    """Three customers, who have some of the folders on some days."""
    talo = factories.folder("Talo")
    folders = {"talo": talo, "talo / ylä": factories.folder("Ylä", talo), "halli": factories.folder("Halli")}
    folders["piha"] = factories.folder("Piha")
    customers = [
        factories.customer(f"Vanha {number} Oy", customer_number=str(number), country="SE") for number in (1, 2, 3)
    ]
    contact = Contact.objects.create(name="Irma", email="irma@example.com", phone="+358401112233")
    CustomerContact.objects.create(contact=contact, customer=customers[0])
    for folder in folders.values():
        day, owner = chance.choice([ALWAYS, date(2026, 1, 1), date(2026, 6, 1)]), chance.choice([*customers, None])
        if owner is not None and day != ALWAYS and chance.random() < 0.3:
            attach(chance.choice(customers), folder, until=day, by=None)
        if owner is not None:
            attach(owner, folder, day, FOREVER if chance.random() < 0.8 else date(2027, 6, 1), by=None)
    return folders


def kept_of(customer: Customer, cells: dict[str, str], folders: dict[str, Folder]) -> dict[str, str]:
    """The same cells as the tables have them; of folders and of a contact those that the row names."""
    kept = {key: text(key, getattr(customer, key)) for key in cells if key in OF_CUSTOMER}
    people = customer.contacts.filter(name=cells["contact_name"], email=cells["contact_email"])
    found = [
        {f"contact_{name}": text(f"contact_{name}", getattr(each, name)) for name in ("name", "email", "phone")}
        for each in people
    ]
    person = {key: cells[key] for key in ("contact_name", "contact_email", "contact_phone")}
    nobody = dict.fromkeys(person, "")
    kept |= person if person in found else nobody
    named = [path for path in cells["folders"].split("; ") if path]
    mine = customer.attachments.filter(until=FOREVER)
    days = {
        path: day for path in named for day in mine.filter(folder=folders[folded(path)]).values_list("since", flat=True)
    }
    kept["folders"] = "; ".join(path for path in named if path in days)
    kept["attached_from"] = "; ".join("aina" if day == ALWAYS else shown(day) for day in sorted(set(days.values())))
    if kept["attached_from"] == "aina" and not cells["attached_from"]:
        kept["attached_from"] = ""  # of a new attachment the empty cell says it
    return {key: kept[key] for key in cells}


def changed_at_random(chance: Random, content: bytes, width: int) -> bytes:
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    for row in range(2, sheet.max_row + 1):
        if chance.random() < 0.6:
            sheet.cell(row, width).value = chance.choice(["uusi", "a\nb", None])
        if chance.random() < 0.3:
            cell = sheet.cell(row, 2 if width > 2 else 1)
            cell.value = f"{cell.value} B"
    for _new in range(2):
        last = sheet.max_row + 1
        sheet.cell(last, 1).value = f"{sheet.cell(2, 1).value}" if width > 2 else f"Uusi {last}"
        sheet.cell(last, 2).value = f"Uusi {last}"
    return saved_book(workbook)
