"""A form that is saved in the middle of an import of folders or spots is not overwritten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from customers import folder_import
from folders.exporting import exported_spots
from folders.importing import saving
from folders.importing.thing import SPOTS
from folders.models import Folder, Spot
from sheets.limits import Limits
from sheets.tables import read_table
from tests import factories
from tests.customers.test_import_races import at_once, wait_for_somebody_to_wait
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def in_the_middle(form: Callable[[], Any], imports: Callable[[], Any]) -> None:
    written = threading.Event()

    def saves() -> None:
        with transaction.atomic():
            form()
            written.set()
            wait_for_somebody_to_wait()

    def after() -> None:
        written.wait(10)
        imports()

    assert at_once(saves, after) == [None, None]


def test_a_rename_in_the_middle_of_an_import_by_path_stays() -> None:
    folder = factories.folder("Vanha")
    table = read_table(
        book(["Kansio", "Kuvaus"], ["Vanha", "tuotu"]), folder_import.FOLDERS.imported, Limits(), most_rows=9
    )
    in_the_middle(
        lambda: Folder.objects.filter(pk=folder.pk).update(name="Uusi nimi"),
        lambda: folder_import.save(table, update=True, by=None),
    )
    folder.refresh_from_db()
    assert (folder.name, folder.description) == ("Uusi nimi", "")


def test_a_state_given_in_the_middle_of_an_import_of_spots_is_read_before_it_is_changed() -> None:
    spot = factories.spot(factories.folder("Kansio"), "Hissi")
    content = b"".join(exported_spots(Spot.objects.all()))
    table = read_table(content, SPOTS.imported, Limits(), most_rows=9)
    plans: list[Any] = []
    Spot.objects.filter(pk=spot.pk).update(description="ennen")
    in_the_middle(
        lambda: Spot.objects.filter(pk=spot.pk).update(description=""),
        lambda: plans.append(saving.save(table, update=True, by=None)),
    )
    assert plans[0].counts()["unchanged"] == 1
