"""A form that is saved in the middle of an import of folders or spots is not overwritten."""

from __future__ import annotations

import pytest

from customers.importing_folders.save import save as save_folders
from customers.importing_folders.spec import FOLDERS
from folders.exporting import exported_spots
from folders.importing_folders.plan import FolderPlan
from folders.importing_spots.save import save as save_spots
from folders.importing_spots.spec import SPOTS
from folders.models import Folder, Spot
from sheets.limits import Limits
from sheets.tables import read_table
from tests import factories
from tests.customers.test_import_races import in_the_middle
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def test_a_rename_in_the_middle_of_an_import_by_path_stays() -> None:
    folder = factories.folder("Vanha")
    table = read_table(book(["Kansio", "Kuvaus"], ["Vanha", "tuotu"]), FOLDERS.imported, Limits(), most_rows=9)
    plan = in_the_middle(
        lambda: Folder.objects.filter(pk=folder.pk).update(name="Uusi nimi"),
        lambda: save_folders(table, update=True, by=None),
    )
    assert isinstance(plan, FolderPlan)
    folder.refresh_from_db()
    assert (folder.name, folder.description) == ("Uusi nimi", "")


def test_a_state_given_in_the_middle_of_an_import_of_spots_is_read_before_it_is_changed() -> None:
    spot = factories.spot(factories.folder("Kansio"), "Hissi")
    content = b"".join(exported_spots(Spot.objects.all()))
    table = read_table(content, SPOTS.imported, Limits(), most_rows=9)
    Spot.objects.filter(pk=spot.pk).update(description="ennen")
    plan = in_the_middle(
        lambda: Spot.objects.filter(pk=spot.pk).update(description=""),
        lambda: save_spots(table, update=True, by=None),
    )
    assert plan.counts()["unchanged"] == 1
