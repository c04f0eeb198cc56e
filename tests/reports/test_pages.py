"""The report pages: who sees what, what an address says, and how many queries a page takes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from unittest import mock

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from customers.models import Customer
from customers.ownership import attach
from folders.models import Spot
from reports.figures import Figure, Way, Whose
from reports.forms import FigureForm
from reports.measures import BY_KEY, DONE, REQUESTS_RECEIVED, UNFINISHED
from reports.periods import Period
from spotilla.days import FIRST_DAY, last_day
from tests import factories
from tests.conftest import signed_in
from tests.reports.pages import figures, page, wrong
from workorders.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.once]

JANUARY = "from=2026-01-01&to=2026-01-31"


@pytest.fixture
def puistola() -> Customer:
    return factories.customer("As Oy Puistola")


@pytest.fixture
def spot(puistola: Customer) -> Spot:
    folder = factories.folder("Puistola")
    attach(puistola, folder, by=None)
    return factories.spot(folder, "Lämmönjakohuone")


def many_tasks(spot: Spot, number: int) -> None:
    """Made at once: a thousand by the office's own operation would take long."""
    role = factories.role()
    Task.objects.bulk_create(
        Task(
            name=f"Kierros {each}",
            spot=spot,
            folder_id=spot.folder_id,
            role=role,
            due_on=date(2026, 1, 15),
            state="done",
            done_on=date(2026, 1, 1) + timedelta(days=each % 31),
            minutes=each,
        )
        for each in range(number)
    )


def text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


# ---- rights ----------------------------------------------------------------------------------------------------------


def addresses(customer: Customer) -> list[str]:
    order = factories.order(of=customer)
    return [
        "/reports/customers/",
        "/reports/work-orders/",
        f"/reports/rows/?measure=done&whose=all&{JANUARY}",
        f"/customers/{customer.pk}/report/",
        f"/work-orders/{order.pk}/report/",
    ]


def test_somebody_who_may_look_sees_every_report(colleague_client: Client, puistola: Customer) -> None:
    assert [colleague_client.get(url).status_code for url in addresses(puistola)] == [200] * 5


def test_a_stranger_sees_no_report(stranger_client: Client, puistola: Customer) -> None:
    assert [stranger_client.get(url).status_code for url in addresses(puistola)] == [403] * 5


def test_nobody_sees_a_report_without_logging_in(client: Client, puistola: Customer) -> None:
    assert [client.get(url).status_code for url in addresses(puistola)] == [302] * 5


def test_a_customer_that_is_not_there_has_no_report(office_client: Client) -> None:
    assert office_client.get("/customers/1/report/").status_code == 404
    assert office_client.get("/work-orders/1/report/").status_code == 404
    assert office_client.get(f"/reports/rows/?measure=done&whose=owned&customer=1&{JANUARY}").status_code == 404


def test_without_the_right_to_requests_they_are_nought_and_their_rows_empty(puistola: Customer, spot: Spot) -> None:
    factories.task(spot, done_on=date(2026, 1, 10))
    factories.request(spot, received_on=date(2026, 1, 10))
    client = signed_in(factories.user("a@spotilla.example", "customers.view_customer", "workorders.view_task"))
    html = page(client, f"/customers/{puistola.pk}/report/?{JANUARY}")
    shown = {figure.url.split("&")[0].split("=")[1]: figure.shown for figure in figures(html) if "owned" in figure.url}
    assert (int(shown["done"]), int(shown["received"])) == (1, 0)
    rows = page(client, f"/reports/rows/?measure=received&whose=owned&customer={puistola.pk}&{JANUARY}")
    assert re.findall(r"<h1>.*?<small>\s*(.*?)\s*</small>", rows, re.DOTALL) == ["0 riviä"]


def test_whose_work_it_is_stays_hidden_from_who_sees_work_orders_alone(puistola: Customer, spot: Spot) -> None:
    order = factories.order(of=puistola)
    factories.task(spot, work_order=order, done_on=date(2026, 1, 10))
    client = signed_in(factories.user("a@spotilla.example", "workorders.view_workorder", "workorders.view_task"))
    for url in (
        f"/work-orders/{order.pk}/report/?{JANUARY}",
        f"/reports/work-orders/?{JANUARY}",
        f"/reports/rows/?measure=done&whose=all&order={order.pk}&{JANUARY}",
    ):
        assert "As Oy Puistola" not in page(client, url)
    owned = f"/reports/rows/?measure=done&whose=owned&order={order.pk}&{JANUARY}"
    assert client.get(owned).status_code == 403


# ---- the days of an address ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-01-31&to=2026-01-01", "Viimeinen päivä on ennen ensimmäistä."),
        ("from=2026-02-30&to=2026-03-01", "Syötä oikea päivämäärä."),
        ("from=2026-01-01", "Anna molemmat päivät, ensimmäinen ja viimeinen."),
        ("from=0001-01-01&to=9999-12-31", "31.12.9999 on liian myöhäinen: viimeinen päivä, jonka voi antaa, on "),
    ],
)
def test_days_that_cannot_be_are_told_and_this_month_is_shown(
    office_client: Client, puistola: Customer, query: str, sentence: str
) -> None:
    for url in (f"/customers/{puistola.pk}/report/", "/reports/customers/", "/reports/work-orders/"):
        response = office_client.get(f"{url}?{query}")
        assert response.status_code == 422
        assert sentence in text(response.content.decode())
        assert response.context["period"].first == timezone.localdate().replace(day=1)


def test_days_may_be_written_as_people_write_them(office_client: Client) -> None:
    response = office_client.get("/reports/customers/?from=1.1.2026&to=31.1.2026")
    assert response.context["period"] == Period(date(2026, 1, 1), date(2026, 1, 31))


def test_a_bad_day_hands_out_no_file(office_client: Client) -> None:
    response = office_client.get("/reports/customers/?from=2026-01-31&to=2026-01-01&format=xlsx")
    assert (response.status_code, response["Content-Type"]) == (422, "text/html; charset=utf-8")


def test_16_late_on_the_last_evening_in_utc_it_is_the_new_month_in_helsinki(office_client: Client) -> None:
    late = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
    with mock.patch("django.utils.timezone.now", return_value=late):
        response = office_client.get("/reports/customers/")
    assert response.context["period"].first == date(2026, 2, 1)


def test_the_longest_report_that_an_address_can_ask_for_comes(office_client: Client, puistola: Customer) -> None:
    for url in (f"/customers/{puistola.pk}/report/", "/reports/customers/", "/reports/work-orders/"):
        last = last_day(timezone.localdate())
        assert office_client.get(f"{url}?from={FIRST_DAY}&to={last}").status_code == 200


# ---- the address of a figure -----------------------------------------------------------------------------------------

WEEK = Period(date(2026, 1, 5), date(2026, 1, 11))


@pytest.mark.parametrize(
    "figure",
    [
        Figure(DONE, Whose.ALL, period=WEEK),
        Figure(DONE, Whose.ALL),
        Figure(DONE, Whose.SHARED, period=WEEK, order="any"),
        Figure(DONE, Whose.UNOWNED, period=WEEK, order=14),
        Figure(DONE, Whose.ALL, period=WEEK, order="none", folder="none"),
        Figure(UNFINISHED, Whose.OTHERS, 17),
        Figure(REQUESTS_RECEIVED, Whose.OWNED, 17, WEEK, kind=3),
        Figure(DONE, Whose.COLLECTED, 17, WEEK, attachment=5, path=(12, 15, 18), here=True, way=Way.BOTH, order=14),
        *(Figure(measure, Whose.ALL, period=None if measure.is_today else WEEK) for measure in BY_KEY.values()),
    ],
    ids=lambda figure: "&".join(f"{key}={value}" for key, value in figure.address().items()),
)
def test_an_address_says_the_whole_figure(figure: Figure) -> None:
    form = FigureForm(QueryDict(figure.url.partition("?")[2]), timezone.localdate())
    assert form.is_valid(), form.errors
    assert form.figure == figure


@pytest.mark.parametrize(
    "query",
    [
        "",
        "measure=nothing&whose=all",
        f"measure=done&whose=others&{JANUARY}",
        f"measure=done&whose=shared&customer=1&{JANUARY}",
        f"measure=done&whose=owned&customer=1&path=12&{JANUARY}",
        f"measure=done&whose=owned&customer=1&attachment=1&here=1&{JANUARY}",
        f"measure=done&whose=owned&customer=1&attachment=1&path=12;drop&{JANUARY}",
        f"measure=done&whose=owned&customer=99999999999999999999&{JANUARY}",
        f"measure=received&whose=all&order=1&{JANUARY}",
        f"measure=done&whose=all&kind=1&{JANUARY}",
        f"measure=done&whose=all&order=x&{JANUARY}",
        "measure=done&whose=all&from=2026-01-31&to=2026-01-01",
    ],
)
def test_an_address_that_names_no_figure_opens_nothing(office_client: Client, puistola: Customer, query: str) -> None:
    assert office_client.get(f"/reports/rows/?{query}").status_code == 404


# ---- why a row is there ----------------------------------------------------------------------------------------------


def whys(client: Client, url: str) -> list[str]:
    html = page(client, url)
    return [text(cell).strip() for cell in re.findall(r'<td class="q because[^>]*>(.*?)</td>', html, re.DOTALL)]


def test_each_row_says_why_it_is_there(office_client: Client, puistola: Customer) -> None:
    folder = factories.folder("Puistola")
    attach(puistola, folder, date(2026, 1, 3), by=None)
    order = factories.order(of=puistola)
    spot = factories.spot(folder)
    factories.task(spot, done_on=date(2026, 1, 10))
    factories.task(spot, work_order=order, done_on=date(2026, 1, 9))
    factories.task(None, work_order=order, done_on=date(2026, 1, 8))
    url = f"/reports/rows/?measure=done&whose=collected&customer={puistola.pk}&{JANUARY}"
    assert whys(office_client, url) == [
        "kansio Puistola, liitetty 3.1.2026 –",
        f"työmääräin {order.number}; kansio Puistola, liitetty 3.1.2026 –",
        f"työmääräin {order.number}",
    ]


def test_shared_work_names_each_collector_and_unowned_work_says_why_it_is(
    office_client: Client, puistola: Customer, spot: Spot
) -> None:
    ari, order = factories.customer("Ari Aho"), factories.order()
    theirs = factories.order(of=ari)
    factories.task(spot, work_order=theirs, done_on=date(2026, 1, 10))
    factories.task(None, work_order=order, done_on=date(2026, 1, 10))
    factories.task(factories.spot(factories.folder("Vapaa")), done_on=date(2026, 1, 9))
    assert whys(office_client, f"/reports/rows/?measure=done&whose=shared&{JANUARY}") == [
        f"Ari Aho: työmääräin {theirs.number}; As Oy Puistola: kansio Puistola, liitetty aina"
    ]
    assert whys(office_client, f"/reports/rows/?measure=done&whose=unowned&{JANUARY}") == [
        f"työmääräimellä {order.number} ei ole asiakasta; työllä ei ole paikkaa",
        "kansio Vapaa, ei asiakasta",
    ]


def test_a_work_order_s_own_page_has_its_report(office_client: Client, puistola: Customer, spot: Spot) -> None:
    order = factories.order(of=puistola)
    factories.task(spot, work_order=order, done_on=timezone.localdate(), minutes=90)
    factories.task(spot, work_order=order, due_on=timezone.localdate())
    shown = list(figures(page(office_client, f"/work-orders/{order.pk}/")))
    assert [str(each.shown) for each in shown] == ["1", "0", "0", "1", "90", "0", "0", "90", "1", "0"]
    assert [wrong(office_client, each) for each in shown] == [""] * 10


# ---- all customers ---------------------------------------------------------------------------------------------------


def names(client: Client, query: str) -> list[str]:
    html = page(client, f"/reports/customers/?{JANUARY}&{query}")
    return [unescape(name) for name in re.findall(r'<a class="who"[^>]*>([^<]*)</a>', html)]


def test_customers_sort_by_every_column(office_client: Client) -> None:
    for name, tasks in (("Öljy", 1), ("Aho", 3), ("Ärjä", 2)):
        customer, folder = factories.customer(name), factories.folder()
        attach(customer, folder, by=None)
        for _each in range(tasks):
            factories.task(factories.spot(folder), done_on=date(2026, 1, 10), minutes=10)
    assert names(office_client, "") == ["Aho", "Ärjä", "Öljy"]
    assert names(office_client, "order=done") == ["Öljy", "Ärjä", "Aho"]
    assert names(office_client, "order=name") == ["Aho", "Ärjä", "Öljy"]
    assert names(office_client, "order=-name") == ["Öljy", "Ärjä", "Aho"]
    assert names(office_client, "order=hours") == ["Öljy", "Ärjä", "Aho"]
    assert names(office_client, "order=-collected") == ["Aho", "Ärjä", "Öljy"]
    assert names(office_client, "order=-others") == ["Aho", "Ärjä", "Öljy"]
    assert names(office_client, "order=no-such-column") == ["Aho", "Ärjä", "Öljy"]


def test_with_no_customer_the_page_says_what_customers_would_give_and_counts_all_the_same(
    office_client: Client,
) -> None:
    factories.task(factories.spot(factories.folder()), done_on=date(2026, 1, 10))
    html = text(page(office_client, f"/reports/customers/?{JANUARY}"))
    assert "Kun asiakkaita on, tämä sivu kertoo, mitä työtä kukin omistaa ja kerää" in html
    assert "omistetut 0 + omistajattomat 1 = kaikki 1" in html


def test_the_sum_is_written_out_with_its_tick(office_client: Client, puistola: Customer, spot: Spot) -> None:
    factories.task(spot, done_on=date(2026, 1, 10))
    factories.task(factories.spot(factories.folder()), done_on=date(2026, 1, 10))
    html = page(office_client, f"/reports/customers/?{JANUARY}")
    assert "omistetut 1 + omistajattomat 1 = kaikki 2 · joista jaettuja (laskettu kerran) 0" in text(html)
    assert html.count("#circle-check") == 1
    assert "summa ei täsmää" not in html


# ---- a large tree ----------------------------------------------------------------------------------------------------


def test_a_large_tree_opens_a_folder_at_a_time(office_client: Client, puistola: Customer) -> None:
    top = factories.folder("Kaupunki")
    attach(puistola, top, by=None)
    north = factories.folder("Pohjoinen", top)
    for each in range(45):
        factories.task(factories.spot(factories.folder(f"Talo {each}", north)), done_on=date(2026, 1, 10))
    url = f"/customers/{puistola.pk}/report/?{JANUARY}"

    def folders(query: str) -> int:
        return len(re.findall(r"<tr data-level=", page(office_client, url + query))) - 1  # without that of work orders

    html = page(office_client, url)
    key = re.findall(r'id="b-([^"]*)"', html)
    assert (folders(""), len(key)) == (1, 1)
    assert folders(f"&open={key[0]}") == 2
    assert folders("&open=all") == 47
    assert folders(f"&open=all&shut={key[0]}") == 1


# ---- queries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3, 1000])
def test_one_customer_s_report_takes_as_many_queries_whatever_the_number_of_tasks(
    office_client: Client,
    puistola: Customer,
    spot: Spot,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many_tasks(spot, number)
    with django_assert_num_queries(14):
        page(office_client, f"/customers/{puistola.pk}/report/?{JANUARY}")
    with django_assert_num_queries(4):
        page(office_client, f"/customers/{puistola.pk}/report/months/?{JANUARY}")


@pytest.mark.parametrize("number", [1, 3, 1000])
def test_all_customers_report_takes_as_many_queries_whatever_their_number(
    office_client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Customer.objects.bulk_create(Customer(name=f"Asiakas {each}") for each in range(number))
    with django_assert_num_queries(7):
        page(office_client, f"/reports/customers/?{JANUARY}")


@pytest.mark.parametrize("number", [1, 3, 1000])
def test_the_rows_take_as_many_queries_whatever_their_number(
    office_client: Client,
    puistola: Customer,
    spot: Spot,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many_tasks(spot, number)
    with django_assert_num_queries(6):
        page(office_client, f"/reports/rows/?measure=done&whose=collected&customer={puistola.pk}&{JANUARY}")


def test_the_hours_over_the_rows_are_those_of_all_pages(office_client: Client, puistola: Customer, spot: Spot) -> None:
    many_tasks(spot, 51)
    address = f"/reports/rows/?measure=done&whose=collected&customer={puistola.pk}&{JANUARY}"
    minutes = sum(Task.objects.values_list("minutes", flat=True))
    assert minutes > 0
    assert [office_client.get(f"{address}&page={number}").context["minutes"] for number in (1, 2, -1)] == [minutes] * 3


@pytest.mark.parametrize("number", [1, 3, 1000])
def test_the_reports_of_work_orders_take_as_many_queries_whatever_the_number_of_tasks(
    office_client: Client,
    puistola: Customer,
    spot: Spot,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many_tasks(spot, number)
    order = factories.order(of=puistola)
    Task.objects.update(work_order=order)
    with django_assert_num_queries(7):
        page(office_client, f"/reports/work-orders/?{JANUARY}")
    with django_assert_num_queries(9):
        page(office_client, f"/work-orders/{order.pk}/report/?{JANUARY}")


def test_one_customer_s_page_leaves_the_sums_of_all_to_an_address_of_their_own(
    office_client: Client, puistola: Customer, spot: Spot
) -> None:
    factories.task(spot, done_on=date(2026, 1, 10))
    factories.task(factories.spot(factories.folder()), done_on=date(2026, 1, 11))
    answer = office_client.get(f"/customers/{puistola.pk}/report/?{JANUARY}")
    address = f"/reports/customers/sum/?{JANUARY}"
    assert f'hx-get="{address.replace("&", "&amp;")}"' in answer.text
    proof = office_client.get(address).context["proof"]
    assert [term.cell.value for term in proof.terms] == [1, 1, 2]
    assert proof.holds


@pytest.mark.parametrize("whose", ["all", "owned", "unowned", "shared", "collected", "others"])
def test_of_more_rows_than_are_counted_the_newest_stand_first_and_the_oldest_on_the_last_page(
    office_client: Client, puistola: Customer, spot: Spot, settings: Settings, whose: str
) -> None:
    """They are found another way than few rows are: the same rows, in the same order."""
    above = factories.customer("Isännöinti Virtanen")
    outer = factories.folder()
    shared = factories.folder("", outer)
    attach(above, outer, by=None)
    attach(puistola, shared, by=None)
    many_tasks(spot, 60)
    many_tasks(factories.spot(shared), 60)
    many_tasks(factories.spot(factories.folder()), 60)
    of_one = f"&customer={above.pk if whose == 'others' else puistola.pk}" if whose in {"collected", "others"} else ""
    address = f"/reports/rows/?measure=done&whose={whose}{of_one}&{JANUARY}"

    def first_and_last() -> list[Any]:
        return [office_client.get(f"{address}&page={number}").context for number in (1, -1)]

    few = [[row.item.pk for row in context["rows"]] for context in first_and_last()]
    settings.LISTS_COUNT_TO = 10
    many = first_and_last()
    assert [context["page"].paginator.is_long for context in many] == [True, True]
    newest, oldest = ([row.item.pk for row in context["rows"]] for context in many)
    assert newest == few[0]
    assert oldest[-len(few[1]) :] == few[1]
    assert "yli 10" in office_client.get(address).text
