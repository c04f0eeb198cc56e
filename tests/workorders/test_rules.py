"""The rules that decide the numbers (docs/domain.md), each by what the office would see of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.utils.timezone import localdate

from accounts.models import User
from customers.models import Attachment, Customer
from customers.ownership import attach, close_customer, hand_over, move_folder, redate_hand_over
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Operation
from folders.tree import Refused
from tests import factories
from workorders.models import Task
from workorders.places import move_spot
from workorders.recording import change_task

pytestmark = pytest.mark.django_db


def march(day: int) -> date:
    return date(2026, 3, day)


def owner(task: Task, day: date | str = "done_on") -> str | None:
    """The name of the customer that pays for the task."""
    return owner_of(Task.objects.filter(pk=task.pk), day)


def owner_of(rows: Any, day: date | str) -> str | None:
    """The same of a queryset with one row."""
    pk = rows.with_owner(day).values_list("owner_id", flat=True).get()
    return None if pk is None else Customer.objects.get(pk=pk).name


def collectors(task: Task, day: date | str = "done_on") -> list[str]:
    """The names of the customers that collect the task, each as often as it would be counted."""
    return [
        customer.name
        for customer in Customer.objects.order_by("name")
        for _ in Task.objects.filter(pk=task.pk).collected_by(customer, day)
    ]


@pytest.fixture
def top(db: None) -> Folder:
    return factories.folder("Isännöinti")


@pytest.fixture
def house(top: Folder) -> Folder:
    return factories.folder("Talo", top)


@pytest.fixture
def manager(top: Folder) -> Attachment:
    return attach(factories.customer("Isännöitsijä"), top, by=None)


@pytest.fixture
def housing(house: Folder) -> Attachment:
    return attach(factories.customer("Asunto Oy"), house, by=None)


# ---- 1. a customer collects ----------------------------------------------------------------------------------------


def test_a_customer_collects_the_work_of_its_folders_and_of_all_below(house: Folder, manager: Attachment) -> None:
    cellar = factories.spot(factories.folder("Kellari", house))
    assert collectors(factories.task(cellar, done_on=march(1))) == ["Isännöitsijä"]
    assert collectors(factories.task(factories.spot(factories.folder()), done_on=march(1))) == []


def test_a_customer_collects_every_task_of_its_work_orders_with_or_without_a_spot(house: Folder) -> None:
    order = factories.order(of=factories.customer("Tehdas"))
    assert collectors(factories.task(factories.spot(house), work_order=order, done_on=march(1))) == ["Tehdas"]
    assert collectors(factories.task(work_order=order, done_on=march(1))) == ["Tehdas"]


def test_work_that_reaches_a_customer_by_folder_and_work_order_is_counted_once(
    house: Folder, housing: Attachment
) -> None:
    order = factories.order(of=housing.customer)
    task = factories.task(factories.spot(house), work_order=order, done_on=march(1))
    assert collectors(task) == ["Asunto Oy"]
    assert list(Task.objects.shared("done_on")) == []


# ---- 2. one owner --------------------------------------------------------------------------------------------------


def test_the_nearest_above_owns_and_those_further_up_collect(
    house: Folder, manager: Attachment, housing: Attachment
) -> None:
    task = factories.task(factories.spot(house), done_on=march(1))
    assert owner(task) == "Asunto Oy"
    assert collectors(task) == ["Asunto Oy", "Isännöitsijä"]
    assert list(Task.objects.shared("done_on")) == [task]


def test_the_work_orders_customer_owns_before_any_folders(house: Folder, housing: Attachment) -> None:
    order = factories.order(of=factories.customer("Tehdas"))
    task = factories.task(factories.spot(house), work_order=order, done_on=march(1))
    assert owner(task) == "Tehdas"
    assert collectors(task) == ["Asunto Oy", "Tehdas"]
    assert list(Task.objects.shared("done_on")) == [task]


def test_in_a_work_order_without_a_customer_the_folder_decides_and_without_a_spot_nobody_pays(
    house: Folder, housing: Attachment
) -> None:
    order = factories.order()
    assert owner(factories.task(factories.spot(house), work_order=order, done_on=march(1))) == "Asunto Oy"
    assert owner(factories.task(work_order=order, done_on=march(1))) is None


def test_owned_and_unowned_are_all_and_owned_and_others_are_collected(
    house: Folder, manager: Attachment, housing: Attachment
) -> None:
    spots = [factories.spot(house), factories.spot(manager.folder), factories.spot(factories.folder("Muut"))]
    order = factories.order(of=factories.customer("Tehdas"))
    for spot in spots:
        factories.task(spot, done_on=march(1))
        factories.task(spot, work_order=order, done_on=march(2))
    tasks: Any = Task.objects.done_in(march(1), march(31))
    owners = list(tasks.with_owner("done_on").values_list("owner_id", flat=True))
    of_manager = manager.customer_id
    assert len(owners) == 6
    assert owners.count(None) == 1
    assert owners.count(of_manager) == 1
    collected = tasks.collected_by(manager.customer, "done_on").with_owner("done_on")
    assert len(collected) == 4
    assert [task.owner_id for task in collected].count(of_manager) == 1


# ---- 3. history stays true -----------------------------------------------------------------------------------------


def test_work_done_before_the_folder_changed_hands_stays_with_the_old_customer(
    house: Folder, housing: Attachment
) -> None:
    spot = factories.spot(house)
    hand_over(housing, factories.customer("Uusi Oy"), march(10), by=None)
    assert owner(factories.task(spot, done_on=march(9))) == "Asunto Oy"
    assert owner(factories.task(spot, done_on=march(10))) == "Uusi Oy"


def test_unfinished_work_belongs_to_todays_customer_whenever_it_was_due(house: Folder, housing: Attachment) -> None:
    task = factories.task(factories.spot(house), due_on=march(1))
    hand_over(housing, factories.customer("Uusi Oy"), localdate(), by=None)
    assert owner(task, localdate()) == "Uusi Oy"


def test_hours_count_with_their_task(house: Folder, housing: Attachment) -> None:
    spot = factories.spot(house)
    hand_over(housing, factories.customer("Uusi Oy"), march(10), by=None)
    factories.task(spot, done_on=march(9), minutes=90)
    factories.task(spot, done_on=march(10), minutes=15)
    tasks: Any = Task.objects.with_owner("done_on").order_by("done_on")
    assert list(tasks.values_list("owner_id", "minutes")) == [
        (housing.customer_id, 90),
        (Customer.objects.get(name="Uusi Oy").pk, 15),
    ]


# ---- 4. one customer on one folder on one day ----------------------------------------------------------------------


def test_a_second_customer_on_the_folder_is_refused_with_the_reason(house: Folder, housing: Attachment) -> None:
    with pytest.raises(Refused) as refused:
        attach(factories.customer("Toinen Oy"), house, march(1), by=None)
    assert "Asunto Oy" in refused.value.messages[0]
    assert list(Attachment.objects.all()) == [housing]


def test_a_hand_over_ends_one_and_starts_the_other_on_its_day(house: Folder, housing: Attachment) -> None:
    hand_over(housing, factories.customer("Uusi Oy"), march(10), by=None)
    rows = Attachment.objects.order_by("since").values_list("customer__name", "since", "until")
    assert list(rows) == [("Asunto Oy", ALWAYS, march(10)), ("Uusi Oy", march(10), FOREVER)]


def test_the_day_of_a_hand_over_changes_on_both_sides_at_once(house: Folder, housing: Attachment) -> None:
    later = hand_over(housing, factories.customer("Uusi Oy"), march(10), by=None)
    for day in (march(5), march(20)):
        redate_hand_over(housing, later, day, by=None)
        rows = Attachment.objects.order_by("since").values_list("customer__name", "since", "until")
        assert list(rows) == [("Asunto Oy", ALWAYS, day), ("Uusi Oy", day, FOREVER)]


def test_the_day_of_a_hand_over_cannot_pass_the_day_its_customer_closed(house: Folder, housing: Attachment) -> None:
    later = hand_over(housing, factories.customer("Uusi Oy"), march(10), by=None)
    close_customer(housing.customer, march(10), by=None)
    with pytest.raises(Refused):
        redate_hand_over(housing, later, march(11), by=None)
    redate_hand_over(housing, later, march(9), by=None)
    assert Attachment.objects.get(pk=housing.pk).until == march(9)


def test_a_customer_attached_above_and_below_collects_once(house: Folder, manager: Attachment) -> None:
    attach(manager.customer, house, by=None)
    assert collectors(factories.task(factories.spot(house), done_on=march(1))) == ["Isännöitsijä"]


# ---- 5. a move says its days ---------------------------------------------------------------------------------------


def test_a_folder_moved_from_a_day_on_leaves_its_past_to_its_old_customer(house: Folder, manager: Attachment) -> None:
    spot = factories.spot(house)
    move_folder(house, None, march(10), by=None)
    assert owner(factories.task(spot, done_on=march(9))) == "Isännöitsijä"
    assert owner(factories.task(spot, done_on=march(10))) is None


def test_a_correction_of_some_days_leaves_the_days_outside_them(house: Folder, manager: Attachment) -> None:
    spot = factories.spot(house)
    move_folder(house, None, march(10), march(12), by=None)
    owners = [owner(factories.task(spot, done_on=march(day))) for day in (9, 10, 11, 12)]
    assert owners == ["Isännöitsijä", None, None, "Isännöitsijä"]


# ---- 6. what has history is not deleted; 7. nothing is compulsory; 8. the log ---------------------------------------


def test_a_customer_that_ever_had_a_folder_or_a_work_order_is_not_deleted(housing: Attachment) -> None:
    with pytest.raises(ProtectedError):
        housing.customer.delete()
    other = factories.customer()
    factories.order(of=other)
    with pytest.raises(ProtectedError):
        other.delete()


def test_a_customer_with_an_open_work_order_is_not_closed_and_reads_which(housing: Attachment) -> None:
    order = factories.order("Remontti", housing.customer)
    with pytest.raises(Refused) as refused:
        close_customer(housing.customer, march(10), by=None)
    assert str(order) in refused.value.messages[0]
    assert Attachment.objects.get(pk=housing.pk).until == FOREVER


def test_closing_a_customer_ends_its_attachments_on_that_day(house: Folder, housing: Attachment) -> None:
    close_customer(housing.customer, march(10), by=None)
    spot = factories.spot(house)
    assert [owner(factories.task(spot, done_on=march(day))) for day in (9, 10)] == ["Asunto Oy", None]


def test_without_any_customer_work_is_recorded_moved_and_finished_and_nobody_owns_it(house: Folder) -> None:
    spot = factories.spot(house)
    task = factories.task(spot)
    move_spot(spot, factories.folder("Muut"), by=None)
    change_task(task, Task.State.DONE, done_on=march(1))
    assert owner(task) is None


def test_recording_and_finishing_work_is_no_operation_of_the_log(office: User, house: Folder) -> None:
    spot = factories.spot(house)
    before = Operation.objects.count()
    task = factories.task(spot)
    change_task(task, Task.State.DONE)
    factories.request(spot)
    assert Operation.objects.count() == before
    move_spot(spot, house, by=office)
    last = Operation.objects.order_by("-number")[0]
    assert (last.kind, last.user, last.number) == ("move_spot", office, before + 1)


# ---- measures ------------------------------------------------------------------------------------------------------


def test_a_task_is_done_on_the_day_of_the_work_also_when_it_is_approved_later(house: Folder) -> None:
    task = factories.task(factories.spot(house), state="in_review", done_on=march(5))
    assert list(Task.objects.done_in(march(1), march(31))) == []
    task = change_task(task, Task.State.DONE)
    assert task.done_on == march(5)
    assert list(Task.objects.done_in(march(5), march(5))) == [task]


def test_unfinished_is_open_in_progress_on_hold_and_in_review(house: Folder) -> None:
    spot = factories.spot(house)
    for state in ("open", "in_progress", "on_hold", "cancelled"):
        factories.task(spot, name=state, state=state)
    factories.task(spot, name="in_review", state="in_review", done_on=march(1))
    factories.task(spot, name="done", done_on=march(1))
    found = set(Task.objects.unfinished().values_list("name", flat=True))
    assert found == {"open", "in_progress", "on_hold", "in_review"}


def test_due_today_is_not_overdue_and_what_is_finished_never_is(house: Folder) -> None:
    spot, today = factories.spot(house), localdate()
    factories.task(spot, due_on=today)
    late = factories.task(spot, due_on=today - timedelta(days=1))
    factories.task(spot, due_on=march(1), done_on=today)
    assert list(Task.objects.overdue(today)) == [late]


def test_work_is_never_done_or_received_after_today(house: Folder) -> None:
    spot, tomorrow = factories.spot(house), localdate() + timedelta(days=1)
    with pytest.raises(Refused):
        factories.task(spot, done_on=tomorrow)
    with pytest.raises(Refused):
        factories.request(spot, received_on=tomorrow)
    assert Task.objects.count() == 0
