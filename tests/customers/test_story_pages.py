"""What a customer's and a contact's page tell of their changes: when, who, how, and each field from what to what."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.models import Contact, Customer, CustomerContact
from customers.ownership import attach, close_customer, reopen_customer
from spotilla.audit_actor import acting
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def customer(office: User) -> Customer:
    office.first_name, office.last_name, office.language = "Sari", "Lehtonen", "en"
    office.save()
    with acting("page", user=office):
        return factories.customer("As Oy Puistola")


@pytest.fixture
def person(db: None) -> Contact:
    return Contact.objects.create(name="Petri Salonen")


def story(client: Client, address: str) -> list[Any]:
    """(what, the other's name, [(field, was, is)]) of each change told, the newest first; the log by its kind."""
    with translation.override("en"):
        return [
            (str(entry.what), entry.name, [(line.label, line.was, line.becomes) for line in entry.lines])
            if hasattr(entry, "change")
            else entry.operation.kind
            for entry in client.get(address).context["entries"]
        ]


def words(client: Client, address: str) -> str:
    text = re.sub(r"<[^>]*>", " ", client.get(address).content.decode().split("<main", 1)[1])
    return re.sub(r"\s+", " ", text)


def change(row: Any, **fields: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(**fields)


def test_each_field_stands_by_its_label_with_values_as_people_read_them(
    office_client: Client, office: User, customer: Customer
) -> None:
    with acting("admin", user=office):
        change(customer, country="SE", customer_type="housing", phone="+358401234567", payment_term_days=14)
    change(customer, country="FI", payment_term_days=None, notes="Soita ensin.")
    address = f"/customers/{customer.pk}/log/"
    assert story(office_client, address) == [
        (
            "Customer changed",
            "",
            [("Country", "Sweden", "Finland"), ("Payment term (days)", "14", ""), ("Notes", "", "Soita ensin.")],
        ),
        (
            "Customer changed",
            "",
            [
                ("Customer type", "Company", "Housing company"),
                ("Phone", "", "040 123 4567"),
                ("Country", "Finland", "Sweden"),
                ("Payment term (days)", "", "14"),
            ],
        ),
        ("Customer created", "", []),
    ]
    User.objects.update(language="fi")
    page = words(office_client, address)
    assert "Maa: Ruotsi → Suomi" in page
    assert "Sari Lehtonen · ylläpito" in page
    assert "Sari Lehtonen · sivu" in page
    assert "Maksuehto (pv): 14 → –" in page


def test_contacts_that_come_and_go_are_told_on_both_pages_by_name_though_they_are_deleted(
    office_client: Client, customer: Customer, person: Contact
) -> None:
    link = CustomerContact.objects.create(customer=customer, contact=person, role="billing")
    change(link, role="site")
    assert story(office_client, f"/contacts/{person.pk}/log/") == [
        ("Role at the customer changed", "As Oy Puistola", [("Role", "billing", "site")]),
        ("Customer added", "As Oy Puistola", [("Role", "", "billing")]),
        ("Contact created", "", []),
    ]
    person.delete()
    address = f"/customers/{customer.pk}/log/"
    assert story(office_client, address)[:3] == [
        ("Contact removed", "Petri Salonen", [("Role", "site", "")]),
        ("Contact's role changed", "Petri Salonen", [("Role", "billing", "site")]),
        ("Contact added", "Petri Salonen", [("Role", "", "billing")]),
    ]
    assert f"/contacts/{link.contact_id}/" not in office_client.get(address).content.decode()


def test_one_page_tells_changes_and_the_log_in_order_and_a_closing_once(
    office_client: Client, office: User, customer: Customer
) -> None:
    attach(customer, factories.folder(), by=office)
    time.sleep(0.002)  # the clock of SQLite's triggers tells milliseconds, the log's microseconds
    change(customer, city="Espoo")
    time.sleep(0.002)
    close_customer(customer, timezone.localdate(), by=office)
    reopen_customer(customer, by=office)
    told = ["reopen_customer", "close_customer", ("Customer changed", "", [("City", "", "Espoo")]), "attach"]
    assert story(office_client, f"/customers/{customer.pk}/log/") == [*told, ("Customer created", "", [])]
    assert "City: Espoo" in words(office_client, f"/customers/{customer.pk}/")
    looks = signed_in(factories.user("katsoja@spotilla.example", "customers.view_customer", language="en"))
    closed = [("Customer changed", "", [(f"{label}", *days)]) for label, *days in closing_days()]
    assert story(looks, f"/customers/{customer.pk}/log/") == [*closed, told[2], ("Customer created", "", [])]


def closing_days() -> list[tuple[str, str, str]]:
    today = timezone.localdate()
    day = f"{today.day}.{today.month}.{today.year}"
    return [("Closed from", day, ""), ("Closed from", "", day)]


def test_who_sees_no_contacts_is_told_of_none(customer: Customer, person: Contact) -> None:
    CustomerContact.objects.create(customer=customer, contact=person)
    address = f"/customers/{customer.pk}/log/"
    sees = ("customers.view_customer", "customers.view_contact")
    for number, rights in enumerate([sees[:1], sees, (sees[0], "customers.view_customercontact")]):
        client = signed_in(factories.user(f"{number}@spotilla.example", *rights, language="en"))
        assert story(client, address) == [("Customer created", "", [])]
        assert "Petri" not in client.get(address).content.decode()


def test_who_sees_no_customers_is_told_of_none_on_a_contacts_page(customer: Customer, person: Contact) -> None:
    CustomerContact.objects.create(customer=customer, contact=person)
    client = signed_in(factories.user("yhteys@spotilla.example", "customers.view_contact", language="en"))
    assert story(client, f"/contacts/{person.pk}/log/") == [("Contact created", "", [])]
    assert "Puistola" not in client.get(f"/contacts/{person.pk}/").content.decode()


def test_a_stranger_is_refused_and_what_is_not_there_is_not_found(
    office_client: Client, stranger_client: Client, customer: Customer, person: Contact
) -> None:
    for address in (f"/customers/{customer.pk}/log/", f"/contacts/{person.pk}/log/"):
        assert stranger_client.get(address).status_code == 403
    assert office_client.get(f"/customers/{customer.pk + 99}/log/").status_code == 404
    assert office_client.get(f"/contacts/{person.pk + 99}/log/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_pages_cost_the_same_for_many_changes(
    office_client: Client,
    customer: Customer,
    person: Contact,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    gone = Contact.objects.create(name="Aino")
    for contact in (person, gone):
        CustomerContact.objects.create(customer=customer, contact=contact)
    for number in range(rows):
        change(customer, city=f"Kaupunki {number}")
        change(person, name=f"Petri {number}")
    for contact in (person, gone):
        CustomerContact.objects.create(customer=customer, contact=contact, role="site")
    gone.delete()
    # session, user, customer; the story (4), its changes, contacts, and those that are gone
    with django_assert_num_queries(10):
        office_client.get(f"/customers/{customer.pk}/log/")
    # session, user, contact; count, changes, customers
    with django_assert_num_queries(6):
        office_client.get(f"/contacts/{person.pk}/log/")
    # session, user, contact; customers' count and rows; changes, their customers
    with django_assert_num_queries(7):
        office_client.get(f"/contacts/{person.pk}/")


def test_a_long_story_is_turned_page_by_page(office_client: Client, customer: Customer) -> None:
    for number in range(120):
        change(customer, city=f"Kaupunki {number}")
    first = office_client.get(f"/customers/{customer.pk}/log/").context
    last = office_client.get(f"/customers/{customer.pk}/log/?page=3").context
    assert (first["page"].paginator.count, len(first["entries"]), len(last["entries"])) == (121, 50, 21)
    assert last["entries"][-1].change.done == "insert"
