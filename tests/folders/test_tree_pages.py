"""The folder tree: a branch at a time, its search, its owners."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from customers.ownership import attach
from tests import factories
from tests.folders.many import many_folders

HTMX = {"HX-Request": "true"}


def names(client: Client, address: str) -> list[str]:
    return [folder.name for folder in client.get(address).context["page"]]


def test_the_tree_begins_with_its_top_in_finnish_order_and_sends_no_branch_unasked(office_client: Client) -> None:
    for name in ("Öljykatu", "Äijälä", "As Oy 10", "As Oy 2", "Zeppelin"):
        folder = factories.folder(name)
    below = factories.folder("Kellari", folder)
    page = office_client.get("/folders/")
    assert [f.name for f in page.context["page"]] == ["As Oy 2", "As Oy 10", "Zeppelin", "Äijälä", "Öljykatu"]
    assert below.name not in page.content.decode()
    assert names(office_client, f"/folders/{folder.pk}/branch/") == ["Kellari"]


def test_a_wide_branch_comes_two_hundred_at_a_time_with_the_rest_to_ask_for(office_client: Client) -> None:
    top = factories.folder("Kaupunki")
    many_folders(201, top)
    first = office_client.get(f"/folders/{top.pk}/branch/", headers=HTMX)
    assert len(first.context["page"]) == 200
    assert f'hx-get="/folders/{top.pk}/branch/?page=2"' in first.content.decode()
    rest = office_client.get(f"/folders/{top.pk}/branch/?page=2", headers=HTMX)
    assert len(rest.context["page"]) == 1
    assert "hx-get" not in rest.content.decode()


def test_the_search_finds_folders_anywhere_and_says_where_they_are(office_client: Client) -> None:
    above = factories.folder("Isännöinti Virtanen")
    found = factories.folder("As Oy Puistola", above)
    factories.folder("Muu", above)
    page = office_client.get("/folders/", {"q": "puist"})
    assert [f.name for f in page.context["page"]] == ["As Oy Puistola"]
    assert page.context["above"] == {found.pk: "Isännöinti Virtanen"}
    assert "Ei vielä kansioita" not in office_client.get("/folders/", {"q": "xyz"}).content.decode()


def test_the_owner_stands_beside_a_folder_for_who_may_see_customers(office_client: Client) -> None:
    folder, customer = factories.folder(), factories.customer("Puistola Oy")
    attach(customer, folder, timezone.localdate(), by=None)
    assert office_client.get("/folders/").context["owners"] == {folder.pk: customer}
    limited = Client()
    limited.force_login(factories.user("kansiot@spotilla.example", "folders.view_folder"))
    page = limited.get("/folders/")
    assert (page.status_code, page.context["owners"]) == (200, {})
    assert "Puistola Oy" not in page.content.decode()


@pytest.mark.parametrize("address", ["/folders/", "/folders/choices/?name=into"])
def test_the_tree_is_for_those_who_may_see_folders(stranger_client: Client, address: str) -> None:
    factories.folder("Puistola")
    assert Client().get(address).status_code == 302
    assert stranger_client.get(address).status_code == 403


def test_the_choices_are_told_apart_by_their_paths(office_client: Client) -> None:
    for above in ("Virtanen", "Lauttasaari"):
        factories.folder("Kellari", factories.folder(above))
    answer = office_client.get("/folders/choices/", {"name": "into", "into_q": "kell"})
    assert [(c.name, c.below) for c in answer.context["widget"]["hits"]] == [
        ("Kellari", "Virtanen"),
        ("Kellari", "Lauttasaari"),
    ]


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_tree_costs_as_much_for_many_folders_as_for_one(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_folders(rows)
    with django_assert_num_queries(5):  # session, user, count, folders, owners
        office_client.get("/folders/")
    with django_assert_num_queries(6):  # and the paths
        office_client.get("/folders/", {"q": "kohde"})
