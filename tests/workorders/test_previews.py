"""What is said before an operation is what then happens: the work whose owner changes, counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db.models import F
from django.utils.timezone import localdate

from accounts.models import User
from customers.models import Attachment
from customers.ownership import attach, detach, hand_over, move_folder
from folders.models import Folder, Spot
from tests import factories
from workorders.models import ServiceRequest, Task
from workorders.places import move_spot
from workorders.sql.previews import Changes, preview, preview_spot

type Owners = dict[tuple[str, int], int | None]


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.fixture
def house(db: None) -> Folder:
    return factories.folder("Talo", factories.folder("Kaupunki"))


@pytest.fixture
def spot(house: Folder) -> Spot:
    return factories.spot(factories.folder("Kellari", house))


@pytest.fixture
def manager(house: Folder, spot: Spot) -> Attachment:
    """Of the whole town, with work of every kind on one spot before, on and after the tenth."""
    town = house.parent
    assert town is not None
    for day in (9, 10, 11):
        factories.task(spot, done_on=march(day), minutes=day)
        factories.request(spot, received_on=march(day), done_on=march(day))
    factories.task(spot)
    factories.task(spot, state="cancelled")
    factories.task(spot, work_order=factories.order(of=factories.customer("Muu")), done_on=march(11))
    factories.request(spot)
    return attach(factories.customer("Isännöinti"), town, by=None)


def owners() -> Owners:
    """The owner of all work that counts."""
    today = localdate()
    tasks = Task.objects.exclude(state="cancelled").with_counted_day(today).with_owner("counted_day")
    requests = ServiceRequest.objects.exclude(state="cancelled").with_counted_day(today).with_owner("counted_day")
    found: Owners = {("request", pk): owner for pk, owner in requests.values_list("pk", F("owner_id"))}
    return found | {(state, pk): owner for state, pk, owner in tasks.values_list("state", "pk", F("owner_id"))}


def happened(act: Callable[[], object], changes: Changes) -> dict[str, int]:
    """Does it; how much of each then has another owner, beside what was said."""
    before = owners()
    act()
    after = owners()
    changed = [kind for (kind, pk), owner in before.items() if after[kind, pk] != owner]
    said = {"unfinished": changes.unfinished, "done": changes.done, "requests": changes.requests}
    counted = {"unfinished": changed.count("open"), "done": changed.count("done"), "requests": changed.count("request")}
    assert said == counted
    return counted


def test_of_an_attachment_from_a_day_on(office: User, house: Folder, manager: Attachment) -> None:
    customer = factories.customer("Asunto Oy")

    def act() -> object:
        return attach(customer, house, march(10), by=office)

    changes = preview(act, house, user=office)
    assert Attachment.objects.count() == 1  # it was rolled back
    assert [(line.was, line.becomes, line.folders, line.spots) for line in changes.lines] == [
        (manager.customer, customer, 2, 1)
    ]
    assert changes.lines[0].minutes == 10 + 11
    assert happened(act, changes) == {"unfinished": 1, "done": 2, "requests": 3}


def test_of_a_hand_over_and_of_an_end(office: User, house: Folder, manager: Attachment) -> None:
    town, buyer = manager.folder, factories.customer("Ostaja")

    def sell() -> object:
        return hand_over(manager, buyer, march(11), by=office)

    assert happened(sell, preview(sell, town, user=office)) == {"unfinished": 1, "done": 1, "requests": 2}
    bought = Attachment.objects.get(customer=buyer)

    def end() -> None:
        detach(bought, localdate(), by=office)

    changes = preview(end, town, user=office)
    assert [(line.was, line.becomes) for line in changes.lines] == [(buyer, None)]
    assert happened(end, changes) == {"unfinished": 1, "done": 0, "requests": 1}


def test_of_a_folder_and_of_a_spot_moved(office: User, house: Folder, spot: Spot, manager: Attachment) -> None:
    away = factories.folder("Muualla")

    def correct() -> None:
        move_folder(Folder.objects.get(pk=house.pk), away, march(9), march(11), by=office)

    assert happened(correct, preview(correct, house, user=office)) == {"unfinished": 0, "done": 2, "requests": 2}

    def move() -> None:
        move_spot(Spot.objects.get(pk=spot.pk), away, march(11), by=office)

    assert happened(move, preview_spot(move, spot, user=office)) == {"unfinished": 1, "done": 1, "requests": 2}


def test_who_may_not_see_work_is_told_of_none(house: Folder, manager: Attachment) -> None:
    person = factories.user("myyja@spotilla.example", "customers.view_customer")

    def act() -> object:
        return attach(factories.customer(), house, by=person)

    changes = preview(act, house, user=person)
    assert (changes.folders, changes.unfinished, changes.done, changes.requests) == (2, 0, 0, 0)
