"""The odd cases, each decided once (docs/domain.md): what an office might ask, and the answer that it gets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
from django.utils.timezone import localdate

from customers.models import Attachment
from customers.ownership import (
    attach,
    delete_folder,
    detach,
    hand_over,
    move_folder,
    new_folder,
    redate,
    redate_hand_over,
)
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Placement, Spot
from folders.tree import Refused
from tests import factories
from workorders.models import ServiceRequest, Task
from workorders.orders import close_order, give_order
from workorders.places import move_spot
from workorders.recording import change_request, change_task, relocate_request, relocate_task

from .test_rules import collectors, march, owner, owner_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def one(db: None) -> Folder:
    return factories.folder("Eka")


@pytest.fixture
def two(db: None) -> Folder:
    return factories.folder("Toka")


@pytest.fixture
def of_one(one: Folder) -> Attachment:
    return attach(factories.customer("Ekan Oy"), one, by=None)


@pytest.fixture
def of_two(two: Folder) -> Attachment:
    return attach(factories.customer("Tokan Oy"), two, by=None)


@pytest.fixture
def spot(one: Folder) -> Spot:
    return factories.spot(one)


def owner_of_request(request: ServiceRequest, day: date | str) -> str | None:
    return owner_of(ServiceRequest.objects.filter(pk=request.pk), day)


def test_1_a_folder_attached_from_a_past_day_brings_the_past_work_of_those_days(one: Folder, spot: Spot) -> None:
    earlier, later = (factories.task(spot, done_on=march(day)) for day in (4, 5))
    attach(factories.customer("Ekan Oy"), one, march(5), by=None)
    assert [owner(earlier), owner(later)] == [None, "Ekan Oy"]


def test_2_done_work_belongs_where_the_spot_was_on_that_day_and_open_work_where_it_is(
    two: Folder, spot: Spot, of_one: Attachment, of_two: Attachment
) -> None:
    planned, done = factories.task(spot), factories.task(spot, done_on=march(9))
    move_spot(spot, two, march(10), by=None)
    assert [owner(done), owner(planned, localdate())] == ["Ekan Oy", "Tokan Oy"]
    assert owner(change_task(planned, "done", done_on=march(9))) == "Ekan Oy"
    assert owner(change_task(planned, "done", done_on=march(10))) == "Tokan Oy"
    assert owner(change_task(planned, "open"), localdate()) == "Tokan Oy"


def test_3_a_request_is_received_by_the_old_customer_and_done_for_the_new_one(
    two: Folder, spot: Spot, of_one: Attachment, of_two: Attachment
) -> None:
    request = factories.request(spot, received_on=march(5))
    move_spot(spot, two, march(10), by=None)
    request = change_request(request, "done", done_on=march(12))
    assert owner_of_request(request, "received_on") == "Ekan Oy"
    assert owner_of_request(request, "done_on") == "Tokan Oy"


def test_4_work_recorded_late_belongs_where_the_spot_was_then(
    two: Folder, spot: Spot, of_one: Attachment, of_two: Attachment
) -> None:
    move_spot(spot, two, march(10), by=None)
    assert owner(factories.task(spot, done_on=march(9))) == "Ekan Oy"
    assert owner_of_request(factories.request(spot, received_on=march(9)), "received_on") == "Ekan Oy"


def test_5_work_due_in_the_future_belongs_to_todays_place_and_todays_customer(
    one: Folder, spot: Spot, of_one: Attachment
) -> None:
    today = localdate()
    task = factories.task(spot, due_on=today + timedelta(days=60))
    hand_over(of_one, factories.customer("Uusi Oy"), today + timedelta(days=30), by=None)
    assert owner(task, today) == "Ekan Oy"


def test_6_a_work_order_on_anothers_spot_is_its_customers_and_both_collect(
    spot: Spot, of_one: Attachment, of_two: Attachment
) -> None:
    order = factories.order(of=of_two.customer)
    task = factories.task(spot, work_order=order, done_on=march(1))
    assert (owner(task), collectors(task)) == ("Tokan Oy", ["Ekan Oy", "Tokan Oy"])
    give_order(order, None)
    assert (owner(task), collectors(task)) == ("Ekan Oy", ["Ekan Oy"])


def test_7_a_second_customer_of_the_same_days_is_refused_and_of_other_days_welcome(
    one: Folder, of_one: Attachment
) -> None:
    redate(of_one, march(5), march(10), by=None)
    other = factories.customer()
    for since, until in [(ALWAYS, FOREVER), (march(9), FOREVER), (ALWAYS, march(6)), (march(6), march(7))]:
        with pytest.raises(Refused):
            attach(other, one, since, until, by=None)
    attach(other, one, march(10), by=None)
    attach(other, one, ALWAYS, march(5), by=None)
    assert Attachment.objects.count() == 3


def test_8_a_customer_above_and_below_another_pays_below_and_collects_once(one: Folder, of_one: Attachment) -> None:
    between, below = factories.folder("Väli", one), factories.folder("Ala")
    move_folder(below, between, by=None)
    attach(factories.customer("Väli Oy"), between, by=None)
    task = factories.task(factories.spot(below), done_on=march(1))
    assert owner(task) == "Väli Oy"
    attach(of_one.customer, below, by=None)
    assert (owner(task), collectors(task)) == ("Ekan Oy", ["Ekan Oy", "Väli Oy"])


def test_9_a_wrong_day_of_a_hand_over_is_put_right_without_a_gap(one: Folder, spot: Spot, of_one: Attachment) -> None:
    later = hand_over(of_one, factories.customer("Uusi Oy"), march(10), by=None)
    with pytest.raises(Refused):
        redate(of_one, ALWAYS, march(15), by=None)
    redate_hand_over(of_one, later, march(15), by=None)
    owners = [owner(factories.task(spot, done_on=march(day))) for day in (14, 15)]
    assert owners == ["Ekan Oy", "Uusi Oy"]


def test_10_a_correction_keeps_the_places_outside_its_days_and_a_change_replaces_what_was_to_come(
    one: Folder, two: Folder
) -> None:
    folder = factories.folder("Liikkuva")
    move_folder(folder, one, march(5), by=None)
    move_folder(folder, two, march(10), by=None)
    move_folder(folder, None, march(6), march(8), by=None)
    rows = Placement.objects.filter(folder=folder).order_by("since").values_list("parent__name", "since")
    assert list(rows) == [(None, ALWAYS), ("Eka", march(5)), (None, march(6)), ("Eka", march(8)), ("Toka", march(10))]
    move_folder(folder, one, march(7), by=None)
    rows = Placement.objects.filter(folder=folder).order_by("since").values_list("parent__name", "since")
    assert list(rows) == [(None, ALWAYS), ("Eka", march(5)), (None, march(6)), ("Eka", march(7))]


def test_11_moved_twice_in_a_day_the_day_belongs_wholly_to_the_last_place(
    one: Folder, two: Folder, spot: Spot, of_one: Attachment, of_two: Attachment
) -> None:
    third = factories.folder()
    move_spot(spot, third, march(10), by=None)
    move_spot(spot, two, march(10), by=None)
    owners = [owner(factories.task(spot, done_on=march(day))) for day in (9, 10)]
    assert owners == ["Ekan Oy", "Tokan Oy"]


def test_12_a_move_into_the_future_is_refused_and_an_attachment_in_the_future_is_not(
    one: Folder, two: Folder, spot: Spot
) -> None:
    tomorrow = localdate() + timedelta(days=1)
    for since, until in [(tomorrow, FOREVER), (ALWAYS, tomorrow)]:
        with pytest.raises(Refused):
            move_folder(one, two, since, until, by=None)
        with pytest.raises(Refused):
            move_spot(spot, two, since, until, by=None)
    attach(factories.customer("Tuleva Oy"), one, tomorrow, by=None)
    assert [owner(factories.task(spot), day) for day in (localdate(), tomorrow)] == [None, "Tuleva Oy"]


def test_13_a_folder_is_never_inside_itself_also_on_a_day_long_gone(one: Folder, two: Folder) -> None:
    move_folder(one, two, march(5), march(10), by=None)
    with pytest.raises(Refused):
        move_folder(two, one, march(9), march(12), by=None)
    move_folder(two, one, march(10), march(12), by=None)
    with pytest.raises(Refused):
        move_folder(one, one, by=None)


def test_14_a_new_folder_has_been_there_always_and_its_parents_customers_with_it(
    one: Folder, of_one: Attachment
) -> None:
    hand_over(of_one, factories.customer("Uusi Oy"), march(10), by=None)
    spot = factories.spot(new_folder("Uusi kansio", one, by=None))
    owners = [owner(factories.task(spot, done_on=march(day))) for day in (1, 9, 10)]
    assert owners == ["Ekan Oy", "Ekan Oy", "Uusi Oy"]


def test_15_a_folder_that_anything_refers_to_or_ever_did_is_not_deleted(one: Folder, two: Folder, spot: Spot) -> None:
    move_spot(spot, two, march(5), by=None)
    child = factories.folder("Lapsi", factories.folder("Vanha"))
    once = Folder.objects.get(name="Vanha")
    move_folder(child, None, march(5), by=None)
    attached = factories.folder()
    attach(factories.customer(), attached, by=None)
    for folder in (one, two, once, attached):
        with pytest.raises(Refused):
            delete_folder(folder, by=None)
        assert Folder.objects.filter(pk=folder.pk).exists()
    delete_folder(child, by=None)
    assert not Folder.objects.filter(pk=child.pk).exists()


def test_16_a_days_work_is_that_of_the_clock_in_helsinki(spot: Spot) -> None:
    late_in_january = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
    with mock.patch("django.utils.timezone.now", return_value=late_in_january):
        assert factories.task(spot, state="done").done_on == date(2026, 2, 1)
        assert factories.task(spot, done_on=date(2026, 2, 1)).done_on == date(2026, 2, 1)
        with pytest.raises(Refused):
            factories.task(spot, done_on=date(2026, 2, 2))


def test_17_an_attachment_that_would_end_before_it_begins_is_refused(one: Folder, of_one: Attachment) -> None:
    with pytest.raises(Refused):
        redate(of_one, march(5), march(5), by=None)
    with pytest.raises(Refused):
        redate(of_one, march(5), march(4), by=None)
    redate(of_one, march(5), march(6), by=None)
    detach(of_one, march(5), by=None)
    assert not Attachment.objects.exists()


def test_18_the_day_on_which_a_folder_is_detached_is_the_first_not_collected(spot: Spot, of_one: Attachment) -> None:
    detach(of_one, march(10), by=None)
    owners = [owner(factories.task(spot, done_on=march(day))) for day in (9, 10)]
    assert owners == ["Ekan Oy", None]


# ---- requests, cancelled and re-placed work -------------------------------------------------------------------------


def test_a_request_counts_as_received_whatever_became_of_it_and_when_closed_in_one_column(spot: Spot) -> None:
    for state in ("open", "in_progress", "cancelled"):
        role = None if state == "open" else factories.role()
        factories.request(spot, name=state, received_on=march(5), state=state, role=role)
    for state in ("done", "forwarded"):
        factories.request(spot, name=state, received_on=march(5), state=state, done_on=march(6))
    requests, names = ServiceRequest.objects, ("open", "in_progress", "cancelled", "done", "forwarded")
    assert [r.name for r in requests.received_in(march(5), march(5)).order_by("pk")] == list(names)
    assert [r.name for r in requests.done_in(march(6), march(6))] == ["done"]
    assert [r.name for r in requests.forwarded_in(march(6), march(6))] == ["forwarded"]
    assert [r.name for r in requests.unfinished().order_by("pk")] == ["open", "in_progress"]


def test_a_request_hangs_on_a_folder_itself_or_has_no_place_and_then_nobody_pays(
    one: Folder, of_one: Attachment
) -> None:
    request = factories.request(received_on=march(5))
    assert owner_of_request(request, "received_on") is None
    request = relocate_request(request, folder=one)
    assert owner_of_request(request, "received_on") == "Ekan Oy"


def test_a_request_that_gets_its_place_later_gets_it_by_the_history_of_both_its_days(
    two: Folder, spot: Spot, of_one: Attachment, of_two: Attachment
) -> None:
    request = factories.request(received_on=march(5), done_on=march(12))
    move_spot(spot, two, march(10), by=None)
    request = relocate_request(request, spot=spot)
    assert owner_of_request(request, "received_on") == "Ekan Oy"
    assert owner_of_request(request, "done_on") == "Tokan Oy"


def test_cancelled_work_stays_in_its_last_folder_when_its_spot_moves_on(one: Folder, two: Folder, spot: Spot) -> None:
    task = change_task(factories.task(spot), "cancelled")
    request = change_request(factories.request(spot), "cancelled")
    move_spot(spot, two, localdate(), by=None)
    request = relocate_request(request, spot=spot)
    task.refresh_from_db()
    assert [task.folder, request.folder] == [one, one]


def test_a_task_put_on_another_spot_goes_by_that_spots_history(two: Folder, spot: Spot, of_two: Attachment) -> None:
    task = factories.task(spot, done_on=march(5))
    assert owner(relocate_task(task, factories.spot(two), None)) == "Tokan Oy"


def test_a_closed_work_order_takes_no_task_and_keeps_those_it_has(spot: Spot) -> None:
    order = factories.order()
    task = factories.task(spot, work_order=order)
    close_order(order, localdate())
    with pytest.raises(Refused):
        factories.task(spot, work_order=order)
    with pytest.raises(Refused):
        relocate_task(factories.task(spot), spot, order)
    assert change_task(task, Task.State.DONE).work_order == order
