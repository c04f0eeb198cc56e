"""Spots from Excel and back: by the page, by the command, and nothing of what others may not see or do."""

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
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook

from accounts.models import User
from folders.days import ALWAYS, FOREVER
from folders.exporting import exported_spots
from folders.importing_spots.columns import OWN, SPOT_COLUMNS
from folders.importing_spots.plan import judge
from folders.importing_spots.save import save
from folders.models import Folder, Operation, Spot, SpotPlacement
from folders.sql.placements import inconsistent_placements
from sheets.importing.keeping import NotImported
from sheets.importing.running import import_upload
from sheets.limits import Limits
from sheets.models import Upload
from sheets.tables import Table, read_table
from tests import factories
from tests.conftest import signed_in
from tests.sheets.books import book, cells, saved_book
from workorders.places import move_spot

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HEADINGS = ["Kansio", "Spotti", "Tila", "Kuvaus"]
PATH = "Isännöinti / As Oy Puistola"


@pytest.fixture
def folder() -> Folder:
    return factories.folder("As Oy Puistola", factories.folder("Isännöinti"))


@pytest.fixture
def clerk(db: None) -> User:
    """May make spots and see where, and change none."""
    rights = ("folders.add_spot", "folders.view_spot", "folders.view_folder")
    return factories.user("tuoja@spotilla.example", *rights, language="en")


def sent(client: Client, content: bytes, **data: Any) -> Any:
    file = SimpleUploadedFile("spotit.xlsx", content)
    return client.post(reverse("folders:spots_import"), {"file": file, **data}, follow=True)


def page(client: Client, name: str = "preview", **asked: Any) -> Any:
    return client.get(reverse(f"folders:spots_import_{name}", args=[Upload.objects.latest("pk").pk]), asked)


def pressed(client: Client, answer: Any) -> Any:
    target = answer.redirect_chain[-1][0]
    return client.post(target, {"seen": client.get(target).context["seen"]}, follow=True)


def table(content: bytes) -> Table:
    return read_table(content, (*SPOT_COLUMNS, *OWN), Limits(), most_rows=5_000)


def problems(*rows: list[Any], by: User | None = None) -> list[tuple[int, str, str]]:
    found = judge(table(book(HEADINGS, *rows)), update=False, by=by).problems
    return [(problem.row, problem.heading, problem.text) for problem in found]


def everything() -> list[Any]:
    return list(Spot.objects.order_by("pk").values())


def out(spots: Any = None) -> bytes:
    return b"".join(exported_spots(Spot.objects.all() if spots is None else spots))


def edited(content: bytes, row: int, **values: Any) -> bytes:
    workbook = load_workbook(io.BytesIO(content))
    places = {column.key: number for number, column in enumerate((*SPOT_COLUMNS, *OWN), 1)}
    for key, value in values.items():
        workbook.worksheets[0].cell(row, places[key]).value = value
    return saved_book(workbook)


def test_a_filled_sheet_becomes_spots_in_their_folders_since_always(clerk: User, folder: Folder) -> None:
    client = signed_in(clerk)
    template = cells(client.get(reverse("folders:spots_import_template")).content)
    assert template[0] == ["Folder", "Spot", "State of the spot", "Description"]
    answer = sent(client, book(HEADINGS, [PATH, "Lämpökeskus", "viallinen", "Kellarissa"], [PATH.upper(), "IV  1"]))
    assert "Import 2 spots" in answer.content.decode()
    assert Spot.objects.count() == 0
    after = pressed(client, answer).content.decode()
    assert "The spots were imported" in after
    assert "Undo the import" in after
    assert list(Spot.objects.order_by("pk").values_list("name", "state", "description", "folder")) == [
        ("Lämpökeskus", "faulty", "Kellarissa", folder.pk),
        ("IV 1", "active", "", folder.pk),
    ]
    assert set(SpotPlacement.objects.values_list("folder", "since", "until")) == {(folder.pk, ALWAYS, FOREVER)}
    assert [spot.pk for spot in Spot.objects.matching("LÄMPÖ")] == [Spot.objects.get(name="Lämpökeskus").pk]
    operation = Operation.objects.get(kind="import_spots")
    assert (operation.user, operation.arguments["created"]) == (clerk, [spot["id"] for spot in everything()])
    assert inconsistent_placements() == []
    upload = Upload.objects.get()
    assert (upload.about, upload.state, upload.result["new"], upload.operation) == (
        "spots",
        "imported",
        2,
        operation.number,
    )


def test_every_problem_is_named_and_nothing_is_saved(folder: Folder) -> None:
    with translation.override("en"):
        assert problems(
            [None, "A"],
            ["Isännöinti / Muu", "B"],
            [PATH, None],
            [PATH, "C", "rikki"],
            ["Muu; Toinen", "D"],
            [PATH, "E"],
        ) == [
            (2, "Kansio", "The folder is missing."),
            (3, "Kansio", "There is no folder “Isännöinti / Muu”."),
            (4, "Spotti", "This is missing."),
            (5, "Tila", "This is not a spot's state."),
            (6, "Kansio", "There are several folders in the cell."),
        ]
    with pytest.raises(NotImported):
        save(table(book(HEADINGS, [PATH, "A"], ["Ei ole", "B"])), update=False, by=None)
    assert everything() == []


def test_a_path_of_two_folders_is_told(folder: Folder) -> None:
    factories.folder("as oy puistola", folder.parent)
    with translation.override("en"):
        assert problems([PATH, "A"]) == [(2, "Kansio", f"The path “{PATH}” matches two folders.")]


def test_who_sees_no_folders_finds_none(folder: Folder) -> None:
    blind = factories.user("sokea@spotilla.example", "folders.add_spot")
    with translation.override("en"):
        assert problems([PATH, "A"], by=blind) == [(2, "Kansio", f"There is no folder “{PATH}”.")]


def test_a_wrong_cell_is_mended_and_a_row_left_out(clerk: User, folder: Folder) -> None:
    client = signed_in(clerk)
    answer = sent(client, book(HEADINGS, ["Isännöinti / Puistolo", "A"], [PATH, "B", "outo"], [PATH, "C"]))
    assert answer.context["counts"]["error"] == 2
    listed = page(client, show="problems").context["problems"]
    assert [(each.row, each.column) for each in listed] == [(2, "A"), (3, "C")]
    assert page(client, "wrong_rows").status_code == page(client, "marked").status_code == 200
    choose = reverse("folders:spots_import_choose", args=[Upload.objects.get().pk])
    client.post(choose, {"mended": "2", "cell-folder": PATH})
    client.post(choose, {"leave_out": "3"})
    pressed(client, answer)
    assert list(Spot.objects.order_by("pk").values_list("name", flat=True)) == ["A", "C"]
    assert [row.number for row in Upload.objects.get().left_out] == [3]


def test_unknown_headings_are_matched_by_hand_and_remembered_for_spots_alone(clerk: User, folder: Folder) -> None:
    client, content = signed_in(clerk), book(["Kohde", "Kansio", "Tila"], ["A", PATH, None])
    answer = sent(client, content)
    assert "No column is named “Spot”" in answer.content.decode()
    form = page(client, "headings").context["form"]
    client.post(page(client, "headings").request["PATH_INFO"], dict.fromkeys(form.fields, "name"))
    pressed(client, answer)
    assert Spot.objects.get().name == "A"
    assert sent(client, content).context["counts"]["new"] == 1


def test_of_our_own_export_just_the_edits_come(office: User, folder: Folder) -> None:
    first, second = factories.spot(folder, "A", description="vanha"), factories.spot(folder, "B", state="faulty")
    with translation.override("fi"):
        content = out()
    client = signed_in(office)
    same = sent(client, content, update="on")
    assert (same.context["counts"]["unchanged"], same.context["counts"]["error"]) == (2, 0)
    before = everything()
    pressed(client, same)
    assert everything() == before

    answer = sent(client, edited(edited(content, 2, description=None, name="Åå"), 3, state="Poistettu"), update="on")
    assert answer.context["counts"]["changed"] == 2
    assert "<del>vanha</del>" in answer.content.decode()
    pressed(client, answer)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.name, first.description, second.state, second.name) == ("Åå", "", "removed", "B")
    assert [spot.pk for spot in Spot.objects.in_order()] == [second.pk, first.pk]
    assert Spot.objects.matching("åå").get() == first


def test_without_the_choice_an_exported_row_is_a_problem(folder: Folder) -> None:
    factories.spot(folder, "A")
    with translation.override("en"):
        found = judge(table(out()), update=False, by=None).problems
        assert [(problem.heading, problem.text) for problem in found] == [
            ("Spotilla ID of the spot", "This is the spot “A”.")
        ]


def test_a_sheet_moves_no_spot_and_names_each_row_once(folder: Folder) -> None:
    spot = factories.spot(folder, "A")
    with translation.override("en"):
        content = edited(out(), 2, folder="Isännöinti")
        found = list(judge(table(content), update=True, by=None).problems)
        assert [problem.text for problem in found] == [f"The spot is in “{PATH}”. A sheet does not move spots."]
        assert found[0].fixes == (PATH,)
        old = out()
        move_spot(spot, factories.folder("Muu"), date(2026, 1, 1), by=None)
        assert [problem.text for problem in judge(table(old), update=True, by=None).problems] == [
            "The spot is in “Muu”. A sheet does not move spots."
        ]
        twice = book(["Spotilla ID of the spot", "Spotti"], [spot.pk, "B"], [spot.pk, "C"], [10**9, "D"])
        assert [(p.row, p.text) for p in judge(table(twice), update=True, by=None).problems] == [
            (3, "Row 2 changes the same spot."),
            (4, "There is no such spot."),
        ]


def test_a_spot_that_was_changed_since_its_export_is_pointed_out(office: User, folder: Folder) -> None:
    spot = factories.spot(folder, "A")
    content = edited(out(), 2, description="taulukosta")
    client = signed_in(office)
    assert sent(client, content, update="on").context["counts"]["noted"] == 0
    Spot.objects.filter(pk=spot.pk).update(state="faulty")
    assert sent(client, content, update="on").context["counts"]["noted"] == 1


def test_what_changed_after_the_preview_is_shown_again(office: User, folder: Folder) -> None:
    spot = factories.spot(folder, "A", description="vanha")
    client = signed_in(office)
    answer = sent(client, edited(out(), 2, description="uusi"), update="on")
    Spot.objects.filter(pk=spot.pk).update(description="toisen")
    after = client.post(answer.redirect_chain[-1][0], {"seen": answer.context["seen"]})
    assert after.status_code == 422
    spot.refresh_from_db()
    assert spot.description == "toisen"


def test_the_same_name_in_a_folder_is_pointed_out_and_allowed(clerk: User, folder: Folder) -> None:
    factories.spot(folder, "Hissi")
    client = signed_in(clerk)
    answer = sent(client, book(HEADINGS, [PATH, "HISSI"], [PATH, "Ovi"], [PATH, "ovi"]))
    assert (answer.context["counts"]["noted"], answer.context["counts"]["new"]) == (3, 3)
    client.post(reverse("folders:spots_import_choose", args=[Upload.objects.get().pk]), {"leave_out": "4"})
    assert page(client).context["counts"]["noted"] == 1


def test_who_may_change_no_spots_updates_none(clerk: User, folder: Folder) -> None:
    factories.spot(folder, "A")
    client = signed_in(clerk)
    assert "update" not in client.get(reverse("folders:spots_import")).context["form"].fields
    answer = sent(client, out(), update="on")
    assert (Upload.objects.get().update, answer.context["counts"]["error"]) == (False, 1)
    upload = Upload.objects.create(about="spots", name="a.xlsx", content=out(), user=clerk, update=True)
    assert client.post(reverse("folders:spots_import_preview", args=[upload.pk]))["Location"] == reverse(
        "folders:spots_import"
    )


def test_a_file_of_spots_is_no_file_of_customers(office: User, folder: Folder) -> None:
    client = signed_in(office)
    sent(client, book(HEADINGS, [PATH, "A"]))
    pk = Upload.objects.get().pk
    for name in ("preview", "problems", "progress"):
        assert client.get(reverse(f"customers:import_{name}", args=[pk])).status_code == 404
    assert client.post(reverse("customers:import_choose", args=[pk]), {"leave_out": "2"}).status_code == 404
    assert list(client.get(reverse("customers:imports")).context["page"]) == []
    assert [upload.pk for upload in client.get(reverse("folders:spots_imports")).context["page"]] == [pk]


def test_a_long_import_is_done_by_a_worker(clerk: User, folder: Folder, settings: Any) -> None:
    settings.IMPORT_ROWS_AT_ONCE = 1
    client = signed_in(clerk)
    answer = pressed(client, sent(client, book(HEADINGS, [PATH, "A"], [PATH, "B"])))
    assert "Waiting for its turn" in answer.content.decode()
    for waiting in DBTaskResult.objects.ready():
        waiting.claim("test")
        import_upload.call(*waiting.args_kwargs["args"])
    assert (Upload.objects.get().state, Spot.objects.count()) == ("imported", 2)


def test_the_number_of_queries_hangs_on_no_number_of_rows(folder: Folder) -> None:
    def queries(rows: int) -> int:
        read = table(book(HEADINGS, *[[PATH, f"Spotti {number}"] for number in range(rows)]))
        with CaptureQueriesContext(
            connection,
        ) as found:
            save(read, update=False, by=None)
        return len(found)

    assert queries(2) == queries(60)


def test_the_command_exports_and_imports_again(folder: Folder, tmp_path: Path) -> None:
    file, said = tmp_path / "spotit.xlsx", io.StringIO()
    file.write_bytes(book(HEADINGS, [PATH, "A"], [PATH, "B", "viallinen"]))
    with translation.override("en"):
        call_command("import_spots", str(file), "--dry-run", stdout=said)
        assert Spot.objects.count() == 0
        call_command("import_spots", str(file), stdout=said)
        assert "New spots: 2. Changed: 0. Unchanged: 0." in said.getvalue()
        before = everything()
        call_command("export_spots", str(file))
        call_command("import_spots", str(file), "--update", stdout=said)
        assert "New spots: 0. Changed: 0. Unchanged: 2." in said.getvalue()
        assert everything() == before
        with pytest.raises(CommandError):
            call_command("import_spots", str(file), stdout=said, stderr=said)
        factories.user("vieras@spotilla.example")
        with pytest.raises(CommandError, match="may not import spots"):
            call_command("import_spots", str(file), "--user", "vieras@spotilla.example")
        with pytest.raises(CommandError, match="may not see"):
            call_command("export_spots", str(file), "--user", "vieras@spotilla.example")
        assert len(cells(file.read_bytes())) == 3


def test_the_list_leads_to_the_import_and_the_export_is_what_it_shows(office: User, folder: Folder) -> None:
    factories.spot(folder, "A")
    factories.spot(folder, "B", state="faulty")
    client = signed_in(office)
    shown = client.get(reverse("folders:spots"), {"state": "faulty"}).content.decode()
    assert reverse("folders:spots_import") in shown
    assert "/spots/export/?state=faulty" in shown
    answer: Any = client.get(reverse("folders:spots_export"), {"state": "faulty"})
    assert [row[1] for row in cells(b"".join(answer.streaming_content))][1:] == ["B"]
