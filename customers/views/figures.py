"""The figures beside a customer's name, and where each leads: the list of exactly the rows that it counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from accounts.models import User
from customers.models import Attachment
from workorders import figures

DAYS = 30  # of finished work that the list shows


@dataclass(frozen=True)
class Row:
    """Of one customer: folders attached today, what is unfinished today, tasks done in the last 30 days."""

    folders: int = 0
    unfinished: int = 0
    overdue: int = 0
    requests: int = 0
    done: int = 0


def first_day(today: date) -> date:
    """The first of the last 30 days, today among them."""
    return today - timedelta(days=DAYS - 1)


def folders(user: User, today: date, customers: Collection[int] | None = None) -> dict[int, int]:
    """Attachments in force today, by customer id. One query."""
    rows = Attachment.objects.visible_to(user).on(today)
    if customers is not None:
        rows = rows.filter(customer__in=customers)
    return dict(rows.order_by().values_list("customer").annotate(number=Count("pk")))


def rows(user: User, today: date, customers: Collection[int]) -> dict[int, Row]:
    """The figures of each customer. Four queries, whatever their number."""
    attached = folders(user, today, customers)
    unfinished = figures.unfinished(user, today, customers)
    requests = figures.unfinished_requests(user, today, customers)
    done = figures.done(user, first_day(today), today, customers)
    return {
        pk: Row(
            attached.get(pk, 0),
            unfinished.get(pk, figures.NO_TASKS).all,
            unfinished.get(pk, figures.NO_TASKS).overdue,
            requests.get(pk, 0),
            done.get(pk, figures.NO_TASKS).all,
        )
        for pk in customers
    }


def of_all(name: str, user: User, today: date) -> dict[int, int]:
    """One figure of every customer that has any, to sort by: one query, which reads the work of all."""
    if name == "folders":
        return folders(user, today)
    if name == "requests":
        return figures.unfinished_requests(user, today)
    if name == "done":
        return {pk: tasks.all for pk, tasks in figures.done(user, first_day(today), today).items()}
    unfinished = figures.unfinished(user, today)
    return {pk: tasks.overdue if name == "overdue" else tasks.all for pk, tasks in unfinished.items()}
