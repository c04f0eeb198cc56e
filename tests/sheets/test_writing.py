"""Tables that we hand out: numbers are numbers, days are days, and no text of a user's is a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from sheets.reading import open_workbook
from sheets.writing import csv_response, write_csv, write_xlsx, xlsx_response

MARCH, NOON = datetime.fromisoformat("2026-03-01"), datetime.fromisoformat("2026-03-01T12:30")
PAYLOADS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    '=HYPERLINK("http://example.invalid","x")',
    "\t=1",
    "\r=1",
    "＝1",
    " =1",
    "=cmd|'/c'!A1",
]


def page(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).worksheets[0]


def test_numbers_and_days_are_real_in_excel() -> None:
    sheet = page(write_xlsx("T", ["a"] * 6, [[1, Decimal("1.50"), -0.25, date(2026, 3, 1), NOON, None]]))
    assert [cell.value for cell in sheet[2]] == [
        1,
        1.5,
        -0.25,
        MARCH,
        NOON,
        None,
    ]
    assert [cell.is_date for cell in sheet[2]] == [False, False, False, True, True, False]
    assert sheet["D2"].number_format == "d\\.m\\.yyyy"


def test_zeros_at_the_beginning_of_a_text_stay() -> None:
    cell = page(write_xlsx("T", ["Postinumero"], [["00100"]]))["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == ("00100", "s", "@")


def test_no_text_is_a_formula_in_excel() -> None:
    sheet = page(write_xlsx("=T", PAYLOADS, [PAYLOADS, PAYLOADS]))
    assert {cell.data_type for row in sheet for cell in row} == {"s"}
    assert [unescape(cell.value) for cell in sheet[2]] == PAYLOADS
    assert all(cell.quotePrefix for cell in sheet[2] if cell.value != " =1")


def test_no_text_is_a_formula_in_a_csv_file() -> None:
    rows = list(csv.reader(io.StringIO(write_csv(PAYLOADS, [PAYLOADS]).decode("utf-8-sig")), delimiter=";"))
    assert all(value.startswith("'") for row in rows for value in row)


def test_numbers_and_days_in_a_csv_file_are_as_excel_reads_them_in_finland() -> None:
    content = write_csv(
        ["Määrä", "Päivä", "Teksti"], [[Decimal("-1.50"), date(2026, 3, 1), 'a;"b"\nc'], [7, None, "ä"]]
    )
    assert content == '\ufeffMäärä;Päivä;Teksti\r\n-1,50;2026-03-01;"a;""b""\nc"\r\n7;;ä\r\n'.encode()


def test_the_heading_row_stays_in_sight() -> None:
    assert page(write_xlsx("T", ["a"], [])).freeze_panes == "A2"


def test_a_sheet_may_have_any_name() -> None:
    assert (
        page(write_xlsx("Raportti [1/2026]: <kaikki> & muut asiakkaat", ["a"], [])).title
        == "Raportti  1 2026   <kaikki> & m"
    )


def test_a_text_too_long_for_a_cell_says_that_it_is_cut() -> None:
    value = page(write_xlsx("T", ["a"], [["x" * 40_000]]))["A2"].value
    assert (len(value), value[-2:]) == (32_767, "x…")


def test_downloads_name_their_file() -> None:
    answer = xlsx_response("Yhteenveto ä.xlsx", ["a"], [["b"]])
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Yhteenveto%20%C3%A4.xlsx"
    assert page(answer.content).title == "Yhteenveto ä"
    assert csv_response("a.csv", ["a"], [["b"]])["Content-Disposition"] == 'attachment; filename="a.csv"'


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(-(10**14), 10**14), st.dates(date(1900, 3, 1))), max_size=5))
def test_what_is_written_is_read_again_by_us_and_by_openpyxl(rows: list[tuple[str, int, date]]) -> None:
    content = write_xlsx("T", ["teksti", "luku", "päivä"], rows)
    theirs = [tuple(cell.value for cell in row) for row in page(content).iter_rows(min_row=2)]
    assert [(value or "", number) for value, number, _day in theirs] == [
        (escaped(text), number) for text, number, _ in rows
    ]
    ours = [dict(row.cells) for row in list(open_workbook(content).sheets[0].rows())[1:]]
    assert [(row.get(1, ""), row[2], row[3]) for row in ours] == [
        (trimmed(text), number, day) for text, number, day in rows
    ]


def escaped(text: str) -> str:
    """As openpyxl gives it: escapes are left alone, and XML makes one break of every kind of line end."""
    from sheets.writing import escaped

    return escaped(text)


def trimmed(text: str) -> str:
    from spotilla.text import EDGES

    return text.strip(EDGES)


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ud800", "\uffff"])
def test_a_character_that_xml_cannot_hold_does_no_harm(character: str) -> None:
    assert page(write_xlsx("T", ["a"], [[f"a{character}b"]]))["A2"].value.startswith("a")
