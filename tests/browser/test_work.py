"""Lists and forms of work in a real browser: narrowing without a new page, and nothing that axe objects to."""

import re
from collections.abc import Callable

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from customers.ownership import attach
from folders.models import Spot
from tests import factories


@pytest.fixture
def spot(transactional_db: None) -> Spot:
    folder = factories.folder("As Oy Puistola")
    attach(factories.customer("Asunto Oy Puistola"), folder, by=None)
    return factories.spot(folder, "Hissi")


def test_a_list_narrows_as_one_types_and_the_address_says_how(office_page: Page, spot: Spot) -> None:
    factories.task(spot, name="Hissin huolto")
    factories.task(spot, name="Valaistus", done_on=localdate())
    page = office_page
    page.goto("/tasks/")
    page.locator("#filters input[name=q]").fill("valais")
    expect(page.get_by_role("link", name="Hissin huolto")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/tasks/\?q=valais$"))
    page.locator("#filters select[name=state]").select_option("done")
    expect(page.get_by_role("link", name="Valaistus")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/tasks/\?q=valais&state=done$"))
    page.reload()
    expect(page.get_by_role("link", name="Valaistus")).to_be_visible()


@pytest.mark.long
def test_the_next_page_of_a_list_begins_at_its_top(office_page: Page, spot: Spot) -> None:
    for _number in range(110):
        factories.task(spot)
    page = office_page
    page.goto("/tasks/")
    page.locator(".pager a[rel=next]").click()
    expect(page.locator(".pager [aria-current=page]")).to_have_text("2")
    expect(page.locator("#rows tbody tr").first).to_be_in_viewport()


@pytest.mark.long
def test_a_customer_is_found_in_the_filters_and_taken_off_again(office_page: Page, spot: Spot) -> None:
    factories.task(spot, name="Hissin huolto")
    factories.task(factories.spot(factories.folder()), name="Pihatyö")
    page = office_page
    page.goto("/tasks/")
    page.locator("#filters summary").click()
    page.locator("input[name=customer_q]").fill("puisto")
    page.locator("#id_customer_hits .pick").click()
    expect(page.get_by_role("link", name="Pihatyö")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("a.chip").click()
    expect(page.get_by_role("link", name="Pihatyö")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/tasks/\??$"))


@pytest.mark.long
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_on_the_pages_of_work(
    office_page: Page, spot: Spot, axe: Callable[[Page], list[str]], theme: str
) -> None:
    order = factories.order()
    task = factories.task(spot, work_order=order, description="Avain huoltomiehellä")
    factories.task(spot, work_order=order, done_on=localdate(), minutes=90)
    item = factories.request(spot)
    office_page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    pages = ["/tasks/", f"/tasks/{task.pk}/", "/tasks/new/", f"/tasks/{task.pk}/finish/", f"/spots/{spot.pk}/tasks/"]
    pages += ["/requests/", f"/requests/{item.pk}/", "/requests/new/", f"/folders/{spot.folder_id}/requests/"]
    pages += ["/work-orders/", f"/work-orders/{order.pk}/", "/work-orders/new/", f"/work-orders/{order.pk}/close/"]
    found = {}
    for address in pages if theme == "light" else pages[:3]:
        office_page.goto(address)
        found[address] = axe(office_page)
    assert {address: problems for address, problems in found.items() if problems} == {}
