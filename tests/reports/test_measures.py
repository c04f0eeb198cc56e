"""What each measure counts, for the customer that owns it; read from the customer's report as the office reads it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.models import Customer
from customers.ownership import attach
from folders.models import Folder, Spot
from reports.measures import MEASURES
from reports.one_customer import CustomerReport, customer_report
from reports.periods import Period
from tests import factories
from workorders.models import ServiceRequest, Task
from workorders.recording import change_request, change_task

pytestmark = pytest.mark.django_db

JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))
DAY = timedelta(days=1)


@pytest.fixture
def puistola() -> Customer:
    return factories.customer("As Oy Puistola")


@pytest.fixture
def spot(puistola: Customer) -> Spot:
    folder = factories.folder("Puistola")
    attach(puistola, folder, by=None)
    return factories.spot(folder)


def report(customer: Customer, period: Period = JANUARY) -> CustomerReport:
    return customer_report(None, customer, period, timezone.localdate())


def owned(customer: Customer, period: Period = JANUARY) -> dict[str, int]:
    """What the customer owns, by measure; those that are nought are left out."""
    return {row.measure.key: row.owned.value for row in report(customer, period).measures if row.owned.value}


def today() -> date:
    return timezone.localdate()


# ---- tasks done, hours -----------------------------------------------------------------------------------------------


def test_a_task_counts_as_done_on_the_day_the_work_was_done(puistola: Customer, spot: Spot) -> None:
    factories.task(spot, done_on=date(2026, 1, 31), minutes=90)
    assert owned(puistola) == {"done": 1, "hours": 90}
    assert owned(puistola, Period(date(2026, 2, 1), date(2026, 2, 28))) == {}


def test_the_first_and_the_last_day_of_the_period_are_in_it(puistola: Customer, spot: Spot) -> None:
    for day in (JANUARY.first - DAY, JANUARY.first, JANUARY.last, JANUARY.last + DAY):
        factories.task(spot, done_on=day, minutes=10)
    assert owned(puistola) == {"done": 2, "hours": 20}


def test_work_approved_later_keeps_the_day_it_was_done(puistola: Customer, spot: Spot) -> None:
    task = factories.task(spot, state="in_review", done_on=date(2026, 1, 20), minutes=30)
    assert owned(puistola) == {"unfinished": 1, "overdue": 1}
    change_task(task, Task.State.DONE)
    assert owned(puistola) == {"done": 1, "hours": 30}


def test_hours_of_unfinished_work_count_nowhere(puistola: Customer, spot: Spot) -> None:
    factories.task(spot, state="in_progress", due_on=today() + DAY, minutes=60)
    assert owned(puistola) == {"unfinished": 1}


def test_a_task_reopened_is_not_done_any_more(puistola: Customer, spot: Spot) -> None:
    task = factories.task(spot, done_on=date(2026, 1, 20), due_on=today())
    change_task(task, Task.State.IN_PROGRESS)
    assert owned(puistola) == {"unfinished": 1}


def test_hours_are_whole_minutes_added_up_and_not_rounded_before(puistola: Customer, spot: Spot) -> None:
    for _each in range(3):
        factories.task(spot, done_on=date(2026, 1, 2), minutes=20)
    assert owned(puistola) == {"done": 3, "hours": 60}


# ---- unfinished, overdue ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "in_progress", "on_hold", "in_review"])
def test_unfinished_work_is_today_s_whatever_the_period(puistola: Customer, spot: Spot, state: str) -> None:
    factories.task(spot, state=state, due_on=today())
    assert owned(puistola) == {"unfinished": 1}
    assert owned(puistola, Period(date(1999, 1, 1), date(1999, 1, 1))) == {"unfinished": 1}


def test_due_today_is_not_overdue_and_due_yesterday_is(puistola: Customer, spot: Spot) -> None:
    factories.task(spot, due_on=today())
    assert owned(puistola) == {"unfinished": 1}
    factories.task(spot, due_on=today() - DAY)
    assert owned(puistola) == {"unfinished": 2, "overdue": 1}


def test_done_and_cancelled_work_is_neither_unfinished_nor_overdue(puistola: Customer, spot: Spot) -> None:
    factories.task(spot, state="cancelled", due_on=today() - DAY)
    factories.task(spot, done_on=date(2025, 1, 1), due_on=date(2025, 1, 1))
    assert owned(puistola) == {}


# ---- requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "in_progress", "on_hold", "done", "forwarded", "cancelled"])
def test_a_request_counts_as_received_whatever_became_of_it(puistola: Customer, spot: Spot, state: str) -> None:
    fields: dict[str, Any] = {"done_on": date(2026, 2, 2)} if state in {"done", "forwarded"} else {}
    role = factories.role() if state in {"in_progress", "on_hold"} else None
    factories.request(spot, received_on=date(2026, 1, 10), state=state, role=role, **fields)
    assert owned(puistola)["received"] == 1


def test_a_request_done_counts_on_the_day_done_and_a_forwarded_one_apart(puistola: Customer, spot: Spot) -> None:
    factories.request(spot, received_on=date(2025, 12, 30), done_on=date(2026, 1, 5))
    factories.request(spot, received_on=date(2025, 12, 30), done_on=date(2026, 1, 6), state="forwarded")
    assert owned(puistola) == {"requests_done": 1, "forwarded": 1}


def test_a_cancelled_request_counts_in_received_alone(puistola: Customer, spot: Spot) -> None:
    request = factories.request(spot, received_on=date(2026, 1, 10))
    assert owned(puistola) == {"received": 1, "requests_unfinished": 1}
    change_request(request, ServiceRequest.State.CANCELLED)
    assert owned(puistola) == {"received": 1}


def test_a_request_without_a_place_is_nobody_s(puistola: Customer, spot: Spot) -> None:
    factories.request(None, received_on=date(2026, 1, 10))
    assert owned(puistola) == {}


def test_a_request_on_a_folder_itself_is_its_owner_s(puistola: Customer, spot: Spot) -> None:
    factories.request(None, folder=Folder.objects.get(), received_on=date(2026, 1, 10))
    assert owned(puistola) == {"received": 1, "requests_unfinished": 1}


def test_requests_stand_by_kind_and_add_up(puistola: Customer, spot: Spot) -> None:
    keys, lights = factories.kind("Avaimet"), factories.kind("Valaistus")
    for kind in (keys, keys, lights):
        factories.request(spot, kind=kind, received_on=date(2026, 1, 10))
    found = report(puistola)
    assert [(group.name, group.cells[0].value) for group in found.kinds] == [("Avaimet", 2), ("Valaistus", 1)]
    assert sum(group.cells[0].value for group in found.kinds) == found.totals[4].value == 3


# ---- said on the page ------------------------------------------------------------------------------------------------


def test_every_measure_says_in_one_sentence_what_it_counts() -> None:
    assert [str(measure.sentence).count(".") for measure in MEASURES] == [1] * 8
