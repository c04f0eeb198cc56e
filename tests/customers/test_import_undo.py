"""An import is taken back: what nobody has touched since goes, what somebody has stays, and the page says so first."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers import kinds, ownership
from customers.importing.taking_back import undo_import
from customers.models import Attachment, Change, Contact, Customer, CustomerContact
from customers.sql.rebuild import differences
from folders.models import Operation
from folders.tree import tree_change
from sheets.importing.ledger import Written, write_ledger
from sheets.importing.undoing import NotUndone
from sheets.models import Upload
from spotilla.audit_actor import acting
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Page
from tests.customers.test_changes_replayed import state
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOKIA, KONE = "0112038-9", "1927400-1"
WHOLE = ["Nimi", "Y-tunnus", "Yhteyshenkilö", "Yhteyshenkilön sähköposti", "Kansiot"]


@dataclass
class Office:
    """Somebody who imports, edits and takes back, by the pages."""

    client: Client

    def imports(self, headings: list[str], *rows: list[Any], update: bool = False) -> Upload:
        outcome = Page(self.client)(book(headings, *rows), update=update)
        assert outcome.saved, outcome.problems
        return Upload.objects.latest("pk")

    def looks(self, upload: Upload, query: str = "") -> Any:
        answer = self.client.get(reverse("customers:import_undo", args=[upload.pk]) + query)
        assert answer.status_code == 200
        return answer

    def takes_back(self, upload: Upload) -> Any:
        seen = self.looks(upload).context["seen"]
        answer = self.client.post(reverse("customers:import_undo", args=[upload.pk]), {"seen": seen}, follow=True)
        upload.refresh_from_db()
        assert (upload.state, differences()) == ("undone", [])
        return answer

    def is_refused(self, upload: Upload) -> bool:
        """Nothing is left to take back: then nothing is done, and nothing logged."""
        page, before = self.looks(upload), Operation.objects.count()
        answer = self.client.post(
            reverse("customers:import_undo", args=[upload.pk]), {"seen": page.context["seen"]}, follow=True
        )
        upload.refresh_from_db()
        assert (upload.state, Operation.objects.count()) == ("imported", before)
        return bool(page.context["idle"] and answer.status_code == 422)

    def edits(self, customer: Customer, **fields: Any) -> None:
        target = reverse("customers:edit", args=[customer.pk])
        form = self.client.get(target).context["form"]
        typed = {name: "" if value is None else value for name, value in form.initial.items()}
        assert self.client.post(target, typed | fields).status_code == 302


@pytest.fixture
def desk(office: User) -> Office:
    office.language = "en"
    office.save()
    return Office(signed_in(office))


def outcomes(answer: Any) -> list[tuple[int, str, str]]:
    return [(told.row.number, told.name, told.outcome.value) for told in answer.context["rows"]]


def named(name: str) -> Customer:
    return Customer.objects.get(name=name)


# ---- what goes and what stays ----------------------------------------------------------------------------------------


def test_what_nobody_has_touched_since_is_as_if_it_had_never_been_imported(desk: Office) -> None:
    folder, other = factories.folder("Talo"), factories.folder("Piha")
    factories.customer("Vanha Oy", business_id=NOKIA, city="Turku")
    Contact.objects.create(name="Aino", email="aino@example.com")
    before = state()
    headings = [*WHOLE, "Postitoimipaikka"]
    upload = desk.imports(
        headings,
        ["Uusi nimi Oy", NOKIA, "Aino", "aino@example.com", "Talo", "Espoo"],
        ["Uusi Oy", KONE, "Pekka", "pekka@example.com", "Piha", ""],
        ["Toinen Oy", "", "Pekka", "pekka@example.com", "", "Åbo"],
        update=True,
    )
    assert (Attachment.objects.count(), Contact.objects.count()) == (2, 2)
    answer = desk.looks(upload)
    assert outcomes(answer) == [(2, "Uusi nimi Oy", "back"), (3, "Uusi Oy", "back"), (4, "Toinen Oy", "back")]
    assert [(line.label, line.was, line.becomes) for line in answer.context["rows"][0].back] == [
        ("Name", "Uusi nimi Oy", "Vanha Oy"),
        ("City", "Espoo", "Turku"),
    ]
    desk.takes_back(upload)
    assert state() == before
    assert not Attachment.objects.exists()
    assert not folder.coverage.exists()
    assert not other.coverage.exists()


def test_a_new_customer_that_has_been_edited_since_stays_whole_and_the_page_says_by_whom(desk: Office) -> None:
    upload = desk.imports(WHOLE, ["A Oy", KONE, "Aino", "a@example.com", ""], ["B Oy", "", "Bo", "b@example.com", ""])
    desk.edits(named("A Oy"), city="Espoo")
    answer = desk.looks(upload)
    assert outcomes(answer) == [(2, "A Oy", "edited"), (3, "B Oy", "back")]
    shown = answer.content.decode()
    assert "<ins>Espoo</ins>" in shown
    assert "toimisto@spotilla.example" in shown
    desk.takes_back(upload)
    customer = Customer.objects.get()
    assert (customer.name, customer.business_id, customer.city) == ("A Oy", KONE, "Espoo")
    assert [contact.name for contact in customer.contacts.all()] == ["Aino"]
    assert Contact.objects.count() == 1


def test_a_changed_customer_gets_back_each_field_that_nobody_has_edited_since(desk: Office) -> None:
    customer = factories.customer("Vanha Oy", business_id=NOKIA, city="Turku", notes="x")
    headings = ["Nimi", "Y-tunnus", "Postitoimipaikka", "Lisätiedot"]
    upload = desk.imports(headings, ["Uusi Oy", NOKIA, "Espoo", "y"], update=True)
    desk.edits(customer, city="Vaasa")
    answer = desk.looks(upload)
    assert outcomes(answer) == [(2, "Uusi Oy", "edited")]
    assert [line.label for line in answer.context["rows"][0].back] == ["Name", "Notes"]
    desk.takes_back(upload)
    customer.refresh_from_db()
    assert (customer.name, customer.city, customer.notes) == ("Vanha Oy", "Vaasa", "x")
    assert customer.search_key == factories.customer("Vanha Oy").search_key


def test_a_customer_with_a_work_order_cannot_be_taken_back(desk: Office) -> None:
    upload = desk.imports(["Nimi"], ["A Oy"], ["B Oy"])
    factories.order("Lumityöt", named("A Oy"))
    answer = desk.looks(upload)
    assert outcomes(answer) == [(2, "A Oy", "cannot"), (3, "B Oy", "back")]
    assert answer.context["rows"][0].reasons == ["It has: work orders."]
    after = desk.takes_back(upload).content.decode()
    assert "Rows that could not be undone: <b>1</b>" in after
    assert [customer.name for customer in Customer.objects.all()] == ["A Oy"]


def test_a_customer_with_a_folder_attached_by_hand_cannot_be_taken_back(desk: Office, office: User) -> None:
    hand = factories.folder("Käsin")
    factories.folder("Talo")
    upload = desk.imports(["Nimi", "Kansiot"], ["A Oy", "Talo"])
    ownership.attach(named("A Oy"), hand, by=office)
    answer = desk.looks(upload)
    assert outcomes(answer) == [(2, "A Oy", "cannot")]
    assert answer.context["rows"][0].reasons == ["Attached since: Käsin."]
    assert desk.is_refused(upload)
    assert Attachment.objects.filter(customer=named("A Oy")).count() == 2


@pytest.mark.parametrize("how", ["ended", "redated", "handed over"])
def test_an_attachment_that_has_been_changed_since_stays(desk: Office, office: User, how: str) -> None:
    factories.folder("Talo"), factories.folder("Piha")
    old = factories.customer("Vanha Oy", business_id=NOKIA)
    upload = desk.imports(["Nimi", "Y-tunnus", "Kansiot"], ["Vanha Oy", NOKIA, "Talo; Piha"], update=True)
    attachment = Attachment.objects.get(folder__name="Talo")
    if how == "ended":
        ownership.detach(attachment, date(2026, 1, 1), by=office)
    elif how == "redated":
        ownership.redate(attachment, date(2026, 1, 1), attachment.until, by=office)
    else:
        ownership.hand_over(attachment, factories.customer("Seuraava Oy"), date(2026, 1, 1), by=office)
    answer = desk.looks(upload)
    assert outcomes(answer) == [(2, "Vanha Oy", "cannot")]
    assert answer.context["rows"][0].reasons == ["The attachment has been changed since: Talo."]
    desk.takes_back(upload)
    assert [each.folder.name for each in Attachment.objects.filter(customer=old)] == ["Talo"]


def test_a_contact_that_is_used_elsewhere_since_stays_and_the_customer_goes(desk: Office) -> None:
    upload = desk.imports(WHOLE, ["A Oy", "", "Aino", "a@example.com", ""], ["B Oy", "", "Bo", "b@example.com", ""])
    other = factories.customer("Muu Oy")
    CustomerContact.objects.create(customer=other, contact=Contact.objects.get(name="Aino"), role="site")
    answer = desk.looks(upload)
    assert [outcome for *_, outcome in outcomes(answer)] == ["back", "back"]
    assert "Contacts that stay, edited or linked elsewhere: <b>1</b>" in answer.content.decode()
    desk.takes_back(upload)
    assert [customer.name for customer in Customer.objects.all()] == ["Muu Oy"]
    assert [contact.name for contact in other.contacts.all()] == ["Aino"]
    assert Contact.objects.count() == 1


def test_a_link_that_somebody_removed_or_gave_another_role_is_left_alone(desk: Office) -> None:
    one, two = factories.customer("Yksi Oy", business_id=NOKIA), factories.customer("Kaksi Oy", business_id=KONE)
    rows = ["Yksi Oy", NOKIA, "Aino", "a@example.com", ""], ["Kaksi Oy", KONE, "Bo", "b@example.com", ""]
    upload = desk.imports(WHOLE, *rows, update=True)
    CustomerContact.objects.get(customer=one).delete()
    link = CustomerContact.objects.get(customer=two)
    link.role = "billing"
    link.save()
    assert [outcome for *_, outcome in outcomes(desk.looks(upload))] == ["edited", "edited"]
    desk.takes_back(upload)
    assert [(each.customer, each.role) for each in CustomerContact.objects.all()] == [(two, "billing")]
    assert [contact.name for contact in Contact.objects.all()] == ["Bo"]


def test_a_customer_that_is_gone_already_leaves_nothing_to_take_back(desk: Office) -> None:
    upload = desk.imports(WHOLE, ["A Oy", "", "Aino", "a@example.com", ""])
    desk.client.post(reverse("customers:delete", args=[named("A Oy").pk]))
    answer = desk.looks(upload)
    assert outcomes(answer) == [(2, "A Oy", "nothing")]
    desk.takes_back(upload)
    assert not Contact.objects.exists()


def test_a_business_id_that_another_has_by_now_does_not_go_back(desk: Office) -> None:
    customer = factories.customer("Vanha Oy", customer_number="1", business_id=NOKIA)
    upload = desk.imports(["Nimi", "Asiakasnumero", "Y-tunnus"], ["Uusi Oy", "1", KONE], update=True)
    factories.customer("Nopea Oy", business_id=NOKIA)
    answer = desk.looks(upload)
    assert answer.context["rows"][0].reasons == [f"Business ID {NOKIA} is another customer's by now."]
    assert outcomes(answer) == [(2, "Uusi Oy", "cannot")]
    desk.takes_back(upload)
    customer.refresh_from_db()
    assert (customer.name, customer.business_id) == ("Vanha Oy", KONE)


def test_a_later_import_that_was_taken_back_too_counts_for_nothing(desk: Office) -> None:
    before = state()
    headings = ["Nimi", "Y-tunnus", "Postitoimipaikka", "Yhteyshenkilö", "Yhteyshenkilön sähköposti"]
    first = desk.imports(headings, ["A Oy", NOKIA, "Turku", "", ""])
    second = desk.imports(headings, ["A Oy", NOKIA, "Espoo", "Aino", "a@example.com"], update=True)
    assert outcomes(desk.looks(first)) == [(2, "A Oy", "edited")]
    desk.takes_back(second)
    assert outcomes(desk.looks(first)) == [(2, "A Oy", "back")]
    desk.takes_back(first)
    assert state() == before


def written_by_an_import(write: Callable[[], object]) -> Upload:
    """What no row of a sheet says here: numbers that change places, customers that the file lacks."""
    nothing: dict[str, Any] = {"rows": [], "customers": [], "attachments": []}
    with tree_change(kinds.IMPORT_CUSTOMERS, None, **nothing) as change, acting(Change.How.IMPORT):
        write()
    fields = {"state": "imported", "operation": change.number, "imported": timezone.now()}
    upload = Upload.objects.create(name="a.xlsx", content=b"", **fields)
    changes = Change.objects.filter(operation=change.number).order_by("pk")
    write_ledger(
        upload,
        [
            Written(0, Customer, each.customer_id or 0, column, was, became)
            for each in changes
            for column, (was, became) in each.changed.items()
        ],
    )
    return upload


def renumber(**numbers: str) -> None:
    for name, number in numbers.items():
        Customer.objects.filter(name=name).update(customer_number=number)


def numbers() -> dict[str, str]:
    return dict(Customer.objects.values_list("name", "customer_number"))


@pytest.fixture
def moved(desk: Office) -> Upload:
    """A's number went to B, and B's own is free."""
    factories.customer("A", customer_number="1"), factories.customer("B", customer_number="2")
    return written_by_an_import(lambda: renumber(A="3", B="1"))


def test_numbers_that_moved_from_one_to_the_next_find_their_way_back(moved: Upload) -> None:
    undo_import(moved, by=None)
    assert numbers() == {"A": "1", "B": "2"}


def test_a_number_that_cannot_go_back_keeps_the_next_from_going_back_too(moved: Upload) -> None:
    factories.customer("C", customer_number="2")
    with pytest.raises(NotUndone):
        undo_import(moved, by=None)
    assert numbers() == {"A": "3", "B": "1", "C": "2"}


def test_a_number_that_somebody_has_freed_since_goes_back(moved: Upload) -> None:
    renumber(B="4")
    undo_import(moved, by=None)
    assert numbers() == {"A": "1", "B": "4"}


def test_a_customer_that_the_file_lacked_and_that_was_closed_is_open_again(desk: Office) -> None:
    customer = factories.customer("Poissa Oy")
    upload = written_by_an_import(lambda: Customer.objects.update(closed_on=date(2026, 5, 1)))
    answer = desk.looks(upload)
    assert outcomes(answer) == [(0, "Poissa Oy", "back")]
    assert [(line.was, line.becomes) for line in answer.context["rows"][0].back] == [("1.5.2026", "")]
    undo_import(upload, by=None)
    customer.refresh_from_db()
    assert customer.closed_on is None


def test_nothing_refers_to_contacts_that_the_undoing_does_not_ask_about() -> None:
    """Whoever adds something that does has a case to add to undoing.py; of customers it finds such things by itself."""
    assert {relation.related_model for relation in Contact._meta.related_objects} == {Change, CustomerContact}


# ---- how it is kept --------------------------------------------------------------------------------------------------


def test_the_undoing_stands_in_the_log_and_in_the_history(desk: Office, office: User) -> None:
    customer = factories.customer("Vanha Oy", business_id=NOKIA)
    factories.folder("Talo")
    upload = desk.imports(["Nimi", "Y-tunnus", "Kansiot"], ["Uusi Oy", NOKIA, "Talo"], ["B Oy", "", ""], update=True)
    new = named("B Oy").pk
    desk.takes_back(upload)
    operation = Operation.objects.get(kind="undo_import")
    assert (operation.user, operation.number) == (office, upload.undo)
    assert operation.arguments["operation"] == upload.operation
    assert (operation.arguments["deleted"], operation.arguments["restored"]) == ([new], [customer.pk])
    assert [row["table"] for row in operation.replaced] == ["customers_attachment"]
    last = Change.objects.filter(customer=customer).latest("pk")
    assert (last.how, last.user, last.operation, last.changed) == (
        "undo",
        office,
        operation,
        {"name": ["Uusi Oy", "Vanha Oy"]},
    )
    assert "import undone" in desk.client.get(reverse("customers:log", args=[customer.pk])).content.decode()


def test_an_import_is_taken_back_once(desk: Office) -> None:
    upload = desk.imports(["Nimi"], ["A Oy"])
    desk.takes_back(upload)
    target = reverse("customers:import_undo", args=[upload.pk])
    for answer in (desk.client.get(target), desk.client.post(target)):
        assert answer.headers["Location"] == reverse("customers:import_preview", args=[upload.pk])
    assert Operation.objects.filter(kind="undo_import").count() == 1


def test_what_changed_since_the_user_looked_is_shown_again_before_anything_is_taken_back(desk: Office) -> None:
    upload = desk.imports(["Nimi"], ["A Oy"])
    seen = desk.looks(upload).context["seen"]
    desk.edits(named("A Oy"), city="Espoo")
    answer = desk.client.post(reverse("customers:import_undo", args=[upload.pk]), {"seen": seen})
    assert answer.status_code == 422
    assert "Something has changed since you looked" in answer.content.decode()
    assert (outcomes(answer), Customer.objects.count()) == ([(2, "A Oy", "edited")], 1)
    upload.refresh_from_db()
    assert upload.state == "imported"


def test_after_30_days_it_is_too_late(desk: Office) -> None:
    upload = desk.imports(["Nimi"], ["A Oy"])
    page, target = (reverse(f"customers:{name}", args=[upload.pk]) for name in ("import_preview", "import_undo"))
    assert target in desk.client.get(page).content.decode()
    Upload.objects.update(imported=timezone.now() - timedelta(days=30))
    assert target not in desk.client.get(page).content.decode()
    for answer in (desk.client.get(target), desk.client.post(target)):
        assert answer.headers["Location"] == page
    assert Customer.objects.count() == 1


def test_the_command_takes_an_import_back_by_its_number_in_the_log(desk: Office) -> None:
    upload = desk.imports(["Nimi"], ["A Oy"], ["B Oy"])
    desk.edits(named("A Oy"), city="Espoo")
    said = io.StringIO()
    with translation.override("en"):
        call_command("undo_import", upload.operation, "--dry-run", stdout=said)
        assert Customer.objects.count() == 2
        call_command("undo_import", upload.operation, stdout=said)
        with pytest.raises(CommandError, match="no longer"):
            call_command("undo_import", upload.operation)
        with pytest.raises(CommandError, match="no import with the number 99"):
            call_command("undo_import", 99)
    assert [customer.name for customer in Customer.objects.all()] == ["A Oy"]
    assert said.getvalue().count("Customers deleted: 1.") == 2
    assert said.getvalue().count("Rows that stayed, edited since: 1.") == 2


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_who_imported_may_take_it_back_and_another_needs_the_right_to_delete(importer: User) -> None:
    upload = Office(signed_in(importer)).imports(["Nimi"], ["A Oy"])
    rights = ("customers.add_customer", "customers.view_customer", "sheets.view_upload")
    viewer = factories.user("valvoja@spotilla.example", *rights)
    boss = factories.user("johtaja@spotilla.example", *rights, "customers.change_customer", "customers.delete_customer")
    blind = factories.user("toinen@spotilla.example", "customers.add_customer")
    target = reverse("customers:import_undo", args=[upload.pk])
    asked = {person.email: signed_in(person).get(target).status_code for person in (importer, viewer, boss, blind)}
    assert list(asked.values()) == [200, 403, 200, 404]
    assert signed_in(viewer).post(target).status_code == 403
    assert Customer.objects.count() == 1
    Office(signed_in(boss)).takes_back(upload)
    assert Customer.objects.count() == 0


def test_who_may_not_see_customers_reads_no_names_and_no_values(office: User) -> None:
    adder = factories.user("lisaaja@spotilla.example", "customers.add_customer", language="en")
    upload = Office(signed_in(adder)).imports(["Nimi"], ["Salainen Oy"])
    customer = Customer.objects.get()
    customer.city = "Piilola"
    customer.save()
    shown = Office(signed_in(adder)).looks(upload).content.decode()
    assert "stays, edited since" in shown
    assert "Salainen" not in shown
    assert "Piilola" not in shown


# ---- long imports ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [1, 3, 1_000])
def test_the_page_asks_as_many_queries_for_one_row_as_for_a_thousand(
    desk: Office, amount: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [[f"Asiakas {n} Oy", f"Henkilö {n}", f"h{n}@example.com"] for n in range(amount)]
    upload = desk.imports(["Nimi", "Yhteyshenkilö", "Yhteyshenkilön sähköposti"], *rows)
    Customer.objects.update(city="Espoo")
    target = reverse("customers:import_undo", args=[upload.pk])
    with django_assert_num_queries(19):
        assert desk.client.get(target).context["counts"]["edited"] == amount


def test_rows_are_paged_and_filtered_by_what_happens_to_them(desk: Office) -> None:
    upload = desk.imports(["Nimi"], *[[f"Asiakas {n:03}"] for n in range(120)])
    Customer.objects.filter(name__in=["Asiakas 007", "Asiakas 110"]).update(city="Espoo")
    answer = desk.looks(upload, "?page=3")
    assert [number for number, *_ in outcomes(answer)] == list(range(102, 122))
    assert [name for _number, name, _outcome in outcomes(desk.looks(upload, "?outcome=edited"))] == [
        "Asiakas 007",
        "Asiakas 110",
    ]
    assert {outcome.value: count for outcome, count in answer.context["outcomes"]} == {
        "back": 118,
        "edited": 2,
        "cannot": 0,
        "nothing": 0,
    }
