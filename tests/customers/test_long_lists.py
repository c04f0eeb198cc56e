"""The list of customers, the spots of a customer and the tree, where they are too long to count or to show whole."""

from __future__ import annotations

from itertools import product

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from customers.models import Customer
from customers.ownership import attach, close_customer
from folders.models import Folder, Spot
from spotilla.counting import AtLeast
from tests import factories
from tests.customers.worlds import busy, many_customers
from tests.folders.many import many_folders
from tests.marks import long

pytestmark = pytest.mark.once


ORDERS = ("name", "-name", "type", "-type", "city", "-city", "business_id", "-business_id")
NARROWINGS = (
    *("", "type=housing", "type=housing&type=company", "city=Espoo", "q=oy", "q=a", "q=puisto", "state=all"),
    *("state=closed", "folders=with", "folders=without", "work=unfinished", "work=overdue", "work=requests"),
)


@pytest.fixture
def town(db: None) -> list[Folder]:
    """A dozen customers of all sorts; some have folders, work, both or none, one by a work order alone."""
    folders = [factories.folder() for _ in range(6)]
    for number, (name, kind) in enumerate(
        product(("As Oy Puisto", "Sellu Oy", "Ääni"), ("housing", "company", "person"))
    ):
        city = ("Espoo", "Äänekoski", "", "Turku")[number % 4]
        customer = factories.customer(f"{name} {number}", customer_type=kind, city=city)
        if number < len(folders):
            attach(customer, folders[number], by=None)
    busy(folders[0], unfinished=2, done=1)
    busy(folders[1], overdue=1)
    busy(folders[2], done=3)
    factories.request(factories.spot(folders[3]), received_on=timezone.localdate())
    factories.task(work_order=factories.order(of=Customer.objects.latest("pk")), due_on=timezone.localdate())
    close_customer(factories.customer("Suljettu Oy"), timezone.localdate(), by=None)
    return folders


def names(client: Client, address: str) -> list[str]:
    return [customer.name for customer, _figures in client.get(address).context["rows"]]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("order", [*ORDERS[:1], *long(ORDERS[1:])])
def test_a_long_list_has_the_same_customers_in_the_same_order_as_a_short_one(
    office_client: Client, settings: Settings, order: str
) -> None:
    by_name = "type" in order or "city" in order  # and so stands a long list of those with work
    narrowings = NARROWINGS[::4] if order.startswith("-") else NARROWINGS
    addresses = [
        f"/customers/?o={order}&{narrowing}" for narrowing in narrowings if not by_name or "work" not in narrowing
    ]
    short = {address: names(office_client, address) for address in addresses}
    settings.LISTS_COUNT_TO = 1
    assert {address: names(office_client, address) for address in addresses} == short
    assert {address: names(office_client, f"{address}&page=-1") for address in addresses} == short


def test_a_long_list_stands_by_name_instead_of_by_folders_and_says_so(
    office_client: Client, settings: Settings
) -> None:
    few, many = factories.customer("A Oy"), factories.customer("B Oy")
    for customer in (few, many, many):
        attach(customer, factories.folder(), by=None)
    folders = [h for h in office_client.get("/customers/?o=-folders").context["headings"] if h.column.name == "folders"]
    assert (names(office_client, "/customers/?o=-folders"), folders[0].sorted) == (["B Oy", "A Oy"], "descending")
    settings.LISTS_COUNT_TO = 1
    folders = [h for h in office_client.get("/customers/?o=-folders").context["headings"] if h.column.name == "folders"]
    assert (names(office_client, "/customers/?o=-folders"), folders[0].link) == (["A Oy", "B Oy"], "")


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("order", ["type", "-city"])
def test_a_long_list_of_customers_with_work_stands_by_name_and_says_so(
    office_client: Client, settings: Settings, order: str
) -> None:
    address = f"/customers/?work=unfinished&o={order}"

    def links() -> list[str]:
        return [h.column.name for h in office_client.get(address).context["headings"] if h.link]

    by_name = names(office_client, "/customers/?work=unfinished")
    everybody = names(office_client, f"/customers/?o={order}")
    assert names(office_client, address) == [name for name in everybody if name in by_name] != by_name
    assert links() == ["name", "type", "city", "business_id", "folders"]
    settings.LISTS_COUNT_TO = 1
    assert (names(office_client, address), links()) == (by_name, ["name", "business_id"])


def test_customers_with_work_are_counted_to_fewer_than_others(
    office_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.views.ordering.FEW", 1)
    for _ in range(2):
        attach(factories.customer(), folder := factories.folder(), by=None)
        busy(folder, unfinished=1)
    assert office_client.get("/customers/?work=unfinished").context["page"].paginator.is_long
    assert not office_client.get("/customers/").context["page"].paginator.is_long


def test_the_headings_of_work_lead_to_the_report_that_is_sorted_by_it(office_client: Client) -> None:
    factories.customer()
    headings = {h.column.name: h.report for h in office_client.get("/customers/").context["headings"]}
    work = [headings[name] for name in ("unfinished", "overdue", "requests", "done")]
    assert [name for name, address in headings.items() if not address] == [
        *("name", "type", "city", "business_id", "folders")
    ]
    assert [office_client.get(address).context["order"] for address in work] == [
        *("-unfinished", "-overdue", "-requests_unfinished", "-done")
    ]


def test_customers_of_one_city_are_turned_page_by_page_and_the_last_page_is_the_last(office_client: Client) -> None:
    many_customers(70)
    Customer.objects.filter(pk__in=Customer.objects.in_order().values("pk")[30:65]).update(city="Turku")
    in_order = [*Customer.objects.filter(city="Espoo").in_order(), *Customer.objects.filter(city="Turku").in_order()]
    every = [customer.name for customer in in_order]
    assert names(office_client, "/customers/?o=city") == every[:50]
    assert names(office_client, "/customers/?o=city&page=2") == every[50:]
    assert names(office_client, "/customers/?o=city&page=-1") == every[50:]
    assert names(office_client, "/customers/?o=city&page=-2") == every[:50]
    assert names(office_client, "/customers/?o=city&page=99") == every[50:]


@pytest.mark.parametrize("rows", [1, 1000, *long([3])])
@pytest.mark.parametrize(
    "address",
    [
        "/customers/?o=city",
        "/customers/?page=-1",
        "/customers/?work=overdue",
        "/customers/?work=overdue&o=city",
        "/contacts/",
    ],
)
def test_any_page_costs_as_much_of_many_as_of_one(
    office_client: Client, rows: int, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_customers(rows)
    with django_assert_num_queries(4 if address == "/contacts/" else 8 if "overdue&" in address else 7):
        office_client.get(address)


def test_what_is_not_counted_to_its_end_says_at_least(office_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    customer, folders = factories.customer(), [factories.folder() for _ in range(3)]
    for folder in folders:
        attach(customer, folder, by=None)
        busy(folder, overdue=2)
    monkeypatch.setattr("spotilla.counting.COUNTED", 4)
    monkeypatch.setattr("workorders.sql.capped_counts.COUNTED", 4)
    [(_customer, row)] = office_client.get("/customers/").context["rows"]
    assert (row.unfinished.value, isinstance(row.unfinished.value, AtLeast)) == (4, True)
    assert ">4+</a>" in office_client.get("/customers/").content.decode()
    monkeypatch.setattr("spotilla.counting.COUNTED", 10_000)
    monkeypatch.setattr("workorders.sql.capped_counts.COUNTED", 10_000)
    monkeypatch.setattr("workorders.sql.capped_counts.FOLDERS", 2)
    [(_customer, row)] = office_client.get("/customers/").context["rows"]
    assert (row.unfinished.value, isinstance(row.unfinished.value, AtLeast)) == (4, True)


@pytest.mark.parametrize("narrowing", ["", "folder", "customer", "state"])
def test_a_long_list_of_spots_has_the_same_spots_as_a_short_one(
    office_client: Client, settings: Settings, narrowing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, customer = factories.folder(), factories.customer()
    low = factories.folder(parent=factories.folder(parent=top))
    attach(customer, low, by=None)
    for folder, state in product((top, low, factories.folder()), Spot.State.values):
        factories.spot(folder, state=state)
    address = {
        "": "/spots/",
        "folder": f"/spots/?folder={top.pk}",
        "customer": f"/spots/?customer={customer.pk}",
        "state": "/spots/?state=faulty&state=removed",
    }[narrowing]
    short = [spot.pk for spot in office_client.get(address).context["page"]]
    settings.LISTS_COUNT_TO = 1
    for sorted_to in (50_000, 0):  # sorted whole, and met row by row
        monkeypatch.setattr("folders.views.spots.SORTED", sorted_to)
        for page in ("1", "-1"):
            found = office_client.get(f"{address}{'&' if '?' in address else '?'}page={page}").context["page"]
            assert (found.paginator.is_long, [spot.pk for spot in found]) == (True, short)
    assert len(short) == {"": 12, "folder": 8, "customer": 4, "state": 6}[narrowing]


def test_a_large_branch_is_searched_row_by_row_and_finds_the_same(
    office_client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = factories.folder()
    spots = {factories.spot(folder).pk for folder in [top, *many_folders(5, top)]}
    factories.spot(factories.folder())
    settings.LISTS_COUNT_TO = 1
    monkeypatch.setattr("folders.views.spots.SORTED", 0)
    for folders in (3, 100):
        monkeypatch.setattr("folders.sql.branches.READ_ONCE", folders)
        assert {spot.pk for spot in office_client.get(f"/spots/?folder={top.pk}").context["page"]} == spots


def test_the_tree_to_choose_from_asks_for_no_more_of_a_branch_than_it_shows(
    office_client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("customers.views.tree.BRANCH", 3)
    customer, top, beside = factories.customer(), factories.folder("A"), factories.folder("B")
    low = many_folders(5, top)
    many_folders(2, beside)
    address = f"/customers/{customer.pk}/attach/?open={top.pk},{beside.pk}"
    rows = office_client.get(address).context["rows"]
    assert [(row.folder.name, row.cut) for row in rows] == [
        *(("A", False), ("Kohde 0", False), ("Kohde 1", False), ("Kohde 2", True)),
        *(("B", False), ("Kohde 0", False), ("Kohde 1", False)),
    ]
    assert low[3].name not in {row.folder.name for row in rows if row.folder.parent_id == top.pk}
