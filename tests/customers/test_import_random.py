"""Random customers written by openpyxl and imported are what a plain reckoning says, which shares no code with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.importing.columns import COLUMNS
from customers.importing.save import save
from customers.models import Attachment, Contact, Customer, CustomerContact
from folders.models import Folder
from sheets.limits import Limits
from sheets.tables import read_table
from sheets.writing import write_xlsx
from spotilla.text import one_line
from tests import factories
from tests.sheets.books import book, escaped

pytestmark = pytest.mark.once


TYPES = {
    "Yritys": "company",
    "PRIVATE PERSON": "person",
    "taloyhtiö": "housing",
    "Offentlig organisation": "public",
    "Organisaatio": "organisation",
    "kostnadsställe": "cost_centre",
    None: "company",
}
COUNTRIES = {"Suomi": "FI", "se": "SE", "Norway": "NO", "Estland": "EE", None: "FI"}
DIGITS_OF_POSTCODE = {"FI": 5, "NO": 4}  # of those that may begin with a zero
FOLDERS = ["Isännöinti", "Isännöinti / As Oy Puistola", "Isännöinti / As Oy Mäki", "Teollisuus", "Teollisuus / Halli 1"]

# Every character that a cell and both databases can hold; names of the example's kind have a dash, so none is drawn.
LETTERS = st.characters(
    exclude_categories=["Cc", "Cs", "Cf", "Co", "Cn", "Zl", "Zp", "Zs", "Mn", "Mc"], exclude_characters="–"
)
WORD = st.text(LETTERS, min_size=1, max_size=12).map(one_line).filter(bool)  # as it is kept
TEXT = st.lists(WORD, min_size=1, max_size=3).map(" ".join)


@st.composite
def business_ids(draw: st.DrawFn) -> str:
    """Valid IDs, by trying the ten check digits with the sum that must come out even."""
    digits = draw(st.integers(1_000_000, 9_999_999).map(str))
    for check in "0123456789":
        weighted = sum(
            int(digit) * weight for digit, weight in zip(digits + check, (7, 9, 10, 5, 8, 4, 2, 1), strict=True)
        )
        if weighted % 11 == 0:
            return f"{digits}-{check}"
    return draw(business_ids())


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """One row as somebody might fill it; what is None stays empty."""
    phone = draw(st.none() | st.integers(1_000_000, 9_999_999))
    return {
        "Nimi": draw(TEXT),
        "Asiakastyyppi": draw(st.sampled_from(list(TYPES))),
        "Yhtiön tunnus": draw(st.none() | business_ids()),
        "Asiakasnumero": draw(st.none() | st.from_regex(r"[A-Z0-9]{1,6}", fullmatch=True)),
        "Sähköposti": draw(st.none() | st.from_regex(r"[a-z]{1,8}@example\.(com|fi)", fullmatch=True)),
        "Puhelin": draw(st.sampled_from(["040{}", "+358 40 {}", "(040) {}"])).format(phone) if phone else None,
        "Postinumero": draw(st.none() | st.integers(1, 99_999) | st.from_regex(r"[0-9]{5}", fullmatch=True)),
        "Postitoimipaikka": draw(st.none() | TEXT),
        "Maa": draw(st.sampled_from(list(COUNTRIES))),
        "Maksuehto (pv)": draw(st.none() | st.integers(0, 365) | st.integers(0, 365).map(str)),
        "Yhteyshenkilö": draw(st.none() | st.sampled_from(["Irma", "IRMA", "Pekka"])),
        "Yhteyshenkilön sähköposti": draw(st.sampled_from([None, "a@example.com", "A@example.com", "b@example.com"])),
        "Kansiot": draw(st.none() | st.lists(st.sampled_from(FOLDERS), max_size=2, unique=True).map("; ".join)),
        "Liitetty alkaen": draw(st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))),
        "Lisätiedot": draw(st.none() | st.lists(TEXT, min_size=1, max_size=3).map("\n".join)),
    }


def possible(drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with what only one may have left to the first, and no e-mail of a contact without a name."""
    seen: set[tuple[str, str]] = set()
    for row in drawn:
        for heading in ("Yhtiön tunnus", "Asiakasnumero"):
            if row[heading] and (heading, row[heading]) in seen:
                row[heading] = None
            seen.add((heading, row[heading] or ""))
        folders = [path for path in (row["Kansiot"] or "").split("; ") if path and ("folder", path) not in seen]
        seen.update(("folder", path) for path in folders)
        row["Kansiot"] = "; ".join(folders) or None
        if row["Yhteyshenkilö"] is None:
            row["Yhteyshenkilön sähköposti"] = None
    return drawn


def reckoned(row: dict[str, Any]) -> tuple[Any, ...]:
    """What the row says, field by field."""
    country = COUNTRIES[row["Maa"]]
    postcode, phone = row["Postinumero"], row["Puhelin"]
    if isinstance(postcode, int):
        postcode = str(postcode).rjust(DIGITS_OF_POSTCODE.get(country, 0), "0")
    return (
        row["Nimi"],
        TYPES[row["Asiakastyyppi"]],
        row["Yhtiön tunnus"] or "",
        row["Asiakasnumero"] or "",
        row["Sähköposti"] or "",
        "+35840" + phone[-7:] if phone else "",
        postcode or "",
        row["Postitoimipaikka"] or "",
        country,
        None if row["Maksuehto (pv)"] is None else int(row["Maksuehto (pv)"]),
        row["Lisätiedot"] or "",
    )


def people_reckoned(drawn: list[dict[str, Any]]) -> tuple[int, int]:
    """(contacts, links): one for each name and e-mail, and one for each row that gives a name alone."""
    with_email = {
        (row["Yhteyshenkilö"].lower(), row["Yhteyshenkilön sähköposti"].lower())
        for row in drawn
        if row["Yhteyshenkilön sähköposti"]
    }
    named = [row for row in drawn if row["Yhteyshenkilö"]]
    return len(with_email) + sum(row["Yhteyshenkilön sähköposti"] is None for row in named), len(named)


FIELDS = (
    *("name", "customer_type", "business_id", "customer_number", "email", "phone", "postcode", "city", "country"),
    *("payment_term_days", "notes"),
)


class RandomImports(TestCase):
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(rows(), min_size=1, max_size=6).map(possible), st.booleans(), st.randoms(use_true_random=False))
    def test_random_customers_are_imported_as_they_stand(
        self, drawn: list[dict[str, Any]], ours: bool, chance: Any
    ) -> None:
        ids: dict[str, Folder] = {}
        for path in FOLDERS:
            above, _, name = path.rpartition(" / ")
            ids[path] = factories.folder(name, ids.get(above))
        headings = list(drawn[0])
        chance.shuffle(headings)
        cells = [[row[heading] for heading in headings] for row in drawn]
        theirs = [[escaped(cell) if isinstance(cell, str) else cell for cell in row] for row in cells]
        content = write_xlsx("A", headings, cells) if ours else book(headings, *theirs)

        plan = save(read_table(content, COLUMNS, Limits(), most_rows=100), update=False, by=None)

        assert list(Customer.objects.order_by("pk").values_list(*FIELDS)) == [reckoned(row) for row in drawn]
        assert (Contact.objects.count(), CustomerContact.objects.count()) == people_reckoned(drawn)
        attached = Attachment.objects.order_by("customer", "folder").values_list("customer__name", "folder", "since")
        assert sorted(attached) == sorted(
            (row["Nimi"], ids[path].pk, row["Liitetty alkaen"] or date.min)
            for row in drawn
            for path in (row["Kansiot"] or "").split("; ")
            if path
        )
        assert plan.counts()["new"] == len(drawn)
