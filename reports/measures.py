"""What reports count: each measure once, with the one sentence that pages say about it (docs/domain.md, Measures).

A `Source` is the work that some measures count together, with the day and the folder by which it belongs to somebody;
a `Measure` is what it counts of each such item.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import VisibleQuerySet
from reports.periods import Period, merged
from workorders.models import ServiceRequest, Task

type Work = VisibleQuerySet[Any]  # tasks or service requests


@dataclass(frozen=True)
class Source:
    """`rows` are the items counted in any of some periods; the rest names their columns."""

    key: str
    rows: Callable[[User | None, Collection[Period]], Work]
    columns: tuple[str, ...]
    day: str | None  # the column with the day on which it belongs to somebody; None: today
    folder: str = "folder_id"
    label: str = "work_order_id"  # by what else it is told apart: a task's work order, a request's kind
    is_task: bool = True


@dataclass(frozen=True)
class Measure:
    """What is counted or added up over the items of a source; reports.rollup.amounts has how, in SQL."""

    key: str
    name: str | Promise
    short: str | Promise  # over a column, below "Tasks" or "Requests"
    sentence: str | Promise
    source: Source
    only: Callable[[Any, date], Any] = field(default=lambda rows, today: rows)  # the source's rows that it counts
    is_late: bool = False
    in_hours: bool = False

    @property
    def is_today(self) -> bool:
        """As of today, whatever the period."""
        return self.source.day is None


def _tasks_done(user: User | None, periods: Collection[Period]) -> Work:
    tasks = Task.objects.visible_to(user)
    return reduce(or_, (tasks.done_in(period.first, period.last) for period in merged(periods)))


def _requests_received(user: User | None, periods: Collection[Period]) -> Work:
    requests = ServiceRequest.objects.visible_to(user)
    return reduce(or_, (requests.received_in(period.first, period.last) for period in merged(periods)))


def _requests_closed(user: User | None, periods: Collection[Period]) -> Work:
    requests = ServiceRequest.objects.visible_to(user)
    return reduce(
        or_,
        (
            verb(period.first, period.last)
            for period in merged(periods)
            for verb in (requests.done_in, requests.forwarded_in)
        ),
    )


_REQUEST: dict[str, Any] = {"label": "kind_id", "is_task": False}

DONE_TASKS = Source("done", _tasks_done, ("id", "folder_id", "work_order_id", "done_on", "minutes"), "done_on")
OPEN_TASKS = Source(
    "unfinished",
    lambda user, _periods: Task.objects.visible_to(user).unfinished(),
    ("id", "folder_id", "work_order_id", "due_on"),
    None,
)
RECEIVED = Source(
    "received",
    _requests_received,
    ("id", "received_folder_id", "kind_id", "received_on"),
    "received_on",
    folder="received_folder_id",
    **_REQUEST,
)
CLOSED_REQUESTS = Source(
    "closed", _requests_closed, ("id", "folder_id", "kind_id", "done_on", "state"), "done_on", **_REQUEST
)
OPEN_REQUESTS = Source(
    "open",
    lambda user, _periods: ServiceRequest.objects.visible_to(user).unfinished(),
    ("id", "folder_id", "kind_id"),
    None,
    **_REQUEST,
)
SOURCES = (DONE_TASKS, OPEN_TASKS, RECEIVED, CLOSED_REQUESTS, OPEN_REQUESTS)

DONE = Measure(
    "done",
    _("Tasks done"),
    _("Done"),
    _("Tasks in the state done, by the day the work was done."),
    DONE_TASKS,
)
HOURS = Measure(
    "hours",
    _("Hours"),
    _("Hours"),
    _("Hours kept on the tasks done, by the day the work was done."),
    DONE_TASKS,
    in_hours=True,
)
UNFINISHED = Measure(
    "unfinished",
    _("Tasks unfinished now"),
    _("Unfinished"),
    _("Tasks open, in progress, on hold or in review today, whatever the period."),
    OPEN_TASKS,
)
OVERDUE = Measure(
    "overdue",
    _("Tasks overdue now"),
    _("Overdue"),
    _("Unfinished tasks that were due before today; due today is not overdue."),
    OPEN_TASKS,
    only=lambda rows, today: rows.overdue(today),
    is_late=True,
)
REQUESTS_RECEIVED = Measure(
    "received",
    _("Requests received"),
    _("Received"),
    _("All service requests, by the day received: cancelled and forwarded ones too."),
    RECEIVED,
)
REQUESTS_DONE = Measure(
    "requests_done",
    _("Requests done"),
    _("Done"),
    _("Service requests in the state done, by the day done."),
    CLOSED_REQUESTS,
    only=lambda rows, _today: rows.filter(state=ServiceRequest.State.DONE),
)
REQUESTS_FORWARDED = Measure(
    "forwarded",
    _("Requests forwarded"),
    _("Forwarded"),
    _("Service requests handed on to another, by the day forwarded."),
    CLOSED_REQUESTS,
    only=lambda rows, _today: rows.filter(state=ServiceRequest.State.FORWARDED),
)
REQUESTS_UNFINISHED = Measure(
    "requests_unfinished",
    _("Requests unfinished now"),
    _("Unfinished"),
    _("Service requests open, in progress or on hold today, whatever the period."),
    OPEN_REQUESTS,
)

TASK_MEASURES = (DONE, HOURS, UNFINISHED, OVERDUE)
REQUEST_MEASURES = (REQUESTS_RECEIVED, REQUESTS_DONE, REQUESTS_FORWARDED, REQUESTS_UNFINISHED)
MEASURES = TASK_MEASURES + REQUEST_MEASURES
BY_KEY = {measure.key: measure for measure in MEASURES}


def measures_of(source: Source) -> list[Measure]:
    """The source's measures, in the order of tables."""
    return [measure for measure in MEASURES if measure.source is source]
