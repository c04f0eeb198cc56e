"""Contacts out and in again: as they were nothing changes, of edits just those come, and nobody's work is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from customers.contact_exporting import exported
from customers.importing_contacts.judging import judge
from customers.importing_contacts.save import save
from customers.models import Change, Contact, Customer, CustomerContact
from sheets.writing import LONGEST_TEXT
from tests import factories
from tests.conftest import signed_in
from tests.customers.contacts import chosen, edited, everything, out, page, people, pressed, read, sent
from tests.pages import send
from tests.sheets.books import book, cells

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOKIA = "0112038-9"


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def contact(name: str, *links: tuple[Customer, str], **fields: Any) -> Contact:
    made = Contact.objects.create(name=name, **fields)
    for customer, role in links:
        CustomerContact.objects.create(contact=made, customer=customer, role=role)
    return made


def links(of: Contact) -> set[tuple[str, str]]:
    return set(of.customer_links.values_list("customer__name", "role"))


@pytest.fixture
def customers() -> list[Customer]:
    return [factories.customer(name) for name in ("A Oy", "B Oy", "C Oy")]


def test_a_customer_stands_in_the_cell_by_what_means_it_alone() -> None:
    named = factories.customer("As Oy Puistola", business_id=NOKIA)
    twins = [factories.customer("Sama", customer_number="S1"), factories.customer("SAMA")]
    brackets = factories.customer("Talo (kohde)")
    factories.customer("Talo")
    parted = factories.customer("Yksi; Kaksi")
    number = factories.customer("#1")
    irma = contact(
        "Irma",
        *((each, "contract") for each in (named, twins[0], twins[1], brackets)),
        (parted, "site"),
        (number, "billing"),
    )
    row = cells(out())[1]
    assert set(row[3].split("; ")) == {
        *("As Oy Puistola", "S1", f"#{twins[1].pk}", f"#{brackets.pk}", f"#{parted.pk} (site)"),
        f"#{number.pk} (billing)",
    }
    assert row[4] == "Contract"
    before = everything()
    assert save(read(out()), update=True, by=None).counts()["unchanged"] == 1
    assert everything() == before
    assert irma.customer_links.count() == 6


def test_of_our_own_export_just_the_edits_come(office: User, customers: list[Customer]) -> None:
    a, b, _c = customers
    irma = contact("Irma", (a, "billing"), (b, "site"), email="irma@example.com", phone="+358401234567")
    pekka = contact("Pekka", (a, "contract"), email="p@example.com")
    client = signed_in(office)
    before = everything(), Change.objects.count()
    same = sent(client, out(), update="on")
    assert (same.context["counts"]["unchanged"], same.context["counts"]["error"]) == (2, 0)
    pressed(client, same)
    assert (everything(), Change.objects.count()) == before

    content = edited(out(), 2, name="Irma Iso", phone=None, customers="A Oy; C Oy (site)")
    answer = sent(client, edited(content, 3, customers=None, email="pekka@example.com"), update="on")
    shown = answer.content.decode()
    assert answer.context["counts"]["changed"] == 2
    for words in (
        *("<del>Irma</del> <ins>Irma Iso</ins>", "<del>040 123 4567</del> <ins>(", "<del>A Oy</del> <ins>("),
        "<del>B Oy (kohde)</del> <ins>C Oy (kohde); A Oy (laskutus)</ins>",
    ):
        assert words in shown
    pressed(client, answer)
    for person in (irma, pekka):
        person.refresh_from_db()
    assert (irma.name, irma.email, irma.phone) == ("Irma Iso", "irma@example.com", "")
    assert links(irma) == {("A Oy", "billing"), ("C Oy", "site")}
    assert (pekka.email, links(pekka)) == ("pekka@example.com", set())
    assert Contact.objects.matching("iso").get() == irma
    gone = Change.objects.filter(contact=pekka, done="delete").values_list("how", "user", "customer")
    assert list(gone) == [("import", office.pk, a.pk)]


def test_a_role_is_changed_by_its_cell_and_kept_without_its_column(customers: list[Customer]) -> None:
    a, b, c = customers
    irma = contact("Irma", (a, "billing"), (b, "billing"), (c, "site"))
    without = [[cell for number, cell in enumerate(row) if number != 4] for row in cells(out())]
    save(read(book(without[0], *without[1:])), update=True, by=None)
    assert links(irma) == {("A Oy", "billing"), ("B Oy", "billing"), ("C Oy", "site")}
    save(read(edited(out(), 2, role="Emergency")), update=True, by=None)
    assert links(irma) == {("A Oy", "emergency"), ("B Oy", "emergency"), ("C Oy", "site")}
    save(read(edited(out(), 2, role=None)), update=True, by=None)
    assert links(irma) == {("A Oy", "contract"), ("B Oy", "contract"), ("C Oy", "site")}


def test_without_the_column_of_customers_nobody_loses_any(customers: list[Customer]) -> None:
    irma = contact("Irma", (customers[0], "billing"))
    without = [row[:3] + row[5:] for row in cells(out())]
    assert save(read(book(without[0], *without[1:])), update=True, by=None).counts()["unchanged"] == 1
    assert links(irma) == {("A Oy", "billing")}


def test_nobody_types_into_a_column_that_the_export_lacks(office: User, customers: list[Customer]) -> None:
    """It would stand in all its rows, and be empty in the others."""
    contact("Irma", (customers[0], "billing"))
    without = [[row[0], *row[5:]] for row in cells(out())]
    client = signed_in(office)
    answer = sent(client, book(without[0], *without[1:]), update="on")
    typed = {"mended": "2", "cell-customers": "A Oy; C Oy", "cell-email": "irma@example.com"}
    assert chosen(client, **typed) == 400
    pressed(client, answer)
    assert links(Contact.objects.get()) == {("A Oy", "billing")}
    assert Contact.objects.get().email == ""


def test_what_others_have_done_since_the_export_stays(office: User, customers: list[Customer]) -> None:
    a, b, c = customers
    irma = contact("Irma", (a, "contract"), (b, "contract"), email="irma@example.com")
    old = edited(out(), 2, customers="A Oy; C Oy", phone="040 123 4567")
    factories.customer("D Oy").contact_links.create(contact=irma)
    irma.customer_links.filter(customer=a).delete()
    irma.email = "uusi@example.com"
    irma.save()
    plan = save(read(old), update=True, by=office)
    assert plan.counts()["changed"] == 1
    irma.refresh_from_db()
    assert (irma.email, irma.phone) == ("uusi@example.com", "+358401234567")
    assert links(irma) == {("C Oy", "contract"), ("D Oy", "contract")}
    assert {c.pk, b.pk} & {each.customer_id for each in irma.customer_links.all()} == {c.pk}


def test_a_cell_that_both_have_changed_is_asked_about(office: User) -> None:
    irma = contact("Irma", email="irma@example.com")
    old = edited(out(), 2, email="minun@example.com")
    office_page = signed_in(office)
    address = reverse("customers:contact_edit", args=[irma.pk])
    send(office_page, address, {"name": "Irma", "email": "toisen@example.com"})
    office.language = "en"
    office.save()
    answer = sent(office_page, old, update="on")
    (problem,) = page(office_page, show="problems").context["problems"]
    assert "it is now “toisen@example.com”" in problem.told.text
    assert problem.told.fixes == ["toisen@example.com", "minun@example.com"]
    chosen(office_page, use="2 email minun@example.com")
    pressed(office_page, answer)
    irma.refresh_from_db()
    assert irma.email == "minun@example.com"


def test_exported_rows_are_judged_by_their_id() -> None:
    irma, content = contact("Irma", email="a@example.com"), out()
    found = judge(read(content), update=False, by=None).problems
    assert [(each.heading, each.text) for each in found] == [
        ("Spotilla ID of the contact", "This is the contact “Irma”.")
    ]
    headings = ["Spotilla ID of the contact", "Spotilla version", "Contact", "E-mail"]
    rows: list[list[Any]] = [
        [irma.pk, 10**6, "Irma", "b@example.com"],
        [irma.pk, 10**6, "Irma", "c@example.com"],
        [10**9, 1, "Muu", None],
        [None, None, "Uusi", "b@example.com"],
    ]
    plan = judge(read(book(headings, *rows)), update=True, by=None)
    assert [(each.row, each.text) for each in plan.problems] == [
        (3, "Row 2 changes the same contact."),
        (4, "There is no such contact."),
    ]
    assert [row.outcome for row in plan.rows if not row.wrong] == ["changed", "new"]
    found = judge(read(book(headings, [irma.pk, None, "Irma", None])), update=True, by=None).problems
    assert [each.text for each in found] == ["The version is missing."]


def test_customers_that_one_may_not_see_are_neither_told_nor_taken_away(customers: list[Customer]) -> None:
    irma = contact("Irma", (customers[0], "contract"))
    rights = ("add_contact", "view_contact", "change_contact", "change_customer")
    blind = factories.user("sokea@spotilla.example", *(f"customers.{right}" for right in rights))
    content = out(blind)
    assert "Customers" not in cells(content)[0]
    plan = save(read(edited(out(), 2, customers=None)), update=True, by=blind)
    assert plan.counts()["unchanged"] == 1
    assert links(irma) == {("A Oy", "contract")}
    half = factories.user("puoli@spotilla.example", *(f"customers.{right}" for right in (*rights, "view_customer")))
    assert "Customers" not in cells(out(half))[0]
    plan = save(read(edited(out(), 2, customers="A Oy; B Oy")), update=True, by=half)
    assert (plan.counts()["links"], links(irma)) == (1, {("A Oy", "contract"), ("B Oy", "contract")})
    save(read(edited(out(), 2, customers=None)), update=True, by=half)
    assert links(irma) == {("A Oy", "contract"), ("B Oy", "contract")}


def test_who_may_not_change_customers_takes_none_away(customers: list[Customer]) -> None:
    contact("Irma", (customers[0], "contract"))
    rights = ("add_contact", "view_contact", "change_contact", "view_customer", "view_customercontact")
    by = factories.user("x@spotilla.example", *(f"customers.{right}" for right in rights))
    found = judge(read(edited(out(by), 2, customers=None)), update=True, by=by).problems
    assert [each.text for each in found] == ["You may not give customers contacts, or take them away."]


def test_a_cell_that_is_too_long_is_told_in_the_file_and_loses_nobody() -> None:
    """Excel holds 32,767 characters: names first, then numbers; what is cut even so is a problem when it comes back."""
    irma = contact("Irma")
    many = Customer.objects.bulk_create([Customer(name=f"{number} {'x' * 60}") for number in range(600)])
    CustomerContact.objects.bulk_create([CustomerContact(contact=irma, customer=each) for each in many])
    irma.customer_links.create(customer=many[0], role="site")
    cell = cells(out())[1][3]
    assert len(cell) <= LONGEST_TEXT
    assert cell.startswith("#")
    assert save(read(out()), update=True, by=None).counts()["unchanged"] == 1
    found = judge(read(edited(out(), 2, customers=f"{cell}; …")), update=True, by=None).problems
    assert [each.text for each in found] == ["There is no customer “…”."]


def test_an_export_asks_a_fixed_number_of_queries(customers: list[Customer], django_assert_num_queries: Any) -> None:
    for amount in (1, 3, 60):
        contact(f"Irma {amount}", *((each, "contract") for each in customers))
        for number in range(amount):
            contact(f"X {amount} {number}", (customers[0], "site"))
        with django_assert_num_queries(8):
            b"".join(exported(Contact.objects.all(), None))
    assert len(people()) == 67
