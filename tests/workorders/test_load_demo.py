"""Demo data come out the same every time, and go only where nothing is."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation

from customers.models import Attachment, Contact, Coverage, Customer, CustomerContact
from folders.models import Folder, Placement, Spot, SpotPlacement
from tests import factories
from workorders.models import ServiceRequest, Task, WorkOrder

pytestmark = pytest.mark.once


def load(scale: float = 0.1, **options: Any) -> str:
    out = StringIO()
    with translation.override("en"):
        call_command("load_demo", scale=scale, stdout=out, **options)
    return out.getvalue()


def everything() -> list[Any]:
    """All that was made, without the ids, which the database gives."""
    values = {
        Folder: ("name", "description", "parent__name"),
        Placement: ("folder__name", "parent__name", "since", "until"),
        Spot: ("name", "folder__name", "state"),
        SpotPlacement: ("spot__name", "folder__name", "since", "until"),
        Customer: [f.attname for f in Customer._meta.concrete_fields if f.attname not in {"id", "sort_key"}],
        Contact: ("name", "email", "phone"),
        CustomerContact: ("contact__name", "customer__name", "role"),
        Attachment: ("folder__name", "customer__name", "since", "until"),
        WorkOrder: ("number", "name", "customer__name", "since", "until", "closed_on"),
        Task: ("name", "spot__name", "folder__name", "work_order__number", "role__name", "due_on", "state", "minutes",
               "done_on"),
        ServiceRequest: ("name", "kind__name", "spot__name", "folder__name", "received_folder__name", "role__name",
                         "state", "received_on", "done_on"),
        Coverage: ("folder__name", "rank", "customer__name", "since", "until"),
    }  # fmt: skip
    return [
        list(model._default_manager.order_by("folder", "rank", "since") .values_list(*fields)) if model is Coverage
        else list(model._default_manager.order_by("pk").values_list(*fields))
        for model, fields in values.items()
    ]  # fmt: skip


def made(seed: int) -> list[Any]:
    with transaction.atomic():
        load(seed=seed)
        found = everything()
        transaction.set_rollback(True)
    return found


@pytest.mark.long
def test_the_same_seed_on_the_same_day_makes_the_same(db: None) -> None:
    first = made(seed=3)
    assert made(seed=3) == first
    assert made(seed=4) != first


@pytest.mark.parametrize("there", ["a folder", "a customer", "a task"])
def test_it_is_refused_where_there_is_something(db: None, there: str) -> None:
    if there == "a folder":
        factories.folder()
    elif there == "a customer":
        factories.customer()
    else:
        factories.task(work_order=factories.order())
    sentence = "There is a folder, a customer or a task already: demo data needs an empty database."
    counts = Folder.objects.count(), Customer.objects.count(), Task.objects.count()
    with pytest.raises(CommandError) as refusal:
        load()
    assert str(refusal.value) == sentence
    assert load(if_empty=True) == ""
    assert (Folder.objects.count(), Customer.objects.count(), Task.objects.count()) == counts


@pytest.mark.parametrize("scale", [0, -1])
def test_a_scale_of_nothing_is_refused(db: None, scale: float) -> None:
    with pytest.raises(CommandError) as refusal:
        load(scale)
    assert str(refusal.value) == "The scale is a number greater than zero."


def test_work_orders_that_were_there_keep_their_numbers(db: None) -> None:
    old = factories.order()
    load()
    numbers = set(WorkOrder.objects.values_list("number", flat=True))
    assert old.number in numbers
    assert len(numbers) == 9


@pytest.mark.long
@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 1, 1), date(2026, 3, 31), date(2026, 7, 15)])
def test_it_works_on_any_day(db: None, monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: day)
    load(0.01)
    call_command("check_coverage", verbosity=0)
    assert Task.objects.aggregate(last=Max("done_on"))["last"] == day - timedelta(days=1)


def test_at_scale_1_it_has_the_size_that_it_promises(db: None) -> None:
    load(1)
    assert Folder.objects.count() >= 300
    assert Customer.objects.count() >= 100
    assert (Task.objects.count(), ServiceRequest.objects.count()) == (10_000, 2_000)
    call_command("check_coverage", verbosity=0)
    assert Permission.objects.filter(group__role__name="Toimisto").count() > 20
