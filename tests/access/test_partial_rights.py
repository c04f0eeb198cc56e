"""Who may not see something does not change it by saving a form about something else, nor by a detour."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from workorders.models import ServiceRequest, Task, WorkOrder

pytestmark = pytest.mark.django_db


def signed_in(email: str, *rights: str, **fields: Any) -> Client:
    client = Client()
    client.force_login(factories.user(email, *rights, **fields))
    return client


def version(page: Any) -> str:
    """Of the form that the page shows."""
    return str(page.context["form"]["version"].value())


def test_who_may_not_see_customers_edits_a_work_order_and_it_keeps_its_customer() -> None:
    customer = factories.customer()
    order = factories.order("Huoltosopimus", of=customer)
    client = signed_in("sari@spotilla.example", "workorders.view_workorder", "workorders.change_workorder")
    address = reverse("workorders:order_edit", args=[order.pk])
    page = client.get(address)
    assert 'name="customer"' not in page.text
    typed = {"name": "Huolto 2026", "customer": "", "version": version(page)}
    assert client.post(address, typed).status_code == 302
    kept = WorkOrder.objects.get(pk=order.pk)
    assert (kept.name, kept.customer) == ("Huolto 2026", customer)


def test_who_may_not_see_work_orders_moves_a_task_and_it_stays_in_its_own() -> None:
    folder = factories.folder()
    order, spot, other = factories.order(), factories.spot(folder), factories.spot(folder)
    task = factories.task(spot, work_order=order)
    rights = ("workorders.view_task", "workorders.change_task", "folders.view_spot")
    client = signed_in("sari@spotilla.example", *rights)
    address = reverse("workorders:task_move", args=[task.pk])
    typed = {"spot": other.pk, "work_order": "", "version": version(client.get(address))}
    assert client.post(address, typed).status_code == 302
    moved = Task.objects.get(pk=task.pk)
    assert (moved.spot, moved.work_order) == (other, order)


def test_who_may_not_see_spots_puts_a_task_into_a_work_order_and_it_stays_on_its_spot() -> None:
    order, spot = factories.order(), factories.spot(factories.folder())
    task = factories.task(spot)
    rights = ("workorders.view_task", "workorders.change_task", "workorders.view_workorder")
    client = signed_in("sari@spotilla.example", *rights)
    address = reverse("workorders:task_move", args=[task.pk])
    typed = {"work_order": order.pk, "version": version(client.get(address))}
    assert client.post(address, typed).status_code == 302
    moved = Task.objects.get(pk=task.pk)
    assert (moved.spot, moved.work_order) == (spot, order)


def test_who_may_not_see_places_leaves_a_request_where_it_is() -> None:
    request = factories.request(factories.spot(factories.folder()))
    client = signed_in("sari@spotilla.example", "workorders.view_servicerequest", "workorders.change_servicerequest")
    assert client.post(reverse("workorders:request_place", args=[request.pk]), {}).status_code == 302
    assert ServiceRequest.objects.get(pk=request.pk).spot == request.spot


@pytest.mark.parametrize("name", ["task_new", "request_new"])
def test_who_may_not_see_places_is_asked_for_none(name: str) -> None:
    client = signed_in("sari@spotilla.example", "workorders.add_task", "workorders.add_servicerequest")
    page = client.get(reverse(f"workorders:{name}"))
    assert page.status_code == 200
    assert [field for field in ("spot", "work_order", "folder") if f'name="{field}"' in page.text] == []
