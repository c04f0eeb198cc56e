"""One search finds customers, folders and spots, and leads on to the lists of work."""

import html
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import factories
from tests.folders.many import many_folders


def found(client: Client, query: str) -> dict[str, list[str]]:
    context = client.get("/search/", {"q": query}).context
    return {kind: [row.name for row in context[kind]] for kind in ("customers", "folders", "spots")}


def test_a_piece_of_a_name_finds_what_has_it_in_any_case_and_a_business_id_its_customer(office_client: Client) -> None:
    yard = factories.folder("Äänekosken piha")
    factories.folder("Varasto")
    factories.spot(yard, "ÄÄNEKOSKI hissi 1")
    factories.customer("Äänekosken Sellu Oy", business_id="1234567-1")
    assert found(office_client, "äänek") == {
        "customers": ["Äänekosken Sellu Oy"],
        "folders": ["Äänekosken piha"],
        "spots": ["ÄÄNEKOSKI hissi 1"],
    }
    assert found(office_client, "1234567") == {"customers": ["Äänekosken Sellu Oy"], "folders": [], "spots": []}


def test_the_search_shows_nobody_what_they_may_not_see(colleague_client: Client, stranger_client: Client) -> None:
    factories.spot(factories.folder("Puistola"), "Puistolan hissi")
    factories.customer("Puistola Oy")
    nothing: dict[str, list[str]] = {"customers": [], "folders": [], "spots": []}
    assert found(stranger_client, "puistola") == nothing
    assert found(colleague_client, "puistola") != nothing


def test_the_search_leads_to_the_lists_of_work_with_the_same_word(
    office_client: Client, stranger_client: Client
) -> None:
    factories.task(factories.spot(factories.folder("Talo")), name="Hissin tarkastus", state="cancelled")
    page = office_client.get("/search/", {"q": "hissi"}).content.decode()
    links = re.findall(r'href="(/(?:tasks|requests|work-orders)/\?[^"]*)"', page)
    assert [link.split("?")[0] for link in links] == ["/tasks/", "/requests/", "/work-orders/"]
    assert "Hissin tarkastus" in office_client.get(html.unescape(links[0])).content.decode()
    assert "/tasks/?" not in stranger_client.get("/search/", {"q": "hissi"}).content.decode()


def test_an_empty_search_asks_for_a_word(office_client: Client) -> None:
    assert "customers" not in office_client.get("/search/", {"q": "  "}).context


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_search_costs_as_much_for_many_as_for_one(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_folders(rows, name="Puistola")
    with django_assert_num_queries(6):  # session, user; which customers, folders and spots; those folders
        office_client.get("/search/", {"q": "puistola"})
