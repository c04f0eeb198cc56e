"""An import of folders or spots is taken back: what nobody has touched since goes, and the page says so first."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from customers.importing_folders.save import save as save_folders
from customers.importing_folders.spec import FOLDERS
from customers.ownership import attach, move_folder, new_folder
from customers.sql.rebuild import differences
from folders.exporting import exported_folders, exported_spots
from folders.importing_spots.save import save as save_spots
from folders.importing_spots.spec import SPOTS
from folders.models import Folder, Operation, Placement, Spot, SpotPlacement
from folders.sql.placements import inconsistent_placements
from sheets.importing.undoing import NotUndone
from sheets.limits import Limits
from sheets.models import Upload
from sheets.tables import read_table
from tests import factories
from tests.conftest import signed_in
from tests.folders.test_import_folders import edited
from tests.sheets.books import book
from workorders.places import move_spot

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def imports_folders(content: bytes, *, update: bool = False) -> Upload:
    upload = Upload(about="folders", name="kansiot.xlsx", content=content, update=update)
    table = read_table(content, FOLDERS.imported, Limits(), most_rows=500)
    save_folders(table, update=update, by=None, upload=upload)
    upload.refresh_from_db()
    return upload


def imports_spots(content: bytes, *, update: bool = False) -> Upload:
    upload = Upload(about="spots", name="spotit.xlsx", content=content, update=update)
    save_spots(read_table(content, SPOTS.imported, Limits(), most_rows=500), update=update, by=None, upload=upload)
    upload.refresh_from_db()
    return upload


def taken_back(upload: Upload) -> dict[str, int]:
    undoing = (FOLDERS if upload.about == "folders" else SPOTS).undoing
    assert undoing is not None
    return undoing.undo(upload, by=None).counts()


def everything() -> list[Any]:
    tables = (Folder, Placement, Spot, SpotPlacement)
    return [list(table._default_manager.order_by("pk").values()) for table in tables]


def outcomes(client: Client, upload: Upload) -> dict[str, tuple[str, list[str]]]:
    prefix = "folders:" if upload.about == "folders" else "folders:spots_"
    answer = client.get(reverse(f"{prefix}import_undo", args=[upload.pk]))
    assert answer.status_code == 200
    return {told.name.split(" / ")[-1]: (told.outcome.value, told.reasons) for told in answer.context["rows"]}


@pytest.fixture
def client(office: User) -> Client:
    office.language = "en"
    office.save()
    return signed_in(office)


def test_new_folders_and_those_that_came_along_go_and_the_rest_is_as_it_was(client: Client) -> None:
    above = factories.folder("Isännöinti")
    attach(factories.customer("Asiakas"), above, by=None)
    before = everything()
    upload = imports_folders(book(["Kansio"], ["Isännöinti / Uusi / A-talo"], ["Koulut / Keskuskoulu"], ["Isännöinti"]))
    assert Folder.objects.count() == 5
    address = reverse("folders:import_undo", args=[upload.pk])
    page = client.get(address)
    assert "Isännöinti / Uusi / A-talo" in page.content.decode()
    assert "To be deleted: <b>4</b>" in page.content.decode()
    assert outcomes(client, upload) == {name: ("back", []) for name in ("A-talo", "Keskuskoulu", "Uusi", "Koulut")}
    after = client.post(address, {"seen": page.context["seen"]}, follow=True).content.decode()
    assert "Deleted: <b>4</b>" in after
    assert everything() == before
    assert differences() == inconsistent_placements() == []
    assert client.post(address, follow=True).redirect_chain  # there is nothing left to take back
    assert Operation.objects.filter(kind="undo_import").count() == 1


def test_folders_that_somebody_has_used_edited_or_moved_since_stay_with_those_above_them(client: Client) -> None:
    names = ["Muokattu", "Siirretty", "Spotillinen", "Työllinen", "Asiakkaan", "Alikansiollinen", "Koskematon"]
    upload = imports_folders(book(["Kansio"], *([f"{name} ylä / {name}"] for name in names)))
    found = {folder.name: folder for folder in Folder.objects.all()}
    Folder.objects.filter(name="Muokattu").update(description="Käsin")
    move_folder(found["Siirretty"], None, by=None)
    factories.spot(found["Spotillinen"])
    factories.request(folder=found["Työllinen"])
    attach(factories.customer("Asiakas"), found["Asiakkaan"], date(2026, 1, 1), by=None)
    new_folder("Käsin tehty", found["Alikansiollinen"], by=None)
    holds = ("cannot", ["It holds folders that stay."])
    assert outcomes(client, upload) == {
        "Muokattu": ("edited", ["It has been edited since."]),
        "Siirretty": ("edited", ["It has been moved since."]),
        "Spotillinen": ("cannot", ["It has: spots."]),
        "Työllinen": ("cannot", ["It has: service requests."]),
        "Asiakkaan": ("cannot", ["It has: attachments of folders."]),
        "Alikansiollinen": holds,
        "Koskematon": ("back", []),
        **{f"{name} ylä": holds for name in names},
        "Siirretty ylä": ("back", []),  # by a move since always it has never held it
        "Koskematon ylä": ("back", []),
    }
    counts = taken_back(upload)
    assert (counts["deleted"], counts["edited"], counts["cannot"]) == (3, 2, 9)
    assert not Folder.objects.filter(name__startswith="Koskematon").exists()
    assert Folder.objects.count() == 2 * len(names) - 3 + 1
    assert differences() == inconsistent_placements() == []


def test_old_names_and_descriptions_come_back_whatever_else_has_been_changed_since(client: Client) -> None:
    one = factories.folder("Yksi", description="Vanha")
    two = factories.folder("Kaksi")
    content = edited(b"".join(exported_folders(Folder.objects.all())), 2, folder="Kaksi uusi")
    upload = imports_folders(edited(content, 3, folder="Yksi uusi", description=None), update=True)
    Folder.objects.filter(pk=two.pk).update(description="Käsin")
    address = reverse("folders:import_undo", args=[upload.pk])
    back = {told.name: [(line.was, line.becomes) for line in told.back] for told in client.get(address).context["rows"]}
    assert back == {"Kaksi uusi": [("Kaksi uusi", "Kaksi")], "Yksi uusi": [("Yksi uusi", "Yksi"), ("", "Vanha")]}
    counts = taken_back(upload)
    assert (counts["restored"], counts["edited"], counts["back"]) == (2, 0, 2)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.name, one.description, two.name, two.description) == ("Yksi", "Vanha", "Kaksi", "Käsin")
    assert [folder.pk for folder in Folder.objects.matching("yksi")] == [one.pk]
    assert not Folder.objects.matching("yksi uusi").exists()


def test_spots_without_work_go_and_changed_ones_are_as_they_were(client: Client) -> None:
    folder, other = factories.folder("Kansio"), factories.folder("Muu")
    spot = factories.spot(folder, "Vanha", state="faulty")
    before = everything()
    rows = [["Kansio", name] for name in ("Koskematon", "Työllinen", "Siirretty", "Poistettu", "Muokattu")]
    new = imports_spots(book(["Kansio", "Spotti"], *rows))
    content = b"".join(exported_spots(Spot.objects.filter(pk=spot.pk)))
    changed = imports_spots(edited_spot(content, state="Käytössä"), update=True)
    found = {each.name: each for each in Spot.objects.all()}
    factories.task(found["Työllinen"])
    move_spot(found["Siirretty"], other, date(2026, 3, 1), by=None)
    found["Poistettu"].delete()
    Spot.objects.filter(name="Muokattu").update(state="faulty")
    assert outcomes(client, new) == {
        "Koskematon": ("back", []),
        "Työllinen": ("cannot", ["It has: tasks."]),
        "Siirretty": ("edited", ["It has been moved since."]),
        "": ("nothing", ["It has been deleted since."]),
        "Muokattu": ("edited", ["It has been edited since."]),
    }
    (told,) = client.get(reverse("folders:spots_import_undo", args=[changed.pk])).context["rows"]
    assert [(line.label, line.was, line.becomes) for line in told.back] == [("State", "active", "faulty")]
    assert taken_back(new)["deleted"] == 1
    assert taken_back(changed)["restored"] == 1
    for name in ("Työllinen", "Siirretty", "Muokattu"):
        found[name].tasks.all().delete()
        SpotPlacement.objects.filter(spot=found[name]).delete()
        found[name].delete()
    assert everything() == before


def edited_spot(content: bytes, **values: Any) -> bytes:
    from tests.folders.test_import_spots import edited as edited_row  # the same name

    return edited_row(content, 2, **values)


@pytest.mark.parametrize("imports", [imports_folders, imports_spots])
def test_what_the_user_has_not_seen_is_not_done(client: Client, imports: Callable[[bytes], Upload]) -> None:
    factories.folder("Kansio")
    rows = [["Kansio", "Yksi"], ["Kansio", "Kaksi"]] if imports is imports_spots else [["A"], ["B"]]
    upload = imports(book(["Kansio", "Spotti"], *rows))
    prefix = "folders:" if upload.about == "folders" else "folders:spots_"
    address = reverse(f"{prefix}import_undo", args=[upload.pk])
    assert "undone for 30 days" in client.get(reverse(f"{prefix}imports")).content.decode()
    seen = client.get(address).context["seen"]
    model: Any = Folder if upload.about == "folders" else Spot
    model.objects.filter(pk=model.objects.latest("pk").pk).update(description="Käsin")
    count = model.objects.count()
    refused = client.post(address, {"seen": seen})
    assert refused.status_code == 422
    assert "Something has changed since you looked; nothing was undone." in refused.content.decode()
    assert model.objects.count() == count


def test_an_import_is_taken_back_once_and_by_the_command_too() -> None:
    upload = imports_folders(book(["Kansio"], ["A / B"], ["C"]))
    Folder.objects.filter(name="C").update(description="Käsin")
    said = io.StringIO()
    with translation.override("en"):
        call_command("undo_import", upload.operation, "--dry-run", stdout=said)
        assert Folder.objects.count() == 3
        call_command("undo_import", upload.operation, stdout=said)
        assert said.getvalue().count("Deleted: 2.") == 2
        with pytest.raises(CommandError, match="no longer"):
            call_command("undo_import", upload.operation)
    assert [folder.name for folder in Folder.objects.all()] == ["C"]
    upload.refresh_from_db()
    with pytest.raises(NotUndone):
        taken_back(upload)


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    def queries(rows: int) -> int:
        upload = imports_folders(book(["Kansio"], *([f"Uusi {rows} / {number}"] for number in range(rows))))
        with CaptureQueriesContext(connection) as asked:
            taken_back(upload)
        return len(asked)

    queries(1)
    assert queries(2) == queries(50)


def test_an_import_of_which_nothing_is_kept_is_not_said_to_be_taken_back(client: Client) -> None:
    upload = imports_folders(book(["Kansio"], ["A"]))
    Upload.objects.update(imported=timezone.now() - timedelta(days=31))
    Upload.objects.forget()
    Upload.objects.update(imported=timezone.now(), content=b"x")
    upload.refresh_from_db()
    assert not upload.ledger.exists()
    page = reverse("folders:import_preview", args=[upload.pk])
    assert "Undo the import" not in client.get(page).content.decode()
    address = reverse("folders:import_undo", args=[upload.pk])
    assert client.post(address).headers["Location"] == page
    with pytest.raises(NotUndone):
        taken_back(upload)
    assert Folder.objects.count() == 1


names = st.text("abc", min_size=1, max_size=1)
paths = st.lists(st.lists(names, min_size=1, max_size=3).map(tuple), min_size=1, max_size=6, unique=True)
DEEDS = ["edit", "move", "spot", "request", "folder", "attach", "nothing"]
deeds = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 20)), max_size=4)


class RandomUndoing(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(paths, paths, deeds)
    def test_all_goes_that_nobody_has_touched_and_nothing_else(
        self, there: list[tuple[str, ...]], drawn: list[tuple[str, ...]], deeds: list[tuple[str, int]]
    ) -> None:
        imports_folders(book(["Kansio"], *([" / ".join(path)] for path in there)))
        old = set(Folder.objects.values_list("pk", flat=True))
        upload = imports_folders(book(["Kansio"], *([" / ".join(path)] for path in drawn)))
        made = set(Folder.objects.values_list("pk", flat=True)) - old
        touched = {pk for what, number in deeds for pk in self.done(what, number)}
        before = set(Folder.objects.values_list("pk", flat=True))
        held = list(Placement.objects.values_list("folder_id", "parent_id"))

        def stays(pk: int) -> bool:
            """Touched, or it holds or has held one that stays."""
            inside = (folder for folder, parent in held if parent == pk)
            return pk not in made or pk in touched or any(map(stays, inside))

        try:
            deleted = taken_back(upload)["deleted"]
        except NotUndone:  # nothing is left to take back
            deleted = 0
        left = set(Folder.objects.values_list("pk", flat=True))
        assert left == {pk for pk in before if stays(pk)}
        assert deleted == len(before - left)
        assert differences() == inconsistent_placements() == []

    def done(self, what: str, number: int) -> list[int]:
        """Does something to a folder; those that are touched by it."""
        folders = list(Folder.objects.order_by("pk"))
        folder = folders[number % len(folders)]
        match what:
            case "edit":
                Folder.objects.filter(pk=folder.pk).update(description=f"Käsin {number}")
            case "move":
                if folder.parent_id is None:
                    return []
                move_folder(folder, None, date(2026, 1, 1 + number % 5), by=None)
            case "spot":
                factories.spot(folder)
            case "request":
                factories.request(folder=folder)
            case "folder":
                return [folder.pk, new_folder("uusi", folder, by=None).pk]
            case "attach":
                if folder.attachments.exists():
                    return []
                attach(factories.customer("Asiakas"), folder, by=None)
            case _:
                return []
        return [folder.pk]
