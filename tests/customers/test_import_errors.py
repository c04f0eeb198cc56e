"""The problems of a file given back: the list, the rows to mend, the user's own file with marks."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from customers.importing.columns import COLUMNS
from customers.models import Customer
from sheets.models import Upload
from tests.conftest import signed_in
from tests.customers.importing import Page
from tests.marks import long
from tests.sheets.books import book, cells, given
from tests.sheets.marked import RED

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WAYS = ("problems", "wrong_rows", "marked")
NOKIA = "0112038-9"
PAYLOADS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://example.invalid","x")',
    "=cmd|'/c'!A1",
]


def sent(clerk: Page, content: bytes, name: str = "asiakkaat.xlsx") -> Any:
    answer = clerk.send(content, name=name)
    assert answer.status_code == 200
    return answer


def address(way: str, upload: Upload | None = None) -> str:
    return reverse(f"customers:import_{way}", args=[(upload or Upload.objects.get()).pk])


def given_back(clerk: Page, way: str) -> bytes:
    answer = clerk.client.get(address(way))
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (
        200,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    return bytes(answer.content)


def first(content: bytes) -> Worksheet:
    return load_workbook(io.BytesIO(content)).worksheets[0]


def saved(sheet: Worksheet) -> bytes:
    output = io.BytesIO()
    assert isinstance(sheet.parent, Workbook)
    sheet.parent.save(output)
    return output.getvalue()


# ---- the list --------------------------------------------------------------------------------------------------------


def test_the_list_tells_of_each_problem_where_what_and_what_would_be_right(clerk: Page) -> None:
    sent(clerk, book(["Nimi", "Asiakastyyppi"], ["A", "Yrtiys"], [None, "Yritys"]))
    assert cells(given_back(clerk, "problems")) == [
        ["Sheet", "Row", "Column", "Heading", "Value", "What is wrong", "Suggested fix"],
        ["Sheet", 2, "B", "Asiakastyyppi", "Yrtiys", "This is not a customer type.", "Company"],
        ["Sheet", 3, "A", "Nimi", None, "This is missing.", "It is the only cell that is needed."],
    ]


def the_list(clerk: Page) -> str:
    """The page's own list of problems."""
    page = reverse("customers:import_preview", args=[Upload.objects.get().pk])
    return clerk.client.get(page, {"show": "problems"}).content.decode()


def test_the_page_lists_500_problems_and_the_workbook_them_all(clerk: Page) -> None:
    sent(clerk, book(["Nimi", "Sähköposti"], *[["A", "ei"]] * 600))
    shown = the_list(clerk)
    assert "more problems: 100" in shown
    listed = cells(given_back(clerk, "problems"))[1:]
    assert [row[1] for row in listed] == list(range(2, 602))


def test_past_its_limit_the_list_says_how_many_more_there_are(clerk: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sheets.pages.errors.MOST_LISTED", 2)
    sent(clerk, book(["Nimi", "Sähköposti"], *[["A", "ei"]] * 5))
    listed = cells(given_back(clerk, "problems"))[1:]
    assert [row[1] for row in listed] == [2, 3, None]
    assert listed[-1][5] == "… More problems: 3."


def test_a_problem_leads_to_its_cell_in_the_preview(clerk: Page) -> None:
    sent(clerk, book(["Nimi", "Sähköposti"], *[["A", "ei"]] * 121))
    page = reverse("customers:import_preview", args=[Upload.objects.get().pk])
    address = re.escape(f"{page}?row=122#B122")
    assert re.search(rf'<a\s+href="{address}">\s*B · Sähköposti\s*</a>', the_list(clerk))
    assert '<td id="B122" class="wrong">ei</td>' in clerk.client.get(page, {"row": 122}).content.decode()


# ---- the rows to mend ------------------------------------------------------------------------------------------------


def test_the_wrong_rows_come_alone_in_the_sheet_to_fill_in_with_their_wrong_cells_red(clerk: Page) -> None:
    headings = ["Oma", "Postinumero", "Nimi", "Sähköposti"]
    sent(clerk, book(headings, ["x", "00100", "Hyvä Oy", None], ["x", "00200", "Väärä Oy", "ei"], [None, "00300"]))
    sheet = first(given_back(clerk, "wrong_rows"))
    assert [cell.value for cell in sheet[1]] == [column.headings[1] for column in COLUMNS]
    assert sheet.max_row == 3
    assert [(cell.coordinate, cell.value) for row in sheet["2:3"] for cell in row if cell.value is not None] == [
        *(("A2", "Väärä Oy"), ("E2", "ei"), ("H2", "00200"), ("H3", "00300"))
    ]
    red = {
        cell.coordinate: cell.comment.text
        for row in sheet["2:3"]
        for cell in row
        if cell.fill.fgColor.rgb == RED and cell.comment
    }
    assert red == {
        "E2": "Row 3 of your file:\nThis is not an e-mail address.\nOne address, such as name@example.com.",
        "A3": "Row 4 of your file:\nThis is missing.\nIt is the only cell that is needed.",
    }
    assert (sheet["H2"].number_format, sheet["A3"].number_format, sheet.freeze_panes) == ("@", "@", "B2")
    assert len(sheet.data_validations.dataValidation) == 2


def test_mended_rows_are_imported(clerk: Page) -> None:
    sent(clerk, given("own/virheet.xlsx"))
    sheet = first(given_back(clerk, "wrong_rows"))
    assert not clerk(saved(sheet)).saved
    sheet["A2"], sheet["C3"], sheet["C4"], sheet["B5"], sheet["E6"] = (
        "Nimetty Oy",
        NOKIA,
        None,
        "Yritys",
        "a@example.com",
    )
    sheet["A7"], sheet["F8"], sheet["Q9"], sheet["U10"] = "Lyhyt Oy", "040 123 4567", 14, None
    assert clerk(saved(sheet)).saved
    assert Customer.objects.count() == 9
    assert Customer.objects.filter(name="Nimetty Oy").exists()


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Nimi", "x" * 300),
        ("Maksuehto (pv)", "=14"),
        ("Liitetty alkaen", 46_000),
        *long(
            [
                ("Nimi", "=1+1"),
                ("Asiakasnumero", date(2026, 3, 1)),
                ("Asiakasnumero", datetime.fromisoformat("2026-03-01T12:30")),
                ("Asiakasnumero", datetime.fromisoformat("2026-03-01T12:30").time()),
                ("Asiakasnumero", True),
                ("Asiakasnumero", 1.5e20),
                ("Sähköposti", "#N/A"),
                ("Puhelin", 12),
                ("Maksuehto (pv)", 1.5),
            ]
        ),
    ],
)
def test_rows_that_nobody_mended_have_the_same_problems_again(clerk: Page, heading: str, value: Any) -> None:
    """Whatever kind of value is wrong comes back as the same: nothing wrong becomes right on its way."""
    headings = dict.fromkeys(["Nimi", "Sähköposti", "Puhelin", heading])
    row = {"Nimi": "A Oy", "Sähköposti": "ei", "Puhelin": "040 123 4567"} | {heading: value}
    sent(clerk, book([*headings], ["Hyvä Oy", "a@example.com"], [row.get(name) for name in headings]))
    before = cells(given_back(clerk, "problems"))[1:]
    again = given_back(clerk, "wrong_rows")
    Upload.objects.all().delete()
    sent(clerk, again)
    after = cells(given_back(clerk, "problems"))[1:]
    assert sorted(map(repr, (row[4:] for row in after))) == sorted(map(repr, (row[4:] for row in before)))
    assert {row[1] for row in before} == {3}
    assert {row[1] for row in after} == {2}


def test_errors_of_formulas_come_back_as_errors(clerk: Page) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet["A2"], sheet["A3"] = "#DIV/0!", "=1+1"  # the second one without a saved value
        sheet["A2"].data_type = "e"

    sent(clerk, book(["Nimi"], ["A"], ["B"], edit=edit))
    sheet = first(given_back(clerk, "wrong_rows"))
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [("#DIV/0!", "e"), ("#N/A", "e")]


def test_a_contacts_name_that_has_no_column_in_the_file_is_asked_for_in_its_own(clerk: Page) -> None:
    content = book(["Nimi", "Yhteyshenkilön sähköposti"], ["A Oy", "a@example.com"])
    sent(clerk, content)
    sheet = first(given_back(clerk, "wrong_rows"))
    marks = [cell.coordinate for cell in sheet[2] if cell.comment]
    assert [sheet[f"{mark[:-1]}1"].value for mark in marks] == ["Contact"]
    only = first(given_back(clerk, "marked"))
    assert [cell.coordinate for cell in only[2] if cell.comment] == ["A2"]


def test_of_very_many_wrong_rows_the_first_come_whole_and_the_page_says_so(
    clerk: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("errors", "rows"):
        monkeypatch.setattr(f"sheets.pages.{place}.MOST_MENDED", 3)
    sent(clerk, book(["Nimi", "Sähköposti", "Puhelin"], *[["A", "ei", "ei"]] * 4))
    shown = the_list(clerk)
    assert "Only the rows of the first 3 problems come." in shown
    sheet = first(given_back(clerk, "wrong_rows"))
    assert [cell.coordinate for row in sheet["2:9"] for cell in row if cell.comment] == ["E2", "F2"]


def test_very_long_texts_end_the_rows_before_they_fill_the_memory(clerk: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sheets.problem_workbooks.MOST_CHARACTERS", 1_000)
    sent(clerk, book(["Nimi"], *[["x" * 400]] * 4))
    assert first(given_back(clerk, "wrong_rows")).max_row == 3


# ---- the user's own file ---------------------------------------------------------------------------------------------


def test_the_own_file_comes_back_with_marks_and_nothing_else_changed(clerk: Page) -> None:
    before = given("own/virheet.xlsx")
    sent(clerk, before)
    shown = the_list(clerk)
    assert "Your own file as it is" in shown
    after = given_back(clerk, "marked")
    sheet = first(after)
    marks = {cell.coordinate for row in sheet for cell in row if cell.comment}
    assert marks == {"A3", "C4", "C5", "B6", "E7", "A8", "F9", "Q10", "U11"}
    assert sheet["C5"].comment is not None
    assert sheet["C5"].comment.text.startswith("The same is already on row 2.\nEach customer has its own business ID")
    assert {sheet[mark].fill.fgColor.rgb for mark in marks} == {RED}
    assert cells(after) == cells(before)


def test_a_mended_file_with_marks_is_imported(clerk: Page) -> None:
    sent(clerk, book(["Nimi", "Sähköposti"], ["A Oy", "ei"], [None, "a@example.com"]))
    sheet = first(given_back(clerk, "marked"))
    sheet["B2"], sheet["A3"] = "b@example.com", "B Oy"
    assert clerk(saved(sheet)).saved
    assert sorted(Customer.objects.values_list("name", "email")) == [
        ("A Oy", "b@example.com"),
        ("B Oy", "a@example.com"),
    ]


def test_a_file_with_macros_keeps_its_kind(clerk: Page) -> None:
    sent(clerk, given("own/virheet.xlsx"), name="Omat asiakkaat.XLSM")
    answer = clerk.client.get(address("marked"))
    assert answer["Content-Type"] == "application/vnd.ms-excel.sheet.macroEnabled.12"
    assert "marked.xlsm" in answer["Content-Disposition"]
    assert "rows%20to%20fix.xlsx" in clerk.client.get(address("wrong_rows"))["Content-Disposition"]


@pytest.mark.parametrize(
    ("rows", "comment", "why"),
    [
        (501, False, "Your own file is marked when it has at most 500 problems."),
        (1, True, "Your own file cannot be marked: its sheet has comments already."),
    ],
)
def test_a_file_that_cannot_be_marked_gets_the_other_two_and_is_told_why(
    clerk: Page, rows: int, comment: bool, why: str
) -> None:
    def edit(sheet: Worksheet) -> None:
        if comment:
            sheet["A1"].comment = Comment("oma", "minä")

    sent(clerk, book(["Nimi", "Sähköposti"], *[["A", "ei"]] * rows, edit=edit))
    shown = the_list(clerk)
    assert why in shown
    assert [address(way) in shown for way in WAYS] == [True, True, False]
    answer = clerk.client.get(address("marked"), follow=True)
    assert answer.redirect_chain == [(reverse("customers:import_preview", args=[Upload.objects.get().pk]), 302)]
    assert why in answer.content.decode()
    assert first(given_back(clerk, "wrong_rows")).max_row == rows + 1


# ---- formulas, rights, states ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_no_text_of_a_users_is_a_formula_in_what_is_given_back(clerk: Page, way: str) -> None:
    rows = [[payload, payload, payload, payload] for payload in PAYLOADS]
    sent(clerk, book(["Nimi", "Sähköposti", "Maksuehto (pv)", "=Oma"], *rows))
    content = given_back(clerk, way)
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        assert [cell.coordinate for row in sheet for cell in row if cell.data_type == "f"] == []
    if way == "wrong_rows":
        texts = list(first(content).iter_rows(min_row=2))
        assert all(
            cell.quotePrefix for row in texts for cell in row if str(cell.value).startswith(("=", "+", "-", "@"))
        )
        assert [row[0].value for row in texts][:4] == PAYLOADS[:4]
    if way == "marked":
        marks = [cell.coordinate for row in first(content) for cell in row if cell.comment]
        assert len(marks) == 2 * len(PAYLOADS)


@pytest.mark.parametrize("way", WAYS)
def test_only_who_may_add_customers_and_sent_the_file_gets_it_back(
    way: str, importer: User, office_client: Client, colleague_client: Client, stranger_client: Client
) -> None:
    upload = Upload.objects.create(name="a.xlsx", content=given("own/virheet.xlsx"), user=importer)
    asked = [signed_in(importer), office_client, colleague_client, stranger_client, Client()]
    assert [client.get(address(way, upload)).status_code for client in asked] == [200, 404, 403, 403, 302]
    assert signed_in(importer).post(address(way, upload)).status_code == 405


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_has_been_imported_is_gone_and_a_good_one_has_nothing_to_give(way: str, importer: User) -> None:
    client = signed_in(importer)
    done = Upload.objects.create(name="a.xlsx", content=b"", user=importer, state="imported")
    assert client.get(address(way, done)).status_code == 404
    good = Upload.objects.create(name="b.xlsx", content=book(["Nimi"], ["A Oy"]), user=importer)
    answer = client.get(address(way, good))
    assert (answer.status_code, answer["Location"]) == (302, reverse("customers:import_preview", args=[good.pk]))


@pytest.mark.parametrize("way", WAYS)
def test_a_right_to_update_that_was_taken_away_leads_back_to_the_beginning(way: str, importer: User) -> None:
    upload = Upload.objects.create(name="a", content=given("own/virheet.xlsx"), user=importer, update=True)
    answer = signed_in(importer).get(address(way, upload))
    assert (answer.status_code, answer["Location"]) == (302, reverse("customers:import"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("rows", [1, 3, 400])
def test_giving_back_costs_the_same_queries_however_many_rows(
    clerk: Page, way: str, rows: int, django_assert_num_queries: Any
) -> None:
    sent(clerk, book(["Nimi", "Asiakasnumero", "Sähköposti"], *[[f"A {n}", n, "ei"] for n in range(rows)]))
    with django_assert_num_queries(9):
        clerk.client.get(address(way))
