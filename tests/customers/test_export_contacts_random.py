"""Random contacts out and in again: as they were nothing changes; of random edits just those come, and go back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from customers.importing_contacts.save import save
from customers.importing_contacts.taking_back import undo_import
from customers.models import Change, Contact, CustomerContact
from sheets.models import Upload
from tests import factories
from tests.customers.contacts import COLUMNS, out, read
from tests.customers.test_import_random import TEXT
from tests.sheets.books import escaped, saved_book

pytestmark = pytest.mark.once


PAYLOADS = st.sampled_from(["=1+1", "@SUM(A1)", "-1", "_x0041_", "<&>", "'a", "1.2", "007", "#1", "1E+11"])
NAME = st.one_of(TEXT, PAYLOADS)
CALLED = st.one_of(
    NAME, st.sampled_from(["A (kohde)", "A", "a", "B; C", "B", "#2", "0112038-9", "…", "A (Objekt) (avtal)"])
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "email": st.from_regex(r"[a-z]{1,8}@example\.(com|fi)", fullmatch=True),
    "phone": st.integers(400_000_000, 409_999_999).map("+358{}".format),
}
ROLES = {"billing": "Fakturering", "contract": "avtal", "site": "OBJEKT", "emergency": "Nödsituation"}
NUMBER = {column.key: number for number, column in enumerate(COLUMNS, 1)}

role = st.sampled_from([*ROLES])
customers = st.lists(
    st.fixed_dictionaries({"name": CALLED}, optional={"customer_number": NAME}), min_size=1, max_size=4
)
contacts = st.lists(
    st.tuples(st.fixed_dictionaries({"name": NAME}, optional=FIELDS), st.sets(st.tuples(st.integers(0, 3), role))),
    min_size=1,
    max_size=4,
)
edits = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 3), st.just("name"), NAME),
        st.tuples(st.integers(0, 3), st.sampled_from([*FIELDS]), st.none()),
        st.tuples(st.integers(0, 3), st.just("email"), FIELDS["email"]),
        st.tuples(st.integers(0, 3), st.just("phone"), FIELDS["phone"]),
        st.tuples(st.integers(0, 3), st.just("customers"), st.sets(st.tuples(st.integers(0, 3), role))),
    ),
    max_size=6,
)


def everything() -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {
        each["pk"]: {**each, "customers": set()} for each in Contact.objects.values("pk", "name", "email", "phone")
    }
    for contact, customer, of_link in CustomerContact.objects.values_list("contact_id", "customer_id", "role"):
        found[contact]["customers"].add((customer, of_link))
    return found


class RandomContacts(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(customers, contacts, edits)
    def test_of_an_exported_sheet_just_the_edits_come(
        self, of: list[dict[str, Any]], drawn: list[Any], edited: list[tuple[int, str, Any]]
    ) -> None:
        numbers: set[str] = set()
        made = []
        for fields in of:
            number = fields.pop("customer_number", "")
            made.append(factories.customer(customer_number="" if number in numbers else number, **fields))
            numbers.add(number)
        for fields, links in drawn:
            contact = Contact.objects.create(**fields)
            for number, role in {(number % len(made), role) for number, role in links}:
                CustomerContact.objects.create(contact=contact, customer=made[number], role=role)
        with translation.override("sv"):
            content = out()
            before, original, changes = everything(), everything(), Change.objects.count()
            assert save(read(content), update=True, by=None).counts()["unchanged"] == len(drawn)
            assert (everything(), Change.objects.count()) == (before, changes)

            book = load_workbook(io.BytesIO(content))
            sheet = book.worksheets[0]
            for row, key, value in edited:
                if row < len(drawn):
                    pk = int(str(sheet.cell(row + 2, NUMBER["id"]).value))
                    text = value
                    if key == "customers":
                        wanted = {(made[number % len(made)].pk, role) for number, role in value}
                        text = "; ".join(f"#{customer} ({ROLES[role]})" for customer, role in wanted) or None
                    before[pk][key] = wanted if key == "customers" else value or ""
                    cell = sheet.cell(row + 2, NUMBER[key])
                    cell.value = text and escaped(text)
                    if text is not None:
                        cell.data_type = "s"
            upload = Upload(about="contacts", name="a.xlsx", content=b"", update=True)
            save(read(saved_book(book)), update=True, by=None, upload=upload)
            assert everything() == before
            upload.refresh_from_db()
            if upload.operation is not None:  # else the edits changed nothing
                undo_import(upload, by=None)
            assert everything() == original
