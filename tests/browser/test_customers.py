"""The customers' pages in a browser: the list follows what is typed, the tree opens in place, and axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from customers.models import Attachment, Customer
from customers.ownership import attach
from tests import factories
from tests.customers.worlds import busy, many_customers


@pytest.fixture
def customer(transactional_db: None) -> Customer:
    """With a folder, work in it, and another customer below."""
    customer, above = factories.customer("Isännöinti Virtanen Oy", city="Äänekoski"), factories.folder("Isännöinti")
    below = factories.folder("Asunto Oy Helsingin Lauttasaarenrannan Merituulenkuja 12", above)
    attach(customer, above, by=None)
    attach(factories.customer("As Oy Puistola", customer_type="housing"), below, by=None)
    busy(below, unfinished=2, overdue=1, done=3)
    factories.folder("A-talo", below)
    return customer


def test_the_list_follows_the_search_the_order_and_the_pages_and_the_address_bar_with_it(
    office_page: Page, customer: Customer
) -> None:
    many_customers(51)
    page = office_page
    page.goto("/customers/")
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(50)
    page.locator("#rows thead a").first.click()
    expect(page).to_have_url("/customers/?o=-name")
    expect(rows.first).to_contain_text("Virtanen")
    page.locator(".pager a[rel=next]").click()
    expect(page).to_have_url("/customers/?o=-name&page=2")
    expect(rows).to_have_count(3)
    for letters in ("vir", "virta"):  # one entry of the browser's history, however often it is narrowed
        page.fill("#filters [name=q]", letters)
        expect(page).to_have_url(f"/customers/?q={letters}&o=-name")
        expect(rows).to_have_count(1)
    page.go_back()
    expect(page).to_have_url("/customers/?o=-name")
    expect(rows).to_have_count(50)


@pytest.mark.long
def test_a_heading_of_work_leads_to_the_report_of_all_customers_in_that_order(
    office_page: Page, customer: Customer
) -> None:
    page = office_page
    page.goto("/customers/")
    page.locator("#rows thead a").last.click()
    expect(page).to_have_url(re.compile(r"/reports/customers/\?order=-done"))
    expect(page.locator("h1")).to_contain_text("Asiakkaiden raportti")


def test_a_folder_is_chosen_in_the_tree_looked_at_and_attached(office_page: Page, customer: Customer) -> None:
    buyer = factories.customer("Uusi Oy")
    page = office_page
    page.goto(f"/customers/{buyer.pk}/attach/")
    page.fill("[name=last]", "2027-12-31")
    page.locator("#pick-tree button").first.click()
    expect(page.locator("#pick-tree li")).to_have_count(2)
    page.locator("#pick-tree button").nth(1).click()
    expect(page.locator("#pick-tree li")).to_have_count(3)
    expect(page.locator("[name=last]")).to_have_value("2027-12-31")
    page.locator("#pick-tree li").filter(has_text="A-talo").locator("input").check()
    page.locator("form.split button[type=submit]:not([name])").click()
    expect(page.locator("#changes tbody")).to_contain_text("Uusi Oy")
    page.locator("#changes button[name=confirmed]").click()
    page.wait_for_url(f"**/customers/{buyer.pk}/")
    assert Attachment.objects.filter(customer=buyer, folder__name="A-talo").count() == 1


def test_in_the_tree_the_keyboard_keeps_its_place_and_enter_in_a_field_looks_at_what_changes(
    office_page: Page, customer: Customer
) -> None:
    page = office_page
    page.goto(f"/customers/{factories.customer('Uusi Oy').pk}/attach/")
    page.locator("#pick-tree button").first.press("Enter")
    expect(page.locator("#pick-tree li")).to_have_count(2)
    expect(page.locator("#pick-tree button").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#pick-tree button").nth(1)).to_be_focused()
    page.locator("#pick-tree li").filter(has_text="Merituulenkuja").locator("input").check()
    page.locator("[name=begins][value=always]").check()
    page.locator("[name=last]").press("Enter")
    expect(page.locator("#content")).to_contain_text("As Oy Puistola")  # who has it; the tree says so only when open
    expect(page.locator("#pick-tree li")).to_have_count(2)


@pytest.mark.long
def test_the_folder_tree_remembers_what_stood_open(office_page: Page, customer: Customer) -> None:
    page = office_page
    for _time in range(2):  # the second time of itself
        page.goto("/folders/")
        branches = page.locator("[data-branch]")
        if not _time:
            branches.first.click()
            branches.nth(1).click()
        expect(page.get_by_role("link", name="A-talo")).to_be_visible()
        expect(page.locator("[data-branch][aria-expanded=true]")).to_have_count(2)
    branches.first.click()
    page.goto("/folders/")
    expect(page.locator("[data-branch][aria-expanded=false]")).to_have_count(1)


@pytest.mark.long
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    office_page: Page, customer: Customer, axe: Callable[[Page], list[str]], width: int, theme: str
) -> None:
    page = office_page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    attachment = customer.attachments.get()
    Customer.objects.filter(pk=customer.pk).update(phone="+358401234567", notes="Soita ensin.")
    tabs = [f"/customers/{customer.pk}/{tab}" for tab in ("", "folders/", "attach/", "edit/", "log/")]
    for address in ["/customers/", *tabs, f"/attachments/{attachment.pk}/hand-over/"]:
        page.goto(address)
        too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert (address, axe(page), page.evaluate(too_wide)) == (address, [], False)
