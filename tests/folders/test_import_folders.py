"""Folders from Excel, from a list that is pasted, and back: by the page and by the command."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import User
from customers import ownership
from customers.importing_folders.save import save
from customers.importing_folders.spec import FOLDERS
from customers.sql.rebuild import differences
from folders.days import ALWAYS, FOREVER
from folders.exporting import exported_folders
from folders.importing_folders.pasted import paths_of
from folders.importing_folders.plan import judge
from folders.models import Folder, Operation, Placement
from folders.sql.paths import path_text, paths
from folders.sql.placements import inconsistent_placements
from sheets.importing.keeping import NotImported
from sheets.limits import Limits, Unreadable
from sheets.models import Upload, UploadRow
from sheets.tables import Table, read_table
from tests import factories
from tests.conftest import signed_in
from tests.sheets.books import book, cells, saved_book

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LEVELS = ["Taso 1", "Taso 2", "Taso 3", "Kuvaus"]


@pytest.fixture
def puistola() -> Folder:
    return factories.folder("As Oy Puistola", factories.folder("Isännöinti"))


@pytest.fixture
def clerk(db: None) -> User:
    """May make folders, and change none."""
    return factories.user("tuoja@spotilla.example", "folders.add_folder", "folders.view_folder", language="en")


@pytest.fixture
def boss(db: None) -> User:
    """May change them too."""
    rights = ("folders.add_folder", "folders.view_folder", "folders.change_folder")
    return factories.user("esimies@spotilla.example", *rights, language="en")


def sent(client: Client, content: bytes | None = None, **data: Any) -> Any:
    files = {} if content is None else {"file": SimpleUploadedFile("kansiot.xlsx", content)}
    return client.post(reverse("folders:import"), files | data, follow=True)


def pressed(client: Client, answer: Any) -> str:
    target = answer.redirect_chain[-1][0]
    return str(client.post(target, {"seen": client.get(target).context["seen"]}, follow=True).content.decode())


def chosen(client: Client, **data: Any) -> Any:
    return client.post(reverse("folders:import_choose", args=[Upload.objects.latest("pk").pk]), data, follow=True)


def table(content: bytes) -> Table:
    return read_table(content, FOLDERS.imported, Limits(), most_rows=5_000)


def problems(headings: list[str], *rows: list[Any], update: bool = False) -> list[tuple[int, str, str]]:
    found = judge(table(book(headings, *rows)), update=update, by=None).problems
    return [(problem.row, problem.heading, problem.text) for problem in found]


def tree() -> list[str]:
    """Every path, in order."""
    return sorted(map(path_text, paths(list(Folder.objects.values_list("pk", flat=True))).values()))


def out() -> bytes:
    return b"".join(exported_folders(Folder.objects.all()))


def edited(content: bytes, row: int, **values: Any) -> bytes:
    workbook = load_workbook(io.BytesIO(content))
    places = {"folder": 1, "description": 2, "id": 3, "version": 4}
    for key, value in values.items():
        workbook.worksheets[0].cell(row, places[key]).value = value
    return saved_book(workbook)


# ---- new ones --------------------------------------------------------------------------------------------------------


def test_paths_become_folders_since_always_with_those_above_them_and_take_their_coverage(
    clerk: User, puistola: Folder
) -> None:
    customer = factories.customer("Asiakas Oy")
    ownership.attach(customer, puistola, date(2026, 3, 1), by=None)
    client = signed_in(clerk)
    template = cells(client.get(reverse("folders:import_template")).content)
    assert template[0] == ["Folder", "Description"]
    rows: list[list[Any]] = [
        ["isännöinti / as oy  PUISTOLA / A-talo / Kellari", "Pannuhuone"],
        ["Isännöinti / As Oy Puistola / A-talo", "Vanha"],
        ["Koulut / Keskuskoulu", None],
        ["Isännöinti", None],
    ]
    answer = sent(client, book(["Kansio", "Kuvaus"], *rows))
    text = answer.content.decode()
    assert "Import 3 folders" in text
    assert "“Koulut” is not there and has no row of its own; it comes too." in text
    assert text.count("has no row of its own") == 1
    assert Folder.objects.count() == 2
    after = pressed(client, answer)
    assert "The folders were imported" in after
    assert "Folders above them that came too: <b>1</b>" in after
    above = "Isännöinti / As Oy Puistola"
    assert tree() == [
        *("Isännöinti", above, f"{above} / A-talo", f"{above} / A-talo / Kellari"),
        *("Koulut", "Koulut / Keskuskoulu"),
    ]
    assert dict(Folder.objects.exclude(description="").values_list("name", "description")) == {
        "A-talo": "Vanha",
        "Kellari": "Pannuhuone",
    }
    assert set(Placement.objects.values_list("since", "until")) == {(ALWAYS, FOREVER)}
    assert Folder.objects.get(name="Kellari").coverage.get().customer == customer
    assert differences() == []
    assert inconsistent_placements() == []
    assert [folder.name for folder in Folder.objects.matching("KELLARI")] == ["Kellari"]
    operation = Operation.objects.get(kind="import_folders")
    assert operation.user == clerk
    assert len(operation.arguments["created"]) == 4


def test_levels_in_columns_are_read_as_they_are_and_as_an_outline(puistola: Folder) -> None:
    rows: list[list[Any]] = [
        ["Isännöinti", "As Oy Puistola", "A-talo", "Ensin"],
        [None, None, "B-talo", None],
        [None, "As Oy Metsola", None, None],
        [None, None, "C-talo", None],
        ["Koulut", None, None, None],
        [None, "Keskuskoulu", None, None],
    ]
    save(table(book(LEVELS, *rows)), update=False, by=None)
    one, two = "Isännöinti / As Oy Puistola", "Isännöinti / As Oy Metsola"
    assert tree() == sorted(
        [
            *("Isännöinti", one, f"{one} / A-talo", f"{one} / B-talo", two, f"{two} / C-talo"),
            *("Koulut", "Koulut / Keskuskoulu"),
        ]
    )


def test_a_level_that_is_mended_in_the_page_is_mended_for_the_rows_that_leave_it_out(clerk: User) -> None:
    client = signed_in(clerk)
    answer = sent(client, book(LEVELS, ["A;B", "Yksi"], [None, "Kaksi"], ["C", "Kolme"]))
    assert answer.context["counts"]["error"] == 2
    assert "Import" in chosen(client, **{"mended": "2", "cell-level1": "A"}).content.decode()
    assert list(UploadRow.objects.order_by("number").values_list("outcome", flat=True)) == ["new", "new", "new"]
    pressed(client, answer)
    assert tree() == ["A", "A / Kaksi", "A / Yksi", "C", "C / Kolme"]


def test_the_rows_with_problems_of_an_outline_stand_for_themselves(clerk: User) -> None:
    client = signed_in(clerk)
    sent(client, book(LEVELS, ["A", "Yksi"], [None, "Kaksi;"], [None, "Kolme"]))
    upload = Upload.objects.get()
    given = cells(client.get(reverse("folders:import_wrong_rows", args=[upload.pk])).content)
    assert [row[:5] for row in given] == [
        ["Folder", "Description", "Level 1", "Level 2", "Level 3"],
        [None, None, "A", "Kaksi;", None],
    ]
    sent(client, book(["Level 1", "Folder", "Level 2"], ["A", None, "Kaksi"]))
    assert Upload.objects.latest("pk").rows.get().outcome == "new"


def test_every_problem_is_named_and_nothing_is_saved(puistola: Folder) -> None:
    factories.folder("as oy puistola", puistola.parent)
    with translation.override("en"):
        assert problems(
            ["Kansio", "Taso 1", "Taso 2", "Taso 3"],
            ["A; B"],
            ["A /  / B"],
            ["A / " + "x" * 201],
            ["A", "B"],
            [None, "A", None, "C"],
            ["Isännöinti / As Oy Puistola / Uusi"],
            ["Isännöinti / As Oy Puistola"],
            ["Uusi"],
            ["UUSI"],
            [None, None, "D / E"],
            [date(2026, 1, 1)],
        ) == [
            (2, "Kansio", "A folder's name cannot hold “;” or “ / ”: they part folders in a path."),
            (3, "Kansio", "A name is missing between two marks “ / ”."),
            (4, "Kansio", f"The name “{'x' * 40} …” is too long."),
            (5, "Kansio", "The row says two folders: “A” and “B”."),
            (6, "Taso 2", "A level between two others is empty."),
            (7, "Kansio", "The path “Isännöinti / As Oy Puistola” matches two folders."),
            (8, "Kansio", "The path “Isännöinti / As Oy Puistola” matches two folders."),
            (10, "Kansio", "Row 9 has the same folder."),
            (11, "Taso 2", "A folder's name cannot hold “;” or “ / ”: they part folders in a path."),
            (12, "Kansio", "The cell holds a day or a time, not text."),
        ]
    before = tree()
    with pytest.raises(NotImported):
        save(table(book(["Kansio"], ["Uusi"], ["A;B"])), update=False, by=None)
    assert tree() == before


def test_an_empty_row_of_an_export_says_what_is_missing(puistola: Folder) -> None:
    with translation.override("en"):
        assert problems(["Kansio", "Kuvaus"], [None, "Vain kuvaus"]) == [(2, "Kansio", "This is missing.")]


# ---- those that are there --------------------------------------------------------------------------------------------


def test_a_folder_that_is_there_stays_as_it_is_unless_it_is_to_be_updated(boss: User, puistola: Folder) -> None:
    client = signed_in(boss)
    rows: list[list[Any]] = [["Isännöinti / As Oy Puistola", "Uusi kuvaus"], ["Isännöinti", None]]
    answer = sent(client, book(["Kansio", "Kuvaus"], *rows))
    assert "The folder already exists with another description." in answer.content.decode()
    assert answer.context["counts"]["unchanged"] == 2
    answer = sent(client, book(["Kansio", "Kuvaus"], *rows), update="on")
    assert answer.context["counts"]["changed"] == 1
    assert "Changed: <b>1</b>" in pressed(client, answer)
    puistola.refresh_from_db()
    assert puistola.description == "Uusi kuvaus"
    assert Folder.objects.count() == 2


def test_an_export_in_tree_order_comes_back_renames_and_empties(boss: User, puistola: Folder) -> None:
    puistola.description = "=1+1"
    puistola.save()
    factories.folder("A-talo", puistola)
    factories.folder("Ääniä", None)
    client = signed_in(boss)
    content = b"".join(client.get(reverse("folders:export")))
    one = "Isännöinti / As Oy Puistola"
    assert [row[:2] for row in cells(content)] == [
        ["Folder", "Description"],
        ["Isännöinti", None],
        [one, "=1+1"],
        [f"{one} / A-talo", None],
        ["Ääniä", None],
    ]
    answer = sent(client, content, update="on")
    assert answer.context["counts"]["unchanged"] == 4
    # The new name of the folder above may stand in the rows below it, and the old one may too.
    changed = edited(content, 3, folder="Isännöinti / As Oy Metsola", description=None)
    anew = edited(changed, 4, folder="Isännöinti / As Oy Metsola / A-talo ja piha")
    for sheet, names in ((changed, ["A-talo"]), (anew, ["A-talo ja piha"])):
        answer = sent(client, sheet, update="on")
        assert answer.context["counts"]["error"] == 0
        changes = [cell for row in answer.context["rows"] for cell in row.cells if cell.state == "changed"]
        assert (one, "Isännöinti / As Oy Metsola") in [(cell.was, cell.text) for cell in changes]
        if sheet is anew:
            pressed(client, answer)
            assert [folder.name for folder in Folder.objects.filter(parent=puistola)] == names
    puistola.refresh_from_db()
    assert (puistola.name, puistola.description) == ("As Oy Metsola", "")
    assert [folder.pk for folder in Folder.objects.matching("metsola")] == [puistola.pk]


def test_a_sheet_moves_no_folder_and_changes_none_without_being_told(puistola: Folder) -> None:
    content = out()
    with translation.override("en"):
        judged = judge(table(edited(content, 3, folder="As Oy Puistola")), update=True, by=None).problems
        assert [(problem.text, problem.fixes) for problem in judged] == [
            ("The folder is in “Isännöinti”. A sheet does not move folders.", ("Isännöinti / As Oy Puistola",))
        ]
        judged = judge(table(content), update=False, by=None).problems
        assert {problem.text for problem in judged} == {
            "This is the folder “Isännöinti”.",
            "This is the folder “As Oy Puistola”.",
        }
        gone = edited(content, 3, id=10**9)
        assert [problem.text for problem in judge(table(gone), update=True, by=None).problems] == [
            "There is no such folder."
        ]


def test_a_new_row_below_a_name_to_be_is_a_problem(puistola: Folder) -> None:
    content = edited(out(), 3, folder="Isännöinti / Metsola")
    content = edited(content, 4, folder="Isännöinti / Metsola / A-talo")
    with translation.override("en"):
        judged = judge(table(content), update=True, by=None).problems
        assert [(each.row, each.text) for each in judged] == [(4, "Row 3 gives that name to a folder that is there.")]


def test_a_rename_that_is_mended_in_the_page_judges_the_rows_below_anew(boss: User, puistola: Folder) -> None:
    factories.folder("A-talo", puistola)
    content = edited(out(), 3, folder="Isännöinti / Metsola;")
    content = edited(content, 4, folder="Isännöinti / Metsola / A-talo")
    client = signed_in(boss)
    answer = sent(client, content, update="on")
    assert answer.context["counts"]["error"] == 2
    answer = chosen(client, **{"mended": "3", "cell-folder": "Isännöinti / Metsola"})
    assert list(UploadRow.objects.order_by("number").values_list("outcome", flat=True)) == [
        *("unchanged", "changed", "unchanged")
    ]


def test_what_somebody_changed_since_the_export_is_pointed_out(puistola: Folder) -> None:
    content = edited(out(), 3, description="Taulukosta")
    Folder.objects.filter(pk=puistola.pk).update(description="Sivulta")
    with translation.override("en"):
        (row,) = [row for row in judge(table(content), update=True, by=None).rows if row.notes]
    assert row.notes == ("The folder has been changed since the export. Look at each cell that changes.",)


# ---- a pasted list ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A\n  B\n    C\n  D\nE", ["A", "A / B", "A / B / C", "A / D", "E"]),
        ("A\n\tB\n\t\tC\n\tD", ["A", "A / B", "A / B / C", "A / D"]),
        ("  A\r\n\r\n      B\r\n  C\r\n", ["A", "A / B", "C"]),
        ("- A\n  - B\n•\tC\n\xa0\xa0– D", ["A", "A / B", "C", "C / D"]),
        ("A\tB\tC\n\t\tD\n\tE\nF\tG", ["A / B / C", "A / B / D", "A / E", "F / G"]),
        ("A / B\n  C / D\n  E", ["A / B", "A / B / C / D", "A / B / E"]),
        ("As Oy  Puistola \n    A-talo - vanha", ["As Oy Puistola", "As Oy Puistola / A-talo - vanha"]),
        ("\n \n", []),
    ],
)
def test_a_list_says_by_its_indentation_what_is_inside_what(text: str, found: list[str]) -> None:
    assert paths_of(text) == found


@pytest.mark.parametrize(("text", "line"), [("A\n    B\n  C", 3), ("    A\n  B", 2), ("A\n  B\n      C\n    D", 4)])
def test_a_line_that_begins_beside_none_is_told(text: str, line: int) -> None:
    with translation.override("en"), pytest.raises(Unreadable, match=f"Line {line}, "):
        paths_of(text)


def test_a_pasted_list_becomes_folders(clerk: User, puistola: Folder) -> None:
    client = signed_in(clerk)
    answer = sent(client, pasted="Isännöinti\n  As Oy Puistola\n    A-talo\n    =B\n  As Oy Metsola\n")
    assert answer.context["counts"]["new"] == 3
    assert "Import 3 folders" in answer.content.decode()
    pressed(client, answer)
    assert tree() == [
        *("Isännöinti", "Isännöinti / As Oy Metsola", "Isännöinti / As Oy Puistola"),
        *("Isännöinti / As Oy Puistola / =B", "Isännöinti / As Oy Puistola / A-talo"),
    ]
    assert Upload.objects.get().name == "list of folders.xlsx"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({}, "Choose a file, or paste a list."),
        ({"pasted": "  \n"}, "Choose a file, or paste a list."),
        ({"pasted": "A\n    B\n  C"}, "Line 3, “C”: it begins beside no line above it."),
        ({"pasted": "A", "file": SimpleUploadedFile("a.xlsx", b"x")}, "Both a file and a list: send one of them."),
        ({"file": SimpleUploadedFile("a.xlsx", b"x")}, "xlsx"),
    ],
)
def test_what_cannot_be_taken_is_told_and_keeps_nothing(clerk: User, data: dict[str, Any], text: str) -> None:
    answer = signed_in(clerk).post(reverse("folders:import"), data)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not Upload.objects.exists()


# ---- rights, the command, and how many questions ---------------------------------------------------------------------


def test_who_may_not_make_folders_imports_none_and_who_may_not_change_them_changes_none(
    clerk: User, puistola: Folder
) -> None:
    reader = factories.user("lukija@spotilla.example", "folders.view_folder")
    assert signed_in(reader).get(reverse("folders:import")).status_code == 403
    answer = sent(signed_in(clerk), book(["Kansio", "Kuvaus"], ["Isännöinti", "Muu"]), update="on")
    assert answer.context["counts"]["unchanged"] == 1
    assert signed_in(factories.user("kukaan@spotilla.example")).get(reverse("folders:export")).status_code == 403


def test_the_command_imports_and_exports(tmp_path: Path, clerk: User, puistola: Folder) -> None:
    file = tmp_path / "kansiot.xlsx"
    file.write_bytes(book(["Kansio"], ["Isännöinti / Uusi"], ["A;B"]))
    with translation.override("en"), pytest.raises(CommandError, match="nothing was saved"):
        call_command("import_folders", str(file), stderr=io.StringIO(), stdout=io.StringIO())
    assert Folder.objects.count() == 2
    file.write_bytes(book(["Kansio"], ["Isännöinti / Uusi"]))
    said = io.StringIO()
    with translation.override("en"):
        call_command("import_folders", str(file), user=clerk.email, stdout=said)
        call_command("export_folders", str(tmp_path / "ulos.xlsx"))
    assert "New folders: 1." in said.getvalue()
    assert [row[0] for row in cells((tmp_path / "ulos.xlsx").read_bytes())] == [
        *("Folder", "Isännöinti", "Isännöinti / As Oy Puistola", "Isännöinti / Uusi")
    ]
    reader = factories.user("lukija@spotilla.example", "folders.view_folder")
    with translation.override("en"), pytest.raises(CommandError, match="may not import folders"):
        call_command("import_folders", str(file), user=reader.email)


def test_the_number_of_queries_does_not_grow_with_the_rows(puistola: Folder) -> None:
    def queries(rows: int) -> int:
        content = book(["Kansio"], *([f"Isännöinti / Uusi {rows} / {number}"] for number in range(rows)))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            save(table(content), update=False, by=None)
        return len(asked)

    queries(1)
    assert queries(2) == queries(60)
