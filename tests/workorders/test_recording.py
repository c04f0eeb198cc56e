"""Recording, finishing, reopening and re-placing work: days that agree with states, and folders that agree with days.

The numbered decisions and the rules stand in test_decisions.py and test_rules.py.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.timezone import localdate

from folders.models import Folder, Spot
from folders.tree import Refused
from tests import factories
from workorders.models import ServiceRequest, Task
from workorders.orders import close_order
from workorders.places import move_spot
from workorders.recording import change_request, change_task, record_task, relocate_request, relocate_task

pytestmark = pytest.mark.django_db


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.fixture
def here(db: None) -> Folder:
    return factories.folder("Täällä")


@pytest.fixture
def there(db: None) -> Folder:
    return factories.folder("Tuolla")


@pytest.fixture
def spot(here: Folder) -> Spot:
    return factories.spot(here)


@pytest.fixture
def half_past_midnight(monkeypatch: pytest.MonkeyPatch) -> date:
    """In Helsinki; in London it is still yesterday. The day is Helsinki's."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2027, 1, 31, 22, 30, tzinfo=UTC))
    return date(2027, 2, 1)


# ---- days and states -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "in_progress", "on_hold", "cancelled"])
def test_a_task_that_is_not_done_has_no_day_done_though_one_was_given(spot: Spot, state: str) -> None:
    assert factories.task(spot, state=state, done_on=march(1)).done_on is None


@pytest.mark.parametrize("state", ["in_review", "done"])
def test_a_task_done_with_no_day_given_was_done_today(spot: Spot, state: str) -> None:
    assert factories.task(spot, state=state).done_on == localdate()


def test_a_reopened_task_loses_its_day_and_keeps_its_hours(spot: Spot) -> None:
    task = change_task(factories.task(spot, done_on=march(1), minutes=45), "open")
    assert (task.done_on, task.minutes) == (None, 45)
    assert list(Task.objects.done_in(march(1), march(1))) == []
    task = change_task(task, "done", done_on=march(2))
    assert (task.done_on, task.minutes) == (march(2), 45)


def test_a_day_given_at_approval_replaces_the_one_given_at_review(spot: Spot) -> None:
    task = change_task(factories.task(spot), "in_review", done_on=march(1))
    assert change_task(task, "done", done_on=march(2)).done_on == march(2)


@pytest.mark.parametrize("state", ["in_review", "done"])
def test_no_task_is_done_tomorrow(spot: Spot, state: str) -> None:
    task = factories.task(spot)
    with pytest.raises(Refused):
        change_task(task, state, done_on=localdate() + timedelta(days=1))
    assert Task.objects.get().state == "open"


def test_hours_are_never_less_than_nothing(spot: Spot) -> None:
    task = factories.task(spot)
    with pytest.raises(Refused):
        change_task(task, "done", minutes=-1)
    assert (Task.objects.get().state, Task.objects.get().minutes) == ("open", 0)


def test_today_is_helsinkis(spot: Spot, half_past_midnight: date) -> None:
    assert change_task(factories.task(spot), "done").done_on == half_past_midnight
    assert factories.request(spot, received_on=half_past_midnight).received_on == half_past_midnight
    with pytest.raises(Refused):
        factories.request(spot, received_on=half_past_midnight + timedelta(days=1))


def test_a_request_with_a_role_is_not_open_and_one_at_work_is_not_without(spot: Spot) -> None:
    role = factories.role()
    assert factories.request(spot, role=role).role is None  # open means: no role yet
    for state in ("in_progress", "on_hold"):
        with pytest.raises(Refused):
            factories.request(spot, state=state)
    item = change_request(factories.request(spot), "in_progress", role=role)
    assert (item.state, item.role) == ("in_progress", role)
    assert change_request(item, "on_hold").role == role
    assert change_request(item, "open").role is None


def test_a_request_is_closed_on_no_day_before_it_was_received(spot: Spot) -> None:
    item = factories.request(spot, received_on=march(2))
    for state in ("done", "forwarded"):
        with pytest.raises(Refused):
            change_request(item, state, done_on=march(1))
    item = change_request(item, "done", done_on=march(2))
    with pytest.raises(Refused):
        relocate_request(item, spot=spot, received_on=march(3))
    assert (ServiceRequest.objects.get().received_on, ServiceRequest.objects.get().done_on) == (march(2), march(2))


def test_a_request_counts_on_the_day_forwarded_and_no_more_when_reopened(spot: Spot) -> None:
    item = factories.request(spot, received_on=march(1), state="forwarded", done_on=march(2))
    assert list(ServiceRequest.objects.forwarded_in(march(2), march(2))) == [item]
    assert list(ServiceRequest.objects.done_in(march(2), march(2))) == []
    change_request(item, "open")
    assert list(ServiceRequest.objects.forwarded_in(march(1), march(31))) == []


# ---- names -----------------------------------------------------------------------------------------------------------


def test_a_name_is_kept_without_spare_spaces_and_is_never_empty(spot: Spot) -> None:
    assert factories.task(spot, name="  Hissin   huolto ").name == "Hissin huolto"
    assert factories.request(spot, name=" Ääni\t hississä").name == "Ääni hississä"
    for record in (factories.task, factories.request):
        with pytest.raises(Refused):
            record(spot, name="  ")


# ---- places ----------------------------------------------------------------------------------------------------------


def test_a_task_is_on_a_spot_or_in_a_work_order_or_both(here: Folder, spot: Spot) -> None:
    order = factories.order()
    assert factories.task(spot).folder == here
    assert factories.task(work_order=order).folder is None
    assert factories.task(spot, work_order=order).folder == here
    with pytest.raises(Refused):
        factories.task()
    assert Task.objects.count() == 3


def test_a_task_under_review_is_where_its_spot_is_now_and_when_approved_where_it_was(
    here: Folder, there: Folder, spot: Spot
) -> None:
    move_spot(spot, there, march(10), by=None)
    task = change_task(factories.task(spot), "in_review", done_on=march(9))
    assert task.folder == there
    assert change_task(task, "done").folder == here


def test_changing_the_day_done_over_a_move_changes_the_folder(here: Folder, there: Folder, spot: Spot) -> None:
    move_spot(spot, there, march(10), by=None)
    task = factories.task(spot, done_on=march(9))
    assert task.folder == here
    assert change_task(task, "done", done_on=march(10)).folder == there


def test_a_task_taken_off_its_spot_has_no_folder_and_put_on_one_has_its(here: Folder, spot: Spot) -> None:
    order = factories.order()
    task = relocate_task(factories.task(spot), None, order)
    assert (task.spot, task.folder) == (None, None)
    assert relocate_task(task, spot, order).folder == here
    with pytest.raises(Refused):
        relocate_task(task, None, None)


def test_done_work_put_on_another_spot_goes_where_that_one_was_that_day(
    here: Folder, there: Folder, spot: Spot
) -> None:
    other = factories.spot(there)
    move_spot(other, here, march(10), by=None)
    task = factories.task(spot, done_on=march(9))
    assert relocate_task(task, other, None).folder == there


def test_cancelled_work_stays_where_it_was_and_reopened_it_follows_its_spot(
    here: Folder, there: Folder, spot: Spot
) -> None:
    task, item = factories.task(spot), factories.request(spot)
    change_task(task, "cancelled")
    change_request(item, "cancelled")
    move_spot(spot, there, localdate(), by=None)
    assert (Task.objects.get().folder, ServiceRequest.objects.get().folder) == (here, here)
    assert change_task(task, "open").folder == there
    assert change_request(item, "open").folder == there


def test_a_closed_work_order_takes_no_task_and_lets_go_of_those_it_has(spot: Spot) -> None:
    order, task = factories.order(), factories.task(spot)
    inside = factories.task(spot, work_order=order)
    close_order(order, localdate())
    with pytest.raises(Refused):
        relocate_task(task, spot, order)
    with pytest.raises(Refused):
        record_task(name="Uusi", role=factories.role(), due_on=march(1), work_order=order)
    assert change_task(inside, "done").work_order == order
    assert relocate_task(inside, spot, None).work_order is None


def test_what_somebody_else_has_done_meanwhile_is_not_undone(spot: Spot) -> None:
    seen_by_one = factories.task(spot)
    seen_by_other = Task.objects.get(pk=seen_by_one.pk)
    relocate_task(seen_by_one, spot, factories.order())
    change_task(seen_by_other, "done", done_on=march(1), minutes=30)
    now = Task.objects.get()
    assert (now.state, now.minutes, now.work_order is not None) == ("done", 30, True)


def test_a_request_has_a_spot_or_a_folder_and_never_both(spot: Spot, there: Folder) -> None:
    with pytest.raises(Refused):
        factories.request(spot, folder=there)
    request = factories.request(spot)
    with pytest.raises(Refused):
        relocate_request(request, spot=spot, folder=there)
    request.refresh_from_db()
    assert (request.spot, request.folder) == (spot, spot.folder)
