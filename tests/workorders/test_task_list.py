"""The list of tasks: what it is narrowed to, how it is ordered, whose each row is, and what it costs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.models import Customer
from customers.ownership import attach, hand_over
from folders.models import Folder, Spot
from tests import factories
from tests.conftest import signed_in
from tests.workorders.many import many_tasks
from workorders.models import Task
from workorders.places import move_spot
from workorders.sql import totals

pytestmark = pytest.mark.once


def names(client: Client, address: str) -> list[str]:
    return [task.name for task in client.get(address).context["page"]]


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.fixture
def house(db: None) -> Folder:
    return factories.folder("Talo", factories.folder("Kaupunki"))


@pytest.fixture
def spot(house: Folder) -> Spot:
    return factories.spot(house, "Hissi")


def in_every_state(spot: Spot) -> None:
    for state in ("open", "in_progress", "on_hold", "cancelled"):
        factories.task(spot, name=state, state=state, due_on=localdate())
    for state in ("in_review", "done"):
        factories.task(spot, name=state, state=state, done_on=march(1), due_on=localdate())
    factories.task(spot, name="late", due_on=localdate() - timedelta(days=1))


def test_the_list_shows_unfinished_work_by_the_day_due_unless_another_state_is_asked_for(
    office_client: Client, spot: Spot
) -> None:
    in_every_state(spot)
    unfinished = ["late", "open", "in_progress", "on_hold", "in_review"]
    assert names(office_client, "/tasks/") == unfinished
    assert names(office_client, "/tasks/?state=unfinished") == unfinished
    assert names(office_client, "/tasks/?state=overdue") == ["late"]
    assert names(office_client, "/tasks/?state=on_hold") == ["on_hold"]
    assert names(office_client, "/tasks/?state=done") == ["done"]
    assert sorted(names(office_client, "/tasks/?state=all")) == sorted([*unfinished, "cancelled", "done"])


def test_the_days_are_those_due_and_for_done_work_those_done_the_last_one_included(
    office_client: Client, spot: Spot
) -> None:
    for day in (1, 2, 3):
        factories.task(spot, name=f"due {day}", due_on=march(day))
        factories.task(spot, name=f"done {day}", due_on=march(9), done_on=march(day))
    assert names(office_client, "/tasks/?from=2026-03-02&to=2026-03-03") == ["due 2", "due 3"]
    assert names(office_client, "/tasks/?to=1.3.2026") == ["due 1"]
    assert names(office_client, "/tasks/?state=done&from=2026-03-01&to=2026-03-02") == ["done 2", "done 1"]


def test_it_is_narrowed_by_text_role_work_order_spot_and_folder_with_all_below(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    role, order = factories.role("Sähkö"), factories.order()
    factories.task(spot, name="Hissin huolto")
    factories.task(spot, name="Valaistus", role=role)
    factories.task(work_order=order, name="Suunnittelu")
    other = factories.task(factories.spot(factories.folder("Muualla")), name="Pihatyö")
    assert house.parent is not None
    assert names(office_client, "/tasks/?q=HISSIN") == ["Hissin huolto"]
    assert names(office_client, f"/tasks/?role={role.pk}") == ["Valaistus"]
    assert names(office_client, f"/tasks/?work_order={order.pk}") == ["Suunnittelu"]
    assert names(office_client, f"/tasks/?spot={other.spot_id}") == ["Pihatyö"]
    assert names(office_client, f"/tasks/?folder={house.parent_id}") == ["Hissin huolto", "Valaistus"]
    assert names(office_client, f"/tasks/?folder={house.parent_id}&role={role.pk}&q=val") == ["Valaistus"]


def test_the_tabs_of_a_folder_and_a_spot_have_the_same_rows_as_the_list_narrowed_to_them(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    in_every_state(spot)
    factories.task(factories.spot(factories.folder()), name="muualla")
    for query in ("", "?state=all", "?state=overdue"):
        narrowed = names(office_client, f"/tasks/{query or '?'}&spot={spot.pk}")
        assert names(office_client, f"/spots/{spot.pk}/tasks/{query}") == narrowed
        assert names(office_client, f"/folders/{house.parent_id}/tasks/{query}") == narrowed


def test_a_customers_tab_has_what_it_collects_on_the_day_that_counts(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    customer, other = factories.customer("Ensin Oy"), factories.customer("Sitten Oy")
    hand_over(attach(customer, house, by=None), other, march(10), by=None)
    factories.task(spot, name="ennen", done_on=march(9))
    factories.task(spot, name="jälkeen", done_on=march(10))
    factories.task(spot, name="avoin", due_on=march(1))
    factories.task(spot, name="määräimen", work_order=factories.order(of=customer))
    assert names(office_client, f"/customers/{customer.pk}/tasks/?state=all") == ["ennen", "määräimen"]
    assert names(office_client, f"/customers/{other.pk}/tasks/?state=all") == ["jälkeen", "määräimen", "avoin"]
    assert names(office_client, f"/tasks/?customer={other.pk}&state=done") == ["jälkeen"]
    assert names(office_client, f"/customers/{other.pk}/tasks/?whose=owned") == ["avoin"]
    assert names(office_client, f"/customers/{other.pk}/tasks/?whose=others") == ["määräimen"]


def test_unowned_work_can_be_listed(office_client: Client, house: Folder, spot: Spot) -> None:
    attach(factories.customer(), house, by=None)
    factories.task(spot, name="omistettu")
    factories.task(factories.spot(factories.folder()), name="omistajaton")
    factories.task(work_order=factories.order(), name="ilman spottia")
    assert names(office_client, "/tasks/?whose=unowned") == ["omistajaton", "ilman spottia"]


def test_the_figures_of_a_customers_page_open_as_many_rows(
    office: User, office_client: Client, house: Folder, spot: Spot
) -> None:
    assert house.parent is not None
    above, below = factories.customer(), factories.customer()
    attach(above, house.parent, by=None)
    attach(below, house, march(5), by=None)
    in_every_state(spot)
    for day in range(1, 10):
        factories.task(spot, done_on=march(day), work_order=factories.order(of=below) if day % 3 else None)
    first, last = march(2), march(8)
    for customer in (above, below):
        now = totals.unfinished(office, localdate())[customer.pk]
        done = totals.done(office, first, last)[customer.pk]
        period = f"state=done&from={first}&to={last}"
        expected = {
            "state=unfinished": now.all,
            "state=overdue": now.overdue,
            "state=unfinished&whose=owned": now.owned,
            "state=unfinished&whose=others": now.others,
            period: done.all,
            f"{period}&whose=owned": done.owned,
            f"{period}&whose=others": done.others,
        }
        address = f"/customers/{customer.pk}/tasks/"
        assert {query: len(names(office_client, f"{address}?{query}")) for query in expected} == expected


def test_each_row_says_its_place_and_its_owner_on_its_own_day(office_client: Client, house: Folder, spot: Spot) -> None:
    customer, other = factories.customer("Ensin Oy"), factories.customer("Sitten Oy")
    hand_over(attach(customer, house, by=None), other, march(10), by=None)
    done, still_open = factories.task(spot, done_on=march(9)), factories.task(spot)
    lonely = factories.task(work_order=factories.order())
    context = office_client.get("/tasks/?state=all").context
    assert context["places"] == {house.pk: ("Talo", "Kaupunki")}
    assert context["owners"] == {done.pk: customer, still_open.pk: other}
    assert lonely.pk not in context["owners"]


def test_work_moved_with_its_spot_is_listed_below_the_new_folder(office_client: Client, spot: Spot) -> None:
    factories.task(spot, name="siirtynyt")
    there = factories.folder("Uusi")
    move_spot(spot, there, localdate(), by=None)
    assert names(office_client, f"/folders/{there.pk}/tasks/") == ["siirtynyt"]


@pytest.mark.parametrize(
    "query", ["state=lost", "folder=999999999999999999999", "folder=x", "customer=77", "from=yesterday", "role=0"]
)
def test_an_address_that_is_not_understood_lists_nothing_and_says_so(
    office_client: Client, spot: Spot, query: str
) -> None:
    factories.task(spot)
    answer = office_client.get(f"/tasks/?{query}")
    assert (answer.status_code, len(answer.context["page"])) == (200, 0)
    assert len(answer.context["filter"].form.errors) == 1


def test_it_is_sorted_by_day_and_hours_and_by_nothing_else(office_client: Client, spot: Spot) -> None:
    for name, day, minutes in (("a", 3, 10), ("b", 1, 30), ("c", 2, 20)):
        factories.task(spot, name=name, due_on=march(day))
        factories.task(spot, name=name, done_on=march(day), minutes=minutes)
    assert names(office_client, "/tasks/?o=due") == ["b", "c", "a"]
    assert names(office_client, "/tasks/?o=-due") == ["a", "c", "b"]
    assert names(office_client, "/tasks/?o=spot__folder__name") == ["b", "c", "a"]
    assert names(office_client, "/tasks/?state=done") == ["a", "c", "b"]
    assert names(office_client, "/tasks/?state=done&o=done") == ["b", "c", "a"]
    assert names(office_client, "/tasks/?state=done&o=-minutes") == ["b", "c", "a"]


def test_htmx_gets_the_rows_alone_and_an_address_without_what_is_not_set(office_client: Client, spot: Spot) -> None:
    factories.task(spot, name="Huolto")
    asked = {"q": "huolto", "state": "unfinished", "role": "", "customer_q": "as oy", "folder": "", "page": "1"}
    answer = office_client.get("/tasks/", asked, headers={"HX-Request": "true"})
    assert answer.headers["HX-Replace-Url"] == "/tasks/?q=huolto&page=1"
    assert (b"<html" in answer.content, b"Huolto" in answer.content) == (False, True)
    assert "HX-Replace-Url" not in office_client.get("/tasks/", asked).headers


def test_what_narrows_the_list_is_named_and_taken_off_one_by_one(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    customer = factories.customer("Puisto Oy")
    address = f"/tasks/?folder={house.pk}&customer={customer.pk}&from=2026-03-01&page=2"
    chips = office_client.get(address, headers={"Accept-Language": "en"}).context["filter"].chips()
    assert [chip.url for chip in chips] == [
        f"?folder={house.pk}&from=2026-03-01",
        f"?customer={customer.pk}&from=2026-03-01",
        f"?folder={house.pk}&customer={customer.pk}",
    ]


def test_fifty_stand_on_a_page(office_client: Client) -> None:
    many_tasks(51)
    first, second = (office_client.get(f"/tasks/?page={page}").context["page"] for page in (1, 2))
    assert (len(first), len(second), first.paginator.count) == (50, 1, 51)


def test_an_office_with_nothing_is_led_on(office_client: Client, colleague_client: Client) -> None:
    assert b"/folders/" in office_client.get("/tasks/").content
    context = office_client.get("/tasks/").context
    assert (context["nothing"], context["has_spots"]) == (True, False)
    factories.spot(factories.folder())
    context = office_client.get("/tasks/").context
    assert (context["nothing"], context["has_spots"], context["url"]) == (True, True, "/tasks/new/")
    assert colleague_client.get("/tasks/").context["url"] == ""


def test_who_may_not_see_customers_sees_no_owner(house: Folder, spot: Spot) -> None:
    customer: Customer = factories.customer("Salainen Oy")
    attach(customer, house, by=None)
    factories.task(spot)
    person = factories.user("huoltaja@spotilla.example", "workorders.view_task")
    answer = signed_in(person).get("/tasks/")
    assert (answer.status_code, answer.context["owners"]) == (200, {})
    assert "Salainen" not in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_list_costs_as_much_for_many_tasks_as_for_one(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = many_tasks(rows)
    with django_assert_num_queries(8):  # session, user, count, tasks, paths, owners, customers, roles to choose from
        office_client.get("/tasks/")
    with django_assert_num_queries(12):  # and the folder, its path, who collects it and who owns it
        office_client.get(f"/folders/{made[0].folder_id}/tasks/")
    customer = Customer.objects.get(attachments__isnull=False)
    with django_assert_num_queries(9):  # and the customer
        office_client.get(f"/customers/{customer.pk}/tasks/")
    assert Task.objects.count() == rows
