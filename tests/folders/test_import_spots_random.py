"""Random spots out and in again: as they were nothing changes, and of random edits just those come."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from folders.exporting import COLUMNS, exported_spots
from folders.importing_spots.save import save
from folders.models import Spot
from sheets.limits import Limits
from sheets.tables import read_table
from tests import factories
from tests.customers.test_import_random import TEXT
from tests.sheets.books import escaped, saved_book

pytestmark = pytest.mark.once


PAYLOADS = st.sampled_from(["=1+1", "@SUM(A1)", "-1", "_x0041_", "<&>", "'a", "1.2", "007", "Esimerkki"])
NAME = st.one_of(TEXT.map(lambda text: " ".join(text.split())).filter(bool), PAYLOADS)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "state": st.sampled_from(Spot.State.values),
    "description": st.lists(st.one_of(TEXT, PAYLOADS), min_size=1, max_size=3).map("\n".join),
}
STATES = {"active": "I bruk", "not_in_use": "Ur bruk", "faulty": "Felaktig", "removed": "Borttagen"}
NUMBER = {column.key: number for number, column in enumerate(COLUMNS, 1)}

spots = st.lists(st.fixed_dictionaries({"name": NAME}, optional=FIELDS), min_size=1, max_size=4)
edits = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([*FIELDS]).flatmap(lambda key: st.tuples(st.just(key), st.none() | FIELDS[key])),
    ),
    max_size=6,
)


def everything() -> dict[int, dict[str, Any]]:
    return {
        values["pk"]: dict(values) for values in Spot.objects.values("pk", "name", "state", "description", "folder")
    }


class RandomSpots(TestCase):
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(spots, edits)
    def test_of_an_exported_sheet_just_the_edits_come(
        self, drawn: list[dict[str, Any]], edited: list[tuple[int, tuple[str, Any]]]
    ) -> None:
        top = factories.folder("Kansio")
        folders = [top, factories.folder("Sama", top), factories.folder("sama", top)]  # two share a path
        for number, fields in enumerate(drawn):
            factories.spot(folders[number % 3], **fields)
        with translation.override("sv"):
            content = b"".join(exported_spots(Spot.objects.all()))
            before = everything()
            assert save(self.table(content), update=True, by=None).counts()["unchanged"] == len(drawn)
            assert everything() == before

            book = load_workbook(io.BytesIO(content))
            sheet = book.worksheets[0]
            for row, (key, value) in edited:
                if row < len(drawn):
                    cell = sheet.cell(row + 2, NUMBER[key])
                    cell.value = value and escaped(STATES.get(value, value))
                    if value is not None:
                        cell.data_type = "s"
                    empty = "active" if key == "state" else ""
                    before[int(str(sheet.cell(row + 2, NUMBER["id"]).value))][key] = empty if value is None else value
            save(self.table(saved_book(book)), update=True, by=None)
            assert everything() == before

    def table(self, content: bytes) -> Any:
        return read_table(content, COLUMNS, Limits(), most_rows=10)
