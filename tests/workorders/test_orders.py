"""Work orders: numbers without gaps, customers, closing and opening again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.timezone import localdate

from customers.ownership import close_customer, reopen_customer
from folders.days import FOREVER
from folders.tree import Refused
from tests import factories
from workorders.models import WorkOrder
from workorders.orders import change_order, close_order, give_order, open_order, reopen_order

pytestmark = pytest.mark.django_db


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_numbers_begin_anew_each_year_by_helsinkis_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, datetime(2026, 12, 31, 21, 59, tzinfo=UTC))
    assert [open_order("Eka").number, open_order("Toka").number] == ["2026-1", "2026-2"]
    at(monkeypatch, datetime(2026, 12, 31, 22, 0, tzinfo=UTC))  # midnight in Helsinki
    assert open_order("Kolmas").number == "2027-1"


def test_a_refused_work_order_takes_no_number() -> None:
    assert open_order("Eka").number == f"{localdate().year}-1"
    for fields in ({"name": " "}, {"name": "Toka", "since": date(2026, 3, 2), "until": date(2026, 3, 2)}):
        with pytest.raises(Refused):
            open_order(**fields)
    assert open_order("Toka").number == f"{localdate().year}-2"


def test_the_number_of_a_deleted_work_order_is_not_given_again() -> None:
    open_order("Eka").delete()
    assert open_order("Toka").number == f"{localdate().year}-2"


def test_a_closed_customer_gets_no_work_order_and_a_reopened_one_does() -> None:
    customer, order = factories.customer("Suljettu Oy"), factories.order()
    close_customer(customer, localdate(), by=None)
    with pytest.raises(Refused) as refused:
        open_order("Uusi", customer)
    assert "Suljettu Oy" in refused.value.messages[0]
    with pytest.raises(Refused):
        give_order(order, customer)
    assert WorkOrder.objects.get().customer is None
    customer.refresh_from_db()
    reopen_customer(customer, by=None)
    assert open_order("Uusi", customer).customer == customer


def test_closing_a_customer_names_its_open_work_orders_and_goes_through_when_they_are_closed() -> None:
    customer = factories.customer()
    one, two = factories.order("Katto", customer), factories.order("Piha", customer)
    closed = factories.order("Vanha", customer)
    close_order(closed, localdate())
    with pytest.raises(Refused) as refused:
        close_customer(customer, localdate(), by=None)
    named = refused.value.messages[0]
    assert [str(order) in named for order in (one, two, closed)] == [True, True, False]
    close_order(one, localdate())
    give_order(two, None)
    close_customer(customer, localdate(), by=None)
    customer.refresh_from_db()
    assert customer.closed_on == localdate()


def test_a_work_order_closes_on_no_day_to_come_and_only_once() -> None:
    order = factories.order()
    with pytest.raises(Refused):
        close_order(order, localdate() + timedelta(days=1))
    close_order(order, localdate())
    with pytest.raises(Refused):
        close_order(order, localdate() - timedelta(days=1))
    assert WorkOrder.objects.get().closed_on == localdate()
    reopen_order(order)
    assert WorkOrder.objects.get().closed_on is None


def test_changing_its_days_and_name_leaves_number_customer_and_closing_as_they_are() -> None:
    customer = factories.customer()
    order = factories.order("Katto", customer)
    stale = WorkOrder.objects.get()
    close_order(order, localdate())
    change_order(stale, name="Piha", since=date(2026, 3, 1), until=date(2026, 4, 1), customer_order_number="PO-1")
    now = WorkOrder.objects.get()
    assert (now.name, now.since, now.until, now.customer_order_number) == (
        "Piha",
        date(2026, 3, 1),
        date(2026, 4, 1),
        "PO-1",
    )
    assert (now.number, now.customer, now.closed_on) == (order.number, customer, localdate())
    assert list(WorkOrder.objects.matching("piha")) == [now]


def test_days_the_wrong_way_round_are_refused_and_nothing_changes() -> None:
    order = factories.order("Katto")
    with pytest.raises(Refused):
        change_order(order, name="Piha", since=date(2026, 3, 2), until=date(2026, 3, 2))
    assert (WorkOrder.objects.get().name, WorkOrder.objects.get().until) == ("Katto", FOREVER)
