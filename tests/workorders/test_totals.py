"""The figures of many customers at once are those that each customer's own queries give."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from customers.ownership import attach, detach, hand_over
from tests import factories
from workorders.models import ServiceRequest, Task
from workorders.sql import totals

pytestmark = pytest.mark.once


@pytest.fixture
def town(db: None) -> list[Customer]:
    """Six customers over a tree of three levels, some gone; work of every state, some by work orders."""
    chance = random.Random(20261124)
    today = timezone.localdate()
    customers = [factories.customer() for _ in range(6)]
    roots = [factories.folder() for _ in range(3)]
    folders = roots + [factories.folder(parent=chance.choice(roots)) for _ in range(6)]
    folders += [factories.folder(parent=chance.choice(folders[3:])) for _ in range(6)]
    for folder in chance.sample(folders, 12):
        attachment = attach(chance.choice(customers), folder, today - timedelta(days=chance.randint(15, 30)), by=None)
        if chance.random() < 0.5:  # handed over or ended, today too
            day = today - timedelta(days=chance.choice([0, 0, 3, 9]))
            others = [customer for customer in customers if customer != attachment.customer]
            if chance.random() < 0.5:
                detach(attachment, day, by=None)
            else:
                hand_over(attachment, others[0], day, by=None)
    orders = [None, None, None, *(factories.order(of=customer) for customer in customers[:3]), factories.order()]
    for spot in [factories.spot(folder) for folder in folders]:
        for _ in range(4):
            due = today + timedelta(days=chance.randint(-9, 9))
            fields = {"due_on": due, "minutes": chance.randint(0, 90), "work_order": chance.choice(orders)}
            if chance.random() < 0.5:
                fields["done_on"] = today - timedelta(days=chance.randint(0, 40))
            factories.task(spot, **fields)
        factories.request(spot, received_on=today - timedelta(days=chance.randint(0, 9)))
    factories.task(None, due_on=today, work_order=orders[3])
    return customers


def test_unfinished_and_overdue_tasks_are_those_that_the_customer_collects_today_each_once(
    town: list[Customer], office: User
) -> None:
    today = timezone.localdate()
    found = totals.unfinished(office, today)
    for customer in town:
        tasks = Task.objects.unfinished().collected_by(customer, today)
        owned = sum(task.owner_id == customer.pk for task in tasks.with_owner(today))  # type: ignore[attr-defined]
        mine = found.get(customer.pk, totals.NO_TASKS)
        assert (mine.all, mine.owned, mine.overdue) == (tasks.count(), owned, tasks.overdue(today).count())
        assert mine.others == tasks.count() - owned


def test_done_tasks_and_their_minutes_go_by_the_day_they_were_done(town: list[Customer], office: User) -> None:
    today = timezone.localdate()
    first = today - timedelta(days=20)
    found = totals.done(office, first, today)
    for customer in town:
        tasks = Task.objects.done_in(first, today).collected_by(customer, "done_on").with_owner("done_on")
        minutes = [(task.minutes, task.owner_id == customer.pk) for task in tasks]  # type: ignore[attr-defined]
        mine = found.get(customer.pk, totals.NO_TASKS)
        assert (mine.all, mine.minutes) == (len(minutes), sum(amount for amount, _owned in minutes))
        assert mine.owned_minutes == sum(amount for amount, owned in minutes if owned)


def test_unfinished_requests_are_those_of_the_folders_today(town: list[Customer], office: User) -> None:
    today = timezone.localdate()
    requests = ServiceRequest.objects.unfinished()
    expected = {customer.pk: requests.collected_by(customer, today).count() for customer in town}
    assert totals.unfinished_requests(office, today) == {pk: number for pk, number in expected.items() if number}


def test_asked_for_some_customers_it_says_the_same_of_them_and_nothing_of_others(
    town: list[Customer], office: User
) -> None:
    today, some = timezone.localdate(), [customer.pk for customer in town[:2]]
    everybody = totals.unfinished(office, today)
    assert totals.unfinished(office, today, some) == {pk: everybody[pk] for pk in some if pk in everybody}
    assert totals.unfinished(office, today, []) == {}


def test_each_figure_of_all_customers_is_one_query(town: list[Customer], office: User) -> None:
    today = timezone.localdate()
    with CaptureQueriesContext(connection) as queries:
        totals.unfinished(office, today)
        totals.done(office, date(2026, 1, 1), today)
        totals.unfinished_requests(office, today)
    assert len(queries) == 3


def test_who_may_not_see_work_gets_no_figures(town: list[Customer], stranger: User) -> None:
    today = timezone.localdate()
    assert totals.unfinished(stranger, today) == {}
    assert totals.done(stranger, date(2026, 1, 1), today) == {}
    assert totals.unfinished_requests(stranger, today) == {}
