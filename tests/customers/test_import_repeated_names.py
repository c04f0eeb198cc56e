"""Rows of one file with the same name: one customer with several contacts, or several customers. The user says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from customers.importing.columns import COLUMNS
from customers.importing.repeated import find_repeated
from customers.importing.save import save
from customers.models import Contact, Customer, CustomerContact
from folders.models import Operation
from sheets.choices import Choices
from sheets.limits import Limits
from sheets.models import Upload
from sheets.tables import read_table
from tests import factories
from tests.customers.importing import PERSON, Command, Page, plan
from tests.sheets.books import book

pytestmark = pytest.mark.once


HEADINGS = [*PERSON, "Postitoimipaikka", "Y-tunnus"]
ROWS = [
    ["As Oy Puistola", "Anna Aalto", "anna@aalto.example", None, "Turku", "0112038-9"],
    ["AS OY  PUISTOLA", "Bo Berg", None, None, None, None],
    ["As Oy Puistola", "Cia Cool", None, "040 555 6595", "Turku", "0112038-9"],
    ["As Oy Puistola", "Bo Berg", None, None, "Turku", None],
    ["Toinen Oy", "Anna Aalto", "anna@aalto.example", None, None, None],
]


def links() -> dict[str, list[str]]:
    return {
        customer.name: sorted(customer.contacts.values_list("name", flat=True)) for customer in Customer.objects.all()
    }


def sent(client: Client, rows: list[list[Any]] = ROWS, *, update: bool = False) -> tuple[Any, str]:
    page = Page(client).send(book(HEADINGS, *rows), update=update)
    return page, page.redirect_chain[-1][0]


def chosen(client: Client, address: str, **choice: str) -> Any:
    return client.post(f"{address}choose/", choice, follow=True)


def test_one_customer_with_several_contacts_is_made_when_the_user_says_so(office_client: Client) -> None:
    page, address = sent(office_client)
    assert "Rivit, joilla on sama nimi kuin aiemmalla rivillä (3):" in page.content.decode()
    assert office_client.post(address).status_code == 422
    after = chosen(office_client, address, repeated="one")
    assert {key: after.context["counts"][key] for key in ("new", "changed", "asked", "error")} == {
        "new": 2,
        "changed": 2,
        "asked": 0,
        "error": 0,
    }
    assert office_client.post(address, {"seen": after.context["seen"]}).status_code == 302
    assert links() == {"As Oy Puistola": ["Anna Aalto", "Bo Berg", "Cia Cool"], "Toinen Oy": ["Anna Aalto"]}
    assert (Contact.objects.count(), CustomerContact.objects.count()) == (3, 4)
    upload = Upload.objects.get()
    undo = office_client.get(f"{address}undo/")
    assert (undo.context["counts"]["customers"], undo.context["counts"]["rows"]) == (2, 2)
    assert office_client.post(f"{address}undo/", {"seen": undo.context["seen"]}).status_code == 302
    assert (Customer.objects.count(), Contact.objects.count(), upload.operation) == (0, 0, 1)


def test_several_customers_are_made_when_the_user_says_so_of_all_or_of_a_row(office_client: Client) -> None:
    rows = [["Puisto Oy", "Anna"], ["Puisto Oy", "Bo"], ["Puisto Oy", "Cia"]]
    page, address = sent(office_client, rows)
    assert {row.number: row.repeats for row in page.context["rows"]} == {2: 0, 3: 2, 4: 2}
    after = chosen(office_client, address, repeated="several")
    assert after.context["counts"]["new"] == 3
    chosen(office_client, address, repeated="")
    after = chosen(office_client, address, same="4 0")
    assert (after.context["counts"]["asked"], after.context["counts"]["new"]) == (1, 2)
    after = chosen(office_client, address, repeated="one")
    office_client.post(address, {"seen": after.context["seen"]})
    assert sorted(sorted(each.contacts.values_list("name", flat=True)) for each in Customer.objects.all()) == [
        ["Anna", "Bo"],
        ["Cia"],
    ]
    for wrong in ("two", "NaN"):
        assert office_client.post(f"{address}choose/", {"repeated": wrong}).status_code in {400, 404}


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        ([["Puisto Oy", "Turku", ""], ["Puisto Oy", "Turku", ""]], {3: 2}),
        ([["Puisto Oy", "", ""], ["puisto\u00a0 oy", "", ""]], {3: 2}),
        ([["Puisto Oy", "Turku", ""], ["Puisto Oy", "", ""]], {3: 2}),
        ([["Puisto Oy", "Turku", ""], ["Puisto Oy", "Pori", ""]], {}),
        ([["Puisto Oy", "Turku", ""], ["Puisto Oy", "Pori", ""], ["Puisto Oy", "", ""], ["Puisto Oy", "", ""]], {5: 4}),
        ([["Puisto Oy", "Turku", "1"], ["Puisto Oy", "Turku", "2"]], {}),
        ([["Puisto Oy", "Turku", "1"], ["Puisto Oy", "Turku", ""]], {3: 2}),
        ([["Puisto Oy", "Turku", ""], ["Puisto Ky", "Turku", ""]], {}),
    ],
)
@pytest.mark.django_db
def test_a_city_and_a_number_tell_customers_of_one_name_apart(rows: list[list[Any]], asked: dict[int, int]) -> None:
    found = plan(["Nimi", "Postitoimipaikka", "Asiakasnumero"], *rows).rows
    assert {row.record.row: first.record.row for row, first in find_repeated(found, ())} == asked


def test_what_a_row_says_of_the_customer_besides_is_the_same_or_nothing(office_client: Client) -> None:
    rows = [["Puisto Oy", "Anna", None, None, "Turku"], ["Puisto Oy", "Bo", None, None, "turku", "0112038-9"]]
    _page, address = sent(office_client, rows)
    chosen(office_client, address, repeated="one")
    problems = office_client.get(address, {"show": "problems"}).context["problems"]
    assert [(each.row, each.told.heading, each.told.value, each.told.text) for each in problems] == [
        (3, "Y-tunnus", "0112038-9", "Rivi 2 sanoo samasta asiakkaasta muuta: ”tyhjä”.")
    ]
    assert Customer.objects.count() == 0


def test_contacts_come_to_a_customer_that_is_there(office_client: Client) -> None:
    customer = factories.customer("As Oy Puistola", business_id="0112038-9", city="Turku")
    _page, address = sent(office_client, ROWS[:4], update=True)
    after = chosen(office_client, address, repeated="one")
    assert (after.context["counts"]["new"], after.context["counts"]["changed"]) == (0, 3)
    office_client.post(address, {"seen": after.context["seen"]})
    assert [each.pk for each in Customer.objects.all()] == [customer.pk]
    assert links() == {"As Oy Puistola": ["Anna Aalto", "Bo Berg", "Cia Cool"]}


def test_the_command_has_nobody_to_ask_and_says_what_to_give(tmp_path: Path, db: None) -> None:
    run, content = Command(tmp_path), book(HEADINGS, *ROWS)
    refused = run(content)
    assert (refused.saved, Customer.objects.count(), Operation.objects.count()) == (False, 0, 0)
    assert "Rows with the same name as an earlier row: 3, the first is row 3, as row 2." in refused.said
    assert "--same-name one" in refused.said
    assert run(content, options=("--same-name", "one")).saved
    assert links()["As Oy Puistola"] == ["Anna Aalto", "Bo Berg", "Cia Cool"]
    several = book(["Nimi"], ["Puisto Oy"], ["Puisto Oy"])
    assert run(several, options=("--same-name", "several")).saved
    assert Customer.objects.filter(name="Puisto Oy").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("repeated", ["one", "several"])
def test_very_many_rows_of_one_name_cost_no_more_than_others(repeated: str, django_assert_max_num_queries: Any) -> None:
    rows = [["Puisto Oy", f"Henkilö {number}"] for number in range(2_000)]
    table = read_table(
        book(["Nimi", "Yhteyshenkilö"], *rows),
        COLUMNS,
        Limits(),
        most_rows=2_000,
        choices=Choices(repeated=repeated),
    )
    with django_assert_max_num_queries(40):
        done = save(table, update=False, by=None)
    assert (Customer.objects.count(), len(done.people)) == ((1, 2_000) if repeated == "one" else (2_000, 2_000))
