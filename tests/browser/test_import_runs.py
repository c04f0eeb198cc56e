"""A long import in the browser: it runs behind the page, which tells how it went by itself; and it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Page, expect

from customers.models import Customer
from sheets.importing.running import import_upload
from sheets.models import Upload
from tests.browser.steps import button, heading, link
from tests.browser.test_import_errors import choose
from tests.sheets.books import book


@pytest.fixture(autouse=True)
def long_from_two_rows_on(settings: Any) -> None:
    settings.IMPORT_ROWS_AT_ONCE = 2


def ask_for_three(page: Page) -> None:
    choose(page, "syksy.xlsx", book(["Nimi"], ["Asunto Oy Puistola"], ["Kiinteistö Oy Ranta"], ["Rantalan Huolto Oy"]))
    button(page, "Tuo 3 asiakasta")
    heading(page, "Tuonti käynnissä")


def work() -> None:
    """What a worker does."""
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        import_upload.call(*task.args_kwargs["args"])
        task.set_successful(None)


@pytest.mark.long
def test_a_long_import_tells_its_end_by_itself_and_is_taken_back(
    office_page: Page, axe: Callable[[Page], list[str]]
) -> None:
    page = office_page
    ask_for_three(page)
    expect(page.get_by_role("status").filter(has_text="Odottaa vuoroaan")).to_be_visible()
    assert axe(page) == []
    link(page, "Tuonnit")
    heading(page, "Tuonnit")
    assert axe(page) == []
    link(page, "syksy.xlsx")
    heading(page, "Tuonti käynnissä")
    work()
    heading(page, "Asiakkaat on tuotu")
    assert axe(page) == []

    page.goto(f"/customers/{Customer.objects.get(name='Kiinteistö Oy Ranta').pk}/edit/")
    page.get_by_label("Postitoimipaikka").first.fill("Naantali")
    button(page, "Tallenna")
    page.goto(f"/customers/import/{Upload.objects.get().pk}/")
    link(page, "Peru tuonti")
    heading(page, "Peru tuonti")
    rows = page.get_by_role("table", name="Riveittäin").get_by_role("row")
    expect(rows.filter(has_text="Kiinteistö Oy Ranta")).to_contain_text("jää, muokattu sen jälkeen")
    expect(rows.filter(has_text="Kiinteistö Oy Ranta")).to_contain_text("Naantali")
    expect(rows.filter(has_text="Rantalan Huolto Oy")).to_contain_text("perutaan")
    assert axe(page) == []
    button(page, "Peru tuonti")
    heading(page, "Tuonti on peruttu")
    assert axe(page) == []
    assert [customer.name for customer in Customer.objects.all()] == ["Kiinteistö Oy Ranta"]


@pytest.mark.long
def test_a_long_import_is_cancelled_while_it_waits(office_page: Page) -> None:
    page = office_page
    ask_for_three(page)
    button(page, "Keskeytä tuonti")
    heading(page, "Tuonnin tarkistus")
    expect(page.get_by_role("alert")).to_contain_text("Tuonti keskeytettiin; mitään ei tallennettu.")
    work()
    assert not Customer.objects.exists()
