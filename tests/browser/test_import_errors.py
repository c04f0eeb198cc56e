"""A file with problems in the browser: its wrong rows are taken back, mended and imported."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from customers.models import Customer
from tests.browser.steps import button, heading, link
from tests.sheets.books import book


def choose(page: Page, name: str, content: bytes) -> None:
    page.goto("/customers/import/")
    page.get_by_label("Excel-tiedosto").set_input_files({"name": name, "mimeType": "", "buffer": content})
    button(page, "Lähetä ja tarkista")
    heading(page, "Tuonnin tarkistus")


def taken(page: Page, name: str) -> tuple[str, bytes]:
    """The file behind a link, and the name that the browser gives it."""
    with page.expect_download() as download:
        page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


@pytest.mark.long
def test_wrong_rows_are_taken_back_mended_and_imported(office_page: Page, axe: Callable[[Page], list[str]]) -> None:
    page = office_page
    rows = [[f"Asunto Oy Puistola {number}", f"hallitus{number}(at)example.com"] for number in range(1, 21)]
    choose(page, "kevät.xlsx", book(["Nimi", "Sähköposti"], *rows))
    expect(page.get_by_role("main")).to_contain_text("Virheitä 20 · virheellisiä rivejä 20")
    assert axe(page) == []
    mend_two(page)
    page.get_by_role("link", name="Virheluettelo").click()
    page.get_by_role("link", name="B · Sähköposti").nth(2).click()
    expect(page.locator("td:target")).to_have_attribute("id", "B6")
    page.get_by_role("link", name="Virheluettelo").click()
    expect(page.get_by_role("link", name="Luettelo tiedostona")).to_be_visible()
    assert axe(page) == []
    assert taken(page, "Luettelo tiedostona")[0] == "kevät – virheet.xlsx"
    assert taken(page, "Oma tiedosto merkittynä")[0] == "kevät – merkitty.xlsx"
    name, content = taken(page, "Rivit, joissa on virheitä")
    assert name == "kevät – korjattavat rivit.xlsx"
    workbook = load_workbook(io.BytesIO(content))
    for number in range(3, 21):
        workbook.worksheets[0][f"E{number - 1}"] = f"hallitus{number}@example.com"
    mended = io.BytesIO()
    workbook.save(mended)
    choose(page, name, mended.getvalue())
    button(page, "Tuo 18 asiakasta")
    heading(page, "Asiakkaat on tuotu")
    assert Customer.objects.filter(email__endswith="@example.com").count() == 18
    link(page, "Peru tuonti")
    heading(page, "Peru tuonti")
    button(page, "Peru tuonti")
    heading(page, "Tuonti on peruttu")
    assert not Customer.objects.filter(email__endswith="@example.com").exists()


def mend_two(page: Page) -> None:
    """By the keyboard: the form opens with its first cell ready, and the reader stays at the row."""
    main = page.get_by_role("main")
    for number in (1, 2):
        main.get_by_role("link", name="Korjaa tässä").first.click()
        cell = page.get_by_label("Sähköposti")
        expect(cell).to_be_focused()
        cell.fill(f"hallitus{number}@example.com")
        cell.press("Enter")
        expect(page.locator(f"#row-{number + 1} .tag")).to_have_text("uusi")
        expect(page.locator(f"#row-{number + 1} .xl")).to_be_focused()
    expect(main).to_contain_text("Virheitä 18 · virheellisiä rivejä 18")
