"""The figures of a list of customers: what each collects, counted only so far as that is quick (spotilla.counting).

workorders.totals has the same numbers to the last one, with hours and what is owned, for the pages of one customer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import User
from spotilla.counting import COUNTED, capped
from workorders.models import ServiceRequest, Task

FOLDERS = 1_500  # stretches of a customer's folders that are looked into

_STRETCHES = """(SELECT v.folder_id, v.since, v.until FROM customers_coverage v
    WHERE v.customer_id = c.id AND v.since <= {last} AND v.until > {first} LIMIT {folders})"""

_BY_FOLDER = """(SELECT COUNT(*) FROM (SELECT 1 FROM {stretches} s
  JOIN ({work}) t ON t.folder_id = s.folder_id {on_its_day} LIMIT {most}) counted)"""

# What comes by a work order alone.
_BY_ORDER = """(SELECT COUNT(*) FROM (SELECT 1 FROM workorders_workorder w JOIN ({work}) t ON t.work_order_id = w.id
  WHERE w.customer_id = c.id AND NOT EXISTS (SELECT 1 FROM customers_coverage v WHERE v.folder_id = t.folder_id
    AND v.customer_id = c.id AND v.since <= {day} AND v.until > {day}) LIMIT {most}) counted)"""


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
    tasks, now, days = Task.objects.visible_to(user), (today, today), (first, last)
    columns = [
        _tasks(tasks.unfinished(), now, _day(today)),
        _tasks(tasks.overdue(today), now, _day(today)),
        _counted(_BY_FOLDER, ServiceRequest.objects.visible_to(user).unfinished(), now),
        _tasks(tasks.done_in(first, last), days, "t.done_on"),
        *((f"(SELECT COUNT(*) FROM {_stretches(*stretch)} s)", []) for stretch in (now, days)),
    ]
    ids = ",".join(str(int(pk)) for pk in customers)
    text = (
        f"SELECT c.id, {', '.join(text for text, _values in columns)} FROM customers_customer c WHERE c.id IN ({ids})"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [value for _text, values in columns for value in values])
        return {pk: _cut(*numbers) for pk, *numbers in cursor.fetchall()}


def _cut(unfinished: int, overdue: int, requests: int, done: int, folders_now: int, folders_then: int) -> Counts:
    now, then = folders_now >= FOLDERS, folders_then >= FOLDERS
    return Counts(
        capped(unfinished, cut=now), capped(overdue, cut=now), capped(requests, cut=now), capped(done, cut=then)
    )


def _tasks(tasks: Any, days: tuple[date, date], day: str) -> tuple[str, list[Any]]:
    by_folder, values = _counted(_BY_FOLDER, tasks, days, done=day == "t.done_on")
    by_order, more = _counted(_BY_ORDER, tasks, days, day=day)
    return f"{by_folder} + {by_order}", [*values, *more]


def _counted(
    statement: str, work: Any, days: tuple[date, date], *, done: bool = False, day: str = ""
) -> tuple[str, list[Any]]:
    is_task = work.model is Task
    select, values = work.as_sql("folder_id", "done_on", *(["work_order_id"] if is_task else []))
    on_its_day = "AND t.done_on >= s.since AND t.done_on < s.until" if done else ""
    text = statement.format(work=select, stretches=_stretches(*days), on_its_day=on_its_day, day=day, most=COUNTED + 1)
    return text, list(values)


def _stretches(first: date, last: date) -> str:
    return _STRETCHES.format(first=_day(first), last=_day(last), folders=FOLDERS)


def _day(day: date) -> str:
    return f"'{day.isoformat()}'"
