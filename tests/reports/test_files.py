"""What reports hand out: real numbers and dates, and no text of a user's that becomes a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from customers.models import Customer
from customers.ownership import attach
from folders.models import Spot
from tests import factories

pytestmark = pytest.mark.django_db

JANUARY = "from=2026-01-01&to=2026-01-31"
EVIL = '=HYPERLINK("http://example.invalid";"x")'


@pytest.fixture
def evil() -> Customer:
    return factories.customer(EVIL)


@pytest.fixture
def spot(evil: Customer) -> Spot:
    folder = factories.folder("+1+1")
    attach(evil, folder, date(2026, 1, 3), by=None)
    return factories.spot(folder, "-2")


@pytest.fixture(autouse=True)
def work(spot: Spot, evil: Customer) -> None:
    order = factories.order("@SUM(A1)", of=evil)
    factories.task(spot, name=EVIL, done_on=date(2026, 1, 10), minutes=90, work_order=order)
    factories.request(spot, name="=1+1", kind=factories.kind("=2+2"), received_on=date(2026, 1, 10))


def sheet(client: Client, url: str) -> list[list[Any]]:
    """The rows of the workbook, the heading first; no cell is a formula."""
    response = client.get(f"{url}&format=xlsx")
    assert response["Content-Disposition"].startswith("attachment")
    active = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert active is not None
    cells = [cell for row in active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}
    return [[cell.value for cell in row] for row in active.iter_rows()]


def table(client: Client, url: str) -> list[list[str]]:
    response = client.get(f"{url}&format=csv")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_the_rows_of_a_figure_in_excel_have_days_and_hours_as_such(office_client: Client, evil: Customer) -> None:
    url = f"/reports/rows/?measure=done&whose=owned&customer={evil.pk}&{JANUARY}"
    heading, row = sheet(office_client, url)
    assert heading[0] == "Tekopäivä"
    assert (row[0], row[1], row[2]) == (datetime(2026, 1, 10), EVIL, "-2")  # noqa: DTZ001  # Excel knows no zones
    assert row[heading.index("Tunteja")] == timedelta(minutes=90)
    assert row[-1].endswith("; kansio +1+1, liitetty 3.1.2026 –")


def test_a_text_that_looks_like_a_formula_is_text_in_csv_too(office_client: Client, evil: Customer) -> None:
    url = f"/reports/rows/?measure=done&whose=owned&customer={evil.pk}&{JANUARY}"
    heading, row = table(office_client, url)
    assert row[:3] == ["2026-01-10", f"'{EVIL}", "'-2"]
    assert row[heading.index("Tunteja minuutteina")] == "90"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("measures", ["Tehtäviä tehty", 1, 0, 1, 0, 0]),
        ("folders", ["+1+1", datetime(2026, 1, 3), None, "+1+1", 1, timedelta(minutes=90), 0, 0, 1, 0, 0, 1]),  # noqa: DTZ001
        ("kinds", ["=2+2", 1, 0, 0, 1]),
    ],
)
def test_every_table_of_a_customer_s_report_is_handed_out(
    office_client: Client, evil: Customer, name: str, first: list[Any]
) -> None:
    assert sheet(office_client, f"/customers/{evil.pk}/report/?{JANUARY}&table={name}")[1] == first


def test_the_months_are_handed_out_with_their_first_days(office_client: Client, evil: Customer) -> None:
    rows = sheet(office_client, f"/customers/{evil.pk}/report/?{JANUARY}&table=months")
    assert len(rows) == 13
    assert rows[-1] == [datetime(2026, 1, 1), 1, 0, 1, 0]  # noqa: DTZ001


def test_the_folders_handed_out_add_up_to_the_total(office_client: Client, evil: Customer, spot: Spot) -> None:
    below = factories.folder("Varasto", spot.folder)
    factories.task(factories.spot(below), done_on=date(2026, 1, 10), minutes=20)
    factories.task(None, work_order=factories.order(of=evil), done_on=date(2026, 1, 10))
    heading, *rows = sheet(office_client, f"/customers/{evil.pk}/report/?{JANUARY}&table=folders")
    done = heading.index("Tehtäviä tehty")
    assert [(row[3] or "", row[done]) for row in rows] == [("+1+1", 1), ("+1+1 / Varasto", 1), ("", 1)]


def test_all_customers_are_handed_out_with_the_sums_below(office_client: Client, evil: Customer) -> None:
    factories.customer("Toinen")
    heading, *rows = sheet(office_client, f"/reports/customers/?{JANUARY}")
    assert [row[0] for row in rows] == [
        *(EVIL, "Toinen", "Asiakkaat yhteensä, kukin työ kerran", "josta jaettua (laskettu kerran)"),
        *("Omistajaton", "Kaikki"),
    ]
    assert rows[0][3:5] == [1, timedelta(minutes=90)]
    assert len({len(row) for row in [heading, *rows]}) == 1


def test_work_orders_are_handed_out(office_client: Client) -> None:
    _heading, *rows = sheet(office_client, f"/reports/work-orders/?{JANUARY}")
    assert [row[1] for row in rows] == ["@SUM(A1)", "Ilman työmääräintä", "Kaikki"]
    assert rows[0][3:] == [1, timedelta(minutes=90), 0, 0]
