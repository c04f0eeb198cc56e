"""The list of spots, a spot's own page, and making, changing and deleting it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.ownership import attach
from folders.forms import SpotForm
from folders.models import Operation, Spot, SpotPlacement
from spotilla.optimistic_lock import saved
from tests import factories
from tests.folders.many import many_spots
from tests.pages import send, version
from workorders.places import move_spot

pytestmark = pytest.mark.once


def names(client: Client, address: str) -> list[str]:
    return [spot.name for spot in client.get(address).context["page"]]


def test_the_list_is_filtered_by_name_state_and_branch_together(office_client: Client) -> None:
    top = factories.folder("Puistola")
    low, beside = factories.folder("Kellari", top), factories.folder("Malmi")
    factories.spot(top, "Hissi 2", state="faulty")
    factories.spot(low, "Hissi 10", state="faulty")
    factories.spot(low, "Hissi 3")
    factories.spot(low, "Pumppu", state="faulty")
    factories.spot(beside, "Hissi 1", state="faulty")
    assert names(office_client, "/spots/") == ["Hissi 1", "Hissi 2", "Hissi 3", "Hissi 10", "Pumppu"]
    assert names(office_client, f"/spots/?folder={top.pk}") == ["Hissi 2", "Hissi 3", "Hissi 10", "Pumppu"]
    assert names(office_client, f"/spots/?folder={top.pk}&state=faulty&q=HISSI") == ["Hissi 2", "Hissi 10"]
    assert names(office_client, "/spots/?state=active&state=faulty&q=3") == ["Hissi 3"]


def test_the_list_holds_what_a_customer_collects_today_for_who_may_see_customers(
    office_client: Client,
) -> None:
    manager, company, today = factories.customer("Isännöinti Oy"), factories.customer("As Oy"), timezone.localdate()
    above = factories.folder("Puistola")
    below, ended = factories.folder("Kellari", above), factories.folder("Malmi")
    attach(manager, above, by=None)
    attach(company, below, by=None)
    attach(manager, ended, today - timedelta(days=9), today, by=None)
    factories.spot(above, "Hissi")
    factories.spot(below, "Pumppu", state="faulty")
    factories.spot(ended, "Portti")
    assert names(office_client, f"/spots/?customer={manager.pk}") == ["Hissi", "Pumppu"]
    assert names(office_client, f"/spots/?customer={company.pk}") == ["Pumppu"]
    page = office_client.get(f"/customers/{manager.pk}/").context
    assert page["spots"] == {"all": 2, "faulty": 1}
    assert names(office_client, page["spots_url"]) == ["Hissi", "Pumppu"]
    assert names(office_client, f"{page['spots_url']}&state=faulty") == ["Pumppu"]
    without = Client()
    without.force_login(factories.user("huolto@spotilla.example", "folders.view_spot"))
    assert names(without, "/spots/") == ["Hissi", "Portti", "Pumppu"]
    assert names(without, f"/spots/?customer={manager.pk}") == []


def test_an_address_with_a_filter_that_means_nothing_says_so(office_client: Client) -> None:
    factories.spot(factories.folder())
    answer = office_client.get("/spots/?state=broken&folder=x")
    assert (answer.status_code, bool(answer.context["filter"].form.errors)) == (200, True)


def test_the_spot_says_where_it_is_and_was_whose_its_work_is_and_what_waits(office_client: Client) -> None:
    today = timezone.localdate()
    before, now = factories.folder("Varasto"), factories.folder("Puistola")
    customer = factories.customer()
    attach(customer, now, by=None)
    spot = factories.spot(before, "Hissi")
    move_spot(spot, now, today, by=None)
    late = factories.task(spot, due_on=today - timedelta(days=1))
    factories.task(spot, due_on=today, done_on=today)
    context = office_client.get(f"/spots/{spot.pk}/").context
    assert [name for _pk, name in context["path"]] == ["Puistola"]
    assert context["owner"].customer == customer
    assert [(place.folder, place.since) for place in context["places"]] == [(now, today), (before, today.min)]
    assert (context["unfinished"], context["overdue"], context["done"], context["requests"]) == (1, 1, 1, 0)
    assert list(context["next_tasks"]) == [late]


@pytest.mark.parametrize("tab", ["", "edit/", "move/", "delete/"])
def test_a_spot_is_for_those_who_may(
    office_client: Client, colleague_client: Client, stranger_client: Client, tab: str
) -> None:
    address = f"/spots/{factories.spot(factories.folder()).pk}/{tab}"
    assert Client().get(address).status_code == 302
    assert stranger_client.get(address).status_code == 403
    assert colleague_client.get(address).status_code == (403 if tab else 200)
    assert office_client.get(address).status_code == 200
    assert office_client.get(f"/spots/999999/{tab}").status_code == 404


@pytest.mark.parametrize("address", ["/spots/", "/spots/choices/?name=spot"])
def test_spots_are_for_those_who_may_see_them(colleague_client: Client, stranger_client: Client, address: str) -> None:
    assert stranger_client.get(address).status_code == 403
    assert colleague_client.get(address).status_code == 200


def test_a_new_spot_stands_in_its_folder_since_always(office: User, office_client: Client) -> None:
    folder = factories.folder("Puistola")
    typed = {"name": " Hissi   1 ", "state": "not_in_use", "description": ""}
    answer = office_client.post(f"/folders/{folder.pk}/spots/new/", typed)
    spot = Spot.objects.get()
    assert answer.headers["Location"] == f"/spots/{spot.pk}/"
    assert (spot.name, spot.state, spot.folder) == ("Hissi 1", "not_in_use", folder)
    assert [(place.folder, place.since, place.until) for place in spot.placements.all()] == [
        (folder, timezone.localdate().min, timezone.localdate().max)
    ]
    operation = Operation.objects.latest("number")
    assert (operation.kind, operation.user) == ("new_spot", office)
    refused = office_client.post(f"/folders/{folder.pk}/spots/new/", {"name": "", "state": "lost"})
    assert (refused.status_code, set(refused.context["form"].errors), Spot.objects.count()) == (
        422,
        {"name", "state"},
        1,
    )


def test_a_spot_is_renamed_and_marked_faulty_and_stays_where_it_is(office_client: Client) -> None:
    folder = factories.folder()
    spot = factories.spot(folder, "Vanha")
    typed = {"name": "Hissi", "state": "faulty", "description": "Ovi jumissa", "folder": 999}
    assert send(office_client, f"/spots/{spot.pk}/edit/", typed).headers["Location"] == f"/spots/{spot.pk}/"
    spot.refresh_from_db()
    assert (spot.name, spot.state, spot.description, spot.folder) == ("Hissi", "faulty", "Ovi jumissa", folder)
    assert office_client.post(f"/spots/{spot.pk}/edit/", {"name": " ", "state": "faulty"}).status_code == 422
    spot.refresh_from_db()
    assert spot.name == "Hissi"


def test_lines_are_parted_as_a_sheet_parts_them(office_client: Client) -> None:
    spot = factories.spot(factories.folder(), "Hissi")
    typed = {"name": "Hissi", "state": "active", "description": "Yksi\r\nkaksi"}
    send(office_client, f"/spots/{spot.pk}/edit/", typed)
    spot.refresh_from_db()
    assert spot.description == "Yksi\nkaksi"


def test_who_edits_a_spot_that_is_gone_by_then_reads_so(office_client: Client) -> None:
    spot = factories.spot(factories.folder(), "Hissi")
    form = SpotForm({"name": "Hissi", "state": "active"}, instance=spot)
    SpotPlacement.objects.all().delete()
    Spot.objects.filter(pk=spot.pk).delete()
    with translation.override("en"):
        assert not saved(form)
        assert form.non_field_errors() == ["Somebody has deleted this meanwhile."]


def test_who_was_overtaken_in_editing_a_spot_reads_by_what_and_overwrites_nothing(office_client: Client) -> None:
    spot = factories.spot(factories.folder(), "Hissi")
    address = f"/spots/{spot.pk}/edit/"
    mine = {"name": "Hissi", "state": "active", "description": "Minun"} | version(office_client, address)
    Spot.objects.filter(pk=spot.pk).update(state="faulty", description="Toisen")
    refused = office_client.post(address, mine)
    assert refused.status_code == 422
    assert "Toisen" in refused.content.decode()
    shown = refused.context["form"]
    assert (shown["state"].value(), shown["description"].value()) == ("faulty", "Minun")
    spot.refresh_from_db()
    assert (spot.state, spot.description) == ("faulty", "Toisen")
    again = mine | {"version": refused.context["form"]["version"].value()}
    assert office_client.post(address, again).status_code == 302
    spot.refresh_from_db()
    assert (spot.state, spot.description) == ("active", "Minun")


def test_a_spot_with_work_is_not_deleted_and_one_without_is(office_client: Client) -> None:
    folder = factories.folder()
    worked, idle = factories.spot(folder), factories.spot(folder)
    factories.task(worked)
    assert office_client.post(f"/spots/{worked.pk}/delete/").status_code == 422
    assert office_client.post(f"/spots/{idle.pk}/delete/").headers["Location"] == f"/folders/{folder.pk}/"
    assert list(Spot.objects.all()) == [worked]


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_list_costs_as_much_for_many_spots_as_for_one(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    folder = factories.folder()
    many_spots(rows, folder)
    with django_assert_num_queries(8):  # session, user, count, spots, paths, owners, two figures
        office_client.get("/spots/")
    with django_assert_num_queries(9):  # and the folder that the list is of
        office_client.get(f"/spots/?folder={folder.pk}")
