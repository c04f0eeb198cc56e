"""Service requests in the browser: the list, the page, and everything that is done with one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.models import Customer
from customers.ownership import attach, hand_over
from folders.models import Folder, Spot
from tests import factories
from tests.pages import send
from tests.workorders.many import many_requests
from workorders.models import ServiceRequest
from workorders.places import move_spot
from workorders.sql import totals

pytestmark = pytest.mark.once


def names(client: Client, address: str) -> list[str]:
    return [item.name for item in client.get(address).context["page"]]


def march(day: int) -> date:
    return date(2026, 3, day)


def fresh(item: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=item.pk)


@pytest.fixture
def house(db: None) -> Folder:
    return factories.folder("Talo", factories.folder("Kaupunki"))


@pytest.fixture
def spot(house: Folder) -> Spot:
    return factories.spot(house, "Hissi")


def in_every_state(spot: Spot) -> None:
    role = factories.role()
    factories.request(spot, name="open")
    for state in ("in_progress", "on_hold"):
        factories.request(spot, name=state, state=state, role=role)
    for state in ("done", "forwarded"):
        factories.request(spot, name=state, state=state, done_on=localdate(), role=role)
    factories.request(spot, name="cancelled", state="cancelled")


# ---- the list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_unfinished_requests_the_newest_first_unless_another_state_is_asked_for(
    office_client: Client, spot: Spot
) -> None:
    in_every_state(spot)
    assert names(office_client, "/requests/") == ["on_hold", "in_progress", "open"]
    for state in ("open", "in_progress", "on_hold", "done", "forwarded", "cancelled"):
        assert names(office_client, f"/requests/?state={state}") == [state]
    assert len(names(office_client, "/requests/?state=all")) == 6
    assert names(office_client, "/requests/?role=none") == ["open"]
    assert names(office_client, f"/requests/?role={factories.role().pk}") == ["on_hold", "in_progress"]


def test_it_is_narrowed_by_kind_day_received_text_spot_and_folder_with_all_below(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    factories.request(spot, name="Ääni hississä", kind=factories.kind("Vika"), received_on=march(1))
    factories.request(spot, name="Lumi", received_on=march(2))
    factories.request(folder=house.parent, name="Kysymys", received_on=march(3))
    factories.request(name="Paikatta", received_on=march(4))
    assert names(office_client, f"/requests/?kind={factories.kind('Vika').pk}") == ["Ääni hississä"]
    assert names(office_client, "/requests/?from=2026-03-02&to=2026-03-03") == ["Kysymys", "Lumi"]
    assert names(office_client, "/requests/?q=ääni") == ["Ääni hississä"]
    below = ["Kysymys", "Lumi", "Ääni hississä"]
    assert names(office_client, f"/requests/?folder={house.parent_id}") == below
    assert names(office_client, f"/folders/{house.parent_id}/requests/") == below
    assert names(office_client, f"/folders/{house.pk}/requests/") == below[1:]
    assert names(office_client, f"/spots/{spot.pk}/requests/") == below[1:]


def test_a_customers_tab_has_as_many_rows_as_its_figure_and_done_ones_by_the_day_done(
    office: User, office_client: Client, house: Folder, spot: Spot
) -> None:
    customer, other = factories.customer(), factories.customer()
    hand_over(attach(customer, house, by=None), other, march(10), by=None)
    in_every_state(spot)
    factories.request(spot, name="ennen", received_on=march(1), done_on=march(9))
    now = totals.unfinished_requests(office, localdate())
    assert len(names(office_client, f"/customers/{other.pk}/requests/")) == now[other.pk] == 3
    assert names(office_client, f"/customers/{customer.pk}/requests/?state=all") == ["ennen"]
    assert names(office_client, f"/customers/{other.pk}/requests/?state=done") == ["done"]


def test_requests_not_done_stand_last_when_the_list_is_sorted_by_the_day_done(
    office_client: Client, spot: Spot
) -> None:
    factories.request(spot, name="avoin")
    for day in (2, 3):
        factories.request(spot, name=str(day), received_on=march(1), done_on=march(day))
    assert names(office_client, "/requests/?state=all&o=done") == ["2", "3", "avoin"]
    assert names(office_client, "/requests/?state=all&o=-done") == ["3", "2", "avoin"]


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_list_costs_as_much_for_many_requests_as_for_one(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_requests(rows)
    customer = Customer.objects.get()
    with django_assert_num_queries(9):  # session, user, count, requests, paths, owners, customers; kinds, roles
        office_client.get("/requests/")
    with django_assert_num_queries(10):  # and the customer
        office_client.get(f"/customers/{customer.pk}/requests/")


# ---- one of them -----------------------------------------------------------------------------------------------------


def new(**given: Any) -> dict[str, Any]:
    return {"name": "Hissi  jumissa ", "kind": factories.kind().pk, "received_on": "2026-03-01"} | given


def test_a_request_is_recorded_on_a_spot_on_a_folder_or_with_no_place_yet(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    for place in ({"spot": spot.pk}, {"folder": house.pk}, {}):
        assert office_client.post("/requests/new/", new(**place)).status_code == 302
    rows = ServiceRequest.objects.order_by("pk").values_list("name", "spot", "folder", "received_folder", "state")
    assert list(rows) == [
        ("Hissi jumissa", spot.pk, house.pk, house.pk, "open"),
        ("Hissi jumissa", None, house.pk, house.pk, "open"),
        ("Hissi jumissa", None, None, None, "open"),
    ]


def test_a_request_recorded_with_a_role_goes_straight_to_work(office_client: Client) -> None:
    role = factories.role()
    answer = office_client.post("/requests/new/", new(role=role.pk))
    item = ServiceRequest.objects.get()
    assert answer.headers["Location"] == f"/requests/{item.pk}/"
    assert (item.state, item.role) == ("in_progress", role)


def test_a_spot_and_a_folder_at_once_or_a_day_to_come_are_refused_and_what_was_typed_stays(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    for typed in (new(spot=spot.pk, folder=house.pk), new(received_on=tomorrow), new(name="")):
        answer = office_client.post("/requests/new/", typed)
        assert (answer.status_code, ServiceRequest.objects.count()) == (422, 0)
        assert f'value="{typed["received_on"]}"' in answer.content.decode()


def test_the_page_says_both_places_of_a_request_whose_spot_moved_in_between(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    item = factories.request(spot, received_on=march(1))
    customer = factories.customer()
    there = factories.folder("Uusi")
    attach(customer, there, by=None)
    move_spot(spot, there, march(10), by=None)
    context = office_client.get(f"/requests/{item.pk}/").context
    assert [name for _pk, name in context["path"]] == ["Uusi"]
    assert [name for _pk, name in context["received_path"]] == ["Kaupunki", "Talo"]
    assert [(row.customer, row.owns) for row in context["collectors"]] == [(customer, True)]


def test_an_open_request_is_given_its_role_and_so_taken_to_work(office_client: Client, spot: Spot) -> None:
    item, role, other = factories.request(spot), factories.role(), factories.role("Sähkö")
    assert send(office_client, f"/requests/{item.pk}/take/", {"role": ""}).status_code == 422
    send(office_client, f"/requests/{item.pk}/take/", {"role": role.pk})
    assert (fresh(item).state, fresh(item).role) == ("in_progress", role)
    send(office_client, f"/requests/{item.pk}/state/", {"state": "on_hold"})
    send(office_client, f"/requests/{item.pk}/take/", {"role": other.pk})
    assert (fresh(item).state, fresh(item).role) == ("on_hold", other)


@pytest.mark.parametrize(("tab", "state"), [("finish", "done"), ("forward", "forwarded")])
def test_a_request_is_closed_on_a_day_between_its_receiving_and_today(
    office_client: Client, spot: Spot, tab: str, state: str
) -> None:
    item = factories.request(spot, received_on=march(5))
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    for day in ("2026-03-04", tomorrow, ""):
        assert send(office_client, f"/requests/{item.pk}/{tab}/", {"day": day}).status_code == 422
        assert fresh(item).state == "open"
    send(office_client, f"/requests/{item.pk}/{tab}/", {"day": "2026-03-05"})
    assert (fresh(item).state, fresh(item).done_on) == (state, march(5))


def test_a_reopened_request_goes_back_to_work_with_its_role_and_to_open_without(
    office_client: Client, spot: Spot
) -> None:
    role = factories.role()
    with_role = factories.request(spot, done_on=localdate(), role=role)
    without = factories.request(spot, done_on=localdate())
    for item, state in ((with_role, "in_progress"), (without, "open")):
        page = office_client.get(f"/requests/{item.pk}/").content.decode()
        assert f'<button class="btn btn-primary" name="state" value="{state}">' in page
        send(office_client, f"/requests/{item.pk}/state/", {"state": state})
        assert (fresh(item).state, fresh(item).done_on) == (state, None)
    assert fresh(with_role).role == role


def test_a_state_that_needs_a_role_a_day_or_is_none_is_refused(office_client: Client, spot: Spot) -> None:
    item = factories.request(spot)
    refused = send(office_client, f"/requests/{item.pk}/state/", {"state": "on_hold"})
    assert (refused.status_code, len(refused.context["form"].non_field_errors())) == (422, 1)
    for state in ("done", "forwarded", "lost"):
        assert send(office_client, f"/requests/{item.pk}/state/", {"state": state}).status_code == 422
    assert fresh(item).state == "open"
    send(office_client, f"/requests/{item.pk}/state/", {"state": "cancelled"})
    assert fresh(item).state == "cancelled"


def test_another_day_received_changes_the_folder_of_that_day(office_client: Client, house: Folder, spot: Spot) -> None:
    item = factories.request(spot, received_on=march(12))
    there = factories.folder("Uusi")
    move_spot(spot, there, march(10), by=None)
    typed = {"name": "Toinen", "kind": factories.kind("Vika").pk, "received_on": "2026-03-09", "description": "x"}
    send(office_client, f"/requests/{item.pk}/edit/", typed)
    now = fresh(item)
    assert (now.name, now.kind.name, now.received_on, now.received_folder) == ("Toinen", "Vika", march(9), house)
    assert now.folder == there
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    refused = send(office_client, f"/requests/{item.pk}/edit/", typed | {"received_on": tomorrow, "name": "Kolmas"})
    assert (refused.status_code, fresh(item).name, fresh(item).received_on) == (422, "Toinen", march(9))


def test_a_request_gets_its_place_and_another_and_none(office_client: Client, house: Folder, spot: Spot) -> None:
    item = factories.request()
    address = f"/requests/{item.pk}/place/"
    send(office_client, address, {"spot": spot.pk, "folder": ""})
    assert (fresh(item).spot, fresh(item).folder) == (spot, house)
    send(office_client, address, {"spot": "", "folder": house.parent_id})
    assert (fresh(item).spot, fresh(item).folder) == (None, house.parent)
    assert office_client.get(address).context["form"]["folder"].value() == house.parent_id
    send(office_client, address, {"spot": "", "folder": ""})
    assert (fresh(item).folder, fresh(item).received_folder) == (None, None)


def test_a_colleague_sees_no_buttons_and_presses_none(colleague_client: Client, spot: Spot) -> None:
    item = factories.request(spot)
    assert f"/requests/{item.pk}/take/" not in colleague_client.get(f"/requests/{item.pk}/").content.decode()
    assert colleague_client.post(f"/requests/{item.pk}/state/", {"state": "cancelled"}).status_code == 403
    assert colleague_client.post("/requests/new/", new()).status_code == 403
    assert list(ServiceRequest.objects.values_list("state", flat=True)) == ["open"]
