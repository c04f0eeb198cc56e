"""What an import of folders must not do, however a file is made or mended."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from customers.importing_folders.save import save
from customers.importing_folders.spec import FOLDERS
from folders.exporting import exported_spots
from folders.importing_folders.pasted import paths_of, workbook_of
from folders.importing_folders.plan import judge
from folders.models import Folder, Spot
from sheets.limits import Limits, Unreadable
from sheets.models import Upload, UploadRow
from sheets.tables import read_table
from tests import factories
from tests.conftest import signed_in
from tests.folders.test_import_folders import LEVELS, boss, chosen, clerk, edited, out, puistola, sent, table, tree
from tests.sheets.books import book, cells

__all__ = ["boss", "clerk", "puistola"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_an_export_of_another_thing_names_no_folder_by_its_id(boss: User, puistola: Folder) -> None:
    factories.spot(puistola, "Hissi", description="Hissin kuvaus")
    content = b"".join(exported_spots(Spot.objects.all()))
    judged = judge(table(content), update=True, by=None)
    assert [(row.existing, row.empties) for row in judged.rows] == [(puistola, False)]


def test_the_first_problems_are_listed_whether_their_rows_have_ids_or_not(puistola: Folder) -> None:
    factories.folder("as oy puistola", puistola.parent)
    moved = factories.folder("Muu")
    content = book(
        ["Kansio", "Kansion Spotilla-tunniste"], ["Isännöinti / As Oy Puistola / Uusi"], ["Isännöinti / Muu", moved.pk]
    )
    short = read_table(content, FOLDERS.imported, Limits(), most_rows=5_000, most_problems=1)
    problems = judge(short, update=True, by=None).problems
    assert ([problem.row for problem in problems], problems.total) == ([2], 2)


def test_the_rows_with_problems_of_an_export_bring_no_column_that_would_empty(boss: User, puistola: Folder) -> None:
    Folder.objects.filter(pk=puistola.pk).update(description="Tärkeä")
    client = signed_in(boss)
    sent(client, book(["Folder", "Spotilla ID of the folder"], ["Isännöinti / A;", puistola.pk]), update="on")
    given = client.get(reverse("folders:import_wrong_rows", args=[Upload.objects.get().pk])).content
    assert cells(given)[0] == ["Folder", "Spotilla ID of the folder"]


def test_a_row_whose_only_cell_is_emptied_is_gone(clerk: User) -> None:
    client = signed_in(clerk)
    sent(client, book(["Kansio"], ["A"], ["B;C"]))
    assert chosen(client, **{"mended": "3", "cell-folder": ""}).status_code == 200
    assert list(UploadRow.objects.values_list("number", "outcome")) == [(2, "new")]


def test_two_mends_of_a_row_of_an_outline_do_not_fight(clerk: User) -> None:
    client = signed_in(clerk)
    sent(client, book(LEVELS, ["Is", "Yksi"], [None, "B;", None, "Vanha"]))
    chosen(client, **{"mended": "3", "cell-level1": "", "cell-level2": "B"})
    chosen(client, **{"mended": "3", "cell-description": "Kuvaus"})
    assert UploadRow.objects.get(number=3).outcome == "new"
    assert "B" in UploadRow.objects.get(number=3).texts


def test_leaving_a_rename_out_frees_the_rows_below_its_name(boss: User, puistola: Folder) -> None:
    content = edited(out(), 3, folder="Isännöinti / Metsola")
    content = edited(content, 4, folder="Isännöinti / Metsola / A-talo / Kellari")
    client = signed_in(boss)
    sent(client, content, update="on")
    assert UploadRow.objects.get(number=4).outcome == "error"
    chosen(client, leave_out="3")
    assert UploadRow.objects.get(number=4).outcome == "new"
    chosen(client, take_back="3")
    assert UploadRow.objects.get(number=4).outcome == "error"


def test_a_name_written_in_another_case_takes_new_rows_below_it(puistola: Folder) -> None:
    content = edited(out(), 3, folder="Isännöinti / AS OY Puistola")
    content = edited(content, 4, folder="Isännöinti / AS OY Puistola / C-talo")
    save(table(content), update=True, by=None)
    assert tree() == ["Isännöinti", "Isännöinti / AS OY Puistola", "Isännöinti / AS OY Puistola / C-talo"]


def test_a_level_that_the_file_lacks_is_filled_in_the_page(clerk: User) -> None:
    client = signed_in(clerk)
    sent(client, book(["Taso 1", "Taso 3"], ["A", "C"]))
    assert chosen(client, **{"mended": "2", "cell-level2": "B"}).status_code == 200
    assert UploadRow.objects.get().outcome == "new"


def test_the_rows_with_problems_stand_below_what_was_mended_and_below_no_example(clerk: User) -> None:
    client = signed_in(clerk)
    rows: list[list[Any]] = [
        ["Vaara;a", "Yksi"],
        [None, "B;b"],
        ["Esimerkki – tätä riviä ei tuoda", None],
        [None, "C;c"],
    ]
    sent(client, book(LEVELS, *rows))
    chosen(client, **{"mended": "2", "cell-level1": "Vaara"})
    given = client.get(reverse("folders:import_wrong_rows", args=[Upload.objects.get().pk])).content
    assert [row[2:4] for row in cells(given)[1:]] == [["Vaara", "B;b"], ["Vaara", "C;c"]]


def test_a_list_of_nothing_is_refused() -> None:
    with translation.override("en"), pytest.raises(Unreadable, match="The list is empty"):
        workbook_of(" \n\t\n")


def test_a_line_of_very_many_cells_is_refused_at_once() -> None:
    with translation.override("en"), pytest.raises(Unreadable, match="Line 1: its path is longer than 1000 characters"):
        paths_of("a\t" * 400_000 + "a")
