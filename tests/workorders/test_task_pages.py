"""A task's own page, making one, and everything that is done with it from the browser."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from customers.ownership import attach, move_folder
from folders.models import Folder, Spot
from tests import factories
from tests.pages import send
from workorders.models import Task
from workorders.orders import close_order

pytestmark = pytest.mark.once


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.fixture
def house(db: None) -> Folder:
    return factories.folder("Talo", factories.folder("Kaupunki"))


@pytest.fixture
def spot(house: Folder) -> Spot:
    return factories.spot(house, "Hissi")


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def new(spot: Spot | None, **given: Any) -> dict[str, Any]:
    typed = {
        "name": "Hissin  huolto ",
        "role": factories.role().pk,
        "due_on": "2026-12-24",
        "description": "",
        "spot": "",
    }
    return typed | ({"spot": spot.pk} if spot else {}) | given


def test_a_task_is_recorded_on_a_spot_to_be_done(office_client: Client, house: Folder, spot: Spot) -> None:
    answer = office_client.post("/tasks/new/", new(spot, done_on="", minutes=""))
    task = Task.objects.get()
    assert answer.headers["Location"] == f"/tasks/{task.pk}/"
    assert (task.name, task.spot, task.folder, task.due_on) == ("Hissin huolto", spot, house, date(2026, 12, 24))
    assert (task.state, task.done_on, task.minutes, task.role.name) == ("open", None, 0, "Huolto")


def test_a_task_done_already_is_recorded_with_its_day_and_hours(office_client: Client, spot: Spot) -> None:
    office_client.post("/tasks/new/", new(spot, done="on", done_on="2026-03-01", minutes="1:30"))
    task = Task.objects.get()
    assert (task.state, task.done_on, task.minutes) == ("done", march(1), 90)


@pytest.mark.parametrize(
    ("typed", "day", "minutes"),
    [
        ({"minutes": "1:30"}, localdate(), 90),
        ({"done_on": "2026-03-01"}, march(1), 0),
        ({"done_on": "2026-03-01", "minutes": "2"}, march(1), 120),
        ({"done": "on"}, localdate(), 0),
    ],
)
def test_hours_or_a_day_of_the_work_mean_that_it_is_done_as_the_box_does(
    office_client: Client, spot: Spot, typed: dict[str, str], day: date, minutes: int
) -> None:
    form = office_client.get("/tasks/new/").context["form"]
    assert [name for name in ("done", "done_on", "minutes") if form[name].value()] == []
    answer = office_client.post("/tasks/new/", new(spot, **typed), follow=True)
    task = Task.objects.get()
    assert (task.state, task.done_on, task.minutes) == ("done", day, minutes)
    assert [str(said) for said in answer.context["messages"]] == ["Tehtävä ”Hissin huolto” kirjattiin tehdyksi."]


def test_a_day_to_come_is_no_day_of_the_work_without_the_box_either(office_client: Client, spot: Spot) -> None:
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    answer = office_client.post("/tasks/new/", new(spot, done_on=tomorrow))
    assert (answer.status_code, Task.objects.count()) == (422, 0)


def test_a_task_of_a_work_order_needs_no_spot_and_one_of_neither_is_refused(office_client: Client) -> None:
    refused = office_client.post("/tasks/new/", new(None))
    assert (refused.status_code, Task.objects.count()) == (422, 0)
    assert refused.context["form"].non_field_errors()
    order = factories.order()
    office_client.post("/tasks/new/", new(None, work_order=order.pk))
    assert [(task.work_order, task.spot, task.folder) for task in Task.objects.all()] == [(order, None, None)]


def test_what_was_typed_stays_when_the_task_is_refused(office_client: Client, spot: Spot) -> None:
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    answer = office_client.post("/tasks/new/", new(spot, name="Koe", done="on", done_on=tomorrow, minutes="90 min"))
    page = answer.content.decode()
    assert (answer.status_code, Task.objects.count()) == (422, 0)
    assert 'value="Koe"' in page
    assert f'value="{tomorrow}"' in page
    assert 'value="90 min"' in page
    assert f'value="{spot.pk}" checked' in page


def test_the_page_that_leads_to_a_new_task_has_its_spot_work_order_and_customer_chosen(
    office_client: Client, spot: Spot
) -> None:
    customer = factories.customer()
    mine, other = factories.order(of=customer), factories.order()
    context = office_client.get(f"/tasks/new/?spot={spot.pk}&work_order={mine.pk}&customer={customer.pk}").context
    form = context["form"]
    assert (form["spot"].value(), form["work_order"].value()) == (str(spot.pk), str(mine.pk))
    assert list(form.fields["work_order"].shown) == [mine]
    assert (context["order"], context["customer"]) == (mine, customer)
    hits = office_client.get(f"/work-orders/choices/?name=work_order&customer={customer.pk}").content.decode()
    assert (str(mine) in hits, str(other) in hits) == (True, False)
    assert office_client.get("/tasks/new/?spot=x&work_order=99999999999999999999&customer=").status_code == 200


def test_a_closed_work_order_is_neither_offered_nor_taken(office_client: Client, spot: Spot) -> None:
    order = factories.order()
    close_order(order, localdate())
    assert str(order) not in office_client.get("/tasks/new/").content.decode()
    answer = office_client.post("/tasks/new/", new(spot, work_order=order.pk))
    assert (answer.status_code, Task.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"__all__": [f"Työmääräin {order.number} on suljettu."]}


def test_what_a_new_task_is_put_on_is_chosen_from_the_folder_or_the_customer_that_the_page_is_about(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    customer = factories.customer()
    attach(customer, house, by=None)
    below = factories.spot(factories.folder("Kellari", house), "Pumppu")
    beside = factories.spot(factories.folder("Naapuri", house.parent), "Portti")
    assert house.parent
    offered = {
        "": [spot, beside, below],
        f"folder={house.pk}": [spot, below],
        f"folder={house.parent.pk}": [spot, beside, below],
        f"customer={customer.pk}": [spot, below],
        "folder=x&customer=99999999999999999999": [spot, beside, below],
    }
    for about, spots in offered.items():
        page = office_client.get(f"/tasks/new/?{about}")
        assert list(page.context["form"].fields["spot"].shown.in_order()) == spots, about
        address = re.search(r'hx-get="(/spots/choices/[^"]*)"', page.content.decode())
        assert address
        hits = office_client.get(html.unescape(address[1]) + "&spot_q=").content.decode()
        assert [each for each in (spot, beside, below) if f'value="{each.pk}"' in hits] == spots, about


def test_a_search_that_nobody_chose_from_is_not_dropped(office_client: Client, spot: Spot) -> None:
    order = factories.order()
    answer = office_client.post("/tasks/new/", new(None, work_order=order.pk, spot_q="hiss"))
    assert (answer.status_code, list(answer.context["form"].errors), Task.objects.count()) == (422, ["spot"], 0)
    office_client.post("/tasks/new/", new(spot, work_order=order.pk, spot_q="hiss"))
    task = Task.objects.get()
    assert task.spot == spot
    typed = {"spot": spot.pk, "spot_q": "pump", "work_order": order.pk}
    assert send(office_client, f"/tasks/{task.pk}/move/", typed).status_code == 422
    assert send(office_client, f"/tasks/{task.pk}/move/", typed | {"spot_q": ""}).status_code == 302


def test_spots_are_searched_without_javascript_and_nothing_is_saved_meanwhile(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    factories.spot(house, "Lämmönjakohuone")
    answer = office_client.post("/tasks/new/", new(None, name="Koe", spot_q="lämmön", again="1"))
    page = answer.content.decode()
    assert (answer.status_code, Task.objects.count()) == (200, 0)
    assert ("Lämmönjakohuone" in page, "Hissi <small>" in page, 'value="Koe"' in page) == (True, False, True)


def test_the_page_says_where_the_work_was_on_its_day_and_whose_it_is_and_why(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    manager, housing = factories.customer("Isännöinti"), factories.customer("Asunto Oy")
    town = house.parent
    assert town is not None
    attach(manager, town, by=None)
    attach(housing, house, march(1), by=None)
    done, still_open = factories.task(spot, done_on=march(5)), factories.task(spot)
    move_folder(house, factories.folder("Naapuri"), march(10), by=None)
    context = office_client.get(f"/tasks/{done.pk}/").context
    assert [name for _pk, name in context["path"]] == ["Kaupunki", "Talo"]
    assert [(row.customer, row.owns, row.attachment.folder) for row in context["collectors"]] == [
        (housing, True, house),
        (manager, False, town),
    ]
    context = office_client.get(f"/tasks/{still_open.pk}/").context
    assert [name for _pk, name in context["path"]] == ["Naapuri", "Talo"]
    assert [row.customer for row in context["collectors"]] == [housing]


def test_the_work_orders_customer_owns_and_stands_once_with_both_reasons(
    office_client: Client, house: Folder, spot: Spot
) -> None:
    customer, other = factories.customer(), factories.customer()
    assert house.parent is not None
    attachment = attach(customer, house.parent, by=None)
    attach(other, house, by=None)
    order = factories.order(of=customer)
    task = factories.task(spot, work_order=order)
    rows = office_client.get(f"/tasks/{task.pk}/").context["collectors"]
    assert [(row.customer, row.owns, row.order, row.attachment and row.attachment.pk) for row in rows] == [
        (customer, True, order, attachment.pk),
        (other, False, None, other.attachments.get().pk),
    ]


def test_finishing_gives_the_day_and_the_hours_and_the_same_form_changes_them(
    office_client: Client, spot: Spot
) -> None:
    task = factories.task(spot)
    address = f"/tasks/{task.pk}/finish/"
    typed = {"state": "done", "done_on": "2026-03-01", "minutes": "1,5"}
    assert send(office_client, address, typed).headers["Location"] == f"/tasks/{task.pk}/"
    assert (fresh(task).state, fresh(task).done_on, fresh(task).minutes) == ("done", march(1), 90)
    form = office_client.get(address).context["form"]
    assert (form["done_on"].value(), form["minutes"].value()) == (march(1), "1:30")
    send(office_client, address, {"state": "done", "done_on": "2.3.2026", "minutes": "20 min"})
    assert (fresh(task).done_on, fresh(task).minutes) == (march(2), 20)


def test_a_day_to_come_and_hours_that_mean_nothing_leave_the_task_as_it_was(office_client: Client, spot: Spot) -> None:
    task = factories.task(spot)
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    for typed in (
        {"state": "done", "done_on": tomorrow, "minutes": "1"},
        {"state": "done", "done_on": "2026-03-01", "minutes": "pitkään"},
        {"state": "open", "done_on": "2026-03-01", "minutes": "1"},
    ):
        assert send(office_client, f"/tasks/{task.pk}/finish/", typed).status_code == 422
    assert (fresh(task).state, fresh(task).done_on, fresh(task).minutes) == ("open", None, 0)


def test_work_sent_to_review_keeps_its_day_when_it_is_approved(office_client: Client, spot: Spot) -> None:
    task = factories.task(spot)
    assert (
        office_client.get(f"/tasks/{task.pk}/finish/?state=in_review").context["form"]["state"].value() == "in_review"
    )
    send(office_client, f"/tasks/{task.pk}/finish/", {"state": "in_review", "done_on": "2026-03-01", "minutes": "2"})
    assert (fresh(task).state, fresh(task).done_on) == ("in_review", march(1))
    send(office_client, f"/tasks/{task.pk}/state/", {"state": "done"})
    assert (fresh(task).state, fresh(task).done_on, fresh(task).minutes) == ("done", march(1), 120)


@pytest.mark.parametrize("state", ["open", "in_progress", "on_hold", "cancelled"])
def test_a_button_gives_the_task_its_state(office_client: Client, spot: Spot, state: str) -> None:
    task = factories.task(spot, done_on=march(1))
    assert send(office_client, f"/tasks/{task.pk}/state/", {"state": state}).headers["Location"] == f"/tasks/{task.pk}/"
    assert (fresh(task).state, fresh(task).done_on) == (state, None)


def test_an_unknown_state_and_a_look_at_the_address_change_nothing(office_client: Client, spot: Spot) -> None:
    task = factories.task(spot)
    assert send(office_client, f"/tasks/{task.pk}/state/", {"state": "lost"}).status_code == 422
    assert office_client.get(f"/tasks/{task.pk}/state/").status_code == 405
    assert fresh(task).state == "open"


def test_a_task_is_edited_without_touching_its_place_and_state(office_client: Client, spot: Spot) -> None:
    task = factories.task(spot, done_on=march(1), minutes=30)
    typed = {"name": " Uusi  nimi", "role": factories.role("Sähkö").pk, "due_on": "2026-04-01", "description": "Ohje"}
    send(office_client, f"/tasks/{task.pk}/edit/", typed | {"state": "open", "spot": "", "minutes": "0"})
    now = fresh(task)
    assert (now.name, now.role.name, now.due_on, now.description) == ("Uusi nimi", "Sähkö", date(2026, 4, 1), "Ohje")
    assert (now.state, now.done_on, now.minutes, now.spot) == ("done", march(1), 30, spot)
    assert list(Task.objects.matching("uusi nimi")) == [now]
    assert send(office_client, f"/tasks/{task.pk}/edit/", typed | {"name": " "}).status_code == 422
    assert fresh(task).name == "Uusi nimi"


def test_a_task_goes_to_another_spot_and_into_a_work_order(office_client: Client, spot: Spot) -> None:
    task, order = factories.task(spot), factories.order()
    there = factories.spot(factories.folder("Muualla"))
    send(office_client, f"/tasks/{task.pk}/move/", {"spot": there.pk, "work_order": order.pk})
    assert (fresh(task).spot, fresh(task).folder, fresh(task).work_order) == (there, there.folder, order)
    refused = send(office_client, f"/tasks/{task.pk}/move/", {"spot": "", "work_order": ""})
    assert (refused.status_code, fresh(task).spot) == (422, there)


def test_a_task_stays_in_its_closed_work_order_when_its_spot_changes(office_client: Client, spot: Spot) -> None:
    order = factories.order()
    task = factories.task(spot, work_order=order)
    close_order(order, localdate())
    there = factories.spot(factories.folder())
    assert send(office_client, f"/tasks/{task.pk}/move/", {"spot": there.pk, "work_order": order.pk}).status_code == 302
    assert (fresh(task).spot, fresh(task).work_order) == (there, order)


def test_a_colleague_sees_no_buttons_and_presses_none(colleague_client: Client, spot: Spot) -> None:
    task = factories.task(spot)
    page = colleague_client.get(f"/tasks/{task.pk}/").content.decode()
    assert (f"/tasks/{task.pk}/state/" in page, f"/tasks/{task.pk}/finish/" in page) == (False, False)
    assert colleague_client.post(f"/tasks/{task.pk}/state/", {"state": "cancelled"}).status_code == 403
    assert colleague_client.post("/tasks/new/", new(spot)).status_code == 403
    assert [row.state for row in Task.objects.all()] == ["open"]
