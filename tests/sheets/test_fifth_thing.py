"""A fifth thing that can be imported takes one folder, its routes, and a kind in the log; all else is there already."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from folders.models import Operation
from sheets.importing.import_types import register
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.sheets.books import book
from tests.sheets.fifth.spec import KINDS
from workorders.models import ServiceRequestKind

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    register(KINDS)  # as its app would when it is ready
    with override_settings(ROOT_URLCONF="tests.sheets.fifth.urls"):
        yield


@pytest.fixture
def client(db: None) -> Client:
    return signed_in(User.objects.create_superuser("p@spotilla.example", "salasana-jolla-pääsee", language="en"))


def send(client: Client, *names: str, update: bool = False) -> Upload:
    file = SimpleUploadedFile("lajit.xlsx", book(["Laji"], *([name] for name in names)))
    typed = {"file": file} | ({"update": "on"} if update else {})
    assert client.post(reverse("fifth:import"), typed).status_code == 302
    return Upload.objects.latest("pk")


def press(client: Client, upload: Upload) -> None:
    page = reverse("fifth:import_preview", args=[upload.pk])
    seen = client.get(page).context["seen"]
    assert client.post(page, {"seen": seen}).status_code == 302
    upload.refresh_from_db()
    assert upload.state == "imported"


def names() -> list[str]:
    return sorted(ServiceRequestKind.objects.values_list("name", flat=True))


def test_it_has_the_pages_of_every_import(client: Client) -> None:
    before = names()
    template = client.get(reverse("fifth:import_template"))
    assert template.status_code == 200
    upload = send(client, "Lumityö", "Lumityö " + "x" * 100)
    shown = client.get(reverse("fifth:import_preview", args=[upload.pk])).content.decode()
    assert "too long" in shown
    for route in ("import_problems", "import_wrong_rows", "imports", "import"):
        assert client.get(reverse(f"fifth:{route}", args=[upload.pk] if "_" in route else [])).status_code == 200
    assert names() == before


def test_it_is_saved_logged_and_undone_field_by_field(client: Client) -> None:
    first = ServiceRequestKind.objects.create(name="lumityö")
    before = names()
    upload = send(client, "Lumityö", "Hissi", "Ovi", update=True)
    press(client, upload)
    assert names() == sorted({*before, "Lumityö", "Hissi", "Ovi"} - {"lumityö"})
    operation = Operation.objects.latest("number")
    assert operation.number == upload.operation
    assert (operation.kind, str(operation.get_kind_display())) == ("import_kinds", "kinds imported")
    factories.request(factories.spot(factories.folder("Talo")), kind=ServiceRequestKind.objects.get(name="Ovi"))
    page = reverse("fifth:import_undo", args=[upload.pk])
    would = client.get(page)
    assert [(row.name, row.outcome.value) for row in would.context["rows"]] == [
        ("Hissi", "back"),
        ("Ovi", "cannot"),
        ("Lumityö", "back"),
    ]
    assert client.post(page, {"seen": would.context["seen"]}).status_code == 302
    assert names() == sorted({*before, "Ovi"})
    first.refresh_from_db()
    assert first.name == "lumityö"


def test_what_is_there_is_unchanged_and_not_made_twice(client: Client) -> None:
    upload = send(client, "Hissi")
    press(client, upload)
    again = send(client, "Hissi")
    page = client.get(reverse("fifth:import_preview", args=[again.pk]))
    assert page.context["counts"]["unchanged"] == 1
