"""The list of customers: what it shows, how it is narrowed and sorted, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.ownership import attach, close_customer
from tests import factories
from tests.conftest import signed_in
from tests.customers.worlds import busy, many_customers

pytestmark = pytest.mark.once


def names(client: Client, address: str = "/customers/") -> list[str]:
    return [customer.name for customer, _figures in client.get(address).context["rows"]]


def figures(client: Client, name: str) -> list[int]:
    """Folders, unfinished, overdue, requests, done in 30 days."""
    rows = {customer.name: row for customer, row in client.get("/customers/").context["rows"]}
    row: Any = rows[name]
    return [row.folders, row.unfinished.value, row.overdue.value, row.requests.value, row.done.value]


def test_open_customers_stand_in_finnish_order_unless_the_closed_are_asked_for(office_client: Client) -> None:
    for name in ("Öljy Oy", "Aalto Oy", "Åbo Ab", "As Oy 10", "As Oy 2", "Ääni Oy"):
        factories.customer(name)
    close_customer(factories.customer("Bensa Oy"), timezone.localdate(), by=None)
    open_ones = ["Aalto Oy", "As Oy 2", "As Oy 10", "Åbo Ab", "Ääni Oy", "Öljy Oy"]
    assert names(office_client) == open_ones
    assert names(office_client, "/customers/?o=-name") == open_ones[::-1]
    assert names(office_client, "/customers/?state=closed") == ["Bensa Oy"]
    assert sorted(names(office_client, "/customers/?state=all")) == sorted([*open_ones, "Bensa Oy"])


def test_a_customer_that_closes_tomorrow_is_open_today(office_client: Client) -> None:
    close_customer(factories.customer("Bensa Oy"), timezone.localdate() + timedelta(days=1), by=None)
    assert names(office_client) == ["Bensa Oy"]


def test_the_figures_count_what_the_customer_collects_others_work_too(office_client: Client) -> None:
    manager, company = factories.customer("Isännöinti Oy"), factories.customer("As Oy Puistola")
    above = factories.folder()
    below = factories.folder(parent=above)
    attach(manager, above, by=None)
    attach(company, below, by=None)
    today = timezone.localdate()
    busy(above, unfinished=1, done=1)
    busy(below, unfinished=2, overdue=1, done=2)
    busy(below, done=4, on=today - timedelta(days=30))
    factories.request(factories.spot(below), received_on=today)
    factories.task(None, work_order=factories.order(of=company), due_on=today)
    assert figures(office_client, "Isännöinti Oy") == [1, 4, 1, 1, 3]
    assert figures(office_client, "As Oy Puistola") == [1, 4, 1, 1, 2]


def test_each_figure_opens_as_many_rows_as_it_counts(office_client: Client, office: User) -> None:
    customer, folder = factories.customer(), factories.folder()
    attach(customer, folder, by=None)
    busy(folder, unfinished=2, overdue=3, done=4)
    factories.request(factories.spot(folder), received_on=timezone.localdate())
    [(_customer, row)] = office_client.get("/customers/").context["rows"]
    cells = [row.unfinished, row.overdue, row.requests, row.done]
    assert [cell.value for cell in cells] == [5, 3, 1, 4]
    assert [cell.figure.rows(office).count() for cell in cells] == [5, 3, 1, 4]
    page = office_client.get("/customers/").content.decode()
    assert all(cell.url.replace("&", "&amp;") in page for cell in cells)


def test_the_list_is_narrowed_by_type_city_folders_and_work_together_or_apart(office_client: Client) -> None:
    company = factories.customer("As Oy Puistola", customer_type="housing", city="Äänekoski")
    mill = factories.customer("Sellu Oy", city="Äänekoski")
    factories.customer("Tyhjä Oy", city="Espoo")
    done, late = factories.folder(), factories.folder()
    attach(company, done, by=None)
    attach(mill, late, by=None)
    busy(done, unfinished=1, done=1)
    busy(late, overdue=1)
    factories.request(factories.spot(late), received_on=timezone.localdate())
    assert names(office_client, "/customers/?type=housing") == ["As Oy Puistola"]
    assert names(office_client, "/customers/?type=housing&type=company") == ["As Oy Puistola", "Sellu Oy", "Tyhjä Oy"]
    assert names(office_client, "/customers/?city=Äänekoski") == ["As Oy Puistola", "Sellu Oy"]
    assert names(office_client, "/customers/?folders=with") == ["As Oy Puistola", "Sellu Oy"]
    assert names(office_client, "/customers/?folders=without") == ["Tyhjä Oy"]
    assert names(office_client, "/customers/?work=unfinished") == ["As Oy Puistola", "Sellu Oy"]
    assert names(office_client, "/customers/?work=overdue") == ["Sellu Oy"]
    assert names(office_client, "/customers/?work=requests") == ["Sellu Oy"]
    assert names(office_client, "/customers/?work=overdue&type=housing") == []
    assert names(office_client, "/customers/?q=PUISTO") == ["As Oy Puistola"]


def test_work_that_comes_by_a_work_order_alone_is_found_too(office_client: Client) -> None:
    factories.task(None, work_order=factories.order(of=factories.customer("Tilaaja Oy")), due_on=timezone.localdate())
    factories.customer("Muu Oy")
    assert names(office_client, "/customers/?work=unfinished") == ["Tilaaja Oy"]


def test_a_filter_that_is_not_understood_narrows_nothing(office_client: Client) -> None:
    factories.customer("As Oy Puistola")
    assert names(office_client, "/customers/?type=wrong&work=lots&o=nonsense&page=seven") == ["As Oy Puistola"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("folders", ["Ensimmäinen", "Kolmas", "Toinen"]),
        ("-folders", ["Toinen", "Ensimmäinen", "Kolmas"]),
        ("city", ["Kolmas", "Toinen", "Ensimmäinen"]),
        ("-city", ["Ensimmäinen", "Toinen", "Kolmas"]),
        ("business_id", ["Toinen", "Kolmas", "Ensimmäinen"]),
        ("-business_id", ["Ensimmäinen", "Kolmas", "Toinen"]),
        ("-unfinished", ["Ensimmäinen", "Kolmas", "Toinen"]),  # as by name: the report sorts by work
    ],
)
def test_any_column_of_the_customer_itself_sorts(office_client: Client, order: str, expected: list[str]) -> None:
    first = factories.customer("Ensimmäinen", city="Äänekoski", business_id="1572860-0")
    second = factories.customer("Toinen", city="Turku")
    third = factories.customer("Kolmas", city="Espoo", business_id="0112038-9")
    folders = {customer.name: factories.folder() for customer in (first, second, third)}
    for customer in (first, second, third):
        attach(customer, folders[customer.name], by=None)
    attach(second, factories.folder(), by=None)
    busy(folders["Toinen"], unfinished=3)
    assert names(office_client, f"/customers/?o={order}") == expected


def test_the_type_sorts_by_its_name_as_the_reader_sees_it(office_client: Client) -> None:
    for customer_type in ("company", "person", "housing"):
        factories.customer(customer_type, customer_type=customer_type)
    assert names(office_client, "/customers/?o=type") == ["housing", "person", "company"]  # T, Yk, Yr


def test_fifty_stand_on_a_page_and_the_rest_on_the_next_in_any_order(office_client: Client) -> None:
    many_customers(51)
    assert [len(names(office_client, f"/customers/?page={page}")) for page in (1, 2)] == [50, 1]
    assert [len(names(office_client, f"/customers/?o=city&page={page}")) for page in (1, 2)] == [50, 1]


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_list_costs_as_much_for_many_customers_as_for_one(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_customers(rows)
    with django_assert_num_queries(7):  # session, user, cities, count, rows; folders, work
        office_client.get("/customers/")
    with django_assert_num_queries(7):  # how many of each city instead of the count
        office_client.get("/customers/?o=city")


def test_htmx_gets_the_rows_alone_and_a_short_address_for_the_bar(office_client: Client) -> None:
    factories.customer("As Oy Puistola", customer_type="housing")
    address = "/customers/?q=&type=housing&city=&work=&folders=&state=open"
    answer = office_client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "As Oy Puistola" in answer.content.decode()
    assert answer["HX-Replace-Url"] == "/customers/?type=housing"
    assert "HX-Replace-Url" not in office_client.get(address)


def test_an_empty_installation_leads_on_to_the_import_and_to_a_new_customer(
    office_client: Client, colleague_client: Client
) -> None:
    page = office_client.get("/customers/")
    assert page.context["nobody"] is True
    assert all(address in page.content.decode() for address in ("/customers/import/", "/customers/new/"))
    assert "/customers/new/" not in colleague_client.get("/customers/").content.decode()


def test_the_two_buttons_of_the_import_stand_on_the_list(office_client: Client, colleague_client: Client) -> None:
    factories.customer()
    page = office_client.get("/customers/").content.decode()
    assert all(f'href="{address}"' in page for address in ("/customers/import/template/", "/customers/import/"))
    assert "/customers/import/" not in colleague_client.get("/customers/").content.decode()


def test_who_sees_customers_but_no_work_sees_no_figures(db: None) -> None:
    client = signed_in(factories.user("laskutus@spotilla.example", "customers.view_customer"))
    factories.customer()
    page = client.get("/customers/")
    shown = [heading.column.name for heading in page.context["headings"]]
    assert shown == ["name", "type", "city", "business_id"]
    assert "/reports/rows/" not in page.content.decode()


def test_a_stranger_sees_no_list_and_somebody_logged_out_is_asked_to_log_in(stranger_client: Client) -> None:
    assert stranger_client.get("/customers/").status_code == 403
    assert stranger_client.get("/customers/choices/").status_code == 403
    answer = Client().get("/customers/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/customers/")
