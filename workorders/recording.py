"""Recording, finishing, reopening and re-placing work: the only writers of a work's place, state and day done.

Each locks the spot (never the tree) before it reads where the spot was, so that a move at the same time cannot leave
work in a wrong folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role
from folders.models import Folder, Spot
from folders.tree import Refused
from spotilla.optimistic_lock import Stale, Version
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder
from workorders.orders import lock_order
from workorders.places import lock_spots, place_on
from workorders.sql.owners import counted_done_on


def record_task(
    *,
    name: str,
    role: Role,
    due_on: date,
    spot: Spot | None = None,
    work_order: WorkOrder | None = None,
    description: str = "",
    minutes: int = 0,
    state: str = Task.State.OPEN,
    done_on: date | None = None,
) -> Task:
    """A new task, on a spot or of a work order or both; `done_on` (default today) only where the state has one."""
    with transaction.atomic():
        task = Task(name=name, description=description, role=role, due_on=due_on, minutes=minutes, spot=spot)
        locked = _lock(spot)
        lock_order(work_order)
        task.work_order = work_order
        _set_task_state(task, locked, state, done_on)
        _save(task)
    return task


def change_task(
    task: Task,
    state: str,
    *,
    done_on: date | None = None,
    minutes: int | None = None,
    version: Version | None = None,
) -> Task:
    """Give a task a state: finish it, send it to review, reopen, hold or cancel it.

    `done_on` defaults to the day given earlier (review to done keeps it), else today; `minutes` to those that it has.
    Returns the task as it now stands. Raises Refused, and Stale when the task is not what the `version` of the user's
    page says.
    """
    with transaction.atomic():
        current, spot = _lock_work(task, version=version)
        if minutes is not None:
            current.minutes = minutes
        _set_task_state(current, spot, state, done_on)
        _save(current)
    return current


def relocate_task(
    task: Task, spot: Spot | None, work_order: WorkOrder | None, *, version: Version | None = None
) -> Task:
    """Put a task on another spot, or into another work order. Raises Refused for a closed order and for neither, and
    Stale."""
    with transaction.atomic():
        current, _old = _lock_work(task, also=spot, version=version)
        if work_order is not None and work_order.pk != current.work_order_id:
            lock_order(work_order)
        if (spot and spot.pk) != current.spot_id:
            current.spot = spot
            current.folder_id = None if spot is None else _task_place(current, lock_spots([spot.pk])[spot.pk])
        current.work_order = work_order
        _save(current)
    return current


def add_tasks(order: WorkOrder, versions: Mapping[Task, Version]) -> None:
    """Put tasks into a work order, all of them or none. Raises Refused, and StaleTasks for those that are not what the
    page showed."""
    with transaction.atomic():
        lock_spots({task.spot_id for task in versions if task.spot_id})  # as a move does, so that neither waits in turn
        tasks = list(Task.objects.select_for_update().filter(pk__in=[task.pk for task in versions]).order_by("pk"))
        lock_order(order)
        stale = [task for task in tasks if _is_stale(task, versions[task])]
        if stale:
            raise StaleTasks(stale)
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(work_order=order)


class StaleTasks(Refused):
    """Somebody changed these meanwhile."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        names = ", ".join(f"“{task}”" for task in tasks)
        super().__init__(
            _("Somebody has changed these meanwhile: %(tasks)s. Nothing was saved; they are not marked any more.")
            % {"tasks": names}
        )
        self.tasks = tasks


def _is_stale(task: Task, version: Version) -> bool:
    try:
        version.check(task)
    except Stale:
        return True
    return False


@contextmanager
def _written_at_once() -> Iterator[None]:
    """A transaction. Raises Refused when somebody deletes the folder in the same moment: no request locks it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused(_("The folder or the spot no longer exists.")) from error


def record_request(
    *,
    name: str,
    kind: ServiceRequestKind,
    received_on: date,
    spot: Spot | None = None,
    folder: Folder | None = None,
    role: Role | None = None,
    description: str = "",
    state: str = ServiceRequest.State.OPEN,
    done_on: date | None = None,
) -> ServiceRequest:
    """A new service request on a spot, on a folder itself, or with no place yet."""
    with _written_at_once():
        request = ServiceRequest(name=name, description=description, kind=kind, received_on=received_on)
        locked = _lock(spot)
        request.spot = spot
        _set_request_state(request, state, done_on, role)
        _place_request(request, locked, folder)
        _save(request)
    return request


def edit_request(
    request: ServiceRequest,
    *,
    name: str,
    kind: ServiceRequestKind,
    received_on: date,
    description: str,
    version: Version | None = None,
) -> ServiceRequest:
    """What was reported, and when: another day received means another folder of that day. Raises Refused, and Stale
    when the request is not what the `version` of the user's page says."""
    with _written_at_once():
        current, spot = _lock_work(request, version=version)
        current.name, current.kind, current.description = name, kind, description
        if received_on != current.received_on:
            _move_request(current, spot, current.folder if spot is None else None, received_on)
        _save(current)
    return current


def change_request(
    request: ServiceRequest,
    state: str,
    *,
    done_on: date | None = None,
    role: Role | None = None,
    version: Version | None = None,
) -> ServiceRequest:
    """Give a request a state. `role` defaults to the one that it has; `done_on` to the day given earlier, else today.
    Raises Refused, and Stale."""
    with transaction.atomic():
        current, spot = _lock_work(request, version=version)
        _set_request_state(current, state, done_on, role or current.role)
        if current.state != ServiceRequest.State.CANCELLED:
            _place_request(current, spot, current.folder if spot is None else None)
        _save(current)
    return current


def relocate_request(
    request: ServiceRequest,
    *,
    spot: Spot | None = None,
    folder: Folder | None = None,
    received_on: date | None = None,
    version: Version | None = None,
) -> ServiceRequest:
    """Give a request another place (a spot, a folder or none), or another day received; both its folders are worked out
    anew by the place's history on the two days. Raises Refused, and Stale."""
    with _written_at_once():
        current, _old = _lock_work(request, also=spot, version=version)
        locked = None if spot is None else lock_spots([spot.pk])[spot.pk]
        _move_request(current, locked, folder, received_on or current.received_on)
        _save(current)
    return current


# ---- the rules -------------------------------------------------------------------------------------------------------


def _set_task_state(task: Task, spot: Spot | None, state: str, done_on: date | None) -> None:
    task.done_on = _day_done(state in Task.WITH_DONE_ON, done_on, task.done_on)
    task.state = state
    if spot is None:
        task.folder = None
    elif state != Task.State.CANCELLED or task.folder_id is None:  # cancelled work stays where it was last
        task.folder_id = _task_place(task, spot)


def _task_place(task: Task, spot: Spot) -> int:
    done_on = counted_done_on(task)
    return spot.folder_id if done_on is None else place_on(spot, done_on)


def _set_request_state(request: ServiceRequest, state: str, done_on: date | None, role: Role | None) -> None:
    _check_received(request)
    request.done_on = _day_done(state in ServiceRequest.WITH_DONE_ON, done_on, request.done_on)
    request.state = state
    request.role = None if state == ServiceRequest.State.OPEN else role


def _check_received(request: ServiceRequest) -> None:
    if request.received_on > timezone.localdate():
        raise Refused(_("The day received cannot be in the future."))


def _move_request(request: ServiceRequest, spot: Spot | None, folder: Folder | None, received_on: date) -> None:
    request.received_on = received_on
    _check_received(request)
    last = request.folder_id if spot is not None and spot.pk == request.spot_id else None
    request.spot = spot
    _place_request(request, spot, folder)
    if request.state == ServiceRequest.State.CANCELLED and last:
        request.folder_id = last  # cancelled work stays where it was last


def _place_request(request: ServiceRequest, spot: Spot | None, folder: Folder | None) -> None:
    if spot is None:
        request.folder = request.received_folder = folder
        return
    if folder is not None:
        raise Refused(_("Choose a spot or a folder; a spot's folder comes with it."))
    done_on = counted_done_on(request)
    request.folder_id = spot.folder_id if done_on is None else place_on(spot, done_on)
    request.received_folder_id = place_on(spot, request.received_on)


def _day_done(wanted: bool, given: date | None, kept: date | None) -> date | None:
    """The day done of a state that has one (`wanted`), else None. Raises Refused for a day to come."""
    if not wanted:
        return None
    today = timezone.localdate()
    day = given or kept or today
    if day > today:
        raise Refused(_("The day done cannot be in the future."))
    return day


def _lock(spot: Spot | None) -> Spot | None:
    return None if spot is None else lock_spots([spot.pk])[spot.pk]


def _lock_work[W: (Task, ServiceRequest)](
    work: W, also: Spot | None = None, version: Version | None = None
) -> tuple[W, Spot | None]:
    """The work as it stands and its spot, both locked, spots first. `also`: a spot that it is going to. Raises Stale
    when it is not what the `version` of a page says.

    When somebody re-placed it between the two reads, all locks are let go before the next attempt: one held on would be
    out of order, and two such would wait for each other.
    """
    rows = type(work)._default_manager
    while True:
        with transaction.atomic():
            spot_id = rows.values_list("spot_id", flat=True).get(pk=work.pk)
            spots = lock_spots([pk for pk in (spot_id, also and also.pk) if pk])
            current = rows.select_for_update().get(pk=work.pk)
            if current.spot_id == spot_id:
                if version is not None:
                    version.check(current)
                return current, spots.get(spot_id or 0)
            transaction.set_rollback(True)


def _save(work: Task | ServiceRequest) -> None:
    """Judge and save. Raises Refused with the schema's own messages."""
    try:
        work.full_clean()
    except ValidationError as error:
        raise Refused(error) from error
    work.save()
