"""An import of contacts is taken back: what nobody has touched since goes, and the page says so first."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from customers.importing_contacts.save import save
from customers.importing_contacts.taking_back import undo_import
from customers.models import Change, Contact, Customer, CustomerContact
from folders.models import Operation
from sheets.importing.undoing import NotUndone
from sheets.models import Upload
from sheets.tables import Table
from tests import factories
from tests.conftest import signed_in
from tests.customers.contacts import HEADINGS, edited, out, people, pressed, read, sent, table
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def customers() -> list[Customer]:
    return [factories.customer(name) for name in ("A", "B", "C")]


def imports(read_table: Table) -> Upload:
    upload = Upload(about="contacts", name="henkilot.xlsx", content=b"", update=True)
    save(read_table, update=True, by=None, upload=upload)
    return upload


def undone(upload: Upload, by: User | None = None) -> dict[str, int]:
    upload.refresh_from_db()
    return undo_import(upload, by=by).counts()


def page(client: Client, upload: Upload) -> Any:
    return client.get(reverse("customers:contacts_import_undo", args=[upload.pk]))


def test_all_of_it_goes_back_by_the_page(office: User, customers: list[Customer]) -> None:
    a, b, c = customers
    irma = Contact.objects.create(name="Irma", email="irma@example.com", phone="+358401234567")
    for customer, role in ((a, "billing"), (b, "site")):
        CustomerContact.objects.create(contact=irma, customer=customer, role=role)
    pekka = Contact.objects.create(name="Pekka")
    before = people()
    office.language = "en"
    office.save()
    client = signed_in(office)
    content = edited(out(), 2, name="Irma Iso", phone=None, customers="B (site); C", email="iso@example.com")
    content = edited(content, 4, name="Uusi", customers="A; B (emergency)", role="Billing")
    after = pressed(client, sent(client, content, update="on"))
    assert people()[0] == ("Irma Iso", "iso@example.com", "", {(b.pk, "site"), (c.pk, "billing")})
    upload = Upload.objects.get()
    assert reverse("customers:contacts_import_undo", args=[upload.pk]) in after.content.decode()

    would = page(client, upload)
    assert [(row.number, row.name, row.outcome.value) for row in would.context["rows"]] == [
        (2, "Irma Iso", "back"),
        (3, "Pekka", "nothing"),
        (4, "Uusi", "back"),
    ]
    assert [(line.label, line.was, line.becomes) for line in would.context["rows"][0].back] == [
        ("Name", "Irma Iso", "Irma"),
        ("E-mail", "iso@example.com", "irma@example.com"),
        ("Phone", "", "040 123 4567"),
        ("Customers", "C (billing)", "A (billing)"),
    ]
    target = would.request["PATH_INFO"]
    answer = client.post(target, {"seen": would.context["seen"]}, follow=True)
    assert "The import was undone" in answer.content.decode()
    assert people() == before
    assert not Contact.objects.filter(name="Uusi").exists()
    number = Operation.objects.get(kind="undo_import").number
    assert set(Change.objects.filter(operation=number).values_list("how", "user")) == {("undo", office.pk)}
    assert not Change.objects.filter(operation=number, contact=pekka).exists()
    with pytest.raises(NotUndone):
        undone(upload)


def test_a_new_contact_that_somebody_has_used_stays_whole(customers: list[Customer]) -> None:
    rows: list[list[Any]] = [
        [name, f"{name}@example.com", None, "A", None] for name in ("muutettu", "annettu", "otettu", "rauhassa")
    ]
    upload = imports(table(HEADINGS, *rows))
    changed, given, taken, _left = Contact.objects.order_by("pk")
    changed.phone = "+358401234567"
    changed.save()
    given.customer_links.create(customer=customers[1])
    taken.customer_links.all().delete()
    counts = undone(upload)
    assert (counts["edited"], counts["back"], counts["deleted"], counts["unlinks"]) == (3, 1, 1, 1)
    assert [(name, len(links)) for name, _email, _phone, links in people()] == [
        ("muutettu", 1),
        ("annettu", 2),
        ("otettu", 0),
    ]


def test_of_a_contact_that_was_there_what_others_have_done_since_stays(office: User, customers: list[Customer]) -> None:
    a, b, c = customers
    irma = Contact.objects.create(name="Irma", email="irma@example.com", phone="+358401234567")
    irma.customer_links.create(customer=a, role="billing")
    upload = imports(read(edited(out(), 2, phone="040 765 4321", email="uusi@example.com", customers="B; C")))
    irma.refresh_from_db()
    irma.email = "toisen@example.com"
    irma.save()
    irma.customer_links.filter(customer=b).update(role="site")
    shown = page(signed_in(office), upload).context["rows"][0]
    assert (shown.outcome.value, len(shown.edits)) == ("edited", 2)
    counts = undone(upload)
    assert [counts[key] for key in ("edited", "restored", "unlinks", "relinks")] == [1, 1, 1, 1]
    assert people() == [("Irma", "toisen@example.com", "+358401234567", {(a.pk, "billing"), (b.pk, "site")})]
    assert c.contact_links.count() == 0


def test_a_customer_that_is_gone_and_one_that_has_come_back_are_left_alone(customers: list[Customer]) -> None:
    a, b, _c = customers
    irma = Contact.objects.create(name="Irma", email="irma@example.com")
    for customer in (a, b):
        irma.customer_links.create(customer=customer)
    upload = imports(read(edited(out(), 2, customers=None)))
    a.delete()
    irma.customer_links.create(customer=b)
    with pytest.raises(NotUndone):
        undone(upload)
    assert people() == [("Irma", "irma@example.com", "", {(b.pk, "contract")})]


def test_a_link_that_one_row_took_away_and_another_gave_again_is_there_afterwards(customers: list[Customer]) -> None:
    irma = Contact.objects.create(name="Irma", email="irma@example.com")
    irma.customer_links.create(customer=customers[0])
    before = people()
    upload = imports(
        read(edited(edited(out(), 2, customers=None), 3, name="Irma", email="irma@example.com", customers="A"))
    )
    assert people() == before
    undone(upload)
    assert people() == before


def test_a_later_import_that_was_taken_back_counts_for_nothing(customers: list[Customer]) -> None:
    first = imports(table(HEADINGS, ["Irma", "irma@example.com", None, "A", None]))
    second = imports(table(HEADINGS, ["Irma", "irma@example.com", "040 123 4567", "B; C (site)", None]))
    assert undone(second)["back"] == 1
    assert [each[1:] for each in people()] == [("irma@example.com", "", {(customers[0].pk, "contract")})]
    assert undone(first)["deleted"] == 1
    assert people() == []


def test_what_changed_after_the_page_is_shown_again(office: User) -> None:
    upload = imports(table(HEADINGS, ["Irma"]))
    client = signed_in(office)
    seen = page(client, upload).context["seen"]
    Contact.objects.update(phone="+358401234567")
    answer = client.post(reverse("customers:contacts_import_undo", args=[upload.pk]), {"seen": seen})
    assert answer.status_code == 422
    assert Contact.objects.count() == 1


def test_who_may_not_change_customers_takes_none_from_them(customers: list[Customer]) -> None:
    upload = imports(table(HEADINGS, ["Irma", None, None, "A", None]))
    rights = ("add_contact", "change_contact", "delete_contact", "view_contact")
    by = factories.user("x@spotilla.example", *(f"customers.{right}" for right in rights), language="en")
    by.user_permissions.add(Permission.objects.get(codename="view_upload"))
    client = signed_in(by)
    assert [line.was for line in page(client, upload).context["rows"][0].back] == ["another customer"]
    answer = client.post(reverse("customers:contacts_import_undo", args=[upload.pk]))
    assert (answer.status_code, Contact.objects.count()) == (422, 1)
    stranger = signed_in(factories.user("y@spotilla.example", "customers.add_contact"))
    assert page(stranger, upload).status_code == 404
    upload.user = factories.user("z@spotilla.example", "customers.add_contact")
    upload.save()
    assert page(signed_in(upload.user), upload).status_code == 403


def test_the_command_takes_it_back(customers: list[Customer]) -> None:
    upload, said = imports(table(HEADINGS, ["Irma", None, None, "A", None])), io.StringIO()
    call_command("undo_import", str(upload.operation), "--dry-run", stdout=said)
    assert Contact.objects.count() == 1
    call_command("undo_import", str(upload.operation), stdout=said)
    assert "Contacts deleted: 1." in said.getvalue()
    assert (Contact.objects.count(), CustomerContact.objects.count()) == (0, 0)


def test_the_number_of_queries_hangs_on_no_number_of_contacts() -> None:
    factories.customer("A")

    def queries(amount: int) -> int:
        rows = [[f"Irma {amount} {number}", f"i{amount}{number}@example.com", "A"] for number in range(amount)]
        upload = imports(read(book(["Nimi", "Sähköposti", "Asiakas"], *rows)))
        with CaptureQueriesContext(connection) as found:
            undone(upload)
        return len(found)

    assert queries(2) == queries(60)
