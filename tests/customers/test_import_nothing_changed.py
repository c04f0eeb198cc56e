"""An import that changes nothing is in no log; one that changes something says by which number it is taken back."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from accounts.models import User
from customers.models import Contact, Customer
from folders.models import Folder, Operation, Spot
from sheets.importing.running import import_upload
from sheets.models import Upload
from tests import factories
from tests.sheets.books import book

pytestmark = pytest.mark.once


# The command's thing, a row, one that changes it, and what it makes.
THINGS: list[tuple[str, list[str], list[Any], type[Any]]] = [
    ("customers", ["Nimi", "Asiakasnumero"], ["A Oy", "17"], Customer),
    ("contacts", ["Nimi", "Sähköposti"], ["Anna Aalto", "anna@aalto.example"], Contact),
    ("folders", ["Kansio"], ["A"], Folder),
    ("spots", ["Nimi", "Kansio"], ["Ovi", "Talo"], Spot),
]


def run(name: str, *arguments: str) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command(name, *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(("thing", "headings", "row", "model"), THINGS, ids=[each[0] for each in THINGS])
def test_the_command_names_the_number_to_take_back_and_none_when_nothing_has_changed(
    tmp_path: Path, thing: str, headings: list[str], row: list[Any], model: type[Any]
) -> None:
    factories.folder("Talo")
    before, file = model.objects.count(), tmp_path / "tuonti.xlsx"
    file.write_bytes(book(headings, row))
    said = run(f"import_{thing}", str(file))
    number = re.search(r"To undo it: manage.py undo_import (\d+)", said)
    assert number is not None
    operation = Operation.objects.order_by("number").last()
    assert (int(number[1]), operation and operation.kind) == (operation and operation.number, f"import_{thing}")
    if thing != "spots":  # a spot of the same name would be another
        again = run(f"import_{thing}", str(file), "--update")
        assert "The file changes nothing: there is nothing to undo." in again
        assert Operation.objects.order_by("number").last() == operation
        assert Upload.objects.filter(state="imported").values_list("operation", flat=True).order_by("pk").last() is None
    run("undo_import", number[1])
    assert model.objects.count() == before


def test_a_page_and_a_worker_leave_nothing_in_the_log_when_nothing_has_changed(
    office: User, office_client: Client
) -> None:
    factories.customer("A Oy", customer_number="17")
    for _time in range(2):
        file = io.BytesIO(book(["Nimi", "Asiakasnumero"], ["A Oy", "17"]))
        file.name = "a.xlsx"
        office_client.post("/customers/import/", {"file": file, "update": "on"})
    by_page, by_worker = Upload.objects.order_by("pk")
    office_client.post(f"/customers/import/{by_page.pk}/")
    Upload.objects.filter(pk=by_worker.pk).update(state="running")
    import_upload.func(by_worker.pk)
    found = list(Upload.objects.order_by("pk").values_list("state", "operation"))
    assert found == [("imported", None), ("imported", None)]
    assert Operation.objects.count() == 0
    page = office_client.get(f"/customers/import/{by_page.pk}/")
    assert "ei muuttanut mitään" in page.content.decode()
    assert office_client.get(f"/customers/import/{by_page.pk}/undo/").status_code == 404


def test_taking_back_what_has_all_been_edited_since_leaves_nothing_in_the_log(
    office_client: Client, tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(book(["Nimi"], ["A Oy"]))
    run("import_customers", str(file))
    customer, upload = Customer.objects.get(), Upload.objects.get()
    Upload.objects.update(user=User.objects.get())
    customer.name = "B Oy"
    customer.save()
    page = office_client.get(f"/customers/import/{upload.pk}/undo/")
    assert (page.context["idle"], "Peruttavaa ei ole jäljellä." in page.content.decode()) == (True, True)
    refused = office_client.post(f"/customers/import/{upload.pk}/undo/", {"seen": page.context["seen"]})
    assert refused.status_code == 422
    with pytest.raises(CommandError, match="Nothing of this import can be undone"):
        run("undo_import", str(upload.operation))
    assert (Operation.objects.count(), Upload.objects.get().state, Customer.objects.get().name) == (
        1,
        "imported",
        "B Oy",
    )


def test_the_list_of_problems_never_takes_the_place_of_the_file_that_it_is_about(tmp_path: Path, db: None) -> None:
    file, link = tmp_path / "a.xlsx", tmp_path / "virheet.xlsx"
    file.write_bytes(content := book(["Nimi", "Sähköposti"], ["A Oy", "ei"]))
    link.symlink_to(file)
    for problems in (file, link, tmp_path / "." / ".." / tmp_path.name / "a.xlsx"):
        with pytest.raises(CommandError, match="--problems would overwrite the file"):
            run("import_customers", str(file), "--problems", str(problems))
    assert file.read_bytes() == content


def test_all_rows_with_errors_are_left_out_at_once(office_client: Client) -> None:
    rows = [["A Oy", ""], ["B Oy", "ei"], ["C Oy", "c@c.example"], ["D Oy", "d@"]]
    file = io.BytesIO(book(["Nimi", "Sähköposti"], *rows))
    file.name = "a.xlsx"
    page = office_client.post("/customers/import/", {"file": file}, follow=True)
    assert "Jätä pois kaikki virheelliset rivit" in page.content.decode()
    assert "“ei”: Tämä ei ole sähköpostiosoite." in page.content.decode()
    address = page.redirect_chain[-1][0]
    after = office_client.post(f"{address}choose/", {"all": "leave_out_errors"}, follow=True)
    assert {key: after.context["counts"][key] for key in ("new", "error", "left_out")} == {
        "new": 2,
        "error": 0,
        "left_out": 2,
    }
    office_client.post(address)
    assert list(Customer.objects.order_by("pk").values_list("name", flat=True)) == ["A Oy", "C Oy"]
