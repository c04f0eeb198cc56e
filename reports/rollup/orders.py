"""What work orders have."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from accounts.models import User
from reports.measures import Source
from reports.periods import Period
from reports.rollup.figure_rows import owned
from reports.rollup.relations import Amounts, relations_over
from spotilla.sql import day_of


def orders(user: User | None, source: Source, period: Period, today: date) -> dict[int | None, Amounts]:
    """By work order (None: without one). They add up to all tasks."""
    relations = relations_over(
        source, source.rows(user, [period]), today, "work AS NOT MATERIALIZED (SELECT * FROM event)"
    )
    return {order: amounts for (order,), amounts in relations.sums("order_id")}


type Part = tuple[date, int | None, int | None, Amounts]  # day, owner, folder


def of_order(user: User | None, source: Source, periods: Collection[Period], order: int, today: date) -> list[Part]:
    """A work order's tasks by day, owner (None: unowned) and folder (None: on no spot)."""
    rows = source.rows(user, periods).filter(work_order=order)
    relations = owned(source, rows, today)
    return [
        (day_of(day), owner, folder, amounts)
        for (day, owner, folder), amounts in relations.sums("day", "owner_id", "folder_id")
    ]
