"""Every figure of every report opens exactly the rows that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from reports import periods
from tests.reports.pages import Figure, figures, page, wrong
from workorders.models import WorkOrder


def reports() -> Iterator[str]:
    """The address of every report, with all its folders open; of last month, which the demo ends with."""
    days = periods.last_month(timezone.localdate())
    query = f"?from={days.first}&to={days.last}&open=all&orders=all"
    yield reverse("reports:orders") + query
    yield from (reverse("reports:order", args=[order.pk]) + query for order in WorkOrder.objects.order_by("pk"))
    yield reverse("reports:company_sum") + query
    for customer in Customer.objects.order_by("pk"):
        yield reverse("reports:customer", args=[customer.pk]) + query
        yield reverse("reports:customer_months", args=[customer.pk]) + query
    pages = -(-Customer.objects.count() // 50)
    yield from (f"{reverse('reports:customers')}{query}&page={number}" for number in range(1, pages + 1))


def all_figures(client: Client) -> list[Figure]:
    """Each once: the same figure stands on many pages."""
    return sorted({figure for url in reports() for figure in figures(page(client, url))})


def differing(client: Client, chosen: list[Figure]) -> list[str]:
    return [text for text in (wrong(client, figure) for figure in chosen) if text]


@pytest.mark.django_db
def test_two_hundred_figures_of_a_small_company_open_the_rows_that_they_count(
    office_client: Client, say: Callable[[str], None]
) -> None:
    call_command("load_demo", scale=0.1, verbosity=0)
    every, seed = all_figures(office_client), timezone.localdate().toordinal()
    chosen = Random(seed).sample([figure for figure in every if figure.shown], 200)
    say(f"{connection.vendor}: {len(every)} figures, 200 of those above nought opened, seed {seed}")
    assert differing(office_client, chosen) == []


@pytest.mark.long
@pytest.mark.django_db
def test_every_figure_of_every_report_opens_the_rows_that_it_counts(
    office_client: Client, say: Callable[[str], None]
) -> None:
    call_command("load_demo", scale=0.1, verbosity=0)
    every = all_figures(office_client)
    say(f"{connection.vendor}: {len(every)} figures of {len(list(reports()))} reports")
    assert differing(office_client, every) == []


@pytest.mark.long
@pytest.mark.django_db
def test_two_hundred_figures_of_a_whole_company_open_the_rows_that_they_count(
    office_client: Client, say: Callable[[str], None]
) -> None:
    call_command("load_demo", scale=1, verbosity=0)
    every, seed = all_figures(office_client), timezone.localdate().toordinal()
    say(f"{connection.vendor}: {len(every)} figures of {len(list(reports()))} reports, 200 opened, seed {seed}")
    assert differing(office_client, Random(seed).sample(every, 200)) == []
