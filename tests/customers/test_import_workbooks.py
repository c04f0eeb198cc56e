"""The given workbooks through the page and through the command: what must come of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from customers.models import Attachment, Contact, Customer, CustomerContact
from folders.models import Operation
from sheets.models import Upload
from sheets.writing import write_xlsx
from tests import factories
from tests.customers.importing import Command, Outcome, Page, everything
from tests.marks import marks_of
from tests.sheets.books import ALL, cells, given

pytestmark = [pytest.mark.django_db, pytest.mark.once]

type Door = Page | Command


@pytest.fixture(params=["page", "command"])
def send(request: pytest.FixtureRequest, office: User, tmp_path: Path) -> Door:
    if request.param == "command":
        return Command(tmp_path)
    office.language = "en"
    office.save()
    client = Client()
    client.force_login(office)
    return Page(client)


def names() -> list[str]:
    return sorted(Customer.objects.values_list("name", flat=True))


def test_perus_gives_39_customers_and_is_refused_whole_the_second_time(send: Door) -> None:
    assert send(given("own/perus.xlsx")).saved
    empty_types = [row for row in cells(given("own/perus.xlsx"))[1:] if row[1] is None]
    assert Customer.objects.count() == 39
    assert Customer.objects.filter(customer_type="company").count() >= len(empty_types) > 0
    before = everything()
    again = send(given("own/perus.xlsx"))
    assert (again.saved, again.total, len(again.problems)) == (False, 78, 78)
    assert {row for row, *_ in again.problems} == set(range(2, 41))
    assert {heading for _row, heading, *_ in again.problems} == {"Yhtiön tunnus", "Asiakasnumero"}
    assert everything() == before


def test_a_name_alone_makes_a_company(send: Door) -> None:
    assert send(given("own/vain_nimi.xlsx")).saved
    found = sorted(Customer.objects.values_list("name", "customer_type"))
    assert found == [
        ("Asunto Oy Äänekosken Ääriviiva", "company"),
        ("Bostads Ab Åbo Åstrand", "company"),
        ("Kiinteistö Oy Öljytie 5", "company"),
    ]


def test_english_headings_on_the_second_sheet_with_a_column_of_their_own(send: Door) -> None:
    content = given("own/shuffled_en.xlsx")
    if isinstance(send, Command):
        refused = send(content)
        assert not refused.saved
        assert "Our own column (J)" in refused.said
        assert names() == []
        assert send(content, options=("--ignore-unknown",)).saved
    else:
        outcome = send(content)
        assert outcome.saved
        assert "Columns that are not known are left out: Our own column (J)." in outcome.said
    assert names() == ["Cost centre 4100", "Harbour Services Ltd", "Maija Meikäläinen"]
    harbour = Customer.objects.get(name="Harbour Services Ltd")
    assert (harbour.business_id, harbour.city, harbour.notes) == ("1456344-5", "Kotka", "two\nlines")
    assert sorted(Customer.objects.values_list("customer_type", flat=True)) == ["company", "cost_centre", "person"]
    link = CustomerContact.objects.select_related("contact").get()
    assert (link.customer, link.contact.name, link.contact.email, link.role) == (
        harbour,
        "Jane Doe",
        "jane@example.com",
        "contract",
    )


def test_virheet_lists_one_problem_on_each_row_at_once(send: Door) -> None:
    outcome = send(given("own/virheet.xlsx"))
    assert not outcome.saved
    assert [(row, heading, text) for row, heading, _value, text in outcome.problems] == [
        (3, "Nimi", "This is missing."),
        (4, "Yhtiön tunnus", "The check digit does not match."),
        (5, "Yhtiön tunnus", "The same is already on row 2."),
        (6, "Asiakastyyppi", "This is not a customer type."),
        (7, "Sähköposti", "This is not an e-mail address."),
        (8, "Nimi", "The text is too long: 400 characters."),
        (9, "Puhelin", "This is not a phone number."),
        (10, "Maksuehto (pv)", "This is not a whole number 0–365."),
        (11, "Kansiot", "There is no folder “Ei ole / Tällaista”."),
    ]
    assert [len(value) for row, _heading, value, _text in outcome.problems if row == 8] == [80]
    assert everything() == []


def test_numbers_in_text_columns_are_read_as_excel_shows_them(send: Door) -> None:
    assert send(given("own/numerot.xlsx")).saved
    fields = ("name", "customer_number", "postcode", "phone", "payment_term_days", "business_id")
    assert list(Customer.objects.order_by("pk").values_list(*fields)) == [
        ("12345", "1001", "00100", "+358401234567", 14, ""),
        ("Nollaton Oy", "0007", "00100", "+358401234567", 14, ""),
        ("Tunnus ilman viivaa Oy", "", "", "", None, "0112038-9"),
    ]


def test_an_error_cell_in_the_name_stops_the_whole_file(send: Door) -> None:
    outcome = send(given("own/kaavat.xlsx"))
    assert outcome.problems == [(5, "Nimi", "#DIV/0!", "The cell holds an error.")]
    assert everything() == []


def test_saved_values_of_formulas_are_read_and_names_like_formulas_stay_text(send: Door) -> None:
    assert send(given("own/kaavat_ilman_virhetta.xlsx")).saved
    found = list(Customer.objects.order_by("pk").values_list("name", "city", "notes"))
    assert found == [
        ("Kaava Oy", "OULU", ""),
        ('=HYPERLINK("http://example.invalid","x")', "", "+358 40 1"),
        ("@SUM(A1)", "", "-1+1"),
    ]
    exported = write_xlsx("A", ["Nimi", "Kunta", "Lisätiedot"], found)
    assert [tuple(value or "" for value in row) for row in cells(exported)[1:]] == found


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("tyhja", "The sheet “Asiakkaat” has headings but no rows."),
        ("tuplaotsikko", "The heading “Nimi” stands twice, in columns A and B. Remove one of them."),
    ],
)
def test_a_sheet_that_says_nothing_or_the_same_twice_is_refused(send: Door, name: str, sentence: str) -> None:
    assert send(given(f"own/{name}.xlsx")) == Outcome(saved=False, said=sentence)
    assert everything() == []


def test_without_a_heading_row_the_headings_that_are_known_are_told(send: Door) -> None:
    said = send(given("own/ei_otsikoita.xlsx")).said
    assert said.startswith(
        "No heading row was found in the first 20 rows. The heading “Nimi” / “Name” / “Namn” is needed"
    )
    assert "Business ID" in said
    assert everything() == []


def test_blank_rows_are_skipped(send: Door) -> None:
    assert send(given("own/tyhjia_riveja.xlsx")).saved
    assert names() == ["Ensimmäinen Oy", "Toinen Oy"]


def test_hidden_rows_are_read_and_told(send: Door) -> None:
    outcome = send(given("own/piilotetut_ja_yhdistetyt.xlsx"))
    assert outcome.saved
    assert "Hidden rows" in outcome.said
    assert " 5." in outcome.said
    assert names() == ["Rivi 0 Oy", "Rivi 1 Oy", "Rivi 2 Oy", "Rivi 3 Oy"]


def test_the_same_contact_on_five_rows_is_one_person(send: Door) -> None:
    assert send(given("own/sama_yhteyshenkilo.xlsx")).saved
    assert (Customer.objects.count(), Contact.objects.count(), CustomerContact.objects.count()) == (5, 1, 5)


def test_folders_must_exist(send: Door) -> None:
    outcome = send(given("own/kansiot.xlsx"))
    assert [(row, text) for row, _heading, _value, text in outcome.problems] == [
        (2, "There is no folder “Isännöinti Virtanen / As Oy Puistola”."),
        (3, "There is no folder “Teollisuus / Halli 1”."),
        (3, "There is no folder “Teollisuus / Halli 2”."),
    ]
    assert everything() == []


def test_folders_that_exist_are_attached_and_remembered_in_one_operation(send: Door) -> None:
    above, industry = factories.folder("Isännöinti Virtanen"), factories.folder("Teollisuus")
    wanted = [
        factories.folder("As Oy Puistola", above),
        factories.folder("Halli 1", industry),
        factories.folder("Halli 2", industry),
    ]
    assert send(given("own/kansiot.xlsx")).saved
    assert sorted(Attachment.objects.values_list("customer__name", "folder__name")) == [
        ("As Oy Puistola", "As Oy Puistola"),
        ("Kaksi kansiota Oy", "Halli 1"),
        ("Kaksi kansiota Oy", "Halli 2"),
    ]
    operation = Operation.objects.get(kind="import_customers")
    assert [folder for _pk, _customer, folder, _since in operation.arguments["attachments"]] == [
        folder.pk for folder in wanted
    ]
    assert operation.arguments["created"] == list(Customer.objects.order_by("pk").values_list("pk", flat=True))


# ---- all of them -----------------------------------------------------------------------------------------------------

FINE = {  # of the foreign and hostile ones: those that hold customers
    "corner_xfd.xlsx": 1,
    "dim_small.xlsx": 1,
    "last_row.xlsx": 1,
    "table_with_absolute_paths.xlsx": 4,
}


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=marks_of(path), id=path.name) for path in ALL if path.parent.name != "own"],
)
def test_no_foreign_or_hostile_workbook_passes_but_the_legal_ones(send: Door, path: Path) -> None:
    content = path.read_bytes()
    outcome = send(content, options=("--ignore-unknown",)) if isinstance(send, Command) else send(content)
    assert outcome.saved == (path.name in FINE)
    assert Customer.objects.count() == FINE.get(path.name, 0)
    assert outcome.saved or outcome.said.strip()
    if path.name == "sst_bomb.xlsx":
        if isinstance(send, Command):
            assert (len(outcome.problems), outcome.total) == (500, 49_998)
            assert "… More problems: 49498." in outcome.said
        else:
            assert outcome.said == "The sheet has more than 20000 rows. Divide it into several files."
    assert not Upload.objects.exclude(state="imported").exists() or not outcome.saved


def test_all_98_workbooks_are_here() -> None:
    assert len(ALL) == 98
