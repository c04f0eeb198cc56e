"""The figures of a list of customers: what each collects, counted only so far as that is quick (spotilla.counting).

workorders.sql.totals has the same numbers to the last one, with hours and what is owned, for the pages of one customer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import User
from customers.sql.coverage import collects
from spotilla.counting import COUNTED, capped
from spotilla.sql import Rows, execute, named_ids, overlap
from workorders.models import ServiceRequest, Task
from workorders.sql.owners import TODAY

FOLDERS = 1_500  # stretches of a customer's folders that are looked into

_STRETCHES = f"""(SELECT v.folder_id, v.since, v.until FROM customers_coverage v
    WHERE v.customer_id = c.id AND {overlap("v", "{first}", "{end}")} LIMIT {{folders}})"""

_BY_FOLDER = """(SELECT COUNT(*) FROM (SELECT 1 FROM {stretches} s
  JOIN ({work}) t ON t.folder_id = s.folder_id {on_its_day} LIMIT {most}) counted)"""
_ON_DAY_DONE = "AND t.done_on >= s.since AND t.done_on < s.until"

# What comes by a work order alone.
_BY_ORDER = f"""(SELECT COUNT(*) FROM (SELECT 1 FROM workorders_workorder w JOIN ({{work}}) t ON t.work_order_id = w.id
  WHERE w.customer_id = c.id AND NOT {collects("c.id", "t.folder_id", "{day}")} LIMIT {{most}}) counted)"""

_TASK_COLUMNS = ("folder_id", "done_on", "work_order_id")
_NOW = (TODAY, "%(tomorrow)s::date")  # first <= day < end
_DAYS = ("%(first)s::date", "%(end)s::date")


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one customer, collected: unfinished and overdue tasks, unfinished requests, tasks done in some days."""

    unfinished: int = 0
    overdue: int = 0
    requests: int = 0
    done: int = 0


def counts(user: User | None, today: date, first: date, last: date, customers: Collection[int]) -> dict[int, Counts]:
    """By customer id; done on first <= day <= last. One query, whatever the number of customers."""
    if not customers:
        return {}
    tasks, requests = Task.objects.visible_to(user), ServiceRequest.objects.visible_to(user)
    work = {
        "unfinished": Rows.of(tasks.unfinished(), *_TASK_COLUMNS),
        "overdue": Rows.of(tasks.overdue(today), *_TASK_COLUMNS),
        "requests": Rows.of(requests.unfinished(), "folder_id"),
        "done": Rows.of(tasks.done_in(first, last), *_TASK_COLUMNS),
    }
    columns = [
        f"{_count_by_folder('unfinished', _NOW)} + {_count_by_order('unfinished', TODAY)}",
        f"{_count_by_folder('overdue', _NOW)} + {_count_by_order('overdue', TODAY)}",
        _count_by_folder("requests", _NOW),
        f"{_count_by_folder('done', _DAYS, _ON_DAY_DONE)} + {_count_by_order('done', 't.done_on')}",
        *(f"(SELECT COUNT(*) FROM {_stretches(days)} s)" for days in (_NOW, _DAYS)),
    ]
    found = execute(
        f"SELECT c.id, {', '.join(columns)} FROM customers_customer c WHERE c.id IN ({named_ids(customers)})",
        today=today,
        tomorrow=today + timedelta(days=1),
        first=first,
        end=last + timedelta(days=1),
        **work,
    )
    return {pk: _cut(*numbers) for pk, *numbers in found}


def _cut(unfinished: int, overdue: int, requests: int, done: int, folders_now: int, folders_then: int) -> Counts:
    now, then = folders_now >= FOLDERS, folders_then >= FOLDERS
    return Counts(
        capped(unfinished, cut=now), capped(overdue, cut=now), capped(requests, cut=now), capped(done, cut=then)
    )


def _count_by_folder(work: str, days: tuple[str, str], on_its_day: str = "") -> str:
    return _BY_FOLDER.format(work=f"%({work})s", stretches=_stretches(days), on_its_day=on_its_day, most=COUNTED + 1)


def _count_by_order(work: str, day: str) -> str:
    return _BY_ORDER.format(work=f"%({work})s", day=day, most=COUNTED + 1)


def _stretches(days: tuple[str, str]) -> str:
    first, end = days
    return _STRETCHES.format(first=first, end=end, folders=FOLDERS)
