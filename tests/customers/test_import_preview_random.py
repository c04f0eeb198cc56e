"""Random choices about random rows: what was judged row by row is what judging the whole file anew comes to."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from customers.importing.judging import judge
from customers.importing.seen import fingerprint
from customers.importing.spec import CUSTOMERS
from sheets.importing.choosing import edit_cells, exclude_rows, include_rows, resolve_duplicates
from sheets.importing.preview import counts, doubles_of, fingerprint_of
from sheets.importing.reading import table_of
from sheets.importing.uploads import judge_all, received
from sheets.models import Upload
from tests import factories
from tests.marks import long
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

IDS = ["0112038-9", "0201256-6", "1456344-5", "fi0112038-9", "1", ""]
NUMBERS = ["1", "2", "3", "4", ""]
PATHS = ["Talo", "talo", "Talo / Ylä", "Halli; Talo", "Ei ole", ""]
CITIES = ["Oulu", "OULU", ""]
HEADINGS = {
    "Nimi": "name",
    "Postitoimipaikka": "city",
    "Y-tunnus": "business_id",
    "Asiakasnumero": "customer_number",
    "Kansiot": "folders",
    "Yhteyshenkilö": "contact_name",
    "Yhteyshenkilön sähköposti": "contact_email",
    "Yhteyshenkilön puhelin": "contact_phone",
}
PEOPLE = {
    "Yhteyshenkilö": ["Irma", "IRMA", "Pekka", ""],
    "Yhteyshenkilön sähköposti": ["irma@example.com", "Irma@Example.com", "", ""],
    "Yhteyshenkilön puhelin": ["040 765 4321", "0401112233", ""],
}


def told(upload: Upload) -> list[tuple[Any, ...]]:
    fields = ("number", "outcome", "told", "problems", "noted", "about", "does", "cells")
    return list(upload.rows.order_by("number").values_list(*fields))


def shared(upload: Upload) -> list[tuple[int, int]]:
    return sorted(upload.keys.values_list("number", "key"))


@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize("seed", [0, 1, *long(range(2, 20))])
def test_a_choice_judges_all_that_hangs_on_it(office: User, seed: int, update: bool) -> None:
    chance = random.Random(seed)
    above = factories.folder("Talo")
    factories.folder("Ylä", above)
    factories.folder("Halli")
    factories.customer("Vanha Oy", business_id=IDS[0], customer_number="1")
    factories.customer("B Oy", customer_number="2", city="Oulu")
    factories.customer("A Ab", customer_number="3", business_id=IDS[1], city="Oulu", closed_on=date(2026, 1, 1))

    def cell(heading: str) -> str:
        choices = {"Nimi": ["A", "B", "Vanha Oy", ""], "Y-tunnus": IDS, "Asiakasnumero": NUMBERS, "Kansiot": PATHS}
        choices["Postitoimipaikka"] = CITIES
        return chance.choice((choices | PEOPLE)[heading])

    rows = [["x", *(cell(heading) for heading in HEADINGS)] for _ in range(9)]
    with translation.override("en"):
        content = book(["Lisätiedot", *HEADINGS], *rows)
        upload = received(CUSTOMERS, "a.xlsx", content, office, update=update)
        for _step in range(12):
            number = chance.randrange(2, 11)
            match chance.choice(["mend", "mend", "leave_out", "take_back", "answer", "answer"]):
                case "answer":
                    may_be = doubles_of(upload, {number})[number]
                    resolve_duplicates(upload, {number: chance.choice([None, *may_be])}, office)
                case "mend":
                    heading = chance.choice([*HEADINGS])
                    edit_cells(upload, number, {HEADINGS[heading]: cell(heading)}, office)
                case "leave_out":
                    exclude_rows(upload, {number}, office)
                case "take_back":
                    include_rows(upload, {number}, office)
            step_by_step = told(upload), shared(upload)
            judge_all(upload, office)
            assert step_by_step == (told(upload), shared(upload))
        while wrong := set(upload.rows.filter(outcome="error").values_list("number", flat=True)):
            exclude_rows(upload, wrong, office)
        assert fingerprint_of(upload, counts(upload), office) == fingerprint(
            judge(table_of(upload), update=update, by=office)
        )
