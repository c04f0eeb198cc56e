"""Contacts from Excel in the browser: send, answer, mend, import; wide and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from customers.models import Contact, CustomerContact
from tests import factories
from tests.browser.steps import button, heading
from tests.marks import long
from tests.sheets.books import book


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), *long([(1440, "light")])])
def test_a_double_is_answered_a_wrong_customer_mended_and_the_contacts_come(
    office_page: Page, axe: Callable[[Page], list[str]], width: int, theme: str
) -> None:
    page = office_page
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    customer = factories.customer("As Oy Puistola", business_id="0112038-9")
    Contact.objects.create(name="Irma Isännöitsijä", email="irma@example.com")
    page.goto("/contacts/")
    page.get_by_role("link", name="Tuo excelistä").click()
    heading(page, "Tuo yhteyshenkilöitä excelistä")
    assert axe(page) == []
    rows: list[list[str | None]] = [
        ["Irma Iso", "irma@example.com", None, None, None],
        ["Åke Öberg", None, "040 123 4567", "As Oy Puistolo", "Laskutus"],
    ]
    content = book(["Nimi", "Sähköposti", "Puhelin", "Asiakkaat", "Rooli"], *rows)
    page.get_by_label("Excel-tiedosto").set_input_files({"name": "henkilöt.xlsx", "mimeType": "", "buffer": content})
    button(page, "Lähetä ja tarkista")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Onko tämä ”Irma Isännöitsijä”?")
    expect(main).to_contain_text("Asiakasta ”As Oy Puistolo” ei ole.")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    button(page, "Sama – päivitä tiedot")
    expect(main).to_contain_text("Kerroit, että tämä on ”Irma Isännöitsijä”.")
    main.get_by_role("link", name="Korjaa tässä").first.click()
    page.locator("[name=cell-customers]").fill("As Oy Puistola; 0112038-9 (kohde)")
    button(page, "Korjaa")
    expect(page.locator("#row-3 .tag")).to_have_text("uusi")
    assert axe(page) == []
    button(page, "Tuo 2 yhteyshenkilöä")
    heading(page, "Yhteyshenkilöt on tuotu")
    expect(main).to_contain_text("Asiakkaita lisätty: 2")
    assert axe(page) == []
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Irma Iso", "Åke Öberg"]
    assert set(CustomerContact.objects.values_list("contact__name", "customer", "role")) == {
        ("Åke Öberg", customer.pk, "billing"),
        ("Åke Öberg", customer.pk, "site"),
    }
    page.goto("/contacts/imports/")
    expect(main).to_contain_text("henkilöt.xlsx")
    assert axe(page) == []
