"""No address and nothing typed into a form, however hostile or absurd, breaks a page: the answer is never 500."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from customers.ownership import attach
from folders.days import ALWAYS, FOREVER
from spotilla.record_picker import PickField
from spotilla.web import DateField
from tests import factories
from tests.access.routes import ROUTES
from tests.access.test_every_url import World

HUGE, ENDLESS = "9" * 20, "9" * 5000  # no bigint; no number that Python would read
IDS = ("customer", "folder", "spot", "work_order", "into", "order", "attachment", "kind", "role")
QUERIES: list[dict[str, str]] = [
    *({name: HUGE} for name in IDS),
    dict.fromkeys(IDS, "²"),  # a digit, and no number
    dict.fromkeys(IDS, ENDLESS),
    {"q": "\0", "name_q": "\0"},
    {"q": "ä" * 3000, "page": HUGE, "o": "-", "state": "'"},
    {"from": "0001-01-01", "to": "9999-12-31", "order": "--"},
    {"from": "0000-00-00", "to": "30.2.2026", "path": "1-2-x"},
    {"open": f"{ENDLESS},²,{HUGE}", "shut": "..", "format": "exe", "table": "x", "compare": "x", "again": "1"},
]
SAID = "Kirjoita vuosi neljällä numerolla: 11.2.0026 on vuonna 26."
WITH_DAYS = {"when": "days", "begins": "day", "how": "last", "done": "on", "state": "done"}
DAYS, CHOSEN, TYPED = ("0001-01-01", "9999-12-30", "9999-12-31", "0"), ("²", ENDLESS, HUGE), ("\0", HUGE, "-5")

pytestmark = [pytest.mark.django_db, pytest.mark.once]

each_page = pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if not route.post])


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def client(world: World) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.office)
    return client


def undone(method: Any, *args: Any) -> Any:
    """The answer; what was saved, or broken in PostgreSQL's transaction, is rolled back."""
    with transaction.atomic():
        response = method(*args)
        transaction.set_rollback(True)
    return response


@pytest.mark.long
@pytest.mark.postgresql  # the engine that refuses more
@each_page
def test_no_address_breaks_a_page(client: Client, world: World, name: str) -> None:
    address = world.address(name)
    more = f"{address}{'&' if '?' in address else '?'}"
    broken = [query for query in QUERIES if undone(client.get, f"{more}{urlencode(query)}").status_code >= 500]
    assert broken == []


@pytest.mark.long
@pytest.mark.postgresql  # the engine that refuses more
@each_page
def test_nothing_typed_breaks_a_form(client: Client, world: World, name: str) -> None:
    """Each field by itself, in a form that is right otherwise; what asks to be confirmed is."""
    address = world.address(name)
    shown = undone(client.get, address).context or {}
    form = shown.get("form")
    if not isinstance(form, forms.BaseForm) or "filter" in shown:  # what narrows a list stands in its address
        return
    broken = [
        (changed, typed) for changed, typed in attempts(form) if breaks(client, address, right(form, world) | typed)
    ]
    assert broken == []


def attempts(form: forms.BaseForm) -> Iterator[tuple[str, dict[str, str]]]:
    for name, field in form.fields.items():
        if isinstance(field, PickField):
            yield from ((name, {name: value}) for value in CHOSEN)
            yield name, {name: "²", f"{name}_q": "\0", "again": "1"}
        elif isinstance(field, DateField):
            yield from ((name, {name: value, "when": "days", "begins": "day"}) for value in DAYS)
            yield name, {name: "9999-12-31", "when": "from"}
        else:
            yield from ((name, {name: value}) for value in TYPED)


def right(form: forms.BaseForm, world: World) -> dict[str, str]:
    """What the form is shown with, and what it needs besides."""
    rows: dict[str, Any] = {
        "customer": world.earlier.customer,
        "folder": world.folder,
        "spot": world.spot,
        "contact": world.contact,
        "role": world.task.role,
    }
    shown = {name: form[name].value() for name in form.fields}
    needed = {name: rows[name].pk for name in rows if name in shown and not shown[name]}
    return {name: str(value) for name, value in ({"name": "Nimi"} | shown | needed).items() if value is not None}


def breaks(client: Client, address: str, data: dict[str, str]) -> bool:
    response = undone(client.post, address, data)
    asked = response.context.get("confirm") if response.context else None
    if response.status_code == 200 and asked:
        response = undone(client.post, address, data | {"confirmed": str(asked)})
    return int(response.status_code) >= 500


@pytest.mark.long
@pytest.mark.postgresql  # the engine that refuses more
def test_no_form_and_no_address_takes_a_day_that_no_report_reaches(client: Client, world: World) -> None:
    """Each field of days by itself, in a form that is right otherwise, or in the address that narrows a page."""
    looked, taken = 0, []
    for name in [name for name, route in ROUTES.items() if not route.post]:
        address = world.address(name)
        shown = undone(client.get, address).context or {}
        form: Any = shown.get("period_form") or shown.get("form")
        narrows = "filter" in shown or "period_form" in shown
        for field in form.fields if isinstance(form, forms.BaseForm) else ():
            if isinstance(form.fields[field], forms.DateField):
                looked += 1
                method, rest = (client.get, {}) if narrows else (client.post, right(form, world) | WITH_DAYS)
                answer = undone(method, address, rest | {field: "0026-02-11"})
                if SAID not in answer.content.decode() or answer.status_code != (200 if "filter" in shown else 422):
                    taken.append((name, field, answer.status_code))
    assert taken == []
    assert looked > 30


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(1990, 1, 1), FOREVER), (ALWAYS, date(2100, 1, 1)), (date(1990, 1, 1), date(2100, 1, 1))],
    ids=["first", "last", "both"],
)
def test_a_folder_that_changed_hands_at_the_end_of_all_days_is_shown(world: World, since: date, until: date) -> None:
    with transaction.atomic():
        folder = factories.folder()
        attach(world.customer, folder, since, until, by=None)
        client = Client()
        client.force_login(world.office)
        pages = [reverse(f"folders:{name}", args=[folder.pk]) for name in ("detail", "history")]
        pages.append(reverse("customers:folders", args=[world.customer.pk]))
        assert [client.get(page).status_code for page in pages] == [200, 200, 200]
        transaction.set_rollback(True)


def test_an_address_with_nul_is_refused(client: Client) -> None:
    assert client.get("/search/?q=%00").status_code == 400
