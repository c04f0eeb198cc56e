"""Two people have the same page of a task, a request or a work order open: who comes second overwrites nothing."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from folders.models import Spot
from spotilla.templatetags.office import hours
from tests import factories
from tests.pages import marks, send, version
from workorders.models import ServiceRequest, Task, WorkOrder
from workorders.orders import change_order, close_order, give_order, reopen_order
from workorders.places import move_spot
from workorders.recording import change_request, change_task, relocate_request, relocate_task

TODAY = timezone.localdate().isoformat()

type Row = Task | ServiceRequest | WorkOrder


@pytest.fixture
def spot(db: None) -> Spot:
    return factories.spot(factories.folder("Talo"), "Hissi")


@pytest.fixture
def task(spot: Spot) -> Task:
    return factories.task(spot, name="Huolto", due_on=date(2026, 4, 1))


@pytest.fixture
def item(spot: Spot) -> ServiceRequest:
    return factories.request(spot, name="Vika")


@pytest.fixture
def order(db: None) -> WorkOrder:
    return factories.order("Katto", of=factories.customer("Vanha Oy"))


def now(row: Row) -> dict[str, Any]:
    return model_to_dict(type(row)._default_manager.get(pk=row.pk))


def told(answer: Any) -> str:
    """What stands above the fields."""
    found = re.search(r'<div class="note note-danger"[^>]*>.*?</svg>(.*?)</div>\s*</div>', answer.text, re.DOTALL)
    assert found, answer.text
    return re.sub(r"<[^>]+>", " ", found[1])


def unsaid(answer: Any, *words: str) -> list[str]:
    return [word for word in words if word not in told(answer)]


def shown(answer: Any, *names: str) -> dict[str, Any]:
    form = answer.context["form"]
    return {name: form[name].value() for name in names}


def edit(task: Task, **typed: Any) -> dict[str, Any]:
    fields = {"name": task.name, "role": task.role_id, "due_on": task.due_on, "description": task.description}
    return fields | typed


# ---- edit forms ------------------------------------------------------------------------------------------------------


def test_the_later_edit_of_a_task_is_refused_with_what_it_has_now_and_saves_when_sent_again(
    office_client: Client, task: Task
) -> None:
    address = f"/tasks/{task.pk}/edit/"
    mine = edit(task, due_on="2026-12-24") | version(office_client, address)
    send(office_client, address, edit(task, description="Avain on naapurissa"))
    refused = office_client.post(address, mine)
    assert refused.status_code == 422
    assert "Kuvaus: Avain on naapurissa." in told(refused)
    assert "Erääntyy" not in told(refused)
    assert (now(task)["description"], now(task)["due_on"]) == ("Avain on naapurissa", date(2026, 4, 1))
    again = shown(refused, "name", "role", "due_on", "description", "version")
    assert (again["due_on"], again["description"]) == ("2026-12-24", "Avain on naapurissa")
    assert office_client.post(address, again).status_code == 302
    assert (now(task)["description"], now(task)["due_on"]) == ("Avain on naapurissa", date(2026, 12, 24))


def test_what_both_have_typed_stays_as_it_was_typed(office_client: Client, task: Task) -> None:
    address = f"/tasks/{task.pk}/edit/"
    mine = edit(task, description="Minun") | version(office_client, address)
    send(office_client, address, edit(task, description="Toisen", due_on="2026-05-05"))
    refused = office_client.post(address, mine)
    assert (refused.status_code, "Kuvaus: Toisen" in told(refused), "5.5.2026" in told(refused)) == (422, True, True)
    assert shown(refused, "description", "due_on") == {"description": "Minun", "due_on": date(2026, 5, 5)}


def test_a_state_or_a_place_that_changed_meanwhile_does_not_stop_an_edit(office_client: Client, task: Task) -> None:
    address = f"/tasks/{task.pk}/edit/"
    mine = edit(task, name="Uusi nimi") | version(office_client, address)
    change_task(task, "done", done_on=date(2026, 3, 1), minutes=30)
    assert task.spot
    move_spot(task.spot, factories.folder("Muualla"), by=None)
    assert office_client.post(address, mine).status_code == 302
    after = now(task)
    assert (after["name"], after["state"], after["minutes"]) == ("Uusi nimi", "done", 30)


@pytest.mark.parametrize("sent", [{}, {"version": "7"}, {"version": "name:x due_on: :::"}, {"version": "name:\0"}])
def test_a_form_without_its_version_overwrites_nothing(office_client: Client, task: Task, sent: dict[str, str]) -> None:
    before = now(task)
    assert office_client.post(f"/tasks/{task.pk}/edit/", edit(task, name="Muu") | sent).status_code == 422
    assert office_client.post(f"/tasks/{task.pk}/state/", {"state": "cancelled"} | sent).status_code == 422
    assert now(task) == before
    assert office_client.post(f"/tasks/{task.pk}/edit/", edit(task) | sent).status_code == 302  # nothing is overwritten


def test_the_later_edit_of_a_request_is_refused_and_sent_again_keeps_both(
    office_client: Client, item: ServiceRequest
) -> None:
    address = f"/requests/{item.pk}/edit/"
    typed = {"name": "Vika", "kind": item.kind_id, "received_on": "2026-01-15", "description": ""}
    mine = typed | {"received_on": "2026-01-10"} | version(office_client, address)
    send(office_client, address, typed | {"name": "Vika hississä"})
    refused = office_client.post(address, mine)
    assert (refused.status_code, "Aihe: Vika hississä." in told(refused)) == (422, True)
    assert (now(item)["name"], now(item)["received_on"]) == ("Vika hississä", date(2026, 1, 15))
    again = shown(refused, "name", "kind", "received_on", "description", "version")
    assert office_client.post(address, again).status_code == 302
    assert (now(item)["name"], now(item)["received_on"]) == ("Vika hississä", date(2026, 1, 10))


def test_a_mere_rename_does_not_give_a_work_order_back_to_its_old_customer(
    office_client: Client, order: WorkOrder
) -> None:
    new, address = factories.customer("Uusi Oy"), f"/work-orders/{order.pk}/edit/"
    typed = {"name": "Katto ja räystäät", "customer": order.customer_id, "customer_order_number": ""}
    mine = typed | version(office_client, address)
    give_order(order, new)
    refused = office_client.post(address, mine)
    assert (refused.status_code, "Asiakas: Uusi Oy." in told(refused)) == (422, True)
    assert (now(order)["name"], now(order)["customer"]) == ("Katto", new.pk)
    again = shown(refused, "name", "customer", "version") | {"customer_order_number": ""}
    assert (again["name"], again["customer"]) == ("Katto ja räystäät", new.pk)
    assert office_client.post(address, again).status_code == 302
    assert (now(order)["name"], now(order)["customer"]) == ("Katto ja räystäät", new.pk)


def test_days_of_a_work_order_that_changed_meanwhile_are_said_as_the_form_has_them(
    office_client: Client, order: WorkOrder
) -> None:
    address = f"/work-orders/{order.pk}/edit/"
    mine = {"name": "Piha", "customer": order.customer_id, "customer_order_number": ""}
    mine |= version(office_client, address)
    change_order(order, until=date(2027, 1, 1))
    refused = office_client.post(address, mine)
    assert (refused.status_code, "Viimeinen päivä: 31.12.2026." in told(refused)) == (422, True)
    assert (shown(refused, "last"), now(order)["name"]) == ({"last": date(2026, 12, 31)}, "Katto")


# ---- places ----------------------------------------------------------------------------------------------------------


def test_a_task_that_somebody_put_elsewhere_is_not_taken_back(office_client: Client, task: Task, spot: Spot) -> None:
    there, elsewhere = factories.spot(factories.folder(), "Pumppu"), factories.spot(factories.folder(), "Portti")
    address = f"/tasks/{task.pk}/move/"
    mine = {"spot": elsewhere.pk, "work_order": ""} | version(office_client, address)
    relocate_task(task, there, None)
    refused = office_client.post(address, mine)
    assert (refused.status_code, "Spotti: Pumppu." in told(refused), now(task)["spot"]) == (422, True, there.pk)


def test_a_move_of_the_spot_meanwhile_is_no_conflict(office_client: Client, task: Task, item: ServiceRequest) -> None:
    there, order = factories.spot(factories.folder(), "Pumppu"), factories.order()
    addresses = (f"/tasks/{task.pk}/move/", f"/requests/{item.pk}/place/")
    versions = [version(office_client, address) for address in addresses]
    assert task.spot
    move_spot(task.spot, factories.folder("Muualla"), by=None)
    for address, sent in zip(addresses, versions, strict=True):
        typed = {"spot": there.pk, "folder": "", "work_order": order.pk}
        assert office_client.post(address, typed | sent).status_code == 302
    assert (now(task)["spot"], now(task)["work_order"], now(item)["spot"]) == (there.pk, order.pk, there.pk)


def test_a_request_that_somebody_gave_a_place_keeps_it(office_client: Client) -> None:
    item, house, yard = factories.request(), factories.folder("Talo"), factories.folder("Piha")
    address = f"/requests/{item.pk}/place/"
    mine = {"spot": "", "folder": yard.pk} | version(office_client, address)
    relocate_request(item, folder=house)
    refused = office_client.post(address, mine)
    assert (refused.status_code, "Talo." in told(refused), now(item)["folder"]) == (422, True, house.pk)


# ---- states ----------------------------------------------------------------------------------------------------------


def test_hours_that_somebody_gave_meanwhile_are_not_overwritten(office_client: Client, task: Task) -> None:
    address = f"/tasks/{task.pk}/finish/"
    mine = {"state": "done", "done_on": TODAY, "minutes": "0:30"} | version(office_client, address)
    send(office_client, address, {"state": "done", "done_on": "2026-03-01", "minutes": "2:00"})
    refused = office_client.post(address, mine)
    assert refused.status_code == 422
    assert "1.3.2026" in told(refused)
    assert (now(task)["done_on"], now(task)["minutes"]) == (date(2026, 3, 1), 120)
    # today stood there before anybody typed; the half hour was typed
    assert shown(refused, "done_on", "minutes") == {"done_on": date(2026, 3, 1), "minutes": "0:30"}
    again = shown(refused, "state", "done_on", "minutes", "version")
    assert office_client.post(address, again).status_code == 302
    assert (now(task)["done_on"], now(task)["minutes"]) == (date(2026, 3, 1), 30)


def test_a_cancelled_task_is_not_finished_from_an_old_page(office_client: Client, task: Task) -> None:
    address = f"/tasks/{task.pk}/finish/"
    mine = {"state": "done", "done_on": TODAY, "minutes": "1"} | version(office_client, address)
    change_task(task, "cancelled")
    refused = office_client.post(address, mine)
    assert (refused.status_code, now(task)["state"]) == (422, "cancelled")
    assert "peruttu" in told(refused)


@pytest.mark.parametrize("state", ["in_progress", "on_hold", "cancelled", "open"])
def test_a_button_of_an_old_page_changes_nothing_and_shows_the_task_as_it_is(
    office_client: Client, task: Task, state: str
) -> None:
    mine = {"state": state} | version(office_client, f"/tasks/{task.pk}/")
    change_task(task, "done", done_on=date(2026, 3, 1), minutes=45)
    before = now(task)
    refused = office_client.post(f"/tasks/{task.pk}/state/", mine)
    assert (refused.status_code, now(task)) == (422, before)
    assert unsaid(refused, "Tila: tehty", "1.3.2026", hours(45)) == []
    assert refused.context["task"].state == "done"
    renewed = re.search(r'name="version" value="([^"]*)"', refused.text)
    assert renewed
    pressed = office_client.post(f"/tasks/{task.pk}/state/", {"state": "open", "version": renewed[1]})
    assert (pressed.status_code, now(task)["state"]) == (302, "open")


def test_hours_changed_after_the_approver_opened_the_page_are_looked_at_first(
    office_client: Client, task: Task
) -> None:
    change_task(task, "in_review", done_on=date(2026, 3, 1), minutes=60)
    mine = {"state": "done"} | version(office_client, f"/tasks/{task.pk}/")
    change_task(task, "in_review", minutes=600)
    refused = office_client.post(f"/tasks/{task.pk}/state/", mine)
    assert (refused.status_code, now(task)["state"], now(task)["minutes"]) == (422, "in_review", 600)


def test_two_who_press_the_same_button_are_of_one_mind(office_client: Client, task: Task, order: WorkOrder) -> None:
    mine = {"state": "on_hold"} | version(office_client, f"/tasks/{task.pk}/")
    for _person in range(2):
        assert office_client.post(f"/tasks/{task.pk}/state/", mine).status_code == 302
    assert now(task)["state"] == "on_hold"
    close_order(order, date(2026, 3, 1))
    mine = version(office_client, f"/work-orders/{order.pk}/")
    for _person in range(2):
        assert office_client.post(f"/work-orders/{order.pk}/reopen/", mine).status_code == 302
    assert WorkOrder.objects.get(pk=order.pk).closed_on is None


@pytest.mark.parametrize(
    ("tab", "typed"),
    [
        ("finish", {"day": TODAY}),
        ("forward", {"day": TODAY}),
        ("take", {"role": "other"}),
        ("state", {"state": "on_hold"}),
        ("state", {"state": "cancelled"}),
    ],
)
def test_a_request_that_somebody_closed_or_took_meanwhile_stays_so(
    office_client: Client, spot: Spot, tab: str, typed: dict[str, str]
) -> None:
    role, other = factories.role(), factories.role("Sähkö")
    item = factories.request(spot, state="in_progress", role=role)
    address = f"/requests/{item.pk}/"
    mine = {name: other.pk if value == "other" else value for name, value in typed.items()}
    mine |= version(office_client, address if tab == "state" else f"{address}{tab}/")
    change_request(item, "done", done_on=date(2026, 3, 1), role=factories.role("Siivous"))
    before = now(item)
    refused = office_client.post(f"{address}{tab}/", mine)
    assert (refused.status_code, now(item)) == (422, before)
    assert unsaid(refused, "Siivous", "1.3.2026") == []


def test_a_work_order_closed_again_on_another_day_stays_closed(office_client: Client, order: WorkOrder) -> None:
    close_order(order, date(2026, 3, 1))
    mine = version(office_client, f"/work-orders/{order.pk}/")
    reopen_order(order)
    close_order(order, date(2026, 4, 1))
    refused = office_client.post(f"/work-orders/{order.pk}/reopen/", mine)
    assert (refused.status_code, "1.4.2026" in told(refused)) == (422, True)
    assert WorkOrder.objects.get(pk=order.pk).closed_on == date(2026, 4, 1)
    address = f"/work-orders/{order.pk}/close/"
    reopen_order(order)
    mine = {"day": TODAY} | version(office_client, address)
    close_order(order, date(2026, 4, 1))
    assert "1.4.2026" in told(office_client.post(address, mine))
    assert WorkOrder.objects.get(pk=order.pk).closed_on == date(2026, 4, 1)


# ---- rows marked in a list -------------------------------------------------------------------------------------------


def test_marked_tasks_that_somebody_changed_are_named_and_the_others_stay_marked(
    office_client: Client, spot: Spot, order: WorkOrder
) -> None:
    done, taken, renamed, mine = (factories.task(spot, name=name) for name in ("Valmis", "Viety", "Vanha", "Minun"))
    other, address = factories.order(), f"/work-orders/{order.pk}/tasks/add/"
    boxes = marks(office_client, address)
    change_task(done, "done")
    relocate_task(taken, spot, other)
    send(office_client, f"/tasks/{renamed.pk}/edit/", edit(renamed, name="Uusi"))
    refused = office_client.post(address, {"task": list(boxes.values())})
    assert refused.status_code == 422
    errors = refused.context["form"].non_field_errors()
    assert re.findall("[“”](.*?)”", errors[0]) == ["Valmis", "Viety", "Uusi"]
    assert not Task.objects.filter(work_order=order).exists()
    marked = re.findall(r'name="task"\s+value="([0-9]+)-[^"]*"\s+checked', refused.text)
    assert marked == [str(mine.pk)]
    assert office_client.post(address, {"task": [boxes[mine.pk]]}).status_code == 302
    assert list(Task.objects.filter(work_order=order)) == [mine]


@pytest.mark.parametrize("sent", ["{pk}", "{pk}-", "{pk}-work_order:00", "{pk}-name:\0"])
def test_a_marked_task_without_its_version_is_left_out(
    office_client: Client, task: Task, order: WorkOrder, sent: str
) -> None:
    answer = office_client.post(f"/work-orders/{order.pk}/tasks/add/", {"task": [sent.format(pk=task.pk)]})
    assert (answer.status_code, now(task)["work_order"]) == (422, None)


# ---- the admin -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["task", "servicerequest", "workorder"])
def test_the_admin_overwrites_nothing_that_the_office_changed_meanwhile(
    office_client: Client, task: Task, item: ServiceRequest, order: WorkOrder, model: str
) -> None:
    rows: dict[str, Row] = {"task": task, "servicerequest": item, "workorder": order}
    row = rows[model]
    address = reverse(f"admin:workorders_{model}_change", args=[row.pk])
    typed = {
        "task": edit(task, name="Minun"),
        "servicerequest": {"name": "Minun", "kind": item.kind_id, "description": ""},
        "workorder": {"name": "Minun", "customer_order_number": ""},
    }[model]
    mine = typed | version(office_client, address)
    type(row)._default_manager.filter(pk=row.pk).update(name="Toisen", search_key="toisen")
    refused = office_client.post(address, mine)
    assert (refused.status_code, "Toisen" in refused.text, now(row)["name"]) == (422, True, "Toisen")
    assert send(office_client, address, typed).status_code == 302
    assert now(row)["name"] == "Minun"
