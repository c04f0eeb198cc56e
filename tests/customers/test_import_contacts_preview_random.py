"""Random choices about random rows of contacts: what was judged row by row is what judging the whole file comes to."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from customers.importing_contacts.save import save
from customers.importing_contacts.spec import CONTACTS
from customers.importing_contacts.taking_back import undo_import
from customers.models import Contact, CustomerContact
from sheets.importing.choosing import edit_cells, exclude_rows, include_rows, resolve_duplicates
from sheets.importing.keeping import NotImported
from sheets.importing.preview import counts, doubles_of, fingerprint_of, refusal
from sheets.importing.reading import table_of
from sheets.importing.uploads import judge_all, received
from sheets.models import Upload
from tests import factories
from tests.customers.contacts import edited, everything, out, people
from tests.marks import long
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CHOICES = {
    "name": ["Uusi", "UUSI", "Uusi", "Irma", "IRMA", "Pekka", "Åke", ""],
    "email": ["uusi@example.com", "Uusi@example.com", "irma@example.com", "p@example.com", "a@", "", "", ""],
    "phone": ["040 765 4321", "+358407654321", "040 123 4567", "040 123 4568", ""],
    "customers": ["A", "B", "A; B (kohde)", "b; Ei ole", "1", ""],
    "role": ["Laskutus", "site", "pomo", "", ""],
}
HEADINGS = {"Henkilö": "name", "E-mail": "email", "Puhelin": "phone", "Kunder": "customers", "Rooli": "role"}


def told(upload: Upload) -> list[tuple[Any, ...]]:
    fields = ("number", "outcome", "told", "problems", "noted", "about", "does", "cells")
    return list(upload.rows.order_by("number").values_list(*fields))


def shared(upload: Upload) -> list[tuple[int, int]]:
    return sorted(upload.keys.values_list("number", "key"))


def world() -> None:
    a, b = factories.customer("A", customer_number="1"), factories.customer("B")
    people: list[tuple[str, str, str, Any]] = [
        ("Irma", "irma@example.com", "+358401234567", a),
        ("Pekka", "", "+358401234568", b),
        ("Pekka", "p@example.com", "", None),
        ("Åke", "", "", a),
    ]
    for name, email, phone, customer in people:
        contact = Contact.objects.create(name=name, email=email, phone=phone)
        if customer:
            CustomerContact.objects.create(contact=contact, customer=customer)


def content_of(chance: random.Random, *, ours: bool) -> bytes:
    if ours:  # an export of ours, with its contacts on some of its rows
        content = out()
        for row in range(2, 11):
            for key, cells in CHOICES.items():
                if chance.random() < 0.4:
                    content = edited(content, row, **{key: chance.choice(cells) or None})
            if row > 5 and chance.random() < 0.4:
                old = chance.choice(list(Contact.objects.order_by("pk").values_list("pk", flat=True)))
                content = edited(content, row, id=old, version=10**6)
        return content
    rows = [["x", *(chance.choice(CHOICES[key]) for key in HEADINGS.values())] for _ in range(9)]
    return book(["Muuta", *HEADINGS], *rows)


@pytest.mark.parametrize("ours", [False, True])
@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize("seed", [0, *long(range(1, 3))])
def test_a_choice_judges_all_that_hangs_on_it(office: User, seed: int, update: bool, ours: bool) -> None:
    chance = random.Random(seed)
    world()
    with translation.override("fi"):
        upload = received(CONTACTS, "a.xlsx", content_of(chance, ours=ours), office, update=update)
        update = upload.update  # of our own export it is chosen already
        for _step in range(12):
            number = chance.choice(list(upload.rows.values_list("number", flat=True)))
            match chance.choice(["mend", "mend", "leave_out", "take_back", "answer", "answer"]):
                case "answer":
                    resolve_duplicates(
                        upload, {number: chance.choice([None, *doubles_of(upload, {number})[number]])}, office
                    )
                case "mend":
                    key = chance.choice([*CHOICES])
                    edit_cells(upload, number, {key: chance.choice(CHOICES[key])}, office)
                case "leave_out":
                    exclude_rows(upload, {number}, office)
                case "take_back":
                    include_rows(upload, {number}, office)
            step_by_step = told(upload), shared(upload)
            judge_all(upload, office)
            assert step_by_step == (told(upload), shared(upload))
        _import(upload, office, update=update)


def test_a_choice_reaches_rows_that_share_a_person_and_no_cell(office: User) -> None:
    """The third row is the first one's person by its phone, the second by its e-mail, and comes before the third."""
    for name in "AB":
        factories.customer(name)
    rows: list[list[Any]] = [
        ["Uusi", "uusi@example.com", "040 123 4567", None],
        ["Uusi", "uusi@example.com", None, "A"],
        ["Uusi", None, "040 123 4567", "A"],
    ]
    with translation.override("fi"):
        upload = received(CONTACTS, "a.xlsx", book([*HEADINGS][:4], *rows), office, update=False)
        for customers, outcomes in (
            ("B", ["new", "changed", "changed"]),
            ("A", ["new", "changed", "unchanged"]),
            ("", ["new", "unchanged", "changed"]),
        ):
            edit_cells(upload, 3, {"customers": customers}, office)
            assert list(upload.rows.order_by("number").values_list("outcome", flat=True)) == outcomes


def _import(upload: Upload, by: User, *, update: bool) -> None:
    """With all that is wrong left out, and all that is asked about new, it does what was shown; and goes back again."""
    while wrong := set(upload.rows.filter(outcome="error").values_list("number", flat=True)):
        exclude_rows(upload, wrong, by)
    while asked := set(upload.rows.filter(outcome="asked").values_list("number", flat=True)):
        resolve_duplicates(upload, dict.fromkeys(asked, 0), by)
    amounts, before, were = counts(upload), everything(), people()
    if refusal(amounts, CONTACTS.words):
        return
    seen = fingerprint_of(upload, amounts, by)
    with pytest.raises(NotImported):
        save(table_of(upload), update=update, by=by, upload=upload, seen=f"{seen}0")
    assert everything() == before
    done = save(table_of(upload), update=update, by=by, upload=upload, seen=seen).counts()
    assert [done[key] for key in ("new", "changed", "unchanged")] == [
        amounts[key] for key in ("new", "changed", "unchanged")
    ]
    upload.refresh_from_db()
    assert len(everything()) == len(before) + done["new"] + done["links"] - done["unlinked"]
    if upload.operation is not None:  # else it changed nothing
        undo_import(upload, by=by)
    assert people() == were
