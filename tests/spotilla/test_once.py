"""The same form sent twice makes one row, and its sender gets the same answer."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from customers.models import Attachment, Contact, Customer, CustomerContact
from customers.ownership import attach
from folders.models import Folder, Spot
from sheets.models import Upload
from spotilla.models import FormKey
from tests import factories
from tests.sheets.books import book
from workorders.models import ServiceRequest, Task, WorkOrder

CONTACT = {"name": "Åsa Öberg", "email": "", "phone": ""}
NEW_CONTACT = "/contacts/new/"
SHEET = book(["Nimi"], ["A Oy"])

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def key_in(html: str) -> str:
    (key,) = set(re.findall(r'name="form_key" value="([^"]+)"', html))
    return str(key)


def forms() -> dict[str, tuple[type[Any], str, dict[str, Any]]]:
    """Each form that makes a row: what it makes, where it is, what is typed into it."""
    customer, folder, other = factories.customer(), factories.folder(), factories.folder()
    spot, role, kind = factories.spot(folder), factories.role(), factories.kind()
    person = Contact.objects.create(name="Väinö")
    handed = attach(factories.customer(), factories.folder(), by=None)
    days = {"begins": "day", "first": "2026-01-01", "last": ""}
    return {
        "customer": (Customer, reverse("customers:new"), {"name": "A Oy", "customer_type": "company", "country": "FI"}),
        "contact": (Contact, reverse("customers:contact_new"), CONTACT),
        "contact of a customer": (
            CustomerContact,
            reverse("customers:add_contact", args=[customer.pk]),
            {"contact": person.pk, "role": "site"},
        ),
        "new contact of a customer": (
            CustomerContact,
            reverse("customers:add_new_contact", args=[customer.pk]),
            CONTACT | {"role": "billing"},
        ),
        "folder": (Folder, reverse("folders:new"), {"name": "Uusi"}),
        "folder below": (Folder, reverse("folders:new_below", args=[folder.pk]), {"name": "Uusi"}),
        "spot": (Spot, reverse("folders:new_spot", args=[folder.pk]), {"name": "Pumppu", "state": "active"}),
        "task": (
            Task,
            reverse("workorders:task_new"),
            {"name": "Huolto", "spot": spot.pk, "role": role.pk, "due_on": "2026-01-15", "minutes": ""},
        ),
        "request": (
            ServiceRequest,
            reverse("workorders:request_new"),
            {"name": "Vuoto", "kind": kind.pk, "received_on": "2026-01-15"},
        ),
        "order": (WorkOrder, reverse("workorders:order_new"), {"name": "Remontti"}),
        "attachment": (
            Attachment,
            reverse("customers:attach", args=[customer.pk]),
            days | {"folder": folder.pk, "confirmed": f"{folder.pk}:2026-01-01:9999-12-31"},
        ),
        "customer of a folder": (
            Attachment,
            reverse("customers:attach_customer", args=[other.pk]),
            days | {"customer": customer.pk, "confirmed": f"{customer.pk}:2026-01-01:9999-12-31"},
        ),
        "hand-over": (
            Attachment,
            reverse("customers:hand_over", args=[handed.pk]),
            {"customer": customer.pk, "day": "2026-02-01", "confirmed": f"{customer.pk}:2026-02-01"},
        ),
        "import": (Upload, reverse("customers:import"), {"update": ""}),
    }


def send(client: Client, address: str, typed: dict[str, Any], key: str) -> Any:
    sheet = {"file": SimpleUploadedFile("a.xlsx", SHEET)} if "import" in address else {}
    return client.post(address, typed | sheet | {"form_key": key})


def test_each_form_that_makes_a_row_carries_a_key_and_makes_one_however_often_it_is_sent(office_client: Client) -> None:
    for what, (model, address, typed) in forms().items():
        key = key_in(office_client.get(address).text)
        if "confirmed" in typed:  # what its preview was shown of
            looked: Any = office_client.post(address, {**typed, "confirmed": ""})
            typed["confirmed"] = looked.context["confirm"]
        before = model._default_manager.count()
        first = send(office_client, address, typed, key)
        assert (what, first.status_code) == (what, 302)
        again = send(office_client, address, typed, key)
        assert (what, again.status_code, again["Location"]) == (what, 302, first["Location"])
        assert (what, model._default_manager.count()) == (what, before + 1)
        kept = FormKey.objects.get(key=key)
        assert kept.made == model._meta.label_lower
        assert model._default_manager.filter(pk=kept.made_id).exists()


def test_each_page_has_a_key_of_its_own_and_a_refused_form_too(office_client: Client) -> None:
    keys = [key_in(office_client.get(NEW_CONTACT).text) for _ in range(2)]
    refused = office_client.post(NEW_CONTACT, CONTACT | {"name": "", "form_key": keys[0]})
    assert refused.status_code == 422
    assert len({*keys, key_in(refused.text)}) == 3
    assert FormKey.objects.count() == 0
    assert send(office_client, NEW_CONTACT, CONTACT, keys[0]).status_code == 302  # what was refused has claimed nothing


def test_something_else_under_the_same_key_is_refused_and_led_to_what_was_made(office_client: Client) -> None:
    key = uuid4().hex
    first = send(office_client, NEW_CONTACT, CONTACT, key)
    answers = [
        send(office_client, NEW_CONTACT, CONTACT | {"name": "Muu"}, key),
        send(office_client, reverse("customers:new"), CONTACT, key),  # of another page
    ]
    for answer in answers:
        assert answer.status_code == 409
        assert f'href="{first["Location"]}"' in answer.text
        assert "Tämä lomake on jo tallennettu" in answer.text
    assert [contact.name for contact in Contact.objects.all()] == ["Åsa Öberg"]
    assert Customer.objects.count() == 0


def test_a_repeat_is_answered_only_to_who_may_still_see_what_it_made() -> None:
    right = "customers.add_contact"
    person = factories.user("sari@spotilla.example", right, "customers.view_contact")
    client, key = Client(), uuid4().hex
    client.force_login(person)
    assert send(client, NEW_CONTACT, CONTACT, key).status_code == 302
    person.user_permissions.set(person.user_permissions.filter(codename="add_contact"))
    assert send(client, NEW_CONTACT, CONTACT, key).status_code == 404
    made = Contact.objects.get()
    assert f"/contacts/{made.pk}/" not in send(client, NEW_CONTACT, CONTACT | {"name": "Muu"}, key).text


def test_what_was_made_and_deleted_is_not_made_again(office_client: Client) -> None:
    key = uuid4().hex
    send(office_client, NEW_CONTACT, CONTACT, key)
    Contact.objects.all().delete()
    assert send(office_client, NEW_CONTACT, CONTACT, key).status_code == 404
    assert Contact.objects.count() == 0


def test_a_key_is_its_users_own(office_client: Client) -> None:
    other, key = Client(), uuid4().hex
    other.force_login(User.objects.create_superuser("muu@spotilla.example", "salasana-jolla-pääsee"))
    places = [send(client, NEW_CONTACT, CONTACT, key)["Location"] for client in (office_client, other)]
    assert len({*places}) == 2
    assert (Contact.objects.count(), FormKey.objects.count()) == (2, 2)


@pytest.mark.parametrize("key", ["x", "å" * 20, "a" * 41, "a b c d e f g h i j k"])
def test_what_is_no_key_is_refused(office_client: Client, key: str) -> None:
    assert send(office_client, NEW_CONTACT, CONTACT, key).status_code == 400
    assert Contact.objects.count() == 0


def test_without_a_key_a_form_is_taken_as_it_comes(office_client: Client) -> None:
    assert [office_client.post(NEW_CONTACT, CONTACT).status_code for _ in range(2)] == [302, 302]
    assert Contact.objects.count() == 2


def test_keys_are_forgotten_after_thirty_days_by_command(office_client: Client) -> None:
    keys = [uuid4().hex for _ in range(2)]
    for key in keys:
        send(office_client, NEW_CONTACT, CONTACT, key)
    FormKey.objects.filter(key=keys[0]).update(created=timezone.now() - timedelta(days=31))
    call_command("forget_form_keys", verbosity=0)
    assert [row.key for row in FormKey.objects.all()] == [keys[1]]


def test_old_keys_are_forgotten_now_and_then_when_a_new_one_comes(office: User, office_client: Client) -> None:
    old = FormKey.objects.create(pk=98, user=office, key="a" * 32, digest="")
    FormKey.objects.filter(pk=98).update(created=timezone.now() - timedelta(days=31))
    FormKey.objects.create(pk=99, user=office, key="b" * 32, digest="")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('spotilla_formkey', 'id'), 99)")
    send(office_client, NEW_CONTACT, CONTACT, uuid4().hex)
    assert not FormKey.objects.filter(pk=old.pk).exists()


# ---- at the same moment ----------------------------------------------------------------------------------------------


@pytest.mark.postgresql  # on SQLite: tests/concurrency
@pytest.mark.django_db(transaction=True)
def test_of_a_form_sent_five_times_at_once_all_get_the_answer_of_the_first() -> None:
    office = User.objects.create_superuser("toimisto@spotilla.example", "salasana-jolla-pääsee")
    clients, key = [Client() for _ in range(5)], uuid4().hex
    for client in clients:
        client.force_login(office)
    answers: list[tuple[int, str]] = []

    def post(client: Client) -> None:
        try:
            answer = send(client, NEW_CONTACT, CONTACT, key)
            answers.append((answer.status_code, answer.headers.get("Location", "")))
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = Contact.objects.get()
    assert answers == [(302, f"/contacts/{made.pk}/")] * 5


@pytest.mark.django_db(transaction=True)
def test_what_breaks_off_leaves_neither_a_row_nor_a_key() -> None:
    office = User.objects.create_superuser("toimisto@spotilla.example", "salasana-jolla-pääsee")
    client, key = Client(raise_request_exception=False), uuid4().hex
    client.force_login(office)

    def break_off(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith('INSERT INTO "customers_contact"'):
            raise RuntimeError("broken off")
        return result

    with connection.execute_wrapper(break_off):
        assert send(client, NEW_CONTACT, CONTACT, key).status_code == 500
    assert (Contact.objects.count(), FormKey.objects.count()) == (0, 0)
    assert send(client, NEW_CONTACT, CONTACT, key).status_code == 302
    assert (Contact.objects.count(), FormKey.objects.count()) == (1, 1)
