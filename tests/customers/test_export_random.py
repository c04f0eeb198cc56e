"""Random customers out and in again: as they were nothing changes, and of random edits just those come."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from customers.exporting import COLUMNS, exported
from customers.importing.columns import IMPORTED
from customers.importing.save import save
from customers.models import Change, Customer
from sheets.limits import Limits
from sheets.tables import read_table
from tests import factories
from tests.customers.test_import_random import TEXT, business_ids
from tests.sheets.books import escaped, saved_book

pytestmark = pytest.mark.once


PAYLOADS = st.sampled_from(["=1+1", "@SUM(A1)", "-1", "+358", "_x0041_", "<&>", "'a", "1.2", "007", "Esimerkki"])
ANY = st.one_of(TEXT, PAYLOADS)
FIELDS: dict[str, st.SearchStrategy[Any]] = {  # what stands in a cell and is kept as it stands
    "email": st.from_regex(r"[a-z]{1,8}@example\.(com|fi)", fullmatch=True),
    "phone": st.integers(400_000_000, 409_999_999).map("+358{}".format),
    "street": ANY,
    "postcode": st.from_regex(r"[0-9]{5}", fullmatch=True),
    "city": ANY,
    "einvoice_operator": ANY,
    "payment_term_days": st.integers(0, 365),
    "notes": st.lists(ANY, min_size=1, max_size=3).map("\n".join),
}
EMPTY = {"payment_term_days": None}
NUMBER = {column.key: number for number, column in enumerate(COLUMNS, 1)}

customers = st.fixed_dictionaries({"name": ANY}, optional=FIELDS)
edits = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([*FIELDS]).flatmap(lambda key: st.tuples(st.just(key), st.none() | FIELDS[key])),
    ),
    max_size=6,
)


def everything() -> dict[int, dict[str, Any]]:
    keys = [column.key for column in COLUMNS if column.key not in {"id", "version"}]
    return {values["pk"]: values for values in Customer.objects.values("pk", *keys)}


class RandomExports(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(customers, min_size=1, max_size=4), st.lists(business_ids(), max_size=4, unique=True), edits)
    def test_of_an_exported_sheet_just_the_edits_come(
        self, drawn: list[dict[str, Any]], ids: list[str], edited: list[tuple[int, tuple[str, Any]]]
    ) -> None:
        for number, fields in enumerate(drawn):
            factories.customer(business_id=ids[number] if number < len(ids) else "", **fields)
        with translation.override("sv"):
            content = b"".join(exported(Customer.objects.all()))
            before, changes = everything(), Change.objects.count()
            assert save(self.table(content), update=True, by=None).counts()["unchanged"] == len(drawn)
            assert (everything(), Change.objects.count()) == (before, changes)

            book = load_workbook(io.BytesIO(content))
            sheet = book.worksheets[0]
            for row, (key, value) in edited:
                if row < len(drawn):
                    cell = sheet.cell(row + 2, NUMBER[key])
                    cell.value = escaped(value) if isinstance(value, str) else value
                    if isinstance(value, str):
                        cell.data_type = "s"
                    before[int(str(sheet.cell(row + 2, NUMBER["id"]).value))][key] = (
                        EMPTY.get(key, "") if value is None else value
                    )
            save(self.table(saved_book(book)), update=True, by=None)
            assert everything() == before

    def table(self, content: bytes) -> Any:
        return read_table(content, IMPORTED, Limits(), most_rows=10)
