"""People: the list, a person's page, and what each is to a customer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from customers.models import Contact, Customer, CustomerContact
from tests import factories
from tests.customers.worlds import many_contacts
from tests.pages import send, version

pytestmark = pytest.mark.once


@pytest.fixture
def customer(db: None) -> Customer:
    return factories.customer("As Oy Puistola")


@pytest.fixture
def person(db: None) -> Contact:
    return Contact.objects.create(name="Petri Salonen", email="petri@puistola.example")


def roles(customer: Customer) -> list[tuple[str, str]]:
    links = CustomerContact.objects.filter(customer=customer).order_by("contact__name", "role")
    return list(links.values_list("contact__name", "role"))


def test_contacts_stand_in_finnish_order_and_are_found_by_name_e_mail_and_phone(office_client: Client) -> None:
    Contact.objects.create(name="Åke Öst", email="ake@merituuli.example")
    Contact.objects.create(name="Aino Virtanen", phone="+358401234567")

    def found(query: str) -> list[str]:
        return [row.name for row in office_client.get("/contacts/", {"q": query}).context["page"]]

    assert found("") == ["Aino Virtanen", "Åke Öst"]
    assert (found("ÖST"), found("merituuli"), found("401234"), found("zzz")) == (
        ["Åke Öst"],
        ["Åke Öst"],
        ["Aino Virtanen"],
        [],
    )


def test_the_list_says_how_many_customers_each_serves_and_an_empty_one_leads_on(
    office_client: Client, customer: Customer
) -> None:
    assert office_client.get("/contacts/").context["nobody"] is True
    person = Contact.objects.create(name="Petri Salonen")
    for served, role in ((customer, "billing"), (customer, "site"), (factories.customer(), "site")):
        CustomerContact.objects.create(customer=served, contact=person, role=role)
    assert [row.served for row in office_client.get("/contacts/").context["page"]] == [2]


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_the_list_costs_as_much_for_many_as_for_one(
    office_client: Client, customer: Customer, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_contacts([customer] * rows)
    with django_assert_num_queries(4):  # session, user, count, rows
        office_client.get("/contacts/")
    with django_assert_num_queries(5):  # session, user, customer, count, rows
        office_client.get(f"/customers/{customer.pk}/contacts/")


def test_a_person_is_made_changed_and_deleted(office_client: Client) -> None:
    made = office_client.post("/contacts/new/", {"name": " Petri  Salonen ", "phone": "040 123 4567"})
    person = Contact.objects.get()
    assert (made["Location"], person.name, person.phone) == (
        f"/contacts/{person.pk}/",
        "Petri Salonen",
        "+358401234567",
    )
    changed = {"name": "Petri Salo", "email": "petri@puistola.example"}
    assert send(office_client, f"/contacts/{person.pk}/edit/", changed).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.email, person.phone) == ("Petri Salo", "petri@puistola.example", "")
    assert office_client.get(f"/contacts/{person.pk}/delete/").status_code == 200
    assert office_client.post(f"/contacts/{person.pk}/delete/")["Location"] == "/contacts/"
    assert Contact.objects.count() == 0


def test_what_is_no_name_phone_or_e_mail_is_refused_all_at_once(office_client: Client) -> None:
    answer = office_client.post("/contacts/new/", {"name": "", "phone": "12", "email": "petri"})
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (422, ["email", "name", "phone"])


def test_a_person_changed_by_somebody_else_meanwhile_is_not_overwritten(office_client: Client, person: Contact) -> None:
    mine = {"name": "Petri Salo"} | version(office_client, f"/contacts/{person.pk}/edit/")
    Contact.objects.filter(pk=person.pk).update(phone="+358401234567")
    answer = office_client.post(f"/contacts/{person.pk}/edit/", mine)
    assert answer.status_code == 422
    assert "040 123 4567" in " ".join(answer.context["form"].non_field_errors())
    person.refresh_from_db()
    assert (person.name, person.phone) == ("Petri Salonen", "+358401234567")


def test_deleting_a_person_says_how_many_customers_lose_it_and_takes_the_links_along(
    office_client: Client, customer: Customer, person: Contact
) -> None:
    CustomerContact.objects.create(customer=customer, contact=person)
    assert office_client.get(f"/contacts/{person.pk}/delete/").context["served"] == 1
    office_client.post(f"/contacts/{person.pk}/delete/")
    assert (Contact.objects.count(), roles(customer), Customer.objects.count()) == (0, [], 1)


# ---- a customer's contacts -------------------------------------------------------------------------------------------


def test_somebody_who_is_there_is_added_in_a_role_and_once_in_each(
    office_client: Client, customer: Customer, person: Contact
) -> None:
    address = f"/customers/{customer.pk}/contacts/add/"
    first = office_client.post(address, {"contact": person.pk, "role": "billing"})
    assert first["Location"] == f"/customers/{customer.pk}/contacts/"
    assert office_client.post(address, {"contact": person.pk, "role": "site"}).status_code == 302
    assert office_client.post(address, {"contact": person.pk, "role": "site"}).status_code == 422
    assert roles(customer) == [("Petri Salonen", "billing"), ("Petri Salonen", "site")]


def test_nobody_chosen_is_refused_and_searching_alone_saves_nothing(
    office_client: Client, customer: Customer, person: Contact
) -> None:
    address = f"/customers/{customer.pk}/contacts/add/"
    assert office_client.post(address, {"contact": "", "role": "site"}).status_code == 422
    again: Any = office_client.post(address, {"again": "1", "contact_q": "salo", "role": "site"})
    assert (again.status_code, "Petri Salonen" in again.content.decode()) == (200, True)
    assert again.context["form"]["role"].value() == "site"
    assert roles(customer) == []
    hits = office_client.get("/contacts/choices/", {"name": "contact", "contact_q": "salo"}).content.decode()
    assert "petri@puistola.example" in hits


def test_somebody_new_is_made_and_added_in_one_go_or_not_at_all(office_client: Client, customer: Customer) -> None:
    address = f"/customers/{customer.pk}/contacts/new/"
    wrong = {"name": "Tiina Granlund", "phone": "eipä", "role": "billing"}
    assert office_client.post(address, wrong).status_code == 422
    assert (Contact.objects.count(), roles(customer)) == (0, [])
    assert office_client.post(address, wrong | {"phone": ""}).status_code == 302
    assert roles(customer) == [("Tiina Granlund", "billing")]


def test_a_role_is_changed_unless_the_person_has_it_already(
    office_client: Client, customer: Customer, person: Contact
) -> None:
    link = CustomerContact.objects.create(customer=customer, contact=person, role="billing")
    CustomerContact.objects.create(customer=customer, contact=person, role="site")
    address = f"/customers/{customer.pk}/contacts/{link.pk}/role/"
    assert send(office_client, address, {"role": "site"}).status_code == 422
    assert send(office_client, address, {"role": "emergency"}).status_code == 302
    assert roles(customer) == [("Petri Salonen", "emergency"), ("Petri Salonen", "site")]


def test_a_contact_is_removed_from_the_customer_after_asking_and_stays_itself(
    office_client: Client, customer: Customer, person: Contact
) -> None:
    link = CustomerContact.objects.create(customer=customer, contact=person)
    address = f"/customers/{customer.pk}/contacts/{link.pk}/remove/"
    assert office_client.get(address).status_code == 200
    assert roles(customer) == [("Petri Salonen", "contract")]
    office_client.post(address)
    assert (roles(customer), Contact.objects.count()) == ([], 1)


def test_a_link_of_another_customers_is_not_found_under_this_one(
    office_client: Client, customer: Customer, person: Contact
) -> None:
    link = CustomerContact.objects.create(customer=factories.customer(), contact=person)
    assert office_client.post(f"/customers/{customer.pk}/contacts/{link.pk}/remove/").status_code == 404


def test_who_may_only_look_sees_people_and_changes_none(
    colleague_client: Client, stranger_client: Client, customer: Customer, person: Contact
) -> None:
    link = CustomerContact.objects.create(customer=customer, contact=person)
    seen = ["/contacts/", f"/contacts/{person.pk}/", "/contacts/choices/"]
    assert [colleague_client.get(address).status_code for address in seen] == [200, 200, 200]
    assert [stranger_client.get(address).status_code for address in seen] == [403, 403, 403]
    changing = ["/contacts/new/", f"/contacts/{person.pk}/edit/", f"/contacts/{person.pk}/delete/"]
    changing += [f"/customers/{customer.pk}/contacts/{page}/" for page in ("add", "new")]
    changing += [f"/customers/{customer.pk}/contacts/{link.pk}/{page}/" for page in ("role", "remove")]
    for client in (colleague_client, stranger_client):
        assert [client.post(address).status_code for address in changing] == [403] * 7
    assert (Contact.objects.count(), roles(customer)) == (1, [("Petri Salonen", "contract")])


def test_who_may_change_people_but_not_see_them_finds_nobody(person: Contact) -> None:
    client = Client()
    client.force_login(factories.user("puolikas@spotilla.example", "customers.change_contact"))
    assert client.get(f"/contacts/{person.pk}/edit/").status_code == 404
