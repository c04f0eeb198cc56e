"""Which contacts and which folders the rows of a customers' sheet mean."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from customers.models import Attachment, Contact, CustomerContact
from customers.ownership import attach, close_customer, detach
from customers.sql.rebuild import differences
from folders.days import ALWAYS, FOREVER
from tests import factories
from tests.customers.importing import PERSON, imported, plan, problems, table

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


# ---- contacts --------------------------------------------------------------------------------------------------------


def people() -> list[tuple[str, str, str, list[str]]]:
    """(name, e-mail, phone, their customers)"""
    return sorted(
        (each.name, each.email, each.phone, sorted(each.customers.values_list("name", flat=True)))
        for each in Contact.objects.all()
    )


def test_the_same_name_and_email_in_the_file_or_the_database_is_one_person() -> None:
    Contact.objects.create(name="Irma Isännöitsijä", email="Irma@example.com")
    done = imported(
        PERSON, ["A", "IRMA  isännöitsijä", "irma@Example.com"], ["B", "Irma Isännöitsijä", "irma@example.com"]
    )
    assert people() == [("Irma Isännöitsijä", "Irma@example.com", "", ["A", "B"])]
    assert done.namesakes.total == 0


def test_the_same_email_with_another_name_is_another_person_and_the_result_says_so() -> None:
    Contact.objects.create(name="Irma", email="toimisto@example.com")
    done = imported(PERSON, ["A", "Pekka", "toimisto@example.com"], ["B", "Pekka", "TOIMISTO@example.com"])
    assert people() == [("Irma", "toimisto@example.com", "", []), ("Pekka", "toimisto@example.com", "", ["A", "B"])]
    assert done.namesakes.kept == [(2, "toimisto@example.com: Pekka, also Irma; kept as two people.")]


def test_without_an_email_the_same_name_and_phone_is_one_person_whatever_the_order_of_rows() -> None:
    imported(
        PERSON,
        ["A", "Irma", None, "040 123 4567"],
        ["B", "irma", "irma@example.com", "+358401234567"],
        ["C", "Irma", None, "050 123 4567"],
    )
    assert people() == [
        ("Irma", "", "+358501234567", ["C"]),
        ("irma", "irma@example.com", "+358401234567", ["A", "B"]),
    ]


def test_with_neither_a_name_alone_is_a_new_person_on_each_row() -> None:
    Contact.objects.create(name="Irma")
    imported(PERSON, ["A", "Irma"], ["B", "Irma"])
    assert people() == [("Irma", "", "", []), ("Irma", "", "", ["A"]), ("Irma", "", "", ["B"])]


def test_with_neither_the_contact_of_that_name_whom_the_customer_has_is_meant() -> None:
    customer = factories.customer("A", customer_number="1")
    contact = Contact.objects.create(name="Irma", email="irma@example.com")
    CustomerContact.objects.create(customer=customer, contact=contact, role="billing")
    imported(["Nimi", "Asiakasnumero", "Yhteyshenkilö"], ["A", "1", "irma"], update=True)
    assert people() == [("Irma", "irma@example.com", "", ["A", "A"])]
    assert sorted(CustomerContact.objects.values_list("role", flat=True)) == ["billing", "contract"]


def test_an_update_links_a_contact_once_and_changes_nothing_of_it() -> None:
    factories.customer("A", customer_number="1")
    Contact.objects.create(name="Irma", email="irma@example.com", phone="+358401234567")
    row = ["A", "1", "Irma", "irma@example.com", "050 765 4321"]
    headings = ["Nimi", "Asiakasnumero", *PERSON[1:]]
    for links in (1, 0):
        assert imported(headings, row, update=True).counts()["links"] == links
    assert people() == [("Irma", "irma@example.com", "+358401234567", ["A"])]


def test_an_email_of_a_contact_without_a_name_is_a_problem() -> None:
    found = problems(PERSON[1:], [None, "irma@example.com"])
    assert found == [(2, "B", "The contact's name is missing.")]


# ---- folders ---------------------------------------------------------------------------------------------------------


def test_paths_are_read_without_regard_to_case_and_outer_blanks() -> None:
    house = factories.folder("As Oy Puistola", factories.folder("Isännöinti Virtanen"))
    hall = factories.folder("Halli 1/2")
    imported(["Nimi", "Kansiot"], ["A", " isännöinti  virtanen /  AS OY PUISTOLA ;; Halli 1/2;halli 1/2; "])
    attached = Attachment.objects.order_by("pk").values_list("folder", "since", "until")
    assert list(attached) == [(house.pk, ALWAYS, FOREVER), (hall.pk, ALWAYS, FOREVER)]
    assert differences() == []


def test_folders_are_attached_from_the_day_given() -> None:
    folder = factories.folder("A")
    imported(["Nimi", "Kansiot", "Liitetty alkaen"], ["A Oy", "A", date(2026, 3, 1)])
    assert Attachment.objects.values_list("folder", "since", "until").get() == (folder.pk, date(2026, 3, 1), FOREVER)


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("31.2.2026", "There is no such day."),
        ("maaliskuu", "This is not a day."),
        (46082, "This is not a day."),
        (True, "This is not a day."),
    ],
)
def test_what_is_no_day_is_a_problem(written: Any, wrong: str) -> None:
    assert problems(["Liitetty alkaen"], [written]) == [(2, "B", wrong)]


def test_days_written_as_text_are_read() -> None:
    found = table(["Nimi", "Liitetty alkaen"], ["A", "1.3.2026"], ["B", "2026-03-01"], ["C", "01. 03. 2026"])
    assert [record.values["attached_from"] for record in found.records] == [date(2026, 3, 1)] * 3


def test_a_path_that_fits_two_folders_is_a_problem_naming_it() -> None:
    factories.folder("Halli")
    factories.folder("HALLI")
    assert problems(["Kansiot"], ["halli"]) == [(2, "B", "The path “halli” matches two folders.")]


def test_a_path_of_up_to_a_thousand_characters_is_looked_up_and_a_longer_one_is_a_problem() -> None:
    top = factories.folder("A" * 200)
    for _level in range(4):
        top = factories.folder("A" * 197, top)
    longest = " / ".join(["A" * 200, *["A" * 197] * 4])
    assert (len(longest), problems(["Kansiot"], [longest])) == (1000, [])
    assert problems(["Kansiot"], [longest + "A"]) == [(2, "B", "A folder's path is too long.")]


def test_a_path_that_ends_wrong_says_how_far_it_was_right() -> None:
    factories.folder("Halli", factories.folder("Teollisuus"))
    found = plan(["Nimi", "Kansiot"], ["A", "teollisuus / Sali"]).problems.listed
    assert [(problem.text, problem.right) for problem in found] == [
        ("There is no folder “teollisuus / Sali”.", "A folder inside “teollisuus”, which exists.")
    ]


def test_a_folder_that_another_customer_has_on_those_days_is_a_problem() -> None:
    folder, other = factories.folder("A"), factories.customer("Toinen Oy")
    attachment = attach(other, folder, by=None)
    headings = ["Kansiot", "Liitetty alkaen"]
    taken = "The folder “A” is on those days that of Toinen Oy."
    assert problems(headings, ["A", None]) == [(2, "B", taken)]
    detach(attachment, date(2026, 3, 1), by=None)
    assert problems(headings, ["A", "28.2.2026"]) == [(2, "B", taken)]
    assert problems(headings, ["A", "1.3.2026"]) == []


def test_two_rows_with_the_same_folder_are_a_problem_naming_the_first() -> None:
    factories.folder("A")
    found = problems(["Kansiot"], ["A"], ["a"])
    assert found == [(3, "B", "Row 2 attaches the folder “a” too.")]


def test_an_update_adds_the_folders_that_are_missing_and_ends_none() -> None:
    customer = factories.customer("A Oy", customer_number="1")
    have, missing, unnamed = factories.folder("On"), factories.folder("Puuttuu"), factories.folder("Muu")
    attach(customer, have, date(2026, 1, 1), by=None)
    attach(customer, unnamed, by=None)
    done = imported(["Nimi", "Asiakasnumero", "Kansiot"], ["A Oy", "1", "On; Puuttuu"], update=True)
    assert done.counts()["attachments"] == 1
    assert sorted(customer.attachments.values_list("folder", "since", "until")) == [
        (have.pk, date(2026, 1, 1), FOREVER),
        (missing.pk, ALWAYS, FOREVER),
        (unnamed.pk, ALWAYS, FOREVER),
    ]
    assert differences() == []


def test_an_update_asks_for_a_day_when_the_folder_was_once_the_customers_own() -> None:
    customer, folder = factories.customer("A Oy", customer_number="1"), factories.folder("A")
    attach(customer, folder, until=date(2026, 3, 1), by=None)
    headings = ["Asiakasnumero", "Kansiot", "Liitetty alkaen"]
    assert problems(headings, ["1", "A", None], update=True) == [
        (2, "C", "The folder “A” was this customer's until it ended on 1.3.2026.")
    ]
    assert problems(headings, ["1", "A", "1.3.2026"], update=True) == []


def test_a_closed_customer_gets_no_folders() -> None:
    customer = factories.customer("A Oy", customer_number="1")
    factories.folder("A")
    close_customer(customer, date(2026, 3, 1), by=None)
    found = problems(["Asiakasnumero", "Kansiot"], ["1", "A"], update=True)
    assert found == [(2, "C", "“A Oy” is closed from 1.3.2026.")]
