"""Every kind of page is for everybody: axe finds nothing in light or dark, wide or on a phone, and the page fits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from customers.ownership import attach
from tests import factories
from tests.browser.steps import button, heading, menu, open_figure

FAULTY = Path(__file__).parents[1] / "sheets/workbooks/own/virheet.xlsx"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def addresses(office: User) -> list[str]:
    """The pages of a small office: two customers above each other with long names, work of each state, a work order."""
    manager, house = factories.customer("Isännöintitoimisto Mäkelä & Pöyhönen Oy"), factories.customer("As Oy Puistola")
    above = factories.folder("Isännöinti")
    below = factories.folder("Asunto Oy Helsingin Lauttasaarenrannan Merituulenkuja 12", above)
    attach(manager, above, by=None)
    attach(house, below, by=None)
    spot = factories.spot(below, "Lämmönjakohuoneen kiertovesipumppu")
    order = factories.order("Talvihoito ja lumenpudotus", manager)
    today = timezone.localdate()
    for state in ("open", "in_progress", "on_hold", "cancelled"):
        factories.task(spot, state=state, due_on=today - timedelta(days=1))
    factories.task(spot, done_on=today, minutes=95)
    factories.task(None, work_order=order, done_on=today, minutes=30)
    factories.task(factories.spot(factories.folder("Varikko")), done_on=today)
    factories.request(spot, received_on=today)
    factories.request(received_on=today)
    return [
        "/customers/",
        f"/customers/{manager.pk}/",
        f"/customers/{manager.pk}/report/",
        f"/folders/{below.pk}/",
        "/reports/customers/",
        "/tasks/",
        "/tasks/new/",
        "/requests/",
        f"/work-orders/{order.pk}/",
        "/customers/import/",
    ]


Axe = Callable[..., list[str]]
NONE = {"too wide": False, "light": [], "dark": []}
WIDTHS = pytest.mark.parametrize("width", [390, 1440])


@pytest.mark.long
@WIDTHS
def test_pages_are_clean_and_fit_the_screen(office_page: Page, addresses: list[str], axe: Axe, width: int) -> None:
    office_page.set_viewport_size({"width": width, "height": 900})
    for address in addresses:
        office_page.goto(address)
        assert faults(office_page, axe) == NONE


@pytest.mark.long
@WIDTHS
def test_an_import_with_problems_and_the_rows_of_a_figure_are_clean_and_fit_the_screen(
    office_page: Page, addresses: list[str], axe: Axe, width: int
) -> None:
    page = office_page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/customers/import/")
    page.get_by_label("Excel-tiedosto").set_input_files(FAULTY)
    button(page, "Lähetä ja tarkista")
    heading(page, "Tuonnin tarkistus")
    expect(page.get_by_role("main").locator("td.wrong").first).to_be_visible()
    assert faults(page, axe) == NONE
    page.goto(addresses[2])
    assert open_figure(page, "Tehtäviä tehty") == (2, 2)
    assert faults(page, axe) == NONE


@pytest.mark.long
def test_lists_of_long_texts_fit_the_screens_of_laptops_and_tablets(office_page: Page, office: User) -> None:
    long = "Asunto Oy Helsingin Lauttasaarenrannan Merituulenkuja 12"
    owner, above = factories.customer(f"{long} ja Autopaikat"), factories.folder(long[:30])
    house = factories.folder(long, above)
    attach(factories.customer(long), above, by=None)
    attach(owner, house, by=None)
    spot, role = (
        factories.spot(house, f"Lämmönjakohuoneen kiertovesipumppu, {long}"),
        factories.role("Kiinteistönhoitajat"),
    )
    order, today = factories.order(f"Talvihoito ja lumenpudotus, {long}", owner), timezone.localdate()
    for work in ({"done_on": today, "minutes": 95}, {"state": "in_progress", "due_on": today - timedelta(days=1)}):
        factories.task(spot, name=f"Ilmanvaihtokoneen suodattimien vaihto, {long}", role=role, work_order=order, **work)
    factories.request(spot, name=f"Ovi ei mene kiinni, {long}", received_on=today)
    too_wide = []
    lists = (
        "/customers/",
        "/spots/",
        "/tasks/?state=all",
        "/requests/",
        "/work-orders/",
        f"/customers/{owner.pk}/tasks/",
    )
    for address in (*lists, "/reports/rows/?measure=done&whose=all", "/reports/rows/?measure=unfinished&whose=all"):
        office_page.goto(address)
        for width in (1920, 1366, 1280, 1201, 1024):
            office_page.set_viewport_size({"width": width, "height": 900})
            if office_page.evaluate(TOO_WIDE):
                too_wide.append((address, width))
    assert too_wide == []


def faults(page: Page, axe: Axe) -> dict[str, object]:
    """Of the page as it stands: all that axe looks for in light, and the colours again in dark."""
    found: dict[str, object] = {"too wide": page.evaluate(TOO_WIDE)}
    look(page, "light")
    found["light"] = axe(page)
    look(page, "dark")
    found["dark"] = axe(page, "color-contrast")
    return found | ({"page": page.url} if any(found.values()) else {})


def look(page: Page, theme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=theme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)


def test_a_page_that_takes_long_says_that_it_is_working_until_the_next_one_stands(office_page: Page) -> None:
    office_page.goto("/folders/")
    sign = office_page.get_by_text("Haetaan …")
    expect(sign).to_be_hidden()
    office_page.evaluate("window.dispatchEvent(new Event('beforeunload'))")
    expect(sign).to_be_visible()
    menu(office_page, "Työmääräimet")
    heading(office_page, "Työmääräimet")
    expect(sign).to_be_hidden()
