"""A slash without blanks may be a mark between two folders: where one of that name is there, the user says."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from folders.models import Folder
from folders.sql.paths import path_text, paths
from tests import factories
from tests.customers.importing import problems
from tests.sheets.books import book


def sent(client: Client, headings: list[str], *rows: list[Any]) -> tuple[Any, str]:
    file = io.BytesIO(book(headings, *rows))
    file.name = "kansiot.xlsx"
    page = client.post("/folders/import/", {"file": file}, follow=True)
    return page, page.redirect_chain[-1][0]


def tree() -> list[str]:
    return sorted(map(path_text, paths(list(Folder.objects.values_list("pk", flat=True))).values()))


def asked(page: Any) -> list[tuple[int, list[str]]]:
    return [(row.number, list(told.fixes)) for row in page.context["rows"] for told in row.problems]


def test_a_slash_beside_a_folder_of_that_name_is_asked_about(office_client: Client) -> None:
    factories.folder("Isännöinti")
    rows = [["Isännöinti/As Oy"], ["isännöinti/As Oy / Piha"], ["Katu 1/2"], ["Uusi"], ["Uusi/Talo"]]
    page, address = sent(office_client, ["Kansio"], *rows)
    assert asked(page) == [
        (2, ["Isännöinti / As Oy", "Isännöinti/As Oy"]),
        (3, ["isännöinti / As Oy / Piha", "isännöinti/As Oy / Piha"]),
        (6, ["Uusi / Talo", "Uusi/Talo"]),
    ]
    assert "Onko ”Isännöinti/As Oy” kansiossa ”Isännöinti” vai sen rinnalla?" in page.content.decode()
    assert office_client.post(address).status_code == 422
    page = office_client.post(f"{address}choose/", {"use": "2 folder Isännöinti/As Oy"}, follow=True)
    assert [number for number, _fixes in asked(page)] == [6]  # of the third row it is known by then
    page = office_client.post(f"{address}choose/", {"use": "6 folder Uusi / Talo"}, follow=True)
    assert office_client.post(address, {"seen": page.context["seen"]}).status_code == 302
    assert tree() == ["Isännöinti", "Isännöinti/As Oy", "Isännöinti/As Oy / Piha", "Katu 1/2", "Uusi", "Uusi / Talo"]


def test_a_level_with_a_slash_is_asked_about_too(office_client: Client) -> None:
    factories.folder("Talo", factories.folder("Isännöinti"))
    page, address = sent(office_client, ["Taso 1", "Taso 2"], ["Isännöinti", "Talo/Piha"])
    assert asked(page) == [(2, ["Talo/Piha"])]
    office_client.post(f"{address}choose/", {"use": "2 level2 Talo/Piha"})
    page = office_client.get(address)
    office_client.post(address, {"seen": page.context["seen"]})
    assert "Isännöinti / Talo/Piha" in tree()


def test_the_command_has_nobody_to_ask(tmp_path: Path, db: None) -> None:
    factories.folder("Isännöinti")
    file = tmp_path / "kansiot.xlsx"
    file.write_bytes(book(["Kansio"], ["Isännöinti/As Oy"]))
    with pytest.raises(CommandError):
        call_command("import_folders", str(file), stdout=io.StringIO(), stderr=(said := io.StringIO()))
    assert "Isännöinti / As Oy" in said.getvalue()
    assert tree() == ["Isännöinti"]


@pytest.mark.django_db
def test_a_customers_folder_with_a_slash_is_named_as_it_would_be_right() -> None:
    factories.folder("As Oy", factories.folder("Isännöinti"))
    assert problems(["Kansiot"], ["Isännöinti/As Oy"]) == [(2, "B", "Kansiota ”Isännöinti/As Oy” ei ole.")]
    assert problems(["Kansiot"], ["Isännöinti / As Oy"]) == []
