"""The admin works under our content security policy: not a word in the console."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from customers.models import Contact, Customer
from tests import factories


@pytest.mark.long
def test_a_contact_is_chosen_for_a_customer_in_the_admins_own_window(office_page: Page, office: User) -> None:
    customer = factories.customer("As Oy Puistola")
    contact = Contact.objects.create(name="Åsa Öberg")
    office_page.goto(f"/admin/customers/customer/{customer.pk}/change/")
    office_page.locator("#contact_links-group .add-row a").click()
    with office_page.expect_popup() as window:
        office_page.locator("#lookup_id_contact_links-0-contact").click()
    window.value.get_by_role("link", name="Åsa Öberg").click()
    expect(office_page.locator("#id_contact_links-0-contact")).to_have_value(str(contact.pk))
    office_page.locator("[name=_save]").click()
    expect(office_page).to_have_url("/admin/customers/customer/")
    assert list(Customer.objects.get(pk=customer.pk).contacts.all()) == [contact]


@pytest.mark.long
def test_a_role_is_given_its_rights(office_page: Page, office: User) -> None:
    role = factories.role("Huolto")
    office_page.goto(f"/admin/accounts/role/{role.pk}/change/")
    office_page.locator("#id_permissions_input").press_sequentially("tehtävät: katsella")
    exactly = re.compile("^tehtävät: katsella$", re.IGNORECASE)
    office_page.locator("#id_permissions_from option").filter(has_text=exactly).dblclick()
    office_page.locator("[name=_save]").click()
    expect(office_page).to_have_url("/admin/accounts/role/")
    assert list(role.permissions.values_list("codename", flat=True)) == ["view_task"]


@pytest.mark.long
def test_lists_and_rows_open(office_page: Page, office: User) -> None:
    spot = factories.spot(factories.folder("Puistola"), "Pumppu")
    factories.task(spot)
    addresses = ("", "workorders/task/", f"folders/spot/{spot.pk}/change/", f"accounts/user/{office.pk}/change/")
    for address in addresses:
        office_page.goto(f"/admin/{address}")
        expect(office_page.locator("#user-tools")).to_be_visible()
