"""Customers that the file lacks: left alone, listed, or closed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from customers.ownership import attach
from folders.models import Operation
from sheets.models import Upload
from tests import factories
from tests.conftest import signed_in
from tests.customers.importing import Command, Page
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOKIA, OTHER = "0112038-9", "0201256-6"


@pytest.fixture
def boss(office: User) -> Page:
    office.language = "en"
    office.save()
    return Page(signed_in(office))


@pytest.fixture
def world(db: None) -> bytes:
    """Five customers, and a file that has one of them and a new one."""
    factories.customer("Mukana Oy", business_id=NOKIA)
    factories.customer("Vapaa Oy")
    attach(factories.customer("Liitetty Oy"), factories.folder("Talo"), by=None)
    factories.order(of=factories.customer("Työn alla Oy"))
    factories.customer("Suljettu Oy", closed_on=date(2020, 1, 1))
    return book(["Nimi", "Y-tunnus"], ["Mukana Oy", NOKIA], ["Uusi Oy", None])


def address(name: str = "import_preview") -> str:
    return reverse(f"customers:{name}", args=[Upload.objects.latest("pk").pk])


def choose(page: Page, **said: Any) -> Any:
    return page.client.post(address("import_choose"), said, headers={"HX-Request": "true"})


def closed_today() -> list[str]:
    return sorted(Customer.objects.filter(closed_on=timezone.localdate()).values_list("name", flat=True))


def test_those_that_the_file_lacks_are_shown_with_their_number_and_left_alone(boss: Page, world: bytes) -> None:
    answer = boss.send(world, update=True)
    assert "Customers that the file lacks (3):" in answer.content.decode()
    page = boss.client.get(address(), {"show": "missing"})
    assert [(each.name, each.is_held) for each in page.context["page"]] == [
        ("Liitetty Oy", True),
        ("Työn alla Oy", True),
        ("Vapaa Oy", False),
    ]
    boss.client.post(address())
    assert Customer.objects.filter(name="Uusi Oy").exists()
    assert closed_today() == []


def test_they_are_closed_when_the_user_says_so_but_not_those_with_folders_or_work_orders(
    boss: Page, world: bytes
) -> None:
    boss.send(world, update=True)
    assert choose(boss, update="on", missing="close").status_code == 200
    shown = boss.client.get(address(), {"show": "missing"}).content.decode()
    assert "Customers that the file lacks will be closed: 1." in shown
    assert "Stay open, since they are attached to folders or have open work orders: 2." in shown
    boss.client.post(address())
    assert closed_today() == ["Vapaa Oy"]
    assert Upload.objects.get().result["closed"] == 1
    log = Operation.objects.get(kind="import_customers")
    assert log.arguments["closed"] == [Customer.objects.get(name="Vapaa Oy").pk]


def test_who_stands_on_a_row_that_is_left_out_is_not_missing(boss: Page, world: bytes) -> None:
    boss.send(world, update=True)
    choose(boss, update="on", missing="close")
    answer = choose(boss, leave_out=2)
    assert answer.context["counts"]["missing"] == 3
    boss.client.post(address())
    assert closed_today() == ["Vapaa Oy"]


def test_without_update_a_file_lacks_nobody(boss: Page, world: bytes) -> None:
    boss.send(world, update=True)
    choose(boss, update="on", missing="close")
    answer = choose(boss, missing="close")
    assert answer.context["counts"]["missing"] == 0
    assert Upload.objects.get().update is False
    choose(boss, leave_out=2)
    boss.client.post(address())
    assert Customer.objects.filter(name="Uusi Oy").exists()
    assert closed_today() == []


def test_update_is_chosen_in_the_preview_too(boss: Page, world: bytes) -> None:
    boss.send(world)
    assert [row.outcome for row in boss.client.get(address()).context["rows"]] == ["error", "new"]
    choose(boss, update="on", missing="leave")
    assert [row.outcome for row in boss.client.get(address()).context["rows"]] == ["unchanged", "new"]


def test_who_may_not_change_customers_chooses_neither(clerk: Page, world: bytes) -> None:
    shown = clerk.send(world).content.decode()
    assert "Customers that the file lacks" not in shown
    assert choose(clerk, update="on", missing="close").status_code == 403
    assert choose(clerk, missing="nothing").status_code == 403


def test_a_way_that_there_is_not_is_refused(boss: Page, world: bytes) -> None:
    boss.send(world, update=True)
    assert choose(boss, update="on", missing="delete").status_code == 400


def test_the_command_lists_or_closes_them(tmp_path: Path, world: bytes) -> None:
    send = Command(tmp_path)
    assert "Vapaa Oy" not in send(world, update=True, options=("--dry-run",)).said
    listed = send(world, update=True, options=("--dry-run", "--missing", "list")).said
    assert "Customers that the file lacks: 3" in listed
    assert "Liitetty Oy" in listed
    assert closed_today() == []
    said = send(world, update=True, options=("--missing", "close", "--yes")).said
    assert "Customers that the file lacks are closed: 1" in said
    assert "Not closed, since they are attached to folders or have open work orders: 2" in said
    assert closed_today() == ["Vapaa Oy"]


def test_the_command_closes_nobody_unless_it_updates(tmp_path: Path, world: bytes) -> None:
    assert "--missing needs --update" in Command(tmp_path)(world, options=("--missing", "close")).said
    assert closed_today() == []


def test_who_may_not_see_a_customer_does_not_close_it(boss: Page, world: bytes, stranger: User) -> None:
    rights = ("customers.add_customer", "customers.change_customer")
    blind = Page(signed_in(factories.user("sokea@spotilla.example", *rights, language="en")))
    blind.send(book(["Nimi"], ["Uusi Oy"]), update=True)
    answer = choose(blind, update="on", missing="close")
    assert answer.context["counts"]["missing"] == 0
    blind.client.post(address())
    assert closed_today() == []
