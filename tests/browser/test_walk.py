"""The main job from end to end, in Finnish: import, attach, record, report, and the rows behind its figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from customers.models import Attachment, Customer
from tests import factories
from tests.browser.steps import attach, button, heading, link, log_in, measures, menu, open_figure
from workorders.models import Task

WORKBOOK = Path(__file__).parents[1] / "sheets/workbooks/own/perus.xlsx"


@pytest.fixture
def pump(office: User) -> None:
    """One folder with a spot and a task that waits."""
    factories.task(factories.spot(factories.folder("Puistola"), "Pumppu"), name="Pumpun huolto")


@pytest.fixture
def plain_page(browser: Browser, browser_context_args: dict[str, Any], base_url: str) -> Iterator[Page]:
    """A browser with its JavaScript off."""
    context = browser.new_context(**browser_context_args | {"java_script_enabled": False, "base_url": base_url})
    yield context.new_page()
    context.close()


def bring_in(page: Page) -> None:
    """Imports the workbook from the customers' page."""
    link(page, "Tuo excelistä")
    page.get_by_label("Excel-tiedosto").set_input_files(WORKBOOK)
    button(page, "Lähetä ja tarkista")
    expect(page.get_by_role("main")).to_contain_text("Mitään ei ole vielä tallennettu")
    assert Customer.objects.count() == 0
    button(page, "Tuo 39 asiakasta")
    heading(page, "Asiakkaat on tuotu")
    link(page, "Asiakkaisiin")


def finish(page: Page, task: str) -> None:
    """A task of the list is marked done with an hour and a half."""
    menu(page, "Tehtävät")
    link(page, task)
    link(page, "Merkitse tehdyksi")
    page.get_by_label("Tunteja").fill("1,5")
    button(page, "Tallenna")
    expect(page.get_by_role("main")).to_contain_text("tehty")


def record(page: Page, task: str) -> None:
    """A task that is done already."""
    menu(page, "Tehtävät")
    link(page, "Uusi tehtävä")
    page.get_by_label("Mitä tehdään").fill(task)
    page.get_by_role("radio", name="Pumppu").check()
    page.get_by_label("Vastuurooli").select_option("Toimisto")
    page.get_by_label("Työ on jo tehty").check()
    button(page, "Kirjaa tehtävä")
    heading(page, task)


def walk(page: Page) -> None:
    log_in(page, "toimisto@spotilla.example")
    bring_in(page)
    link(page, "Nokia Oyj")
    link(page, "Liitä kansio")
    attach(page, "Puistola")
    heading(page, "Nokia Oyj")
    finish(page, "Pumpun huolto")
    record(page, "Tiivisteen vaihto")
    menu(page, "Asiakkaat")
    link(page, "Nokia Oyj")
    link(page, "Raportti")


def test_from_log_in_by_import_and_attaching_to_a_figure_whose_list_has_as_many_rows(page: Page, pump: None) -> None:
    walk(page)
    expect(measures(page)).to_contain_text("1:30")
    assert open_figure(page, "Tehtäviä tehty") == (2, 2)
    expect(page.get_by_role("main").locator("tbody")).to_contain_text(re.compile("kansio Puistola, liitetty"))
    assert Attachment.objects.get().folder.name == "Puistola"


@pytest.mark.long
def test_the_whole_walk_goes_without_javascript(plain_page: Page, pump: None) -> None:
    walk(plain_page)
    assert open_figure(plain_page, "Tehtäviä tehty") == (2, 2)
    assert Task.objects.filter(state="done", folder__name="Puistola").count() == 2


@pytest.mark.long
def test_customers_are_filtered_without_javascript(plain_page: Page, office: User) -> None:
    factories.customer("As Oy Puistola", customer_type="housing")
    factories.customer("Uusi Oy")
    log_in(plain_page, office.email)
    rows = plain_page.get_by_role("main").locator("tbody tr")
    expect(rows).to_have_count(2)
    plain_page.get_by_text("Tyyppi", exact=True).first.click()
    plain_page.get_by_label("Taloyhtiö").check()
    button(plain_page, "Suodata")
    expect(rows).to_have_count(1)
    plain_page.get_by_label("Hae asiakkaista").fill("uusi")
    button(plain_page, "Suodata")
    expect(plain_page.get_by_role("main")).to_contain_text("Ei asiakkaita näillä suodattimilla")


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Presses Tab until the focus stands on what is called `name`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(NAME) == name:
            return
    pytest.fail(f"Tab does not reach {name!r}")


NAME = """() => { const at = document.activeElement;
    return (at.ariaLabel || at.labels?.[0]?.textContent || at.textContent || "").trim() }"""


def test_the_keyboard_alone_finds_a_customer_and_attaches_a_folder(office_page: Page, pump: None) -> None:
    factories.customer("Nokia Oyj")
    page = office_page
    page.goto("/customers/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Siirry sisältöön")
    for name in ("Hae kaikesta", "Uusi asiakas", "Hae asiakkaista", "Nokia Oyj"):
        tab_to(page, name)
    page.keyboard.press("Enter")
    heading(page, "Nokia Oyj")
    tab_to(page, "Liitä kansio")
    page.keyboard.press("Enter")
    heading(page, "Liitä kansio")
    tab_to(page, "Puistola")
    page.keyboard.press("Space")
    tab_to(page, "Tiettynä päivänä")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Katso, mitä muuttuu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Mitä muuttuu")).to_contain_text("ei vielä tallennettu")
    tab_to(page, "Liitä kansio")
    page.keyboard.press("Enter")
    heading(page, "Nokia Oyj")
    assert [found.folder.name for found in Attachment.objects.all()] == ["Puistola"]
