"""A new, empty installation leads on by itself: only what its pages offer is followed, and no address is typed."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from customers.models import Customer
from folders.models import Folder
from tests.browser.steps import PASSWORD, attach, button, heading, link, log_in, menu, open_figure


@pytest.fixture
def first_user(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """As the installation's readme says it: made by the command, no page makes one."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="ensimmainen@spotilla.example", verbosity=0)
    return "ensimmainen@spotilla.example"


@pytest.mark.long
def test_an_empty_office_leads_from_the_first_log_in_to_the_first_figure_of_a_report(
    page: Page, first_user: str
) -> None:
    log_in(page, first_user)
    heading(page, "Näin pääset alkuun")
    make_folder(page, "Puistola")
    make_customer(page, "As Oy Puistola")
    link(page, "Liitä kansio")
    attach(page, "Puistola")
    heading(page, "As Oy Puistola")
    link(page, "Puistola")
    make_spot(page, "Lämpöpumppu")
    make_task(page, "Pumpun huolto")
    finish(page)
    menu(page, "Asiakkaat")
    link(page, "As Oy Puistola")
    link(page, "Raportti")
    assert open_figure(page, "Tehtäviä tehty") == (1, 1)
    link(page, "Pumpun huolto")
    heading(page, "Pumpun huolto")


def make_folder(page: Page, name: str) -> None:
    """From the first page, which says that folders come first."""
    link(page, "Uusi kansio")
    page.get_by_label("Nimi").fill(name)
    button(page, "Lisää kansio")
    heading(page, name)


def make_customer(page: Page, name: str) -> None:
    menu(page, "Asiakkaat")
    link(page, "Uusi asiakas")
    page.get_by_label("Nimi", exact=True).fill(name)
    button(page, "Tallenna")
    heading(page, name)


def make_spot(page: Page, name: str) -> None:
    link(page, "Spotit")
    link(page, "Uusi spotti")
    page.get_by_label("Nimi").fill(name)
    button(page, "Lisää spotti")
    heading(page, name)


def make_task(page: Page, name: str) -> None:
    """On the spot whose page is open."""
    link(page, "Uusi tehtävä")
    page.get_by_label("Mitä tehdään").fill(name)
    page.get_by_label("Vastuurooli").select_option("Toimisto")
    button(page, "Kirjaa tehtävä")
    heading(page, name)


def finish(page: Page) -> None:
    link(page, "Merkitse tehdyksi")
    page.get_by_label("Tunteja").fill("1,5")
    button(page, "Tallenna")
    expect(page.get_by_role("main")).to_contain_text("tehty")


@pytest.mark.long
def test_every_page_of_the_menu_works_with_nothing_in_the_house(page: Page, first_user: str) -> None:
    log_in(page, first_user)
    main_menu = page.get_by_role("navigation", name="Päävalikko").get_by_role("link")
    titles = []
    for index in range(1, main_menu.count() - 1):  # between the product's name and the admin
        main_menu.nth(index).click()
        expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
        titles.append(page.title().split(" · ")[0])
    assert titles == [
        "Asiakkaat",
        "Kansiot",
        "Spotit",
        "Tehtävät",
        "Palvelupyynnöt",
        "Työmääräimet",
        "Yhteyshenkilöt",
        "Asiakkaiden raportti",
        "Työmääräinten raportti",
    ]
    assert (Folder.objects.count(), Customer.objects.count()) == (0, 0)
