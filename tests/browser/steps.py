"""What people do on the pages, step by step, found by the words that they see."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.reports.pages import number

PASSWORD = "salasana-jolla-pääsee"


def log_in(page: Page, email: str) -> None:
    """From the address of the house alone."""
    page.goto("/")
    page.get_by_label("Sähköposti").fill(email)
    page.get_by_label("Salasana").fill(PASSWORD)
    page.get_by_role("button", name="Kirjaudu sisään").click()


def link(page: Page, name: str) -> None:
    """Follows a link of the page itself, not of the menu."""
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Päävalikko").get_by_role("link", name=name, exact=True).first.click()


def button(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def heading(page: Page, name: str) -> None:
    """Waits for the page with this title."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def attach(page: Page, folder: str) -> None:
    """On the form of attaching: this folder, since always; looked at, then done."""
    page.get_by_role("radio", name=folder, exact=True).check()
    page.get_by_role("radio", name="On ollut aina", exact=True).check()
    button(page, "Katso, mitä muuttuu")
    expect(page.get_by_role("region", name="Mitä muuttuu")).to_contain_text("ei vielä tallennettu")
    button(page, "Liitä kansio")


def open_figure(page: Page, measure: str) -> tuple[int, int]:
    """Opens what the customer collected of `measure` from its report: (the figure, the rows of the list behind it)."""
    figure = measures(page).get_by_role("row", name=re.compile(f"^{measure}")).get_by_role("link").nth(2)
    said = int(number(figure.inner_text()))
    figure.click()
    heading(page, f"{measure}, kerätyt")
    return said, page.get_by_role("main").locator("tbody tr").count()


def measures(page: Page) -> Locator:
    return page.get_by_role("region", name="Luvut", exact=True).get_by_role("table")
