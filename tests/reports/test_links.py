"""Every figure of every report opens exactly the rows that it counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from customers.ownership import attach
from reports import periods
from spotilla.days import FIRST_DAY, last_day
from tests import factories
from tests.marks import long
from tests.reports.pages import Figure, figures, page, wrong
from workorders.models import WorkOrder

pytestmark = pytest.mark.once


def reports(days: str = "") -> Iterator[str]:
    """The address of every report, with all its folders open; of last month, which the demo ends with."""
    month = periods.last_month(timezone.localdate())
    query = f"{days or f'?from={month.first}&to={month.last}'}&open=all&orders=all"
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
@pytest.mark.parametrize("number", [30, *long([200])])
def test_figures_of_a_small_company_open_the_rows_that_they_count(
    office_client: Client, number: int, say: Callable[[str], None]
) -> None:
    call_command("load_demo", scale=0.1, verbosity=0)
    every, seed = all_figures(office_client), timezone.localdate().toordinal()
    chosen = Random(seed).sample([figure for figure in every if figure.shown], number)
    say(f"{connection.vendor}: {len(every)} figures, {number} of those above nought opened, seed {seed}")
    assert differing(office_client, chosen) == []


FIRST, LAST = FIRST_DAY, last_day(timezone.localdate())
ODD = {
    "the first day": (FIRST, FIRST),
    "the first year": (FIRST, date(1990, 12, 31)),
    "the second month": (date(1990, 2, 1), date(1990, 2, 28)),
    "the last day": (LAST, LAST),
    "every day": (FIRST, LAST),
    "a leap day": (date(2024, 2, 29), date(2024, 2, 29)),
    "a leap year and a day": (date(2024, 1, 1), date(2025, 1, 1)),
    "up to the last day": (timezone.localdate(), LAST),
}
OF_EACH_RUN = "up to the last day"  # two figures of each of its periods; of the others all are opened


@pytest.fixture
def odd_days(db: None) -> None:
    """A customer with work on each of the odd days that can have work, some of it of a work order."""
    folder, customer = factories.folder(), factories.customer()
    attach(customer, folder, by=None)
    spot, order = factories.spot(folder), factories.order(of=customer)
    for day in {day for days in ODD.values() for day in days if day <= timezone.localdate()}:
        factories.task(spot, done_on=day, due_on=day, minutes=90)
        factories.task(work_order=order, done_on=day, due_on=day, minutes=30)
        factories.request(spot, received_on=day, done_on=day)


@pytest.mark.parametrize("name", [OF_EACH_RUN, *long(sorted(ODD.keys() - {OF_EACH_RUN}))])
def test_every_figure_opens_whatever_the_period(odd_days: None, office_client: Client, name: str) -> None:
    days = ODD[name]
    query = "?from={}&to={}".format(*days)
    shown = {figure for url in reports(query) for figure in figures(page(office_client, url))}
    assert len(shown) > 40
    assert differing(office_client, some_of_each_period(shown) if name == OF_EACH_RUN else sorted(shown)) == []
    for asked in ("&compare=year", "&format=csv"):
        assert office_client.get(f"{reverse('reports:customers')}{query}{asked}").status_code == 200
    customer = reverse("reports:customer", args=[Customer.objects.get().pk])
    for table in ("measures", "months"):
        assert office_client.get(f"{customer}{query}&format=csv&table={table}").status_code == 200


def some_of_each_period(shown: set[Figure]) -> list[Figure]:
    """Two of each of the periods that the figures are of; the greatest, which has rows."""
    by_period: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in sorted(shown, key=lambda each: (-each.shown, each.url)):
        query = parse_qs(urlsplit(figure.url).query)
        by_period[*query.get("from", ()), *query.get("to", ())].append(figure)
    return [figure for figures_of_one in by_period.values() for figure in figures_of_one[:2]]


@pytest.mark.long
def test_a_report_says_which_days_it_cannot_show_and_shows_this_month(odd_days: None, office_client: Client) -> None:
    """The fields keep what was asked for; each figure below opens."""
    first, last = "1900-01-01", "2999-12-31"
    for url in reports(f"?from={first}&to={last}"):
        answer = office_client.get(url)
        text = answer.content.decode()
        if not url.startswith(reverse("reports:company_sum")):  # a part of a page that says it
            assert answer.status_code == 422
            assert re.search(rf'name="from"\s+value="{first}"', text)
            assert re.search(rf'name="to"\s+value="{last}"', text)
        assert differing(office_client, some_of_each_period(set(figures(text)))) == []


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
