"""Contacts from Excel: who is new and who is there, their customers, and nothing of what others may not see or do."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from customers.importing_contacts.judging import judge
from customers.importing_contacts.save import save
from customers.models import Change, Contact, Customer, CustomerContact
from folders.models import Operation
from sheets.importing.keeping import NotImported
from sheets.importing.running import import_upload
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.customers.contacts import (
    HEADINGS,
    chosen,
    everything,
    page,
    people,
    pressed,
    problems,
    sent,
    table,
)
from tests.sheets.books import book, cells

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOKIA, OTHER = "0112038-9", "0201256-6"


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def clerk(db: None) -> User:
    """May make contacts and give them to customers, and change none."""
    rights = ("add_contact", "view_contact", "view_customer", "view_customercontact", "change_customer")
    return factories.user("tuoja@spotilla.example", *(f"customers.{right}" for right in rights), language="en")


def test_a_filled_sheet_becomes_contacts_of_their_customers(clerk: User) -> None:
    nokia = factories.customer("Nokia Oyj", business_id=NOKIA)
    city = factories.customer("Oulun kaupunki", customer_number="K 7")
    housing = factories.customer("As Oy Puistola")
    client = signed_in(clerk)
    template = cells(client.get(reverse("customers:contacts_import_template")).content)
    assert template[0] == ["Contact", "E-mail", "Phone", "Customers", "Role"]
    rows: list[list[Any]] = [
        ["Irma  Isännöitsijä", "irma@example.com", "040 123 4567", "FI01120389; as oy  PUISTOLA", "laskutus"],
        ["Åke Öberg", None, None, "K 7; Nokia Oyj (hätätilanne)", None],
        ["Yksin Vain", None, None, None, None],
    ]
    answer = sent(client, book(HEADINGS, *rows))
    assert "Import 3 contacts" in answer.content.decode()
    assert Contact.objects.count() == 0
    after = pressed(client, answer).content.decode()
    assert "The contacts were imported" in after
    assert "Undo the import" in after
    assert people() == [
        ("Irma Isännöitsijä", "irma@example.com", "+358401234567", {(nokia.pk, "billing"), (housing.pk, "billing")}),
        ("Åke Öberg", "", "", {(city.pk, "contract"), (nokia.pk, "emergency")}),
        ("Yksin Vain", "", "", set()),
    ]
    assert [each.name for each in Contact.objects.in_order()] == ["Irma Isännöitsijä", "Yksin Vain", "Åke Öberg"]
    assert Contact.objects.matching("ÖBERG").get().name == "Åke Öberg"
    operation = Operation.objects.get(kind="import_contacts")
    pks = list(Contact.objects.order_by("pk").values_list("pk", flat=True))
    assert (operation.user, operation.arguments) == (
        clerk,
        {"created": pks, "changed": [], "rows": [[number, pk] for number, pk in enumerate(pks, 2)]},
    )
    kept = set(Change.objects.values_list("how", "user", "operation").exclude(contact=None))
    assert kept == {("import", clerk.pk, operation.number)}
    upload = Upload.objects.get()
    assert (upload.about, upload.state, upload.operation) == ("contacts", "imported", operation.number)
    assert (upload.result["new"], upload.result["links"], upload.result["unlinked"]) == (3, 4, 0)


def test_the_same_person_on_many_rows_is_one_contact() -> None:
    a, b, c = (factories.customer(name) for name in "ABC")
    rows: list[list[Any]] = [
        ["IRMA", None, "040 123 4567", "C", "kohde"],  # settled after those with an e-mail
        ["Irma", "Irma@example.com", None, "A", None],
        ["irma", "irma@example.com", "040 123 4567", "B", None],
        ["Irma", "irma@example.com", None, "A", "sopimus"],
        ["Pekka", None, "040 123 4568", "A", None],
        ["Pekka", None, "040 123 4568", "B", None],
    ]
    plan = save(table(HEADINGS, *rows), update=False, by=None)
    assert people() == [
        ("Irma", "Irma@example.com", "+358401234567", {(a.pk, "contract"), (b.pk, "contract"), (c.pk, "site")}),
        ("Pekka", "", "+358401234568", {(a.pk, "contract"), (b.pk, "contract")}),
    ]
    counts = plan.counts()
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (2, 3, 1)
    assert plan.rows[0].notes == ("The same person as on row 3.",)


def test_rows_that_say_two_things_of_one_person_are_told() -> None:
    rows: list[list[Any]] = [["Irma", "a@example.com", "040 123 4567"], ["Irma", "a@example.com", "040 123 4568"]]
    assert problems(HEADINGS, *rows) == [(3, "Puhelin", "Row 2 says “+358401234567” of the same person.")]


def test_people_who_may_be_two_are_noted() -> None:
    rows: list[list[Any]] = [["Irma", "a@example.com"], ["Pekka", "a@example.com"], ["Irma Iso; Pekka Pieni"]]
    plan = judge(table(HEADINGS, *rows), update=False, by=None)
    assert [row.notes for row in plan.rows] == [
        (),
        ("a@example.com: Pekka, also Irma; kept as two people.",),
        ("“Irma Iso; Pekka Pieni” may be two people; kept as one.",),
    ]


def test_without_the_choice_a_contact_that_is_there_is_a_problem() -> None:
    Contact.objects.create(name="Irma", email="Irma@example.com")
    Contact.objects.create(name="Pekka", phone="+358401234567")
    rows: list[list[Any]] = [["IRMA", "irma@example.com"], ["Pekka", None, "040 123 4567"]]
    assert problems(HEADINGS, *rows) == [
        (2, "Sähköposti", "The contact “Irma” already exists."),
        (3, "Puhelin", "The contact “Pekka” already exists."),
    ]


def test_an_update_changes_the_phone_and_adds_customers(office: User) -> None:
    a, b = factories.customer("A"), factories.customer("B")
    irma = Contact.objects.create(name="Irma", email="irma@example.com", phone="+358401234567")
    CustomerContact.objects.create(contact=irma, customer=a, role="site")
    pekka = Contact.objects.create(name="Pekka", phone="+358401234567")
    client = signed_in(office)
    rows: list[list[Any]] = [
        ["IRMA", "IRMA@example.com", "040 765 4321", "B", None],
        ["Pekka", None, "040 123 4567", None, None],
        ["Irma", "irma@example.com", None, "A", "Kohde"],
    ]
    answer = sent(client, book(HEADINGS, *rows), update="on")
    shown = answer.content.decode()
    assert (answer.context["counts"]["changed"], answer.context["counts"]["unchanged"]) == (1, 2)
    assert "<del>040 123 4567</del> <ins>040 765 4321</ins>" in shown
    assert '<td id="D2"><ins>B</ins>' in shown
    pressed(client, answer)
    assert people() == [
        ("Irma", "irma@example.com", "+358407654321", {(a.pk, "site"), (b.pk, "contract")}),
        ("Pekka", "", "+358401234567", set()),
    ]
    assert Operation.objects.get(kind="import_contacts").arguments == {
        "created": [],
        "changed": [irma.pk],
        "rows": [[2, irma.pk], [3, pekka.pk], [4, irma.pk]],
    }
    assert Change.objects.filter(contact=pekka).exclude(done="insert").count() == 0
    assert set(Change.objects.filter(contact=irma, how="import").values_list("done", "user")) == {
        ("update", office.pk),
        ("insert", office.pk),
    }


def test_a_name_alone_is_the_contact_of_that_name_whom_the_customer_has() -> None:
    a, b = factories.customer("A"), factories.customer("B")
    for customer in (a, b):
        CustomerContact.objects.create(contact=Contact.objects.create(name="Irma"), customer=customer)
    assert problems(HEADINGS, ["irma", None, None, "A", None]) == [
        (2, "Yhteyshenkilö", "The contact “Irma” already exists.")
    ]
    rows: list[list[Any]] = [["irma", None, None, "A", None], ["Irma", None, None, "A; B", None], ["Irma"]]
    plan = judge(table(HEADINGS, *rows), update=True, by=None)
    assert [row.outcome for row in plan.rows] == ["unchanged", "new", "new"]


def test_likely_doubles_are_asked_about_and_never_chosen(office: User) -> None:
    irma = Contact.objects.create(name="Irma", email="irma@example.com", phone="+358401234567")
    office.language = "en"
    office.save()
    client = signed_in(office)
    rows: list[list[Any]] = [
        ["Irma Isännöitsijä", "IRMA@example.com"],
        ["Pekka", "pekka@example.com", "040 123 4567"],
        ["IRMA"],
        ["Muu", "muu@example.com"],
    ]
    sent(client, book(HEADINGS, *rows))
    found = page(client).context["rows"]
    assert [(row.outcome, [each.why for each in row.doubles]) for row in found] == [
        ("asked", ["the same e-mail"]),
        ("asked", ["the same phone"]),
        ("asked", ["the same name"]),
        ("new", []),
    ]
    shown = page(client, show="asked").content.decode()
    for words in ("Is this “Irma”?", "A new contact", ">New contacts</button>"):
        assert words in shown
    answer = client.post(page(client).request["PATH_INFO"])
    assert answer.status_code == 422
    assert "Some rows may be duplicates of existing contacts." in answer.content.decode()
    assert "customers that are there" not in answer.content.decode()
    chosen(client, same=f"2 {irma.pk}")
    chosen(client, same="3 0")
    chosen(client, leave_out="4")
    shown = page(client).content.decode()
    assert "You have chosen that this is a new contact." in shown
    assert "<del>Irma</del> <ins>Irma Isännöitsijä</ins>" in shown
    client.post(page(client).request["PATH_INFO"], {"seen": page(client).context["seen"]})
    assert [(name, email) for name, email, *_rest in people()] == [
        ("Irma Isännöitsijä", "IRMA@example.com"),
        ("Pekka", "pekka@example.com"),
        ("Muu", "muu@example.com"),
    ]


def test_customers_keep_their_words_where_they_are_asked_about(office: User) -> None:
    factories.customer("A Oy", city="Oulu")
    client = signed_in(office)
    answer = sent(client, book(["Nimi", "Postitoimipaikka"], ["A", "Oulu"]), thing="customers")
    shown = client.get(answer.redirect_chain[-1][0], {"show": "asked"}).content.decode()
    for words in ("Uusi asiakas", "Uusia asiakkaita"):
        assert words in shown


def test_each_customer_that_is_not_found_is_named() -> None:
    factories.customer("Sama Oy", business_id=NOKIA)
    second = factories.customer("SAMA Oy")
    factories.customer("7", customer_number="8")
    factories.customer("8")
    rows: list[list[Any]] = [
        ["A", None, None, "Ei ole; Sama Oy (kohde); 0112038-9", None],
        ["B", None, None, "8", None],
        ["C", None, None, date(2026, 1, 1), None],
        ["D", None, None, "1.2E+11", None],
        ["E", None, None, f"#{second.pk}", "pomo"],
        ["F", None, None, 7, None],
    ]
    found = judge(table(HEADINGS, *rows), update=False, by=None).problems
    assert [(problem.row, problem.heading, problem.text) for problem in found] == [
        (2, "Asiakkaat", "There is no customer “Ei ole”."),
        (2, "Asiakkaat", "“Sama Oy (kohde)” matches 2 customers."),
        (3, "Asiakkaat", "“8” matches 2 customers."),
        (4, "Asiakkaat", "The cell holds a day or a time, not text."),
        (5, "Asiakkaat", "Excel has lost the digits of this number."),
        (6, "Rooli", "This is not a contact's role."),
    ]
    assert list(found)[1].fixes == (
        f"Ei ole; {NOKIA} (site); 0112038-9",
        f"Ei ole; #{second.pk} (site); 0112038-9",
    )
    with pytest.raises(NotImported):
        save(table(HEADINGS, ["G"], *rows[:1]), update=False, by=None)
    assert Contact.objects.count() == 0


def test_a_fix_is_taken_and_a_wrong_cell_mended(clerk: User) -> None:
    first, _second = factories.customer("Sama Oy", business_id=NOKIA), factories.customer("Sama Oy")
    client = signed_in(clerk)
    answer = sent(client, book(HEADINGS, ["A", "a@", None, "Sama Oy", None], ["B", None, None, "Ei ole", None]))
    assert answer.context["counts"]["error"] == 2
    assert page(client, "wrong_rows").status_code == page(client, "marked").status_code == 200
    chosen(client, use=f"2 customers {NOKIA}")
    chosen(client, **{"mended": "2", "cell-email": "a@example.com"})
    chosen(client, leave_out="3")
    pressed(client, answer)
    assert people() == [("A", "a@example.com", "", {(first.pk, "contract")})]
    assert [row.number for row in Upload.objects.get().left_out] == [3]


@pytest.mark.parametrize(
    ("heading", "pasted", "wrong"),
    [
        ("Sähköposti", "a@example.com; b@example.com", "There are 2 in one cell."),
        ("Puhelin", "040 123 4567 / 040 123 4568", "There are 2 in one cell."),
        ("Puhelin", "1.2E+11", "Excel has lost the digits of this number."),
        ("Puhelin", date(2026, 1, 1), "The cell holds a day or a time, not text."),
        ("Yhteyshenkilö", date(2026, 1, 1), "The cell holds a day or a time, not text."),
    ],
)
def test_what_cannot_be_taken_is_told(heading: str, pasted: Any, wrong: str) -> None:
    row = {"Yhteyshenkilö": "Irma", heading: pasted}
    assert [text for _row, _heading, text in problems([*row], [*row.values()])] == [wrong]


def test_what_people_paste_is_read_as_it_was_meant() -> None:
    factories.customer("As Oy Puistola", business_id=NOKIA)
    headings = ["Nimi", "Yhteyshenkilön\nsähköposti", "Puhelin", "Asiakas", "Rooli"]
    row = [
        "\u00a0Irma\u00a0Iso \u200b",
        "\u00a0a@example.com ",
        "puh. 040\u00a0123 4567",
        "As Oy\u00a0Puistola ;",
        "LASKUTUS",
    ]
    save(table(headings, row), update=False, by=None)
    assert [each[:3] for each in people()] == [("Irma Iso", "a@example.com", "+358401234567")]
    assert CustomerContact.objects.get().role == "billing"


def test_brackets_may_belong_to_the_name() -> None:
    customer = factories.customer("Talo (kohde)")
    save(table(HEADINGS, ["Irma", None, None, "Talo (kohde); Talo (kohde) (laskutus)", None]), update=False, by=None)
    assert people() == [("Irma", "", "", {(customer.pk, "contract"), (customer.pk, "billing")})]


def test_a_closed_customer_is_named_in_a_note(office: User) -> None:
    customer = factories.customer("Vanha Oy", closed_on=date(2026, 1, 1))
    plan = save(table(HEADINGS, ["Irma", None, None, "Vanha Oy", None]), update=False, by=office)
    assert plan.rows[0].notes == ("“Vanha Oy” is closed from 1.1.2026.",)
    assert CustomerContact.objects.get().customer == customer


def test_a_role_without_customers_is_noted() -> None:
    plan = judge(table(HEADINGS, ["Irma", None, None, None, "Laskutus"]), update=False, by=None)
    assert plan.rows[0].notes == ("The role is left out, since the row names no customer.",)


# ---- rights ---------------------------------------------------------------------------------------------------------


def test_who_may_not_change_customers_gives_them_no_contacts() -> None:
    factories.customer("A")
    by = factories.user("x@spotilla.example", "customers.add_contact", "customers.view_customer")
    content = table(HEADINGS, ["Irma", None, None, "A", None], ["Pekka"])
    found = judge(content, update=False, by=by).problems
    assert [(each.row, each.text) for each in found] == [(2, "You may not give customers contacts, or take them away.")]
    save(table(HEADINGS, ["Pekka"]), update=False, by=by)
    assert people() == [("Pekka", "", "", set())]


def test_who_sees_no_customers_finds_none() -> None:
    factories.customer("A")
    by = factories.user("x@spotilla.example", "customers.add_contact", "customers.change_customer")
    found = judge(table(HEADINGS, ["Irma", None, None, "A", None]), update=False, by=by).problems
    assert [each.text for each in found] == ["There is no customer “A”."]


def test_who_sees_no_contacts_is_asked_about_none() -> None:
    Contact.objects.create(name="Salainen", email="a@example.com")
    client = signed_in(factories.user("x@spotilla.example", "customers.add_contact", language="en"))
    answer = sent(client, book(HEADINGS, ["Salainen", "a@example.com"], ["Muu", "a@example.com"]))
    counts = answer.context["counts"]
    assert (counts["new"], counts["asked"], counts["error"]) == (2, 0, 0)


def test_who_may_change_no_contacts_updates_none(clerk: User) -> None:
    irma = Contact.objects.create(name="Irma", email="a@example.com")
    client = signed_in(clerk)
    assert "update" not in client.get(reverse("customers:contacts_import")).context["form"].fields
    answer = sent(client, book(HEADINGS, ["Irma", "a@example.com"], ["Muu", "a@example.com"]), update="on")
    assert (Upload.objects.get().update, answer.context["counts"]["error"]) == (False, 1)
    assert chosen(client, same=f"3 {irma.pk}") == 403
    upload = Upload.objects.create(about="contacts", name="a.xlsx", content=b"", user=clerk, update=True)
    address = reverse("customers:contacts_import_preview", args=[upload.pk])
    assert client.post(address)["Location"] == reverse("customers:contacts_import")


def test_a_file_of_contacts_is_no_file_of_customers(office: User) -> None:
    client = signed_in(office)
    sent(client, book(HEADINGS, ["Irma"]))
    pk = Upload.objects.get().pk
    for name in ("preview", "problems", "progress"):
        assert client.get(reverse(f"customers:import_{name}", args=[pk])).status_code == 404
    assert list(client.get(reverse("customers:imports")).context["page"]) == []
    assert [upload.pk for upload in client.get(reverse("customers:contacts_imports")).context["page"]] == [pk]


# ---- the engine, with contacts ---------------------------------------------------------------------------------------


def test_a_long_import_is_done_by_a_worker(clerk: User, settings: Any) -> None:
    settings.IMPORT_ROWS_AT_ONCE = 1
    client = signed_in(clerk)
    answer = pressed(client, sent(client, book(HEADINGS, ["A"], ["B"])))
    assert "Waiting for its turn" in answer.content.decode()
    for waiting in DBTaskResult.objects.ready():
        waiting.claim("test")
        import_upload.call(*waiting.args_kwargs["args"])
    assert (Upload.objects.get().state, Contact.objects.count()) == ("imported", 2)
    assert set(Change.objects.exclude(contact=None).values_list("how", "user")) == {("import", clerk.pk)}


def test_what_changed_after_the_preview_is_shown_again(office: User) -> None:
    irma = Contact.objects.create(name="Irma", email="a@example.com", phone="+358401234567")
    client = signed_in(office)
    answer = sent(client, book(HEADINGS, ["Irma", "a@example.com", "040 123 4568"]), update="on")
    Contact.objects.filter(pk=irma.pk).update(phone="+358401234569")
    after = client.post(answer.redirect_chain[-1][0], {"seen": answer.context["seen"]})
    assert after.status_code == 422
    irma.refresh_from_db()
    assert irma.phone == "+358401234569"


@pytest.mark.parametrize("update", [False, True])
def test_the_number_of_queries_hangs_on_no_number_of_rows(update: bool) -> None:
    customers = [factories.customer(f"A {number}", customer_number=f"{number}") for number in range(60)]
    for number, customer in enumerate(customers):
        contact = Contact.objects.create(name=f"Vanha {number}", email=f"v{number}@example.com")
        CustomerContact.objects.create(contact=contact, customer=customer)

    def queries(rows: int) -> int:
        each: list[list[Any]] = []
        for number in range(rows):
            each.append([f"Uusi {rows} {number}", None, None, f"A {number}; {number}", None])
            each.append([f"Uusi {rows} {number}", None, f"040 1{rows:02} {number:04}", f"A {number}", None])
            if update:
                each.append(
                    [f"Vanha {number}", f"v{number}@example.com", f"040 2{rows:02} {number:04}", "A 1", "kohde"]
                )
        read = table(HEADINGS, *each)
        with CaptureQueriesContext(connection) as found:
            save(read, update=update, by=None)
        return len(found)

    assert queries(3) == queries(60)


def test_a_formula_in_a_name_comes_out_as_text(office: User) -> None:
    payloads = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")']
    customer = factories.customer("=2+2")
    save(table(HEADINGS, *[[each, None, None, "=2+2", None] for each in payloads]), update=False, by=None)
    assert CustomerContact.objects.filter(customer=customer).count() == len(payloads)
    from openpyxl import load_workbook

    answer: Any = signed_in(office).get(reverse("customers:contacts_export"))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert sorted(str(row[0].value) for row in sheet.iter_rows(min_row=2)) == sorted(payloads)


def test_the_command_exports_and_imports_again(tmp_path: Path) -> None:
    factories.customer("A")
    file, said = tmp_path / "henkilot.xlsx", io.StringIO()
    file.write_bytes(book(HEADINGS, ["Irma", "a@example.com", None, "A", None], ["Pekka"]))
    call_command("import_contacts", str(file), "--dry-run", stdout=said)
    assert Contact.objects.count() == 0
    call_command("import_contacts", str(file), stdout=said)
    for words in ("New contacts: 2. Changed: 0. Unchanged: 0.", "Customers added: 1."):
        assert words in said.getvalue()
    assert set(Change.objects.exclude(contact=None).values_list("how", flat=True)) == {"import"}
    before = everything()
    call_command("export_contacts", str(file))
    call_command("import_contacts", str(file), "--update", stdout=said)
    assert "New contacts: 0. Changed: 0. Unchanged: 2." in said.getvalue()
    assert everything() == before
    with pytest.raises(CommandError):
        call_command("import_contacts", str(file), stdout=said, stderr=said)
    factories.user("vieras@spotilla.example")
    with pytest.raises(CommandError, match="may not import contacts"):
        call_command("import_contacts", str(file), "--user", "vieras@spotilla.example")
    with pytest.raises(CommandError, match="may not see"):
        call_command("export_contacts", str(file), "--user", "vieras@spotilla.example")
    assert len(cells(file.read_bytes())) == 3


def test_the_list_leads_to_the_import_and_the_export_is_what_it_shows(office: User) -> None:
    Contact.objects.create(name="Irma")
    Contact.objects.create(name="Pekka")
    client = signed_in(office)
    shown = client.get(reverse("customers:contacts"), {"q": "pek"}).content.decode()
    assert reverse("customers:contacts_import") in shown
    assert "/contacts/export/?q=pek" in shown
    answer: Any = client.get(reverse("customers:contacts_export"), {"q": "pek"})
    assert [row[0] for row in cells(b"".join(answer.streaming_content))][1:] == ["Pekka"]
    assert Customer.objects.count() == 0
