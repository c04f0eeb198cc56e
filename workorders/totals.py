"""What customers have to do now and have had done: the figures of the customers' pages, of many customers at once.

Each function is one query, whatever the number of customers; without `customers` it reads the work of all. The counts
are those that the customer *collects* (docs/domain.md, rules 1 and 2), work that reaches it both ways once; `owned` is
the part that it owns.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from folders.tree import execute
from workorders.models import ServiceRequest, Task

# A task that comes by folder and by work order has the same row in both halves, so that UNION keeps it once.
_TASKS = """
SELECT customer_id, COUNT(*), SUM(owned), SUM(late), SUM(minutes), SUM(owned * minutes) FROM (
  SELECT c.customer_id, t.id, t.minutes, CASE WHEN t.due_on < %(today)s::date THEN 1 ELSE 0 END AS late,
         CASE WHEN w.customer_id = c.customer_id OR w.customer_id IS NULL AND c.rank = 0 THEN 1 ELSE 0 END AS owned
    FROM ({tasks}) t
    JOIN customers_coverage c ON c.folder_id = t.folder_id AND c.since <= {day} AND c.until > {day} {of_customers}
    LEFT JOIN workorders_workorder w ON w.id = t.work_order_id
  UNION
  SELECT c.customer_id, t.id, t.minutes, CASE WHEN t.due_on < %(today)s::date THEN 1 ELSE 0 END, 1
    FROM ({tasks}) t
    JOIN workorders_workorder c ON c.id = t.work_order_id AND c.customer_id IS NOT NULL {of_customers}) collected
GROUP BY customer_id"""

_REQUESTS = """
SELECT c.customer_id, COUNT(*) FROM ({requests}) r
  JOIN customers_coverage c ON c.folder_id = r.folder_id AND c.since <= {day} AND c.until > {day} {of_customers}
GROUP BY c.customer_id"""

TODAY = "%(today)s::date"


@dataclass(frozen=True, slots=True)
class Tasks:
    """Of one customer: collected tasks, the owned among them, those due before today, and whole minutes."""

    all: int = 0
    owned: int = 0
    overdue: int = 0
    minutes: int = 0
    owned_minutes: int = 0

    @property
    def others(self) -> int:
        return self.all - self.owned


NO_TASKS = Tasks()


def unfinished(user: User | None, today: date, customers: Collection[int] | None = None) -> dict[int, Tasks]:
    """By customer id, as of today; a customer without any is missing. Minutes of unfinished work count nowhere."""
    return _tasks(Task.objects.visible_to(user).unfinished(), TODAY, today, customers)


def done(user: User | None, first: date, last: date, customers: Collection[int] | None = None) -> dict[int, Tasks]:
    """By customer id, done on first <= day <= last; `overdue` says nothing here."""
    return _tasks(Task.objects.visible_to(user).done_in(first, last), "t.done_on", last, customers)


def unfinished_requests(user: User | None, today: date, customers: Collection[int] | None = None) -> dict[int, int]:
    """By customer id, as of today; a customer without any is missing."""
    rows = ServiceRequest.objects.visible_to(user).unfinished()
    return dict(_run(_REQUESTS, "requests", rows.as_sql("folder_id"), TODAY, today, customers))


def _tasks(rows: Any, day: str, today: date, customers: Collection[int] | None) -> dict[int, Tasks]:
    columns = rows.as_sql("id", "folder_id", "work_order_id", "due_on", "done_on", "minutes")
    return {
        customer: Tasks(number, int(owned), int(late), int(minutes), int(owned_minutes))
        for customer, number, owned, late, minutes, owned_minutes in _run(
            _TASKS, "tasks", columns, day, today, customers
        )
    }


def _run(
    statement: str,
    name: str,
    work: tuple[str, tuple[Any, ...]],
    day: str,
    today: date,
    customers: Collection[int] | None,
) -> list[tuple[Any, ...]]:
    """Run one of the statements over `work`, the SELECT of the items that the user may see."""
    ids = "" if customers is None else f"AND c.customer_id IN ({','.join(str(int(pk)) for pk in customers) or 'NULL'})"
    select, values = work
    named = {f"v{number}": value for number, value in enumerate(values)}
    numbered = select.replace("%%", "%%%%") % tuple(f"%({key})s" for key in named)
    statement = statement.format(**{name: numbered}, day=day, of_customers=ids)
    return execute(statement, today=today, **named)
