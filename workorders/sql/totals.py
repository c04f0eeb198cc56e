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
from customers.sql.coverage import covers
from spotilla.sql import Rows, execute
from workorders.models import ServiceRequest, Task
from workorders.sql.owners import TODAY, has_payer, join_order, owns

# A task that comes by folder and by work order has the same row in both halves, so that UNION keeps it once.
_TASKS = f"""
SELECT customer_id, COUNT(*), SUM(owned), SUM(late), SUM(minutes), SUM(owned * minutes) FROM (
  SELECT c.customer_id, t.id, t.minutes, CASE WHEN t.due_on < {TODAY} THEN 1 ELSE 0 END AS late,
         CASE WHEN {owns("c.customer_id")} THEN 1 ELSE 0 END AS owned
    FROM (%(work)s) t
    JOIN customers_coverage c ON {covers("c", "t.folder_id", "{day}")} {{of_customers}}
    {join_order("t.work_order_id")}
  UNION
  SELECT c.customer_id, t.id, t.minutes, CASE WHEN t.due_on < {TODAY} THEN 1 ELSE 0 END, 1
    FROM (%(work)s) t
    JOIN workorders_workorder c ON c.id = t.work_order_id AND {has_payer("c.customer_id")} {{of_customers}}) collected
GROUP BY customer_id"""

_REQUESTS = f"""
SELECT c.customer_id, COUNT(*) FROM (%(work)s) r
  JOIN customers_coverage c ON {covers("c", "r.folder_id", "{day}")} {{of_customers}}
GROUP BY c.customer_id"""


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
    requests = ServiceRequest.objects.visible_to(user).unfinished()
    return dict(_run(_REQUESTS, Rows.of(requests, "folder_id"), TODAY, today, customers))


def _tasks(tasks: Any, day: str, today: date, customers: Collection[int] | None) -> dict[int, Tasks]:
    work = Rows.of(tasks, "id", "folder_id", "work_order_id", "due_on", "done_on", "minutes")
    return {
        customer: Tasks(number, int(owned), int(late), int(minutes), int(owned_minutes))
        for customer, number, owned, late, minutes, owned_minutes in _run(_TASKS, work, day, today, customers)
    }


def _run(statement: str, work: Rows, day: str, today: date, customers: Collection[int] | None) -> list[tuple[Any, ...]]:
    """Run one of the statements over `work`, the items that the user may see."""
    of_customers = "" if customers is None else "AND c.customer_id IN ids(%(customers)s)"
    text = statement.format(day=day, of_customers=of_customers)
    return execute(text, work=work, today=today, customers=customers)
