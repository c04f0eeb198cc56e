"""Whatever writes a customer, a contact or their link, and by which door: exactly the right changes are kept."""

from __future__ import annotations

import io
import re
import runpy
import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, models, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers import kinds
from customers.models import Change, Contact, Customer, CustomerContact
from customers.ownership import close_customer
from folders.models import Operation
from folders.names import search_key, sort_key
from spotilla.audit_actor import acting
from spotilla.bulk import insert_rows, new_ids
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Page
from tests.pages import send
from tests.sheets.books import book

pytestmark = pytest.mark.django_db

type Kept = tuple[str, int | None, int | None, dict[str, list[Any]]]
ROOT = Path(__file__).resolve().parent.parent.parent
NOT_KEPT = {"id", "version", "sort_key", "search_key"}  # what identifies, counts, or follows from the name


def kept(after: int = 0) -> list[Kept]:
    """(what, customer, contact, from what to what) of each change after the given one, the oldest first."""
    rows = Change.objects.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("done", "customer_id", "contact_id", "changed"))


def by_whom(after: int = 0) -> list[tuple[str, int | None, int | None]]:
    rows = Change.objects.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("how", "user_id", "operation_id"))


def last() -> int:
    return Change.objects.aggregate(last=models.Max("pk", default=0))["last"]  # type: ignore[no-any-return]


@pytest.fixture
def customer(db: None) -> Customer:
    return Customer.objects.create(name="As Oy Puistola", city="Turku")


@pytest.fixture
def other(db: None) -> Customer:
    return Customer.objects.create(name="Kone Oy", city="Turku")


@pytest.fixture
def person(db: None) -> Contact:
    return Contact.objects.create(name="Petri Salonen", email="petri@puistola.example")


# ---- whatever writes -------------------------------------------------------------------------------------------------


def sql(statement: str) -> Callable[[Customer, Customer], object]:
    def run(customer: Customer, _other: Customer) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [customer.pk])

    return run


def saved(customer: Customer, _other: Customer) -> None:
    customer.city = "Espoo"
    customer.save()


def updated_in_bulk(customer: Customer, other: Customer) -> None:
    customer.city = other.city = "Espoo"
    Customer.objects.bulk_update([customer, other], ["city"])


def inserted_over(customer: Customer, other: Customer) -> None:
    """An insert that meets its own key, as an import changes customers."""
    customer.city = other.city = "Espoo"
    Customer.objects.bulk_create(
        [customer, other], update_conflicts=True, unique_fields=["id"], update_fields=["city", "name"]
    )


MOVED = {"city": ["Turku", "Espoo"]}
ONE: list[Callable[[Customer, Customer], object]] = [
    saved,
    lambda customer, _other: Customer.objects.filter(pk=customer.pk).update(city="Espoo", version=99),
    sql("UPDATE customers_customer SET city = 'Espoo', version = 7 WHERE id = %s"),
]
BOTH: list[Callable[[Customer, Customer], object]] = [
    updated_in_bulk,
    inserted_over,
    lambda _customer, _other: Customer.objects.update(city="Espoo"),
    sql("UPDATE customers_customer SET city = 'Espoo' WHERE %s > 0"),
]


@pytest.mark.parametrize("write", [*ONE, *BOTH])
def test_every_way_of_changing_rows_keeps_each_changed_field_of_each_row(
    customer: Customer, other: Customer, write: Callable[[Customer, Customer], object]
) -> None:
    before = last()
    write(customer, other)
    of_both: list[Kept] = [("update", customer.pk, None, MOVED), ("update", other.pk, None, MOVED)]
    assert sorted(kept(before), key=str) == sorted(of_both if write in BOTH else of_both[:1], key=str)
    assert set(Change.objects.filter(pk__gt=before).values_list("version", flat=True)) == {2}


def test_what_changes_nothing_is_no_change(customer: Customer) -> None:
    before = last()
    customer.save()
    Customer.objects.update(city="Turku", version=17)
    assert (kept(before), Customer.objects.get().version) == ([], 3)


def test_a_new_row_is_one_line_that_says_no_more_than_the_row(customer: Customer, person: Contact) -> None:
    before = last()
    link = CustomerContact.objects.create(customer=customer, contact=person, role="site")
    made = Customer.objects.bulk_create([Customer(name="Yksi"), Customer(name="Kaksi")])
    assert kept(before) == [
        ("insert", customer.pk, person.pk, {"role": [None, "site"]}),
        *[("insert", each.pk, None, {}) for each in made],
    ]
    assert Change.objects.filter(link=link).count() == 1


def test_rows_copied_in_bulk_are_kept_with_who_copied_them(office: User) -> None:
    """COPY on PostgreSQL, which goes past the cursor's execute()."""
    before, ids = last(), new_ids(Contact, 3)
    columns = ["id", "name", "email", "phone", "version", "sort_key", "search_key"]
    rows = [(pk, f"Henkilö {pk}", "", "", 1, sort_key(f"Henkilö {pk}"), search_key(f"Henkilö {pk}")) for pk in ids]
    with transaction.atomic(), acting("command", user=office):
        insert_rows(Contact, columns, rows)
    assert kept(before) == [("insert", None, pk, {}) for pk in ids]
    assert by_whom(before) == [("command", office.pk, None)] * 3


def test_what_is_deleted_keeps_all_that_it_was(customer: Customer, person: Contact) -> None:
    CustomerContact.objects.create(customer=customer, contact=person, role="site")
    pk, before = person.pk, last()
    person.delete()
    was = {"name": ["Petri Salonen", None], "email": ["petri@puistola.example", None], "phone": ["", None]}
    assert kept(before) == [
        ("delete", customer.pk, pk, {"role": ["site", None]}),
        ("delete", None, pk, was),
    ]


def test_a_link_that_gets_another_contact_leaves_one_and_comes_to_the_other(
    customer: Customer, person: Contact
) -> None:
    link = CustomerContact.objects.create(customer=customer, contact=person)
    another = Contact.objects.create(name="Aino")
    before = last()
    CustomerContact.objects.filter(pk=link.pk).update(contact=another, role="site")
    assert kept(before) == [
        ("delete", customer.pk, person.pk, {"role": ["contract", None]}),
        ("insert", customer.pk, another.pk, {"role": [None, "site"]}),
    ]
    assert Change.objects.get(done="insert", contact=another, link=link).version == 2


OTHER_VALUES: dict[str, Any] = {
    "customer_type": "person",
    "business_id": "0112038-9",
    "email": "a@b.example",
    "phone": "+358401234567",
    "country": "SE",
    "payment_term_days": 14,
    "closed_on": "2026-03-01",
    "role": "emergency",
}


@pytest.mark.parametrize("model", [Customer, Contact, CustomerContact])
def test_every_field_of_a_row_is_kept(customer: Customer, person: Contact, model: type[Any]) -> None:
    """A field that comes later is forgotten by the triggers until a migration makes them again."""
    CustomerContact.objects.create(customer=customer, contact=person)
    row = model.objects.get()
    fields = [field for field in model._meta.concrete_fields if field.name not in NOT_KEPT and not field.is_relation]
    for field in fields:
        was, value, before = getattr(row, field.name), OTHER_VALUES.get(field.name, "17"), last()
        model.objects.filter(pk=row.pk).update(**{field.name: value})
        assert [changed for *_row, changed in kept(before)] == [{field.name: [was, value]}]


def test_a_write_that_is_refused_keeps_nothing(customer: Customer, other: Customer, office: User) -> None:
    Customer.objects.filter(pk=other.pk).update(customer_number="17")
    before = last()
    with pytest.raises(IntegrityError), transaction.atomic(), acting("page", user=office):
        Customer.objects.filter(pk=customer.pk).update(customer_number="17")
    Customer.objects.filter(pk=customer.pk).update(city="Espoo")
    assert (kept(before), by_whom(before)) == ([("update", customer.pk, None, MOVED)], [("", None, None)])


@pytest.mark.django_db(transaction=True)
def test_a_write_outside_transactions_is_told_too_and_gives_back_its_rows(office: User) -> None:
    before = last()
    with acting("command", user=office):
        person = Contact.objects.create(name="Aino")
        others = Contact.objects.bulk_create([Contact(name="Petri"), Contact(name="Sari")])
        Contact.objects.filter(pk=person.pk).update(name="Aino Salo")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE customers_contact SET email = 'a@b.fi' WHERE name <> '' RETURNING id")
            assert sorted([cursor.fetchone(), *cursor.fetchall()]) == [(each.pk,) for each in (person, *others)]
            cursor.execute("SELECT 17")
            assert cursor.fetchone() == (17,)
        others[0].delete()
    Contact.objects.update(name="Kuka")
    assert by_whom(before) == [("command", office.pk, None)] * 8 + [("", None, None)] * 2


# ---- by which door ---------------------------------------------------------------------------------------------------


def edited(client: Client, customer: Customer, city: str) -> None:
    data = {"name": customer.name, "customer_type": "company", "country": "FI", "city": city}
    assert send(client, f"/customers/{customer.pk}/edit/", data).status_code == 302


def test_of_two_requests_on_one_connection_each_has_its_own_user_and_what_follows_has_none(
    customer: Customer, office: User
) -> None:
    second = factories.user("toinen@spotilla.example", "customers.view_customer", "customers.change_customer")
    before = last()
    edited(signed_in(office), customer, "Espoo")
    edited(signed_in(second), customer, "Vantaa")
    Customer.objects.update(city="Kotka")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET city = 'Pori'")
    assert by_whom(before) == [("page", office.pk, None), ("page", second.pk, None), ("", None, None), ("", None, None)]


def test_the_pages_say_who_adds_and_removes_contacts_and_deletes(
    office_client: Client, office: User, customer: Customer, person: Contact
) -> None:
    before = last()
    address = f"/customers/{customer.pk}/contacts/"
    office_client.post(f"{address}add/", {"contact": person.pk, "role": "billing"})
    link = CustomerContact.objects.get()
    send(office_client, f"{address}{link.pk}/role/", {"role": "site"})
    office_client.post(f"{address}{link.pk}/remove/")
    office_client.post(f"{address}new/", {"name": "Aino Virtanen", "role": "site"})
    office_client.post(f"/contacts/{person.pk}/delete/")
    office_client.post(f"/customers/{customer.pk}/delete/")
    assert set(by_whom(before)) == {("page", office.pk, None)}
    done = [(done, bool(of), bool(contact)) for done, of, contact, _changed in kept(before)]
    assert done == [
        ("insert", True, True),
        ("update", True, True),
        ("delete", True, True),
        ("insert", False, True),
        ("insert", True, True),
        ("delete", False, True),
        ("delete", True, True),
        ("delete", True, False),
    ]


def test_the_admin_says_so(office_client: Client, office: User, person: Contact) -> None:
    before = last()
    data = {"name": "Petri Salo", "email": person.email, "phone": ""}
    address = reverse("admin:customers_contact_change", args=[person.pk])
    assert send(office_client, address, data).status_code == 302
    assert kept(before) == [("update", None, person.pk, {"name": ["Petri Salonen", "Petri Salo"]})]
    assert by_whom(before) == [("admin", office.pk, None)]


def test_closing_names_its_row_of_the_log(office: User, customer: Customer) -> None:
    before = last()
    with acting("page"):
        close_customer(customer, date(2026, 3, 1), by=office)
    number = Operation.objects.latest("number").number
    assert kept(before) == [("update", customer.pk, None, {"closed_on": [None, "2026-03-01"]})]
    assert by_whom(before) == [("page", office.pk, number)]


SHEET = book(
    ["Name", "Customer number", "City", "Contact", "Contact e-mail"],
    ["As Oy Puistola", "17", "Espoo"],
    ["Uusi Oy", "18", "Oulu", "Aino Virtanen", "aino@uusi.example"],
)


def test_an_import_by_the_page_says_who_imported_and_which_import_it_was(
    office_client: Client, office: User, customer: Customer
) -> None:
    Customer.objects.filter(pk=customer.pk).update(customer_number="17")
    before = last()
    assert Page(office_client)(SHEET, update=True).saved
    number = Operation.objects.get(kind=kinds.IMPORT_CUSTOMERS).number
    made, contact = Customer.objects.get(customer_number="18"), Contact.objects.get()
    assert kept(before) == [
        ("insert", made.pk, None, {}),
        ("update", customer.pk, None, MOVED),
        ("insert", None, contact.pk, {}),
        ("insert", made.pk, contact.pk, {"role": [None, "contract"]}),
    ]
    assert by_whom(before) == [("import", office.pk, number)] * 4


def test_an_import_by_the_command_says_so_and_names_who_was_named(office: User, tmp_path: Path) -> None:
    before = last()
    file = tmp_path / "asiakkaat.xlsx"
    file.write_bytes(SHEET)
    call_command("import_customers", str(file), user=office.email, stdout=io.StringIO())
    number = Operation.objects.get(kind=kinds.IMPORT_CUSTOMERS).number
    assert set(by_whom(before)) == {("import", office.pk, number)}


def test_what_is_done_on_the_servers_console_is_nobodys_command(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = last()
    code = "from customers.models import Customer; Customer.objects.update(city='Espoo')"
    monkeypatch.setattr(connections, "close_all", lambda: None)  # which a command does at its end
    monkeypatch.setattr(connections["default"], "close", lambda: None)  # and after the look at its migrations
    monkeypatch.setattr(sys, "argv", ["manage.py", "shell", "-v0", "-c", code])
    runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")
    assert (kept(before), by_whom(before)) == ([("update", customer.pk, None, MOVED)], [("command", None, None)])


@pytest.mark.sqlite
def test_a_program_that_knows_nothing_of_us_writes_and_its_changes_are_nobodys(
    customer: Customer, office: User, tmp_path: Path
) -> None:
    """As the sqlite3 shell does: a copy of the database, opened by a connection that Django has not made."""
    with acting("page", user=office):
        Customer.objects.update(city="Espoo")
    connection.ensure_connection()
    with sqlite3.connect(tmp_path / "copy.sqlite3") as shell:
        shell.create_function("regexp", 2, lambda pattern, text: re.search(pattern, text) is not None)  # it has one
        memory: sqlite3.Connection = connection.connection
        for statement in memory.iterdump():
            shell.execute(statement)
        shell.execute("UPDATE customers_customer SET city = 'Oulu'")
        rows = shell.execute("SELECT how, user_id, changed FROM customers_change ORDER BY id").fetchall()
    assert rows[-2:] == [("page", office.pk, '{"city":["Turku","Espoo"]}'), ("", None, '{"city":["Espoo","Oulu"]}')]


@pytest.mark.postgresql
def test_a_connection_that_says_nothing_writes_and_its_changes_are_nobodys(customer: Customer, office: User) -> None:
    before = last()
    with acting("page", user=office):
        Customer.objects.update(city="Espoo")
    connection.connection.execute("UPDATE customers_customer SET city = 'Oulu'")
    assert by_whom(before) == [("page", office.pk, None), ("", None, None)]
