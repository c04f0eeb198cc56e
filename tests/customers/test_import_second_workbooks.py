"""Workbooks of other programs and hands: numbers as Excel shows them, merged cells, sheets that are not read."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from customers.models import Contact, Customer
from folders.models import Spot
from sheets.models import Upload
from tests import factories
from tests.customers.importing import Command, Page
from tests.sheets.books import book, given, saved_book
from tests.sheets.hostile import packed, parts, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.once]

type Door = Page | Command
UNCALCULATED = "The formula was saved without its result."


@pytest.fixture
def page(office: User) -> Page:
    office.language = "en"
    office.save()
    client = Client()
    client.force_login(office)
    return Page(client)


@pytest.fixture(params=["page", "command"])
def send(request: pytest.FixtureRequest, office: User, tmp_path: Path) -> Door:
    if request.param == "command":
        return Command(tmp_path)
    office.language = "en"
    office.save()
    client = Client()
    client.force_login(office)
    return Page(client)


def saved(*fields: str) -> list[Any]:
    return list(Customer.objects.order_by("pk").values_list(*fields, flat=len(fields) == 1))


# ---- the given ones --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("heading_star", ("name",), None),
        ("inline_with_v", ("name", "customer_number"), [("Koe Oy", "12")]),
        ("lower_refs", ("name",), ["Eka Oy"]),
        ("merge_down", ("name", "city"), [("Eka Oy", "Oulu"), ("Toka Oy", "Oulu"), ("Kolmas Oy", "Oulu")]),
        (
            "merged_customers_city",
            ("name", "city"),
            [("Koe Yksi Oy", "Espoo"), ("Koe Kaksi Oy", "Espoo"), ("Koe Kolme Oy", "Espoo")],
        ),
        ("number_format_customer_number", ("customer_number",), ["00123"]),
        (
            "zero_padded_xw",
            ("customer_number", "reference", "einvoice_operator"),
            [("00042", "AS-0012", "03701")],
        ),
        ("postcode_norway", ("postcode", "country"), [("0181", "NO")]),
    ],
)
def test_a_given_workbook_comes_as_excel_shows_it(
    send: Door, name: str, fields: tuple[str, ...], expected: list[Any] | None
) -> None:
    assert send(given(f"second/{name}.xlsx")).saved
    assert saved(*fields) == expected if expected else Customer.objects.count() == 1


def test_formulas_that_were_never_worked_out_are_problems_though_a_zero_is_stored(send: Door) -> None:
    outcome = send(given("second/uncalculated_zero.xlsx"))
    headings = ("Nimi", "Asiakasnumero", "Maksuehto (pv)")
    assert outcome.problems == [(2, heading, "", UNCALCULATED) for heading in headings]
    assert not Customer.objects.exists()


def test_a_zero_that_a_formula_has_given_stays_a_zero(send: Door) -> None:
    """The workbook has been worked out: it does not say that it must be."""
    content = given("second/uncalculated_zero.xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        contents: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    workbook = contents["xl/workbook.xml"]
    assert isinstance(workbook, bytes)
    contents["xl/workbook.xml"] = re.sub(rb"<calcPr[^>]*/>", b"", workbook)
    assert send(packed(contents)).saved
    assert saved("name", "customer_number", "payment_term_days") == [("0", "0", 0)]


def test_of_two_sheets_with_the_headings_the_second_is_named_and_can_be_read_by_the_page(page: Page) -> None:
    answer = page.send(given("second/two_sheets.xlsx"))
    upload = Upload.objects.get()
    assert (upload.seen["sheet"], upload.seen["others"]) == (answer.context["file"]["sheet"], ["Asiakkaat 2"])
    shown = answer.content.decode()
    assert "is read. Others have the same headings:" in shown
    assert "<option>Asiakkaat 2</option>" in shown
    choose = reverse("customers:import_choose", args=[upload.pk])
    page.client.post(choose, {"leave_out": "2"})
    other = page.client.post(choose, {"sheet": "Asiakkaat 2"}, follow=True)
    assert other.context["file"]["sheet"] == "Asiakkaat 2"
    assert other.context["counts"]["new"] == 1  # the row that was left out is another sheet's
    assert page.client.post(choose, {"sheet": "nowhere"}).status_code == 400
    page.client.post(other.redirect_chain[-1][0].split("#")[0], follow=True)
    assert saved("name") == ["Toka Oy"]


def test_of_two_sheets_with_the_headings_the_command_reads_the_one_it_is_told(tmp_path: Path, office: User) -> None:
    send = Command(tmp_path)
    refused = send(given("second/two_sheets.xlsx"), options=("--sheet", "nowhere"))
    assert (refused.saved, refused.said) == (False, "The workbook has no sheet “nowhere”.")
    first = send(given("second/two_sheets.xlsx"))
    assert "Other sheets with these headings were not read: Asiakkaat 2. Choose one by --sheet." in first.said
    assert send(given("second/two_sheets.xlsx"), options=("--sheet", "Asiakkaat 2")).saved
    assert saved("name") == ["Eka Oy", "Toka Oy"]


# ---- numbers ---------------------------------------------------------------------------------------------------------


def numbers(*cells: tuple[Any, str]) -> bytes:
    """Customers whose number has each of these values and formats."""

    def edit(page: Worksheet) -> None:
        for row, (_value, code) in enumerate(cells, 2):
            page.cell(row, 2).number_format = code

    return book(["Nimi", "Asiakasnumero"], *([f"{row} Oy", value] for row, (value, _) in enumerate(cells)), edit=edit)


SHOWN = [
    (42, "00000", "00042"),
    (12, '"AS-"0000', "AS-0012"),
    (12, "\\A0000", "A0012"),
    (123456, "000-000", "123-456"),
    (1234567, "00-00", "12345-67"),
    (7, "[Red]000", "007"),
    (-7, "0;(0)", "(7)"),
    (7, '0" kpl"', "7 kpl"),
    (8, 'General" kpl"', "8 kpl"),
    (1.5, "0", "2"),
    (1001, "General", "1001"),
    (1002, "@", "1002"),
    (0.1 + 0.2, "General", "0.3"),
]


def test_a_number_in_a_text_column_is_what_excel_shows(send: Door) -> None:
    assert send(numbers(*((value, code) for value, code, _shown in SHOWN))).saved
    assert saved("customer_number") == [shown for _value, _code, shown in SHOWN]


NOT_SHOWN = ["#,##0", "0.00", "0%", "# ?/?", "0.00E+00", ";;;", "[>5]000"]


def test_a_number_that_cannot_be_shown_as_excel_does_is_a_problem_and_its_digits_can_be_used(page: Page) -> None:
    answer = page.send(numbers(*((1001 + number, code) for number, code in enumerate(NOT_SHOWN))))
    text = "Excel shows this number in the format “{}”, not by its digits alone."
    assert page.problems(answer) == [
        (row, "Asiakasnumero", str(999 + row), text.format(code)) for row, code in enumerate(NOT_SHOWN, 2)
    ]
    choose = reverse("customers:import_choose", args=[Upload.objects.get().pk])
    for row in range(2, len(NOT_SHOWN) + 2):
        page.client.post(choose, {"use": f"{row} customer_number {999 + row}"})
    assert page.client.post(answer.redirect_chain[-1][0], follow=True).status_code == 200
    assert saved("customer_number") == [str(1001 + number) for number in range(len(NOT_SHOWN))]


def test_a_number_is_a_number_however_it_is_shown_where_a_number_is_asked_for(send: Door) -> None:
    def edit(page: Worksheet) -> None:
        page["B2"].number_format, page["B3"].number_format = '0" pv"', "0.00"

    assert send(book(["Nimi", "Maksuehto (pv)"], ["A", 14], ["B", 30], edit=edit)).saved
    assert saved("payment_term_days") == [14, 30]


@pytest.mark.parametrize(
    ("country", "code", "expected"),
    [("FI", 100, "00100"), ("NO", 181, "0181"), ("DK", 800, "0800"), ("DE", 1067, "01067"), ("CH", 8001, "8001")],
)
def test_a_postcode_that_is_a_number_has_its_countrys_zeros(send: Door, country: str, code: int, expected: str) -> None:
    headings = ["Nimi", "Postinumero", "Laskutuksen postinumero", "Maa"]
    assert send(book(headings, ["A", code, code, country])).saved
    assert saved("postcode", "billing_postcode") == [(expected, expected)]


# ---- odd cells -------------------------------------------------------------------------------------------------------

HEADINGS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Nimi</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Asiakasnumero</t></is></c></row>'
)


def row_of(cell: str, name: str = "A Oy") -> bytes:
    data = f'<row r="2"><c r="A2" t="inlineStr"><is><t>{name}</t></is></c>{cell}</row>'
    return packed(parts(sheet=sheet(HEADINGS + data)))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="B2"><v>NaN</v></c>', "NaN"),
        ('<c r="B2"><v>1e999</v></c>', "1e999"),
        (f'<c r="B2"><v>{"9" * 60}</v></c>', "9" * 40),
        ('<c r="B2" t="strange"><v>x</v></c>', "x"),
        ('<c r="B2" t="d"><v>yesterday</v></c>', "yesterday"),
        ('<c r="B2"><v>1</v></c><c r="B2"><v>2</v></c>', "2"),
    ],
)
def test_one_odd_cell_is_a_problem_of_that_cell(send: Door, cell: str, value: str) -> None:
    outcome = send(row_of(cell))
    assert outcome.problems == [(2, "Asiakasnumero", value, "The cell holds something that cannot be read.")]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ('<c r="B2"><v>+14</v></c>', "14"),
        ('<c r="b2"><v>14</v></c>', "14"),
        ('<c r="C2"><v>1</v></c><c r="B2"><v>14</v></c>', "14"),
    ],
)
def test_what_is_plain_is_read_although_no_office_program_writes_it_so(send: Door, cell: str, number: str) -> None:
    assert send(row_of(cell)).saved
    assert saved("customer_number") == [number]


def test_forty_digits_are_a_problem_as_any_number_whose_digits_excel_has_lost(send: Door) -> None:
    outcome = send(row_of(f'<c r="B2"><v>{"1" * 40}</v></c>'))
    text = "Excel keeps 15 digits of a number and has lost the rest."
    assert [(row, heading, said) for row, heading, _value, said in outcome.problems] == [(2, "Asiakasnumero", text)]


def test_a_heading_with_a_character_that_no_database_keeps_is_kept_without_it(page: Page) -> None:
    row = HEADINGS.replace("Asiakasnumero", "O_x0000_ma").removesuffix("</row>")
    answer = page.send(packed(parts(sheet=sheet(f'{row}</row><row r="2"><c r="A2" t="str"><v>A Oy</v></c></row>'))))
    assert answer.context["file"]["ignored"] == ["Oma (B)"]


# ---- merged cells ----------------------------------------------------------------------------------------------------


def merged(content: list[list[Any]], *areas: str) -> bytes:
    """Values under a merge stay in the file, as some programs leave them there."""

    def edit(page: Worksheet) -> None:
        for area in areas:
            page.merged_cells.add(area)  # merge_cells would empty them

    return book(*content, edit=edit)


def test_what_lies_under_a_merge_is_not_read_and_what_each_row_has_of_its_own_is_not_spread(send: Door) -> None:
    content = merged(
        [["Nimi", "Asiakasnumero", "Postitoimipaikka"], ["A", "1", "Oulu"], ["B", "99", "Turku"], ["C", None, "Espoo"]],
        "B2:B3",
        "C2:C3",
    )
    outcome = send(content)
    assert outcome.saved
    assert "“Asiakasnumero” is merged over rows 2–3: it counts for row 2 alone." in outcome.said
    assert saved("name", "customer_number", "city") == [("A", "1", "Oulu"), ("B", "", "Oulu"), ("C", "", "Espoo")]


def test_a_merge_over_rows_that_have_nothing_else_makes_no_rows(send: Door) -> None:
    content = merged([["Nimi", "Postitoimipaikka"], ["A", "Oulu"], [None, None], [None, None]], "B2:B4")
    assert send(content).saved
    assert saved("name", "city") == [("A", "Oulu")]


def test_a_row_with_a_city_from_above_is_mended_and_given_back_like_any_other(page: Page) -> None:
    content = merged(
        [["Nimi", "Sähköposti", "Postitoimipaikka"], ["A", "a@example.com", "Oulu"], ["B", "ei", None]], "C2:C3"
    )
    answer = page.send(content)
    upload = Upload.objects.get()
    back = page.client.get(reverse("customers:import_wrong_rows", args=[upload.pk]))
    rows = _rows(back.content)
    assert rows == [("B", "ei", "Oulu")]
    choose = reverse("customers:import_choose", args=[upload.pk])
    page.client.post(choose, {"mended": "3", "cell-email": "b@example.com", "cell-city": "Espoo"})
    page.client.post(answer.redirect_chain[-1][0], follow=True)
    assert saved("name", "email", "city") == [("A", "a@example.com", "Oulu"), ("B", "b@example.com", "Espoo")]


def _rows(content: bytes) -> list[tuple[Any, ...]]:
    from openpyxl import load_workbook

    page = load_workbook(io.BytesIO(content)).worksheets[0]
    headings = [cell.value for cell in page[1]]
    places = [headings.index(heading) for heading in ("Name", "E-mail", "City")]
    return [tuple(row[place] for place in places) for row in page.iter_rows(min_row=2, values_only=True)]


def test_the_customer_of_contacts_and_the_folder_of_spots_may_be_merged_over_their_rows(page: Page) -> None:
    factories.customer("A Oy", business_id="0112038-9")
    folder = factories.folder("Kansio")
    contacts = merged([["Yhteyshenkilö", "Asiakkaat"], ["Bo", "0112038-9"], ["Eva"]], "B2:B3")
    spots = merged([["Kansio", "Spotti"], ["Kansio", "Yksi"], [None, "Kaksi"]], "A2:A3")
    for thing, content in (("customers:contacts_import", contacts), ("folders:spots_import", spots)):
        file = io.BytesIO(content)
        file.name = "a.xlsx"
        answer = page.client.post(reverse(thing), {"file": file}, follow=True)
        assert page.client.post(answer.redirect_chain[-1][0], follow=True).status_code == 200
    assert sorted(Contact.objects.values_list("name", "customers__name")) == [("Bo", "A Oy"), ("Eva", "A Oy")]
    assert sorted(Spot.objects.values_list("name", "folder")) == [("Kaksi", folder.pk), ("Yksi", folder.pk)]


# ---- what was not read -----------------------------------------------------------------------------------------------


def test_hidden_sheets_and_rows_that_sum_up_are_pointed_out(send: Door) -> None:
    workbook = Workbook()
    page = workbook.worksheets[0]
    for row in (["* Nimi *", "Maksuehto (pv)"], ["A Oy", 14], ["Summa Oy", 14], ["Yhteensä", 28], ["Total: 2 kpl", 1]):
        page.append(row)
    hidden = workbook.create_sheet("Vanhat")
    hidden.append(["Nimi"])
    hidden.sheet_state = "hidden"
    outcome = send(saved_book(workbook))
    assert outcome.saved
    assert "Rows that seem to sum up the others: 4, 5." in outcome.said
    assert re.search(r"Hidden sheets (are|were) not read: Vanhat\.", outcome.said)
    assert saved("name") == ["A Oy", "Summa Oy", "Yhteensä", "Total: 2 kpl"]


def test_our_own_sheet_to_fill_in_has_no_hidden_sheet_to_tell_of(page: Page) -> None:
    template = page.client.get(reverse("customers:import_template")).content
    from openpyxl import load_workbook

    workbook = load_workbook(io.BytesIO(template))
    workbook.worksheets[0].cell(3, 1, "A Oy")
    answer = page.send(saved_book(workbook))
    assert (answer.context["file"]["hidden_sheets"], answer.context["file"]["others"]) == ([], [])


def test_another_sheet_that_is_damaged_does_not_stand_in_the_way(tmp_path: Path, office: User) -> None:
    with zipfile.ZipFile(io.BytesIO(given("second/two_sheets.xlsx"))) as source:
        contents: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    contents["xl/worksheets/sheet2.xml"] = "<worksheet><sheetData><row"
    assert Command(tmp_path)(packed(contents)).saved
    refused = Command(tmp_path)(packed(contents), options=("--sheet", "Asiakkaat 2"))
    assert (refused.saved, refused.said[:23]) == (False, "The workbook is damaged")
