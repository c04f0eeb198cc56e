"""Making and changing a customer, closing, opening again, deleting: what is taken and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers import kinds
from customers.models import Attachment, Contact, Customer, CustomerContact
from customers.ownership import attach, close_customer
from folders.models import Operation
from tests import factories
from tests.pages import version

pytestmark = pytest.mark.once


NEW = {"name": "As Oy Puistola", "customer_type": "housing", "country": "FI"}


def sent(client: Client, customer: Customer, **changed: Any) -> dict[str, Any]:
    """What the form of the customer sends when it is opened now and some fields are changed."""
    fields = {name: getattr(customer, name) for name in ("name", "customer_type", "business_id", "city", "country")}
    return fields | version(client, f"/customers/{customer.pk}/edit/") | changed


def test_only_the_name_is_needed_and_it_is_kept_without_spaces_at_its_ends(office_client: Client) -> None:
    answer = office_client.post(
        "/customers/new/", {"name": "  As  Oy Puistola ", "customer_type": "company", "country": "FI"}
    )
    made = Customer.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/{made.pk}/")
    assert (made.name, made.customer_type, made.country, made.version) == ("As Oy Puistola", "company", "FI", 1)
    refused = office_client.post("/customers/new/", {"name": " ", "customer_type": "company", "country": "FI"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["name"])
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("typed", ["0112038-9", "01120389", "1120389", " FI01120389 "])
def test_a_business_id_may_be_typed_in_any_spelling(office_client: Client, typed: str) -> None:
    office_client.post("/customers/new/", NEW | {"business_id": typed})
    assert Customer.objects.get().business_id == "0112038-9"


@pytest.mark.parametrize("typed", ["0112038-8", "12345", "Y-tunnus"])
def test_a_wrong_business_id_is_refused_and_what_was_typed_stays(office_client: Client, typed: str) -> None:
    answer = office_client.post("/customers/new/", NEW | {"business_id": typed, "city": "Espoo"})
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, ["business_id"])
    assert (form["business_id"].value(), form["city"].value()) == (typed, "Espoo")
    assert Customer.objects.count() == 0


@pytest.mark.parametrize("typed", ["040 123 4567", "(040) 123-4567", "+358 40 1234567", "0035840 123 4567"])
def test_a_phone_number_may_be_typed_in_any_finnish_way(office_client: Client, typed: str) -> None:
    office_client.post("/customers/new/", NEW | {"phone": typed})
    assert Customer.objects.get().phone == "+358401234567"


def test_a_foreign_number_keeps_its_country_and_what_is_no_number_is_refused(office_client: Client) -> None:
    office_client.post("/customers/new/", NEW | {"phone": "+46 8 123 456", "country": "SE"})
    assert (Customer.objects.get().phone, Customer.objects.get().country) == ("+468123456", "SE")
    refused = office_client.post("/customers/new/", NEW | {"phone": "soita vaihteeseen"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["phone"])


def test_a_taken_business_id_is_refused_a_closed_customers_too(office_client: Client) -> None:
    closed = factories.customer(business_id="0112038-9")
    close_customer(closed, timezone.localdate(), by=None)
    answer = office_client.post("/customers/new/", NEW | {"business_id": "0112038-9"})
    assert answer.status_code == 422
    assert Customer.objects.count() == 1
    office_client.post("/customers/new/", NEW)  # the way out for a city's divisions
    assert Customer.objects.count() == 2


def test_a_change_is_saved_and_raises_the_version(office_client: Client) -> None:
    customer = factories.customer("As Oy Puistola", city="Espoo")
    answer = office_client.post(f"/customers/{customer.pk}/edit/", sent(office_client, customer, city="Äänekoski"))
    assert answer.status_code == 302
    customer.refresh_from_db()
    assert (customer.city, customer.version) == ("Äänekoski", 2)


def test_a_form_that_somebody_overtook_is_refused_with_what_stands_there_now_and_may_be_sent_again(
    office_client: Client,
) -> None:
    customer = factories.customer("As Oy Puistola", city="Espoo")
    mine = sent(office_client, customer, city="Äänekoski")
    Customer.objects.filter(pk=customer.pk).update(city="Turku")
    answer = office_client.post(f"/customers/{customer.pk}/edit/", mine)
    form = answer.context["form"]
    assert answer.status_code == 422
    assert "Turku" in " ".join(form.non_field_errors())
    assert form["city"].value() == "Äänekoski"
    customer.refresh_from_db()
    assert customer.city == "Turku"
    office_client.post(f"/customers/{customer.pk}/edit/", mine | {"version": form["version"].value()})
    customer.refresh_from_db()
    assert customer.city == "Äänekoski"


def test_a_form_overtaken_by_the_same_words_is_simply_saved(office_client: Client) -> None:
    customer = factories.customer("As Oy Puistola", city="Espoo")
    mine = sent(office_client, customer, city="Turku")
    Customer.objects.filter(pk=customer.pk).update(city="Turku")
    assert office_client.post(f"/customers/{customer.pk}/edit/", mine).status_code == 302


def test_a_form_without_its_version_overwrites_nothing(office_client: Client) -> None:
    customer = factories.customer("As Oy Puistola", city="Espoo")
    mine = sent(office_client, customer, city="Turku")
    del mine["version"]
    assert office_client.post(f"/customers/{customer.pk}/edit/", mine).status_code == 422
    customer.refresh_from_db()
    assert customer.city == "Espoo"


def test_opening_the_form_writes_nothing(office_client: Client) -> None:
    customer = factories.customer("As Oy Puistola")
    page = office_client.get(f"/customers/{customer.pk}/edit/")
    assert page.context["form"]["name"].value() == "As Oy Puistola"
    customer.refresh_from_db()
    assert customer.version == 1


# ---- closing -----------------------------------------------------------------------------------------------------


def test_closing_first_says_what_ends_and_ends_it_when_confirmed(office_client: Client) -> None:
    customer, folder, old = factories.customer(), factories.folder("Puistola"), factories.folder()
    kept = attach(customer, folder, by=None)
    attach(customer, old, until=date(2026, 1, 1), by=None)
    address = f"/customers/{customer.pk}/close/"
    look = office_client.post(address, {"day": "2026-11-01"})
    assert (look.status_code, look.context["ending"]) == (200, [kept])
    customer.refresh_from_db()
    assert customer.closed_on is None
    done = office_client.post(address, {"day": "2026-11-01", "confirmed": look.context["confirm"]})
    assert (done.status_code, done["Location"]) == (302, f"/customers/{customer.pk}/")
    closed = Customer.objects.get()
    kept.refresh_from_db()
    assert (closed.closed_on, kept.until) == (date(2026, 11, 1), date(2026, 11, 1))


def test_a_folder_attached_after_the_look_is_looked_at_before_it_ends(office_client: Client) -> None:
    customer = factories.customer()
    address = f"/customers/{customer.pk}/close/"
    look = office_client.post(address, {"day": "2026-11-01"})
    attached = attach(customer, factories.folder(), by=None)
    again = office_client.post(address, {"day": "2026-11-01", "confirmed": look.context["confirm"]})
    assert (again.status_code, again.context["ending"]) == (200, [attached])
    customer.refresh_from_db()
    assert customer.closed_on is None


def test_closing_on_another_day_than_was_looked_at_is_looked_at_again(office_client: Client) -> None:
    customer = factories.customer()
    address = f"/customers/{customer.pk}/close/"
    look = office_client.post(address, {"day": "2026-11-01"})
    again = office_client.post(address, {"day": "2026-11-02", "confirmed": look.context["confirm"]})
    assert (again.status_code, again.context["confirm"].split(":")[0]) == (200, "2026-11-02")
    customer.refresh_from_db()
    assert customer.closed_on is None


def test_closing_is_refused_naming_the_open_work_orders(office_client: Client) -> None:
    customer = factories.customer()
    order = factories.order("Vesikatot", customer)
    answer = office_client.post(f"/customers/{customer.pk}/close/", {"day": "2026-11-01"})
    assert answer.status_code == 422
    assert str(order) in " ".join(answer.context["form"].non_field_errors())
    customer.refresh_from_db()
    assert customer.closed_on is None


def test_a_closed_customer_is_opened_again_by_a_button_not_by_an_address(office_client: Client) -> None:
    customer = factories.customer()
    close_customer(customer, timezone.localdate(), by=None)
    address = f"/customers/{customer.pk}/reopen/"
    assert office_client.get(address).status_code == 405
    assert address in office_client.get(f"/customers/{customer.pk}/").content.decode()
    assert office_client.post(address).status_code == 302
    customer.refresh_from_db()
    assert customer.closed_on is None
    assert Operation.objects.latest("number").kind == kinds.REOPEN_CUSTOMER


# ---- deleting ----------------------------------------------------------------------------------------------------


def test_a_customer_that_nothing_refers_to_is_deleted_after_asking_and_its_contacts_stay(office_client: Client) -> None:
    customer, person = factories.customer(), Contact.objects.create(name="Petri Salonen")
    CustomerContact.objects.create(customer=customer, contact=person)
    address = f"/customers/{customer.pk}/delete/"
    assert office_client.get(address).status_code == 200
    assert Customer.objects.count() == 1
    assert office_client.post(address)["Location"] == "/customers/"
    assert (Customer.objects.count(), Contact.objects.count()) == (0, 1)


@pytest.mark.parametrize("thing", ["attachment", "order"])
def test_a_customer_with_history_is_not_deleted(office_client: Client, thing: str) -> None:
    customer = factories.customer()
    if thing == "order":
        factories.order(of=customer)
    else:
        attach(customer, factories.folder(), until=timezone.localdate() - timedelta(days=9), by=None)
    answer = office_client.post(f"/customers/{customer.pk}/delete/")
    assert answer.status_code == 422
    assert f"/customers/{customer.pk}/close/" in answer.content.decode()
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("page", ["edit", "close", "delete", "reopen"])
def test_who_may_only_look_changes_nothing_and_a_stranger_finds_nobody(
    colleague_client: Client, stranger_client: Client, page: str
) -> None:
    customer = factories.customer()
    address = f"/customers/{customer.pk}/{page}/"
    answers = [client.post(address, NEW).status_code for client in (colleague_client, stranger_client)]
    assert answers == [403, 403]
    assert colleague_client.get("/customers/new/").status_code == 403
    customer.refresh_from_db()
    assert (customer.version, customer.closed_on, Attachment.objects.count()) == (1, None, 0)


def test_who_may_change_but_not_see_finds_no_customer(db: None) -> None:
    customer = factories.customer()
    client = Client()
    client.force_login(factories.user("puolikas@spotilla.example", "customers.change_customer"))
    assert client.get(f"/customers/{customer.pk}/edit/").status_code == 404


def test_saving_asks_once_whether_all_rules_are_kept(office_client: Client, django_assert_num_queries: Any) -> None:
    customer = factories.customer(business_id="2048364-4", customer_number="7")
    page: Any = office_client.get(f"/customers/{customer.pk}/edit/")
    typed = {name: "" if value is None else value for name, value in page.context["form"].initial.items()}
    with django_assert_num_queries(18):
        response = office_client.post(f"/customers/{customer.pk}/edit/", typed | {"name": "Uusi Oy"})
    assert response.status_code == 302


@pytest.mark.parametrize("typed", ["0000000-0", "00000000", "FI00000000", "0000000-1"])
def test_a_business_id_of_nothing_but_zeros_is_refused(office_client: Client, typed: str) -> None:
    fields = {"customer_type": "company", "country": "FI", "name": "Koe Oy", "business_id": typed}
    answer = office_client.post("/customers/new/", fields)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["business_id"])
    customer = factories.customer("Koe Oy")
    contacts = {f"contact_links-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    admin = office_client.post(f"/admin/customers/customer/{customer.pk}/change/", fields | contacts | {"version": "1"})
    assert (answer.status_code, list(admin.context["adminform"].form.errors)) == (422, ["business_id"])
    assert [each.business_id for each in Customer.objects.all()] == [""]
