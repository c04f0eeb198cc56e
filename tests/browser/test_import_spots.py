"""Spots from Excel in the browser: send, mend, import; wide and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from folders.models import Spot
from tests import factories
from tests.browser.steps import button, heading
from tests.sheets.books import book


@pytest.mark.long
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_a_wrong_folder_is_mended_and_the_spots_come(
    office_page: Page, axe: Callable[[Page], list[str]], width: int, theme: str
) -> None:
    page = office_page
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    factories.spot(factories.folder("As Oy Puistola"), "Hissi")
    page.goto("/spots/")
    page.get_by_role("link", name="Tuo Excelistä").click()
    heading(page, "Tuo spotteja excelistä")
    assert axe(page) == []
    rows: list[list[str | None]] = [["As Oy Puistolo", "Lämpökeskus", "viallinen"], ["As Oy Puistola", "HISSI", None]]
    content = book(["Kansio", "Spotti", "Tila"], *rows)
    page.get_by_label("Excel-tiedosto").set_input_files({"name": "spotit.xlsx", "mimeType": "", "buffer": content})
    button(page, "Lähetä ja tarkista")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Kansiota ”As Oy Puistolo” ei ole.")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    main.get_by_role("link", name="Korjaa tässä").first.click()
    page.locator("[name=cell-folder]").fill("As Oy Puistola")
    button(page, "Korjaa")
    expect(page.locator("#row-2 .tag")).to_have_text("uusi")
    expect(main).to_contain_text("Kansiossa on jo samanniminen spotti.")
    assert axe(page) == []
    button(page, "Tuo 2 spottia")
    heading(page, "Spotit on tuotu")
    assert axe(page) == []
    assert sorted(Spot.objects.values_list("name", "state")) == [
        ("HISSI", "active"),
        ("Hissi", "active"),
        ("Lämpökeskus", "faulty"),
    ]
    page.goto("/spots/imports/")
    expect(page.get_by_role("main")).to_contain_text("spotit.xlsx")
    assert axe(page) == []
