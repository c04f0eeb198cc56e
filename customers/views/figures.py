"""The figures of customers' pages, each with the rows that it counts behind it (reports.figures): many customers' for
the list, one's for its page.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.db.models import Count, Q

from accounts.models import User
from customers.models import Attachment
from reports.figures import Cell, Figure, Whose
from reports.measures import DONE, HOURS, OVERDUE, REQUESTS_UNFINISHED, UNFINISHED
from reports.periods import Period
from workorders.models import Task, WorkOrder
from workorders.sql import totals
from workorders.sql.capped_counts import counts
from workorders.sql.totals import NO_TASKS

DAYS = 30  # of finished work that the list shows


@dataclass(frozen=True)
class Row:
    """Of one customer: folders attached today; collected work unfinished today; tasks done in the last 30 days."""

    folders: int
    unfinished: Cell
    overdue: Cell
    requests: Cell
    done: Cell


@dataclass(frozen=True)
class Strip:
    """Of one customer: what is unfinished today and what was done in the whole month before, collected and owned."""

    unfinished: Cell
    unfinished_owned: Cell
    unfinished_others: Cell
    overdue: Cell
    requests: Cell
    done: Cell
    done_owned: Cell
    hours: Cell
    hours_owned: Cell


def last_30_days(today: date) -> Period:
    """Today is the last of them."""
    return Period(today - timedelta(days=DAYS - 1), today)


def last_month(today: date) -> Period:
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def folders(user: User, today: date, customers: Collection[int] | None = None) -> dict[int, int]:
    """Attachments in force today, by customer id. One query."""
    rows = Attachment.objects.visible_to(user).on(today)
    if customers is not None:
        rows = rows.filter(customer__in=customers)
    return dict(rows.order_by().values_list("customer").annotate(number=Count("pk")))


def rows(user: User, today: date, customers: Collection[int]) -> dict[int, Row]:
    """The figures of each customer. Two queries, whatever their number."""
    period = last_30_days(today)
    attached = folders(user, today, customers)
    counted = counts(user, today, period.first, period.last, customers)
    found = {}
    for pk in customers:
        of, work = partial(Figure, whose=Whose.COLLECTED, customer=pk), counted[pk]
        found[pk] = Row(
            attached.get(pk, 0),
            Cell(work.unfinished, of(UNFINISHED)),
            Cell(work.overdue, of(OVERDUE)),
            Cell(work.requests, of(REQUESTS_UNFINISHED)),
            Cell(work.done, of(DONE, period=period)),
        )
    return found


def strip(user: User, today: date, customer: int) -> Strip:
    """The figures above a customer's page. Three queries."""
    period = last_month(today)
    unfinished = totals.unfinished(user, today, [customer]).get(customer, NO_TASKS)
    requests = totals.unfinished_requests(user, today, [customer]).get(customer, 0)
    done = totals.done(user, period.first, period.last, [customer]).get(customer, NO_TASKS)
    collected = partial(Figure, whose=Whose.COLLECTED, customer=customer)
    owned = partial(Figure, whose=Whose.OWNED, customer=customer)
    return Strip(
        unfinished=Cell(unfinished.all, collected(UNFINISHED)),
        unfinished_owned=Cell(unfinished.owned, owned(UNFINISHED)),
        unfinished_others=Cell(unfinished.others, Figure(UNFINISHED, Whose.OTHERS, customer)),
        overdue=Cell(unfinished.overdue, collected(OVERDUE)),
        requests=Cell(requests, collected(REQUESTS_UNFINISHED)),
        done=Cell(done.all, collected(DONE, period=period)),
        done_owned=Cell(done.owned, owned(DONE, period=period)),
        hours=Cell(done.minutes, collected(HOURS, period=period)),
        hours_owned=Cell(done.owned_minutes, owned(HOURS, period=period)),
    )


def of_orders(orders: list[WorkOrder], user: User) -> list[tuple[WorkOrder, Cell, Cell]]:
    """Each work order with its unfinished and its done tasks. One query."""
    tasks = Task.objects.visible_to(user).filter(work_order__in=orders).order_by()
    counts = tasks.values_list("work_order").annotate(
        unfinished=Count("pk", filter=Q(state__in=Task.UNFINISHED)), done=Count("pk", filter=Q(state=Task.State.DONE))
    )
    found = {order: (unfinished, done) for order, unfinished, done in counts}
    return [
        (order, Cell(unfinished, Figure(UNFINISHED, order=order.pk)), Cell(done, Figure(DONE, order=order.pk)))
        for order in orders
        for unfinished, done in [found.get(order.pk, (0, 0))]
    ]
