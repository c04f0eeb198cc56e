"""“Attached from” of a folder that the customer has already: the attachment gets that day, or the row is a problem."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from customers.models import Attachment, Customer
from customers.ownership import attach, detach, hand_over, redate
from customers.sql.rebuild import differences
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Operation
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Page, imported, problems
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HEADINGS = ["Nimi", "Asiakasnumero", "Kansiot", "Liitetty alkaen"]
JUNE, TO_COME = date(2026, 6, 1), timezone.localdate() + timedelta(days=100)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    translation.activate("en")


@pytest.fixture
def customer() -> Customer:
    return factories.customer("A Oy", customer_number="1")


@pytest.fixture
def folder(customer: Customer) -> Folder:
    """The customer's from June on."""
    folder = factories.folder("A")
    attach(customer, folder, JUNE, by=None)
    return folder


def days(folder: Folder) -> list[tuple[str, date, date]]:
    return list(folder.attachments.order_by("since").values_list("customer__name", "since", "until"))


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 7, 1), TO_COME], ids=["earlier", "later", "to come"])
def test_an_attachment_gets_the_rows_first_day(folder: Folder, day: date) -> None:
    done = imported(HEADINGS, ["A Oy", "1", "A", day], update=True)
    assert {name: done.counts()[name] for name in ("changed", "attachments", "redated")} == {
        "changed": 1,
        "attachments": 0,
        "redated": 1,
    }
    assert days(folder) == [("A Oy", day, FOREVER)]
    assert differences() == []
    operation = Operation.objects.latest("number")
    attachment = folder.attachments.get()
    assert operation.kind == "import_customers"
    assert operation.arguments["redated"] == [[attachment.pk, "2026-06-01", day.isoformat()]]
    assert [(row["id"], row["since"]) for row in operation.replaced] == [(attachment.pk, "2026-06-01")]


@pytest.mark.parametrize("day", [None, JUNE])
def test_an_empty_day_and_the_same_day_change_nothing(folder: Folder, day: date | None) -> None:
    done = imported(HEADINGS, ["A Oy", "1", "A", day], update=True)
    assert (done.counts()["unchanged"], done.counts()["redated"]) == (1, 0)
    assert days(folder) == [("A Oy", JUNE, FOREVER)]


def test_an_empty_day_changes_nothing_though_the_folder_was_anothers_before(customer: Customer) -> None:
    folder, before = factories.folder("A"), factories.customer("Ennen Oy")
    hand_over(attach(before, folder, by=None), customer, JUNE, by=None)
    assert imported(HEADINGS, ["A Oy", "1", "A", None], update=True).counts()["unchanged"] == 1
    assert days(folder) == [("Ennen Oy", ALWAYS, JUNE), ("A Oy", JUNE, FOREVER)]


def test_another_customers_days_in_the_way_are_a_problem_that_names_it(folder: Folder) -> None:
    other = factories.customer("Toinen Oy")
    attach(other, folder, date(2026, 1, 1), date(2026, 3, 1), by=None)
    assert problems(HEADINGS[1:], ["1", "A", date(2026, 2, 28)], update=True) == [
        (2, "C", "The folder “A” is on those days that of Toinen Oy.")
    ]
    imported(HEADINGS, ["A Oy", "1", "A", date(2026, 3, 1)], update=True)
    assert days(folder) == [("Toinen Oy", date(2026, 1, 1), date(2026, 3, 1)), ("A Oy", date(2026, 3, 1), FOREVER)]


def test_the_customers_own_earlier_days_are_a_problem_too(folder: Folder, customer: Customer) -> None:
    attach(customer, folder, date(2026, 1, 1), date(2026, 3, 1), by=None)
    assert problems(HEADINGS[1:], ["1", "A", date(2026, 2, 1)], update=True) == [
        (2, "C", "The folder “A” was this customer's until it ended on 1.3.2026.")
    ]
    assert days(folder) == [("A Oy", date(2026, 1, 1), date(2026, 3, 1)), ("A Oy", JUNE, FOREVER)]


def test_some_folders_are_new_and_others_get_the_day(folder: Folder) -> None:
    new = factories.folder("Uusi")
    done = imported(HEADINGS, ["A Oy", "1", "A; Uusi", date(2026, 3, 1)], update=True)
    assert (done.counts()["attachments"], done.counts()["redated"]) == (1, 1)
    assert days(folder) == days(new) == [("A Oy", date(2026, 3, 1), FOREVER)]
    assert differences() == []


# ---- the page, and taking it back ------------------------------------------------------------------------------------


@pytest.fixture
def desk(office: User) -> Page:
    office.language = "en"
    office.save()
    return Page(signed_in(office))


def cells(desk: Page, *row: Any) -> dict[str, tuple[str, str]]:
    """What the preview shows of the row: what was, and what will be."""
    answer = desk.send(book(HEADINGS, list(row)), update=True)
    shown = zip(answer.context["columns"], answer.context["rows"][0].cells, strict=True)
    return {column.key: (cell.was, cell.text) for column, cell in shown}


def test_the_preview_shows_the_day_that_was_and_the_day_that_will_be(desk: Page, folder: Folder) -> None:
    assert cells(desk, "A Oy", "1", "A", date(2026, 1, 1))["attached_from"] == ("1.6.2026", "1.1.2026")
    assert cells(desk, "A Oy", "1", "A", None)["attached_from"] == ("", "1.6.2026")
    assert cells(desk, "A Oy", "1", None, date(2026, 1, 1))["attached_from"] == ("", "")


def undone(desk: Page, upload: Upload) -> Any:
    url = reverse("customers:import_undo", args=[upload.pk])
    seen = desk.client.get(url).context["seen"]
    return desk.client.post(url, {"seen": seen}, follow=True)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 7, 1)], ids=["earlier", "later"])
def test_taking_the_import_back_gives_the_old_day_back(desk: Page, folder: Folder, day: date) -> None:
    desk(book(HEADINGS, ["A Oy", "1", "A", day]), update=True)
    assert days(folder) == [("A Oy", day, FOREVER)]
    upload = Upload.objects.get()
    shown = desk.client.get(reverse("customers:import_undo", args=[upload.pk])).context
    assert [(row.row.number, row.outcome.value) for row in shown["rows"]] == [(2, "back")]
    undone(desk, upload)
    assert days(folder) == [("A Oy", JUNE, FOREVER)]
    assert differences() == []


def test_a_day_that_was_changed_since_stays_and_so_does_one_whose_days_are_anothers_by_now(
    desk: Page, folder: Folder, customer: Customer
) -> None:
    other = factories.folder("B")
    attach(customer, other, JUNE, by=None)
    desk(book(HEADINGS, ["A Oy", "1", "A; B", date(2026, 8, 1)]), update=True)
    redate(folder.attachments.get(), date(2026, 9, 1), FOREVER, by=None)
    attach(factories.customer("Toinen Oy"), other, JUNE, date(2026, 8, 1), by=None)
    with translation.override("en"):
        shown = desk.client.get(reverse("customers:import_undo", args=[Upload.objects.get().pk])).context["rows"]
    assert [(row.outcome.value, row.reasons) for row in shown] == [
        ("cannot", ["The attachment has been changed since: A.", "Another's on those days by now: B."])
    ]
    undone(desk, Upload.objects.get())
    assert days(folder) == [("A Oy", date(2026, 9, 1), FOREVER)]
    assert days(other) == [("Toinen Oy", JUNE, date(2026, 8, 1)), ("A Oy", date(2026, 8, 1), FOREVER)]


def test_an_attachment_that_has_ended_since_stays_ended(desk: Page, folder: Folder) -> None:
    desk(book(HEADINGS, ["A Oy", "1", "A", date(2026, 1, 1)]), update=True)
    detach(Attachment.objects.get(), date(2026, 10, 1), by=None)
    undone(desk, Upload.objects.get())
    assert days(folder) == [("A Oy", date(2026, 1, 1), date(2026, 10, 1))]
