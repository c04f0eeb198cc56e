"""A list of folders pasted into the page: a line is mended, the folders come, and the import is taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from folders.models import Folder
from tests import factories
from tests.browser.steps import button, heading, link

LIST = "Isännöinti Virtanen\n\tAs Oy Puistola\n\t\tA-talo; piha\n\t\tLämmönjakohuone\n\tAs Oy Metsola"


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_a_pasted_list_is_mended_imported_and_taken_back(
    office_page: Page, axe: Callable[[Page], list[str]], width: int, scheme: str
) -> None:
    factories.folder("Isännöinti Virtanen")
    page = office_page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/folders/")
    link(page, "Tuo excelistä")
    heading(page, "Tuo kansioita excelistä")
    assert axe(page) == []
    page.get_by_label("Tai liitä luettelo").fill(LIST)
    button(page, "Lähetä ja tarkista")
    heading(page, "Tuonnin tarkistus")
    assert axe(page) == []
    main = page.get_by_role("main")
    expect(main).to_contain_text("Virheitä 1 · virheellisiä rivejä 1")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    main.get_by_role("link", name="Korjaa tässä").click()
    cell = page.get_by_label("Kansio", exact=True)
    expect(cell).to_be_focused()
    cell.fill("Isännöinti Virtanen / As Oy Puistola / A-talo")
    cell.press("Enter")
    button(page, "Tuo 4 kansiota")
    heading(page, "Kansiot on tuotu")
    assert Folder.objects.count() == 5
    link(page, "Peru tuonti")
    heading(page, "Peru tuonti")
    expect(main).to_contain_text("Isännöinti Virtanen / As Oy Puistola / A-talo")
    assert axe(page) == []
    button(page, "Peru tuonti")
    heading(page, "Tuonti on peruttu")
    assert Folder.objects.count() == 1
