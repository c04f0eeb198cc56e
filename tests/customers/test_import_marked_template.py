"""Our own sheets, which have comments of ours, are given back with their wrong cells marked as any other file is."""

from __future__ import annotations

import io
from typing import Any

from django.test import Client
from openpyxl import load_workbook
from openpyxl.comments import Comment

from tests.customers.importing import Page


def body(answer: Any) -> bytes:
    pieces = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(pieces)


def filled(template: bytes, rows: dict[str, str], comment: Comment | None = None) -> bytes:
    workbook = load_workbook(io.BytesIO(template))
    sheet = workbook.worksheets[0]
    for place, value in rows.items():
        sheet[place] = value
    if comment is not None:
        sheet["A1"].comment = comment
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def comments(content: bytes) -> dict[str, str]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}


def marked(client: Client, content: bytes) -> bytes:
    page = Page(client).send(content)
    return body(client.get(f"{page.redirect_chain[-1][0]}marked/"))


def test_the_sheet_to_fill_in_comes_back_marked_and_keeps_the_help_of_its_headings(office_client: Client) -> None:
    template = body(office_client.get("/customers/import/template/"))
    wrong = filled(template, {"A3": "A Oy", "E3": "ei", "A4": "B Oy", "C4": "0112038-8"})
    given_back = marked(office_client, wrong)
    told = {
        "E3": "Tämä ei ole sähköpostiosoite.\nYksi osoite, esimerkiksi nimi@example.com.",
        "C4": "Tarkistusnumero ei täsmää.\n0112038-9, jos muut numerot ovat oikein.",
    }
    assert comments(given_back) == comments(template) | told
    again = marked(office_client, filled(given_back, {"E3": "a@example.com"}))
    assert comments(again) == comments(template) | {"C4": told["C4"]}


def test_a_sheet_with_a_comment_of_somebody_else_is_left_alone(office_client: Client) -> None:
    template = body(office_client.get("/customers/import/template/"))
    wrong = filled(template, {"A3": "A Oy", "E3": "ei"}, Comment("Kysy Liisalta", "Liisa"))
    page = Page(office_client).send(wrong)
    answer = office_client.get(f"{page.redirect_chain[-1][0]}marked/", follow=True)
    assert answer.redirect_chain[-1][0] == page.redirect_chain[-1][0]
    assert "Omaa tiedostoasi ei voi merkitä: sen taulukossa on jo kommentteja." in answer.content.decode()
