"""The preview in the browser: what a row is, what the file lacks, columns matched by hand; wide and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from customers.models import Customer
from tests import factories
from tests.browser.steps import button, heading
from tests.browser.test_import_errors import choose
from tests.sheets.books import book


@pytest.mark.long
def test_doubles_headings_and_missing_customers_are_settled_in_the_page(
    office_page: Page, axe: Callable[[Page], list[str]]
) -> None:
    page = office_page
    factories.customer("Kaarna Oy", city="Oulu", email="vanha@kaarna.example")
    factories.customer("Poistuva Oy")
    rows: list[list[str | None]] = [
        ["Kaarna", "Oulu", "uusi@kaarna.example"],
        ["Uusi Oy", "Oulu", None],
        ["Turha Oy", "Oulu", None],
    ]
    choose(page, "kevät.xlsx", book(["Nimi", "Paikka", "Sähköposti"], *rows))
    main = page.get_by_role("main")
    expect(main).to_contain_text("Tuntemattomat sarakkeet ohitetaan: Paikka (B).")
    main.get_by_role("link", name="Yhdistä sarakkeet").click()
    page.get_by_label("Paikka").select_option("Postitoimipaikka")
    assert axe(page) == []
    button(page, "Yhdistä")
    expect(main).to_contain_text("Paikka → Postitoimipaikka")
    expect(page.locator("#row-2 .tag")).to_have_text("ehkä jo olemassa")
    assert axe(page) == []
    button(page, "Sama – päivitä tiedot")
    expect(page.locator("#row-2 .tag")).to_have_text("muuttuu")
    expect(main.locator("tbody ins")).to_have_text(["Kaarna", "uusi@kaarna.example"])
    button(page, "Jätä pois: 4")
    expect(page.locator("#row-4 .tag")).to_have_text("jätetty pois")
    page.get_by_label("Päivitä olemassa olevat asiakkaat").check()
    page.get_by_label("Asiakkaat, joita tiedostossa ei ole (1):").select_option("suljetaan")
    expect(main).to_contain_text("Asiakkaita, joita tiedostossa ei ole, suljetaan: 1.")
    main.get_by_role("link", name="Puuttuu tiedostosta 1").click()
    expect(main).to_contain_text("Poistuva Oy")
    expect(page).to_have_url(re.compile(r"\?show=missing$"))
    assert axe(page) == []
    button(page, "Tuo 2 asiakasta")
    heading(page, "Asiakkaat on tuotu")
    expect(main).to_contain_text("Pois jätettyjä rivejä: 1")
    assert axe(page) == []
    assert sorted(Customer.objects.values_list("name", "email")) == [
        ("Kaarna", "uusi@kaarna.example"),
        ("Poistuva Oy", ""),
        ("Uusi Oy", ""),
    ]
    assert Customer.objects.exclude(closed_on=None).values_list("name", flat=True).get() == "Poistuva Oy"


@pytest.mark.long
def test_a_row_is_mended_on_a_phone_without_the_page_growing_wider(
    office_page: Page, axe: Callable[[Page], list[str]]
) -> None:
    page = office_page
    page.set_viewport_size({"width": 390, "height": 844})
    choose(
        page, "a.xlsx", book(["Nimi", "Sähköposti", "Kansiot"], ["A Oy", "a@b.fi; c@d.fi", None], ["B Oy", None, "x"])
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    button(page, "Käytä c@d.fi")
    expect(page.locator("#row-2 .tag")).to_have_text("uusi")
    page.get_by_role("link", name="Korjaa tässä").click()
    page.get_by_label("Kansiot").fill("")
    assert axe(page) == []
    button(page, "Korjaa")
    button(page, "Tuo 2 asiakasta")
    heading(page, "Asiakkaat on tuotu")
    assert sorted(Customer.objects.values_list("name", "email")) == [("A Oy", "c@d.fi"), ("B Oy", "")]
