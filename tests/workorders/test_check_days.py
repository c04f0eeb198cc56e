"""A database from before days had to be within reach: the migration stops, the command mends, and then it migrates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation

from customers.models import Attachment, Customer
from customers.sql.rebuild import rebuild
from folders.days import ALWAYS, FOREVER
from folders.models import Operation, Placement, SpotPlacement
from folders.tree import tree_change
from spotilla.days import last_day
from tests.migrating import applied, rows_of, schema_of, standing
from workorders import kinds
from workorders.models import ServiceRequest, Task, WorkOrder

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [
    ("folders", "0006_folders_and_contacts_are_imported"),
    ("customers", "0006_undoing_of_imports"),
    ("workorders", "0007_states_of_a_role"),
]
TABLES = [
    *("folders_folder", "folders_placement", "folders_spot", "folders_spotplacement", "folders_operation"),
    *("customers_customer", "customers_attachment", "customers_coverage", "customers_change"),
    *("workorders_workorder", "workorders_task", "workorders_servicerequest"),
]
MOVED, HANDED = date(26, 2, 11), date(26, 3, 1)


class Before:
    """Models of that time. Each `make_…` gives the id of what it makes."""

    def __init__(self, apps: Any) -> None:
        self.apps = apps
        self.role = apps.get_model("accounts", "Role").objects.get(name="Toimisto")
        self.kind = apps.get_model("workorders", "ServiceRequestKind").objects.get()

    def make(self, app: str, model: str, **fields: Any) -> int:
        return int(self.apps.get_model(app, model).objects.create(**fields).pk)

    def folder(self, *places: tuple[int | None, date, date]) -> int:
        folder = self.make("folders", "Folder", name="Talo", parent_id=places[-1][0])
        for parent, since, until in places:
            self.make("folders", "Placement", folder_id=folder, parent_id=parent, since=since, until=until)
        return folder

    def spot(self, *places: tuple[int, date, date]) -> int:
        spot = self.make("folders", "Spot", name="Pumppu", folder_id=places[-1][0])
        for folder, since, until in places:
            self.make("folders", "SpotPlacement", spot_id=spot, folder_id=folder, since=since, until=until)
        return spot

    def attach(self, folder: int, since: date, until: date = FOREVER) -> int:
        customer = self.make("customers", "Customer", name="Yhtiö Oy")
        return self.make("customers", "Attachment", customer_id=customer, folder_id=folder, since=since, until=until)

    def task(self, spot: int, folder: int, **fields: Any) -> int:
        given = {"name": "Huolto", "due_on": date(2026, 1, 15), "role": self.role} | fields
        return self.make("workorders", "Task", spot_id=spot, folder_id=folder, **given)

    def request(self, folder: int, received_on: date, **fields: Any) -> int:
        given = {"name": "Vuoto", "kind": self.kind, "folder_id": folder, "received_folder_id": folder} | fields
        return self.make("workorders", "ServiceRequest", received_on=received_on, **given)


@pytest.fixture
def before() -> Iterator[Before]:
    with schema_of(*BEFORE) as apps:
        yield Before(apps)


def check_days(*options: str) -> tuple[bool, list[str]]:
    """Whether all is well, and what the command said, in English."""
    out = StringIO()
    with translation.override("en"):
        try:
            call_command("check_days", *options, stdout=out)
        except CommandError as error:
            return False, [*out.getvalue().splitlines(), str(error)]
    return True, out.getvalue().splitlines()


def days_of(model: type[Placement | SpotPlacement | Attachment], *ids: int) -> list[tuple[int, date, date]]:
    return list(model.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "since", "until"))


@pytest.mark.long
def test_the_migration_stops_until_the_command_has_mended_every_day(before: Before) -> None:
    top = before.folder((None, ALWAYS, FOREVER))
    house = before.folder((None, ALWAYS, MOVED), (top, MOVED, FOREVER))
    spot = before.spot((top, ALWAYS, date(2026, 1, 10)), (house, date(2026, 1, 10), FOREVER))
    first, second = before.attach(top, ALWAYS, HANDED), before.attach(top, HANDED)
    with tree_change(kinds.LOAD_DEMO, None):
        rebuild(None)
    task = before.task(spot, house, state="done", done_on=date(26, 1, 5), minutes=30)
    away, there = Placement.objects.filter(folder=house).order_by("since").values_list("pk", flat=True)
    filled, stood, migrations = rows_of(*TABLES), standing(), applied()

    with pytest.raises(CommandError) as stopped:
        call_command("migrate", verbosity=0)
    assert str(stopped.value) == (
        f"Days lie outside 1.1.1990–31.12.2099: 10, such as folders_placement {there} since 0026-02-11. Nothing has "
        "been changed. See and mend them with “manage.py check_days”, then migrate again."
    )
    found = [
        f"folders_placement {there} since 0026-02-11 → 0001-01-01",
        f"folders_placement {away} until 0026-02-11 → taken away",
        f"customers_attachment {second} since 0026-03-01 → 0001-01-01",
        f"customers_attachment {first} until 0026-03-01 → taken away",
        f"workorders_task {task} done_on 0026-01-05 → 2026-01-05",
        "customers_coverage: 5 → recalculated",
    ]
    assert check_days() == (False, [*found, "10 days out of reach."])
    assert (rows_of(*TABLES), standing(), applied()) == (filled, stood, migrations)

    assert check_days("--repair") == (True, [*found, "Repaired; checking again.", "No day is out of reach."])
    mended = rows_of(*TABLES)
    call_command("migrate", verbosity=0)
    assert rows_of(*TABLES) == mended
    assert standing() - stood == (within_reach() if connection.vendor == "postgresql" else set())
    assert stood - standing() == set()
    assert days_of(Placement, away, there) == [(there, ALWAYS, FOREVER)]
    assert days_of(Attachment, first, second) == [(second, ALWAYS, FOREVER)]
    assert Task.objects.values_list("done_on", "folder_id", "spot__folder_id").get() == (date(2026, 1, 5), top, house)
    call_command("check_coverage", verbosity=0)
    assert check_days() == (True, ["No day is out of reach."])
    replaced = Operation.objects.latest("number").replaced
    assert [(row["table"].partition("_")[2], row["id"], row.get("until")) for row in replaced] == [
        ("placement", there, "9999-12-31"),
        ("placement", away, "0026-02-11"),
        ("attachment", second, "9999-12-31"),
        ("attachment", first, "0026-03-01"),
        ("task", task, None),
    ]


@pytest.mark.long
def test_a_day_that_nobody_can_guess_is_left_until_it_is_given(before: Before) -> None:
    house = before.folder((None, ALWAYS, FOREVER))
    spot = before.spot((house, ALWAYS, FOREVER))
    ended = before.attach(before.folder((None, ALWAYS, FOREVER)), date(26, 1, 1), date(26, 6, 30))
    later = before.attach(before.folder((None, ALWAYS, FOREVER)), date(2025, 1, 1), date(2206, 1, 1))
    closed = before.make("customers", "Customer", name="Vanha Oy", closed_on=date(26, 1, 31))
    order = before.make(
        "workorders", "WorkOrder", number="2026-1", name="A", since=date(1026, 1, 1), until=date(1980, 1, 1)
    )
    soon, odd = before.task(spot, house, due_on=date(1025, 3, 1)), before.task(spot, house, due_on=date(202, 3, 1))
    request = before.request(house, date(26, 1, 9), state="done", done_on=date(1126, 1, 5))
    to_come = before.request(house, date(99, 1, 1))

    unknown = "not known: say it with --set"
    plain = [
        f"customers_attachment {ended} since 0026-01-01 → 0001-01-01",
        f"customers_attachment {ended} until 0026-06-30 → 1990-01-01",
        f"customers_attachment {later} until 2206-01-01 → 9999-12-31",
        f"customers_customer {closed} closed_on 0026-01-31 → 2026-01-31",
        f"workorders_workorder {order} since 1026-01-01 → 0001-01-01",
        f"workorders_workorder {order} until 1980-01-01 → 1990-01-01",
        f"workorders_task {soon} due_on 1025-03-01 → 2025-03-01",
    ]
    left = [
        f"workorders_task {odd} due_on 0202-03-01 → {unknown}",
        f"workorders_servicerequest {request} received_on 0026-01-09 → {unknown}",
        f"workorders_servicerequest {to_come} received_on 0099-01-01 → {unknown}",
        f"workorders_servicerequest {request} done_on 1126-01-05 → {unknown}",
    ]
    assert check_days("--repair") == (
        False,
        [*plain, *left, "Repaired; checking again.", *left, "4 days out of reach."],
    )
    assert check_days("--set", "0202-03-01", "3026-03-01") == (
        False,
        [f"1.3.3026 is too late: the last day that can be given is {written(last_day(timezone.localdate()))}."],
    )
    given = {"0202-03-01": "2025-03-01", "1126-01-05": "2026-01-11", "0099-01-01": "1999-01-01"}
    sets = [word for pair in given.items() for word in ("--set", *pair)]
    assert check_days("--repair", *sets)[0] is True
    assert list(Task.objects.order_by("pk").values_list("pk", "due_on")) == [
        (soon, date(2025, 3, 1)),
        (odd, date(2025, 3, 1)),
    ]
    assert list(ServiceRequest.objects.order_by("pk").values_list("received_on", "done_on")) == [
        (date(2026, 1, 9), date(2026, 1, 11)),
        (date(1999, 1, 1), None),
    ]
    assert days_of(Attachment, ended, later) == [
        (ended, ALWAYS, date(1990, 1, 1)),
        (later, date(2025, 1, 1), FOREVER),
    ]
    assert WorkOrder.objects.values_list("since", "until").get() == (ALWAYS, date(1990, 1, 1))
    assert Customer.objects.values_list("closed_on", "version").get(pk=closed) == (date(2026, 1, 31), 2)
    call_command("migrate", verbosity=0)
    call_command("check_coverage", verbosity=0)


def within_reach() -> set[str]:
    """The constraints that the migrations add, which are rules of the models."""
    return {text for text in standing() if "within_reach" in text}


def written(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
