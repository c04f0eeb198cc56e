"""A customer's page and its tabs: figures, folders with whose they are, contacts, log."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers import kinds
from customers.log import Entry
from customers.models import Contact, Customer, CustomerContact
from customers.ownership import attach, close_customer, detach, hand_over, redate
from tests import factories
from tests.customers.worlds import busy, many_contacts, many_customers
from tests.folders.many import many_folders

pytestmark = pytest.mark.once


@pytest.fixture
def manager(db: None) -> Customer:
    """Of a tree with a housing company's own folder in it, and of a folder elsewhere."""
    manager, company = factories.customer("Isännöinti Oy"), factories.customer("As Oy Puistola")
    above = factories.folder("Isännöinti")
    below = factories.folder("Puistola", factories.folder("Itä", above))
    attach(manager, above, date(2024, 3, 1), by=None)
    attach(company, below, date(2025, 1, 1), by=None)
    attach(manager, factories.folder("Hiekoitus", factories.folder("Talvi")), by=None)
    busy(above, unfinished=1)
    busy(below, unfinished=2, overdue=1)
    return manager


def test_the_folders_stand_in_the_order_of_the_tree_with_those_of_others_below(
    office_client: Client, manager: Customer
) -> None:
    rows = office_client.get(f"/customers/{manager.pk}/").context["standing"]
    assert [(row.attachment.folder.name, row.level, row.own, [name for _pk, name in row.above]) for row, _ in rows] == [
        ("Isännöinti", 0, True, []),
        ("Puistola", 1, False, ["Itä"]),
        ("Hiekoitus", 0, True, ["Talvi"]),
    ]
    assert [figures for _, figures in rows] == [
        {"folders": 2, "spots": 2, "unfinished": 4, "overdue": 1},
        {"folders": 0, "spots": 1, "unfinished": 3, "overdue": 1},
        {"folders": 0, "spots": 0, "unfinished": 0, "overdue": 0},
    ]


def test_the_strip_says_what_is_owned_and_what_others_own_and_counts_the_month_before(
    office_client: Client, office: User, manager: Customer
) -> None:
    today = timezone.localdate()
    last_month = today.replace(day=1) - timedelta(days=1)
    folder = manager.attachments.get(folder__name="Isännöinti").folder
    busy(folder, done=2, on=last_month)
    busy(folder, done=1, on=today)
    context = office_client.get(f"/customers/{manager.pk}/").context
    strip = context["figures"]
    cells = [strip.unfinished, strip.unfinished_owned, strip.unfinished_others, strip.overdue, strip.done, strip.hours]
    assert [cell.value for cell in cells] == [4, 1, 3, 1, 2, 60]
    assert [cell.figure.rows(office).count() for cell in cells] == [4, 1, 3, 1, 2, 2]
    assert (context["spots"]["all"], context["month"].last) == (4, last_month)


def test_the_page_costs_the_same_for_many_folders_orders_and_contacts(
    office_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    [customer] = many_customers(1)
    above = factories.folder()
    attach(customer, above, by=None)
    # session, user, customer; three figures, spots; attachments, paths, their figures; contacts; work orders,
    # their tasks; the story (3), its operations and changes, their attachments,
    # folders, customers and contacts
    with django_assert_num_queries(22):
        office_client.get(f"/customers/{customer.pk}/")
    for folder in many_folders(30, above):
        attach(customer, folder, by=None)
    for person in many_contacts([customer]):
        CustomerContact.objects.create(customer=customer, contact=person, role="site")
    factories.order(of=customer)
    with django_assert_num_queries(22):
        office_client.get(f"/customers/{customer.pk}/")


def test_the_folders_page_parts_what_is_now_from_what_comes_and_what_has_ended(office_client: Client) -> None:
    customer, other = factories.customer(), factories.customer()
    now, later, ended, given = (factories.folder(name) for name in ("Nyt", "Sitten", "Ennen", "Annettu"))
    attach(customer, now, by=None)
    attach(customer, later, timezone.localdate() + timedelta(days=1), by=None)
    detach(attach(customer, ended, by=None), date(2026, 5, 1), by=None)
    first = attach(customer, given, by=None)
    second = hand_over(first, other, date(2026, 9, 1), by=None)
    context = office_client.get(f"/customers/{customer.pk}/folders/").context
    assert [row.attachment.folder.name for row, _ in context["standing"]] == ["Nyt"]
    assert [attachment.folder.name for attachment in context["coming"]] == ["Sitten"]
    assert [attachment.folder.name for attachment in context["ended"]] == ["Annettu", "Ennen"]
    assert context["followed"] == {first.pk: second}
    assert office_client.get(f"/customers/{other.pk}/folders/").context["preceded"] == {second.pk: first}


def test_last_days_stand_on_the_screen_as_people_say_them(office_client: Client) -> None:
    customer = factories.customer()
    attach(customer, factories.folder(), date(2026, 1, 1), date(2026, 6, 1), by=None)
    page = office_client.get(f"/customers/{customer.pk}/folders/").content.decode()
    assert ("1.1.2026" in page, "31.5.2026" in page, "1.6.2026" in page) == (True, True, False)


@pytest.mark.parametrize("rows", [1, 60])
def test_the_folders_page_costs_the_same_for_many(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer = factories.customer()
    for folder in many_folders(rows):
        attach(customer, folder, by=None)
    attach(customer, factories.folder(), until=date(2026, 1, 1), by=None)
    with django_assert_num_queries(10):
        office_client.get(f"/customers/{customer.pk}/folders/")


def test_the_contacts_tab_says_how_many_customers_a_person_serves(office_client: Client) -> None:
    customer, person = factories.customer(), Contact.objects.create(name="Petri Salonen", phone="+358401234567")
    for role in ("billing", "site"):
        CustomerContact.objects.create(customer=customer, contact=person, role=role)
    CustomerContact.objects.create(customer=factories.customer(), contact=person, role="site")
    page = office_client.get(f"/customers/{customer.pk}/contacts/")
    assert [(link.contact, link.role, link.customers) for link in page.context["page"]] == [
        (person, "billing", 2),
        (person, "site", 2),
    ]
    assert "040 123 4567" in page.content.decode()


def of_log(client: Client, customer: Customer) -> list[Entry]:
    entries = client.get(f"/customers/{customer.pk}/log/").context["entries"]
    return [entry for entry in entries if isinstance(entry, Entry)]


def test_the_log_tells_the_customers_own_story_after_its_attachments_are_gone_too(office_client: Client) -> None:
    customer, other = factories.customer(), factories.customer()
    folder, mistake = factories.folder("Puistola"), factories.folder("Vahinko")
    attachment = attach(customer, folder, by=None)
    redate(attachment, date(2026, 1, 1), date.max, by=None)
    detach(attach(customer, mistake, by=None), date.min, by=None)
    hand_over(attachment, other, date(2026, 9, 1), by=None)
    attach(other, factories.folder(), by=None)
    close_customer(customer, timezone.localdate(), by=None)
    entries = of_log(office_client, customer)
    assert [(entry.operation.kind, entry.folder and entry.folder.name) for entry in entries] == [
        (kinds.CLOSE_CUSTOMER, None),
        (kinds.HAND_OVER, "Puistola"),
        (kinds.DETACH, "Vahinko"),
        (kinds.ATTACH, "Vahinko"),
        (kinds.REDATE, "Puistola"),
        (kinds.ATTACH, "Puistola"),
    ]
    assert (entries[1].customer, entries[1].day) == (other, date(2026, 9, 1))
    assert [entry.operation.kind for entry in of_log(office_client, other)] == [kinds.ATTACH, kinds.HAND_OVER]


@pytest.mark.parametrize("rows", [1, 100])
def test_the_log_costs_the_same_for_many_rows(
    office_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer = factories.customer()
    for folder in many_folders(rows):
        attach(customer, folder, by=None)
        Customer.objects.filter(pk=customer.pk).update(city=folder.name)
    # session, user, customer; the story (4), its operations and changes, their attachments, folders and customers
    with django_assert_num_queries(12):
        office_client.get(f"/customers/{customer.pk}/log/")


@pytest.mark.parametrize("tab", ["", "folders/", "contacts/", "log/"])
def test_each_tab_is_for_who_may_see_it(
    colleague_client: Client, stranger_client: Client, manager: Customer, tab: str
) -> None:
    assert colleague_client.get(f"/customers/{manager.pk}/{tab}").status_code == 200
    assert stranger_client.get(f"/customers/{manager.pk}/{tab}").status_code == 403
    assert colleague_client.get(f"/customers/{manager.pk + 999}/{tab}").status_code == 404


def test_who_sees_folders_but_no_customers_finds_no_customer_under_a_tab(db: None, manager: Customer) -> None:
    client = Client()
    rights = ("customers.view_attachment", "customers.view_contact", "customers.view_customercontact")
    client.force_login(factories.user("puolikas@spotilla.example", *rights))
    answers = [client.get(f"/customers/{manager.pk}/{tab}/").status_code for tab in ("folders", "contacts")]
    assert answers == [404, 404]


def test_who_may_only_look_sees_no_buttons(colleague_client: Client, manager: Customer) -> None:
    pages = [colleague_client.get(f"/customers/{manager.pk}/{tab}").content.decode() for tab in ("", "folders/")]
    words = ("/edit/", "/attach/", "/close/", "/delete/", "/hand-over/", "/end/", "/contacts/add/")
    assert [word for word in words for page in pages if word in page] == []
