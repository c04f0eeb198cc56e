"""One customer's report reads no more than a small part of all work: the plans of its page, on the demo's ten thousand
tasks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from customers.models import Customer
from reports.periods import last_month
from tests.reports.plans import WORK, Read, reads, statements
from workorders.models import ServiceRequest, Task

pytestmark = pytest.mark.django_db

PART = 5  # at most one in so many rows


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Loaded once for all tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", scale=1, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def a_disk_without_arms(db: None) -> None:
    """As an installation tells PostgreSQL: by itself it takes reading a whole small table for the quickest way."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL random_page_cost = 1.1")


def days() -> str:
    month = last_month(timezone.localdate())
    return f"from={month.first}&to={month.last}"


def collectors() -> list[Customer]:
    """With the most folders, with fewer, with the fewest."""
    folders = Count("coverage__folder", distinct=True)
    found = list(Customer.objects.annotate(folders=folders).filter(folders__gt=0).order_by("-folders", "pk"))
    return [found[0], found[len(found) // 2], found[-1]]


def fetched(html: str) -> list[str]:
    """The addresses of the parts that a page fetches by itself."""
    return [unescape(address) for address in re.findall(r'hx-get="([^"]*)" hx-trigger="load"', html)]


def test_one_customers_month_reads_a_small_part_of_all_work(office_client: Client) -> None:
    found: list[Read] = []
    for customer in collectors():
        html, asked = statements(office_client, f"/customers/{customer.pk}/report/?{days()}")
        assert fetched(html) != []
        for address in fetched(html):
            asked += statements(office_client, address)[1]
        found += [read for statement in asked for read in reads(statement)]
    most = dict(zip(WORK, (Task.objects.count() // PART, ServiceRequest.objects.count() // PART), strict=True))
    assert {read.table for read in found} == set(WORK)
    assert [read for read in found if read.is_over(most[read.table])] == []
