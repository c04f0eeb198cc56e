"""Hours are shown to the minute everywhere, so what a reader adds up, on a page or in a file, is the total shown."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any, NamedTuple

import openpyxl
import pytest
from django.test import Client

from customers.models import Customer
from customers.ownership import attach
from tests import factories
from tests.access.routes import ROUTES
from tests.access.test_every_url import World
from tests.reports.pages import number, page
from workorders.models import Task, WorkOrder

JANUARY = "from=2026-01-01&to=2026-01-31"
DAY = date(2026, 1, 10)
CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
CLOCK = re.compile(r"[0-9][0-9\s]*:[0-5][0-9]")
DECIMALS = re.compile(r"(?<![\d.,])\d[\d\s]*,\d{1,4}(?![\d.,])")

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class Office(NamedTuple):
    """Three times twenty minutes and more, in every way that a report divides: 3 × 0:20, 0:07, 1:01, 12 345:19."""

    customer: Customer
    order: WorkOrder
    total: int  # minutes of all
    collected: int


@pytest.fixture
def work(db: None) -> Office:
    customer, other = factories.customer("Puistola Oy"), factories.customer("Malmi Oy")
    above = factories.folder("Isännöinti")
    below = factories.folder("Talo", above)
    attach(customer, above, by=None)
    attach(other, below, by=None)
    order, others_order = factories.order("Huollot", of=customer), factories.order("Muut")
    done: list[tuple[Any, int, WorkOrder | None]] = [
        *((factories.spot(folder), 20, order) for folder in (above, below, below)),
        *(
            (factories.spot(above), 7, None),
            (None, 61, order),
            (factories.spot(factories.folder("Syrjässä")), 740_719, others_order),
        ),
        (factories.spot(factories.folder("Vapaa")), 20, None),
    ]
    for spot, minutes, of in done:
        factories.task(spot, done_on=DAY, minutes=minutes, work_order=of)
    return Office(customer, order, sum(minutes for _spot, minutes, _of in done), 3 * 20 + 7 + 61)


# ---- reading ---------------------------------------------------------------------------------------------------------


class Line(NamedTuple):
    kind: str  # the row's attributes, " foot" when it stands in the table's foot
    cells: list[str]

    @property
    def hours(self) -> list[int]:
        """In minutes, those of its cells that are hours."""
        return [int(number(cell)) for cell in self.cells if CLOCK.fullmatch(cell)]


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def tables(html: str) -> Iterator[list[Line]]:
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        body, _tfoot, foot = table.partition("<tfoot")
        yield [
            Line(
                f"{attributes}{mark}",
                [text(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL)],
            )
            for part, mark in ((body, ""), (foot, " foot"))
            for attributes, row in re.findall(r"<tr([^>]*)>(.*?)</tr>", part, re.DOTALL)
        ]


def in_table(client: Client, address: str, heading: str) -> list[Line]:
    """The rows with hours of the page's table that has this heading."""
    html = page(client, address)
    found = [table for table in tables(html) if any(heading in line.cells for line in table)]
    assert len(found) == 1, heading
    return [line for line in found[0] if line.hours]


def sheet(client: Client, address: str) -> list[list[Any]]:
    content = client.get(f"{address}&format=xlsx").content
    active = openpyxl.load_workbook(io.BytesIO(content)).active
    assert active is not None
    for cell in (cell for row in active.iter_rows() for cell in row):
        assert (cell.number_format == "[h]:mm") == isinstance(cell.value, timedelta)
    return [[cell.value for cell in row] for row in active.iter_rows()]


def comma_separated(client: Client, address: str) -> list[list[str]]:
    content = client.get(f"{address}&format=csv").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content), delimiter=";"))


def columns(client: Client, address: str, excel: str) -> tuple[list[int], list[int]]:
    """The column of hours in both files, in minutes; in CSV its heading says that they are minutes."""
    in_excel, in_csv = sheet(client, address), comma_separated(client, address)
    place = in_excel[0].index(excel)
    assert in_csv[0][place] == excel.replace("Tunteja", "Tunteja minuutteina")
    minutes = [row[place] / timedelta(minutes=1) for row in in_excel[1:]]
    assert [int(each) for each in minutes] == minutes
    return [int(each) for each in minutes], [int(row[place]) for row in in_csv[1:]]


# ---- pages -----------------------------------------------------------------------------------------------------------


def test_three_times_twenty_minutes_are_an_hour(office_client: Client, work: Office) -> None:
    address = f"/reports/rows/?measure=hours&whose=all&order={work.order.pk}&{JANUARY}"
    lines = [line.hours for table in tables(page(office_client, address)) for line in table if line.hours]
    assert sorted(lines) == [[20], [20], [20], [61]]
    assert columns(office_client, address, "Tunteja") == ([61, 20, 20, 20],) * 2
    assert re.search(r"4 riviä, 2:01 (?:h|t)\b", text(page(office_client, address)))


def test_the_rows_of_each_report_s_tables_add_up_to_their_totals(office_client: Client, work: Office) -> None:
    everybody = in_table(office_client, f"/reports/customers/?{JANUARY}", "Tunteja")
    rows, feet = split(everybody)
    owned, shared, unowned, whole = (line.hours[0] for line in feet)
    assert (sum(line.hours[0] for line in rows), owned + unowned, whole) == (owned, work.total, work.total)
    assert shared < owned

    orders, (any_order, none, every) = split(in_table(office_client, f"/reports/work-orders/?{JANUARY}", "Tunteja"))
    assert sum(line.hours[0] for line in orders) == any_order.hours[0]
    assert any_order.hours[0] + none.hours[0] == every.hours[0] == work.total

    report = f"/customers/{work.customer.pk}/report/?{JANUARY}&open=all"
    branches, (total,) = split(in_table(office_client, report, "Omistaja"))
    at_top = [line.hours[0] for line in branches if 'data-level="1"' in line.kind]
    assert (sum(at_top), total.hours) == (work.collected, [work.collected])
    (measures,) = in_table(office_client, report, "Muiden")
    mine, others, collected = measures.hours[:3]
    assert (mine + others, collected) == (work.collected, work.collected)
    own_orders, (total,) = split(in_table(office_client, report, "Työmääräin"))
    assert sum(line.hours[0] for line in own_orders) == total.hours[0] == work.collected

    report = f"/work-orders/{work.order.pk}/report/?{JANUARY}"
    (measures,) = (
        line for table in tables(page(office_client, report)) for line in table if line.cells[0] == "Tunteja"
    )
    for heading in ("Kansio", "Omistaja"):
        lines = in_table(office_client, report, heading)
        assert sum(line.hours[0] for line in lines) == measures.hours[0] == 121


def split(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The rows, and the lines below them."""
    return [line for line in lines if "foot" not in line.kind], [line for line in lines if "foot" in line.kind]


def test_the_hours_over_a_list_are_those_of_its_rows(office_client: Client, work: Office) -> None:
    for address in (f"/reports/rows/?measure=hours&whose=all&{JANUARY}", f"/work-orders/{work.order.pk}/"):
        html = page(office_client, address)
        rows = sum(line.hours[0] for table in tables(html) for line in table if line.hours)
        said = re.findall(r"(?:<small>.*?, |<span class=\"big\">)(?:<a[^>]*>)?([^<]*?:[0-9]{2})", html)
        assert [int(number(each)) for each in said] == [rows], address


# ---- files -----------------------------------------------------------------------------------------------------------


def test_the_column_of_each_file_adds_up_to_the_total_in_it_or_on_its_page(office_client: Client, work: Office) -> None:
    report = f"/customers/{work.customer.pk}/report/?{JANUARY}"
    files: list[tuple[str, str, Callable[[list[int]], bool]]] = [
        (
            f"/reports/work-orders/?{JANUARY}",
            "Tunteja",
            lambda column: sum(column[:-1]) == column[-1] == work.total,
        ),
        (f"/work-orders/{work.order.pk}/report/?{JANUARY}", "Tunteja", lambda column: sum(column) == 121),
        (f"{report}&table=folders", "Tunteja", lambda column: sum(column) == work.collected),
        (f"{report}&table=orders", "Tunteja", lambda column: sum(column) == work.collected),
        (
            f"/reports/customers/?{JANUARY}",
            "Tunteja, omistetut",
            lambda column: sum(column[:-4]) == column[-4] and column[-4] + column[-2] == column[-1] == work.total,
        ),
        (f"/reports/rows/?measure=hours&whose=all&{JANUARY}", "Tunteja", lambda column: sum(column) == work.total),
    ]
    for address, heading, adds_up in files:
        in_excel, in_csv = columns(office_client, address, heading)
        assert in_excel == in_csv
        assert adds_up(in_excel), (address, in_excel)
    figures = {row[0]: row[1:4] for row in comma_separated(office_client, f"{report}&table=measures")}
    mine, others, collected = map(int, figures["Tunteja minuutteina"])
    assert (mine + others, collected) == (work.collected, work.collected)
    (in_hours,) = (row[1:4] for row in sheet(office_client, f"{report}&table=measures") if row[0] == "Tunteja")
    assert in_hours == [timedelta(minutes=each) for each in (mine, others, collected)]


def test_the_exact_minutes_come_back_out_of_excel_and_its_own_sum_of_them(office_client: Client, work: Office) -> None:
    """Excel adds the numbers that stand in the cells, which are days."""
    Task.objects.filter(minutes=20).update(minutes=1_439)
    content = office_client.get(f"/reports/rows/?measure=hours&whose=all&{JANUARY}&format=xlsx").content
    raw = re.findall(r'<c s="6"><v>([^<]*)</v>', unpacked(content))
    assert len(raw) == 7
    assert round(sum(map(float, raw)) * 86_400, 3) == 60 * sum(Task.objects.values_list("minutes", flat=True))


def unpacked(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def test_no_page_says_hours_with_decimals(db: None) -> None:
    world = World()
    Task.objects.filter(pk=world.task.pk).update(state="done", done_on=DAY, minutes=80)
    client = Client()
    client.force_login(world.office)
    shown = 0
    for name, route in ROUTES.items():
        if route.post or route.answer != 200 or "_template" in name or "export" in name or "import_" in name:
            continue
        html = page(client, f"{world.address(name)}{'&' if route.query else '?'}{JANUARY}")
        for part in re.findall(r"<(?:td|dd|h1|b)\b[^>]*>(.*?)</(?:td|dd|h1|b)>", html, re.DOTALL):
            assert DECIMALS.findall(text(part)) == [], (name, text(part))
            shown += "1:20" in text(part)
    assert shown >= 5
