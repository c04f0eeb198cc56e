"""Each import is kept: who, when, which file, how many rows, how it went; its file for 90 days."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from folders.models import Operation
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Command, Page
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOKIA = "0112038-9"


@pytest.fixture
def another(db: None) -> Page:
    """Imports too, and may see no imports of others."""
    return Page(signed_in(factories.user("toinen@spotilla.example", "customers.add_customer", language="en")))


@pytest.fixture
def overseer(db: None) -> Page:
    rights = ("customers.add_customer", "customers.view_customer", "sheets.view_upload")
    return Page(signed_in(factories.user("valvoja@spotilla.example", *rights, language="en")))


def listed(page: Page) -> list[tuple[str, str]]:
    return [(upload.name, upload.state) for upload in page.client.get(reverse("customers:imports")).context["page"]]


def test_an_import_is_kept_with_who_when_which_file_and_how_it_went(clerk: Page, importer: User) -> None:
    before = timezone.now()
    assert clerk(book(["Nimi"], ["A Oy"], ["B Oy"])).saved
    upload = Upload.objects.get()
    operation = Operation.objects.get(kind="import_customers")
    assert (upload.name, upload.user, upload.state) == ("asiakkaat.xlsx", importer, "imported")
    assert (upload.operation, operation.user) == (operation.number, importer)
    assert (upload.result["rows"], upload.result["new"]) == (2, 2)
    assert upload.imported is not None
    assert before <= upload.imported <= timezone.now()
    shown = clerk.client.get(reverse("customers:import_preview", args=[upload.pk])).content.decode()
    assert f"event no. {operation.number}" in shown


def test_the_log_says_which_row_became_which_customer(office: User) -> None:
    folder = factories.folder("Talo")
    assert Page(signed_in(office))(book(["Nimi", "Kansiot"], ["A Oy", ""], ["B Oy", "Talo"])).saved
    arguments = Operation.objects.get(kind="import_customers").arguments
    assert arguments["rows"] == [2, 3]
    assert arguments["customers"] == arguments["created"]
    attachment = folder.attachments.get()
    assert arguments["attachments"] == [[attachment.pk, arguments["created"][1], folder.pk, "0001-01-01"]]


def test_an_import_by_the_command_is_kept_too(tmp_path: Path, importer: User) -> None:
    run = Command(tmp_path)
    content = book(["Nimi"], ["A Oy"])
    assert run(content).saved
    assert run(content, options=("--user", importer.email)).saved
    assert run(content, options=("--dry-run",)).saved
    assert not run(book(["Nimi", "Sähköposti"], ["A Oy", "ei"])).saved
    assert [(u.name, u.user, u.state, bytes(u.content)) for u in Upload.objects.order_by("pk")] == [
        ("asiakkaat.xlsx", None, "imported", content),
        ("asiakkaat.xlsx", importer, "imported", content),
    ]
    operations = Operation.objects.filter(kind="import_customers").order_by("number")
    assert list(Upload.objects.order_by("pk").values_list("operation", flat=True)) == [o.number for o in operations]


def test_what_waits_is_its_senders_alone_and_what_was_imported_is_seen_by_who_may_view_imports(
    clerk: Page, another: Page, overseer: Page
) -> None:
    clerk.send(book(["Nimi"], ["A Oy"]), name="odottaa.xlsx")
    assert clerk(book(["Nimi"], ["B Oy"])).saved
    assert listed(clerk) == [("asiakkaat.xlsx", "imported"), ("odottaa.xlsx", "waiting")]
    assert listed(another) == []
    assert listed(overseer) == [("asiakkaat.xlsx", "imported")]
    waiting, imported = Upload.objects.order_by("pk")
    for page, answers in ((clerk, [200, 200]), (another, [404, 404]), (overseer, [404, 200])):
        addresses = [reverse("customers:import_preview", args=[each.pk]) for each in (waiting, imported)]
        assert [page.client.get(each).status_code for each in addresses] == answers
        assert page.client.get(reverse("customers:import_problems", args=[imported.pk])).status_code == 404


@pytest.mark.parametrize("amount", [1, 30])
def test_the_list_asks_as_many_queries_for_one_import_as_for_thirty(
    clerk: Page, importer: User, amount: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Upload.objects.bulk_create([Upload(name=f"{n}.xlsx", content=b"x", user=importer) for n in range(amount)])
    clerk.client.get(reverse("customers:imports"))
    with django_assert_num_queries(7):
        assert len(clerk.client.get(reverse("customers:imports")).context["page"]) == amount


# ---- the file itself -------------------------------------------------------------------------------------------------


def aged(upload: Upload, **days: int) -> None:
    Upload.objects.filter(pk=upload.pk).update(**{name: timezone.now() - timedelta(days=n) for name, n in days.items()})


@pytest.mark.parametrize("by_command", [True, False])
def test_the_file_is_let_go_90_days_after_the_import_and_the_rest_is_kept(
    clerk: Page, importer: User, by_command: bool
) -> None:
    for _time in range(2):
        assert clerk(book(["Nimi"], ["A Oy"])).saved
    waiting = Upload.objects.create(name="a", content=b"x", user=importer)
    old, new = Upload.objects.filter(state="imported").order_by("pk")
    aged(old, imported=91, created=91)
    aged(new, imported=89, created=89)
    aged(waiting, created=8)
    if by_command:
        call_command("forget_imports", stdout=io.StringIO())
    else:
        clerk.send(book(["Nimi"], ["B Oy"]))
    kept = Upload.objects.filter(pk__in=[old.pk, new.pk]).order_by("pk")
    assert [(each.content != b"", each.result["new"]) for each in kept] == [(False, 1), (True, 1)]
    assert not Upload.objects.filter(pk=waiting.pk).exists()


# ---- what changed between the look and the press ---------------------------------------------------------------------


def test_what_changed_since_the_user_looked_is_shown_again_before_anything_is_written(office: User) -> None:
    office.language = "en"
    office.save()
    client, customer = signed_in(office), factories.customer("Vanha Oy", business_id=NOKIA, city="Turku")
    answer = Page(client).send(book(["Nimi", "Y-tunnus", "Postitoimipaikka"], ["Uusi Oy", NOKIA, "Espoo"]), update=True)
    target, seen = answer.redirect_chain[-1][0], answer.context["seen"]
    customer.city = "Vaasa"
    customer.save()
    again: Any = client.post(target, {"seen": seen})
    assert again.status_code == 422
    assert "has changed since you looked" in again.content.decode()
    customer.refresh_from_db()
    assert (customer.name, customer.city, Upload.objects.get().state) == ("Vanha Oy", "Vaasa", "waiting")
    assert f'name="seen" value="{again.context["seen"]}"' in again.content.decode()
    assert client.post(target, {"seen": again.context["seen"]}).status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.city) == ("Uusi Oy", "Espoo")


def test_a_change_of_what_the_file_does_not_touch_stops_nothing(office: User) -> None:
    client, customer = signed_in(office), factories.customer("Vanha Oy", business_id=NOKIA)
    answer = Page(client).send(book(["Nimi", "Y-tunnus"], ["Uusi Oy", NOKIA]), update=True)
    customer.notes = "soitettu"
    customer.save()
    assert client.post(answer.redirect_chain[-1][0], {"seen": answer.context["seen"]}).status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.notes) == ("Uusi Oy", "soitettu")


def test_a_contact_that_came_meanwhile_is_shown_before_it_is_linked(office: User) -> None:
    clerk = Page(signed_in(office))
    headings = ["Nimi", "Yhteyshenkilö", "Yhteyshenkilön sähköposti"]
    answer = clerk.send(book(headings, ["A Oy", "Aino", "aino@example.com"]))
    customer = factories.customer()
    customer.contacts.create(name="Aino", email="aino@example.com")
    after = clerk.client.post(answer.redirect_chain[-1][0], {"seen": answer.context["seen"]})
    assert after.status_code == 422
    assert Upload.objects.get().state == "waiting"
