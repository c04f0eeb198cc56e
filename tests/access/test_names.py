"""Names stand on no page, in no file and in no answer for who may not see what they name: docs/access.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import User
from customers.models import Contact
from customers.ownership import attach, close_customer
from sheets.models import Upload, UploadRow
from sheets.packing import packed
from tests import factories
from tests.access.routes import CONTACT, CUSTOMER, LINK, ORDER, ROUTES
from tests.access.test_every_url import World
from tests.pages import send
from workorders.models import Task
from workorders.orders import close_order

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HIDDEN = {  # without the right: what tests.factories and the world call such things
    CUSTOMER: re.compile(r"Asiakas \d+ Oy"),
    CONTACT: re.compile(r"Åsa Öberg"),
    ORDER: re.compile(r"Työmääräin \d+"),
}

ABOUT: dict[str, Callable[[str], bool]] = {  # which routes may name them at all
    CUSTOMER: lambda name: "import_" not in name,
    CONTACT: lambda name: name.startswith("customers:") and "import_" not in name,
    ORDER: lambda name: name.startswith(("workorders:", "reports:", "customers:close", "customers:detail")),
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        made.task = factories.task(made.spot, work_order=made.order)
        yield made
        transaction.set_rollback(True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(response: Any) -> str:
    """All text of the answer, a workbook's too."""
    body = b"".join(response) if response.streaming else response.content
    try:
        with ZipFile(BytesIO(body)) as parts:
            return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    except BadZipFile:
        return str(body.decode(errors="replace"))


def admin_pages() -> Iterator[str]:
    """The list of each model, and what the admin has about its first row."""
    for model in filter(admin.site.is_registered, apps.get_models()):
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        row = model._default_manager.first()
        if row is not None:
            yield from (reverse(f"{base}_{what}", args=[row.pk]) for what in ("change", "history", "delete"))


@pytest.mark.parametrize("right", HIDDEN)
def test_no_page_names_what_its_reader_may_not_see(world: World, right: str) -> None:
    reader = world.without(right)
    client = signed_in(reader)
    pages = {name: world.address(name, reader) for name in ROUTES if ABOUT[right](name)}
    assert len(pages) > 20
    assert [name for name, page in pages.items() if HIDDEN[right].search(read(client.get(page)))] == []


@pytest.mark.long
@pytest.mark.parametrize("right", [CUSTOMER, CONTACT, ORDER])
def test_no_page_of_the_admin_names_it_either(world: World, right: str) -> None:
    with transaction.atomic():
        reader = world.without(right)
        User.objects.filter(pk=reader.pk).update(is_staff=True)
        client = signed_in(reader)
        assert [page for page in admin_pages() if HIDDEN[right].search(read(client.get(page)))] == []
        transaction.set_rollback(True)


def test_who_may_see_all_is_told_all(world: World) -> None:
    """So that the tests above look for names that are there."""
    client = signed_in(world.office)
    orders, task = client.get(reverse("workorders:order_choices")), client.get(world.address("workorders:task"))
    link = client.get(world.address("customers:customer_contacts"))
    assert all(HIDDEN[CUSTOMER].search(read(answer)) for answer in (orders, task))
    assert HIDDEN[ORDER].search(read(task))
    assert HIDDEN[CONTACT].search(read(link))


# ---- answers to what was sent ----------------------------------------------------------------------------------------


def person(*rights: str) -> Client:
    return signed_in(factories.user("sari@spotilla.example", *rights))


def test_the_preview_of_a_move_names_no_customers_to_who_may_not_see_them() -> None:
    folder, into = factories.folder(), factories.folder("Muualla")
    attach(factories.customer("Salainen Oy"), into, by=None)
    task = factories.task(factories.spot(folder), state=Task.State.OPEN)
    rights = ("folders.view_folder", "folders.change_folder", "folders.view_spot", "folders.change_spot")
    typed = {"into": into.pk, "when": "from", "day": "2026-01-01"}
    for name, thing in (("move", folder), ("move_spot", task.spot)):
        assert thing is not None
        address = reverse(f"folders:{name}", args=[thing.pk])
        hidden = client_of(*rights).post(address, typed)
        shown = client_of(*rights, CUSTOMER).post(address, typed)
        assert ("Salainen Oy" in hidden.text, "Salainen Oy" in shown.text) == (False, True), name
        assert "confirmed" in hidden.text


def client_of(*rights: str) -> Client:
    return signed_in(factories.user(f"{len(rights)}-{User.objects.count()}@spotilla.example", *rights))


def test_a_refusal_names_no_customer() -> None:
    customer = factories.customer("Salainen Oy")
    order = factories.order(of=customer)
    close_order(order, date(2026, 3, 1))
    close_customer(customer, date(2026, 3, 2), by=None)
    client = person(ORDER, "workorders.change_workorder")
    answer = send(client, reverse("workorders:order_reopen", args=[order.pk]), {})
    assert answer.status_code == 422
    assert ("Salainen Oy" in answer.text, "Asiakas on suljettu." in answer.text) == (False, True)


def test_who_may_not_see_work_orders_is_told_of_none_that_keep_a_customer_open() -> None:
    customer = factories.customer()
    factories.order("Salainen remontti", of=customer)
    rights, sent = (CUSTOMER, "customers.change_customer"), {"day": "2026-03-01"}
    address = reverse("customers:close", args=[customer.pk])
    hidden, shown = person(*rights).post(address, sent), client_of(*rights, ORDER).post(address, sent)
    assert ("Salainen remontti" in hidden.text, "Salainen remontti" in shown.text) == (False, True)
    assert (hidden.status_code, shown.status_code) == (422, 422)
    assert re.findall(r"Sulje ensin[^<]*", hidden.text) == ["Sulje ensin sen työmääräimet."]


# ---- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lacks", [CUSTOMER, CONTACT, LINK])
def test_a_link_is_seen_by_who_sees_both_its_ends(lacks: str) -> None:
    customer, contact = factories.customer(), Contact.objects.create(name="Väinö")
    link = customer.contact_links.create(contact=contact)
    rights = {CUSTOMER, CONTACT, LINK, "customers.change_customer"} - {lacks}
    client, address = person(*rights), reverse("customers:change_role", args=[customer.pk, link.pk])
    assert client.get(address).status_code == 404
    assert client_of(*rights, lacks).get(address).status_code == 200


def test_who_may_not_see_the_link_is_not_told_that_there_is_none() -> None:
    customer, contact = factories.customer(), Contact.objects.create(name="Väinö")
    customer.contact_links.create(contact=contact)
    client, seeing = person(CUSTOMER, CONTACT), client_of(CUSTOMER, CONTACT, LINK)
    page, tab = (reverse(f"customers:{name}", args=[customer.pk]) for name in ("detail", "customer_contacts"))
    of_contact = reverse("customers:contact", args=[contact.pk])
    assert [text in client.get(page).text for text in ("Ei vielä yhteyshenkilöitä", "Väinö", tab)] == [False] * 3
    assert client.get(tab).status_code == 403
    assert "Ei palvele asiakkaita" not in client.get(of_contact).text
    assert ["Väinö" in seeing.get(address).text for address in (page, tab)] == [True] * 2
    assert customer.name in seeing.get(of_contact).text


# ---- imports ---------------------------------------------------------------------------------------------------------


def test_the_rows_of_a_finished_import_are_its_senders_alone() -> None:
    rights = ("customers.add_customer", "customers.view_customer", "sheets.view_upload")
    sender = factories.user("lähettäjä@spotilla.example", *rights)
    done = {"state": Upload.State.IMPORTED, "result": {"new": 1}}
    upload = Upload.objects.create(name="asiakkaat.xlsx", content=b"", user=sender, **done)
    UploadRow.objects.create(
        upload=upload, number=2, hidden=False, outcome=UploadRow.Outcome.LEFT_OUT, cells=packed([(0, "Salainen Oy")])
    )
    page = reverse("customers:import_preview", args=[upload.pk])
    own, others = signed_in(sender).get(page), person(*rights).get(page)
    assert ("Salainen Oy" in own.text, "Salainen Oy" in others.text) == (True, False)
    assert "asiakkaat.xlsx" in others.text
    assert person_without_the_right(rights).get(page).status_code == 404


def person_without_the_right(rights: tuple[str, ...]) -> Client:
    return client_of(*(right for right in rights if right != "sheets.view_upload"))
