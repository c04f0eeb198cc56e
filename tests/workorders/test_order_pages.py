"""Work orders in the browser: the list, the page with its tasks and figures, and what is done with one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from customers.ownership import close_customer
from folders.days import ALWAYS, FOREVER
from folders.models import Spot
from tests import factories
from tests.pages import marks, send
from tests.workorders.many import many_orders, many_tasks
from workorders.models import Task, WorkOrder
from workorders.orders import close_order
from workorders.recording import change_task

pytestmark = pytest.mark.once


def march(day: int) -> date:
    return date(2026, 3, day)


def names(client: Client, address: str) -> list[str]:
    return [order.name for order in client.get(address).context["page"]]


@pytest.fixture
def spot(db: None) -> Spot:
    return factories.spot(factories.folder())


def test_the_list_shows_open_ones_the_newest_first_and_is_narrowed(office_client: Client) -> None:
    customer = factories.customer()
    first = factories.order("Katto", customer, customer_order_number="PO-7")
    factories.order("Piha")
    closed = factories.order("Vanha", customer)
    close_order(closed, localdate())
    assert names(office_client, "/work-orders/") == ["Piha", "Katto"]
    assert names(office_client, "/work-orders/?o=number") == ["Katto", "Piha"]
    assert names(office_client, "/work-orders/?state=closed") == ["Vanha"]
    assert names(office_client, "/work-orders/?state=all") == ["Vanha", "Piha", "Katto"]
    assert names(office_client, f"/work-orders/?q={first.number}") == ["Katto"]
    assert names(office_client, "/work-orders/?q=po-7") == ["Katto"]
    assert names(office_client, f"/work-orders/?customer={customer.pk}&state=all") == ["Vanha", "Katto"]
    assert names(office_client, f"/customers/{customer.pk}/work-orders/") == ["Katto"]


def test_the_figures_of_a_work_order_open_as_many_rows(office_client: Client, spot: Spot) -> None:
    order = factories.order()
    factories.task(spot, work_order=order, due_on=localdate())
    factories.task(spot, work_order=order, due_on=localdate() - timedelta(days=1))
    factories.task(work_order=order, due_on=march(1), state="cancelled", minutes=600)
    factories.task(work_order=order, state="in_review", done_on=march(1), due_on=localdate(), minutes=60)
    for minutes in (30, 45):
        factories.task(spot, work_order=order, done_on=march(1), minutes=minutes)
    figures = office_client.get(f"/work-orders/{order.pk}/").context["figures"]
    assert [figures[name] for name in ("unfinished", "overdue", "done", "minutes")] == [3, 1, 2, 75]
    (row,) = office_client.get("/work-orders/").context["rows"]
    assert row == (order, figures)
    for state in ("unfinished", "overdue", "done"):
        page = office_client.get(f"/tasks/?work_order={order.pk}&state={state}").context["page"]
        assert page.paginator.count == figures[state]


def test_its_page_lists_its_tasks_the_unfinished_first(office_client: Client, spot: Spot) -> None:
    order = factories.order()
    factories.task(spot, name="tehty", work_order=order, due_on=march(1), done_on=march(1))
    factories.task(spot, name="myöhempi", work_order=order, due_on=march(3))
    factories.task(name="aiempi", work_order=order, due_on=march(2))
    page = office_client.get(f"/work-orders/{order.pk}/").context["page"]
    assert [task.name for task in page] == ["aiempi", "myöhempi", "tehty"]


def test_a_work_order_is_made_for_a_customer_with_days_or_for_nobody_until_further_notice(
    office_client: Client,
) -> None:
    customer = factories.customer()
    form = office_client.get(f"/work-orders/new/?customer={customer.pk}").context["form"]
    assert form["customer"].value() == str(customer.pk)
    typed = {"name": " Katto  ja piha", "customer": customer.pk, "customer_order_number": "PO-1"}
    answer = office_client.post("/work-orders/new/", typed | {"first": "2026-03-01", "last": "2026-03-31"})
    order = WorkOrder.objects.get()
    assert answer.headers["Location"] == f"/work-orders/{order.pk}/"
    assert (order.name, order.customer, order.customer_order_number) == ("Katto ja piha", customer, "PO-1")
    assert (order.number, order.since, order.until) == (f"{localdate().year}-1", march(1), date(2026, 4, 1))
    office_client.post("/work-orders/new/", {"name": "Avoin", "first": "", "last": "", "customer": ""})
    order = WorkOrder.objects.latest("pk")
    assert (order.number, order.customer, order.since, order.until) == (f"{localdate().year}-2", None, ALWAYS, FOREVER)


def test_days_the_wrong_way_round_and_a_closed_customer_are_refused_and_what_was_typed_stays(
    office_client: Client,
) -> None:
    closed = factories.customer()
    close_customer(closed, localdate(), by=None)
    typed = {"name": "Katto", "first": "2026-03-02", "last": "2026-03-01"}
    answer = office_client.post("/work-orders/new/", typed)
    assert (answer.status_code, 'value="2026-03-02"' in answer.content.decode()) == (422, True)
    answer = office_client.post("/work-orders/new/", {"name": "Katto", "customer": closed.pk})
    assert answer.context["form"].errors == {"__all__": [f"Asiakas {closed} on suljettu."]}
    assert WorkOrder.objects.count() == 0
    assert factories.order().number == f"{localdate().year}-1"  # the refused ones took no number


def test_editing_keeps_the_number_and_another_customer_takes_all_its_tasks_along(
    office_client: Client, spot: Spot
) -> None:
    before, after = factories.customer(), factories.customer()
    order = factories.order("Katto", before)
    factories.task(spot, work_order=order, done_on=march(1))
    factories.task(spot, work_order=order)
    page = office_client.get(f"/work-orders/{order.pk}/edit/")
    figures = page.context["figures"]
    assert (figures["done"], figures["unfinished"]) == (1, 1)
    assert page.context["form"]["customer"].value() == before.pk
    typed = {"name": "Piha", "customer": after.pk, "first": "", "last": "2026-12-31", "customer_order_number": ""}
    send(office_client, f"/work-orders/{order.pk}/edit/", typed)
    now = WorkOrder.objects.get()
    assert (now.number, now.name, now.customer, now.until) == (order.number, "Piha", after, date(2027, 1, 1))
    page_of_after = office_client.get(f"/customers/{after.pk}/tasks/?state=all").context["page"]
    assert page_of_after.paginator.count == 2
    assert office_client.get(f"/customers/{before.pk}/tasks/?state=all").context["page"].paginator.count == 0


def test_a_refused_edit_changes_nothing(office_client: Client) -> None:
    customer = factories.customer()
    order = factories.order("Katto")
    typed = {"name": "Piha", "customer": customer.pk, "first": "2026-03-02", "last": "2026-03-01"}
    assert send(office_client, f"/work-orders/{order.pk}/edit/", typed).status_code == 422
    now = WorkOrder.objects.get()
    assert (now.name, now.customer) == ("Katto", None)


def test_closing_says_first_how_much_is_unfinished_and_its_tasks_are_finished_as_before(
    office_client: Client, spot: Spot
) -> None:
    order = factories.order()
    task = factories.task(spot, work_order=order)
    address = f"/work-orders/{order.pk}/close/"
    assert office_client.get(address).context["figures"]["unfinished"] == 1
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    assert send(office_client, address, {"day": tomorrow}).status_code == 422
    assert send(office_client, address, {"day": localdate().isoformat()}).status_code == 302
    assert WorkOrder.objects.get().closed_on == localdate()
    assert send(office_client, address, {"day": localdate().isoformat()}).status_code == 422
    assert change_task(task, "done").state == "done"


def test_a_closed_work_order_is_opened_again_unless_its_customer_is_closed(office_client: Client) -> None:
    customer = factories.customer()
    order = factories.order(of=customer)
    close_order(order, localdate())
    address = f"/work-orders/{order.pk}/reopen/"
    assert office_client.get(address).status_code == 405
    send(office_client, address, {})
    assert WorkOrder.objects.get().closed_on is None
    close_order(order, localdate())
    close_customer(customer, localdate(), by=None)
    answer = send(office_client, address, {})
    assert (answer.status_code, len(answer.context["form"].non_field_errors())) == (422, 1)
    assert WorkOrder.objects.get().closed_on == localdate()


def test_unfinished_tasks_of_no_work_order_are_found_and_added(office_client: Client, spot: Spot) -> None:
    order, other = factories.order(), factories.order()
    wanted, left = factories.task(spot, name="Katon huolto"), factories.task(spot, name="Pihan huolto")
    factories.task(spot, name="Katto tehty", done_on=march(1))
    factories.task(spot, name="Katto muualla", work_order=other)
    address = f"/work-orders/{order.pk}/tasks/add/"
    boxes = marks(office_client, f"{address}?q=kat")
    assert list(boxes) == [wanted.pk]
    assert office_client.post(address, {"task": []}).status_code == 422
    assert office_client.post(address, {"task": ["99999999999999999999", "x"]}).status_code == 422
    office_client.post(address, {"task": [boxes[wanted.pk]]})
    assert list(Task.objects.filter(work_order=order)) == [wanted]
    assert Task.objects.get(pk=left.pk).work_order is None


def test_a_closed_work_order_takes_no_tasks_that_exist(office_client: Client, spot: Spot) -> None:
    order, task = factories.order(), factories.task(spot)
    address = f"/work-orders/{order.pk}/tasks/add/"
    boxes = marks(office_client, address)
    close_order(order, localdate())
    assert office_client.post(address, {"task": [boxes[task.pk]]}).status_code == 422
    assert Task.objects.get().work_order is None


def test_a_work_order_is_found_by_what_is_typed_only_while_open(office_client: Client) -> None:
    found, closed = factories.order("Katto"), factories.order("Katto vanha")
    close_order(closed, localdate())
    page = office_client.get("/work-orders/choices/?name=work_order&work_order_q=katto").content.decode()
    assert (str(found) in page, str(closed) in page) == (True, False)


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_list_and_the_page_cost_as_much_for_many_as_for_one(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_orders(rows)
    with django_assert_num_queries(5):  # session, user, count, work orders, figures
        office_client.get("/work-orders/")
    WorkOrder.objects.all().delete()
    many_tasks(rows)
    order = WorkOrder.objects.earliest("pk")
    Task.objects.update(work_order=order)
    with django_assert_num_queries(11):  # session, user; the order, its figures; tasks (5 queries); its report (2)
        office_client.get(f"/work-orders/{order.pk}/")
