"""Whose a piece of work is: which day counts for it, who owns it, who collects it, what is shared and what is unowned.

The rule of docs/domain.md, said here and nowhere else, in the three forms in which it is asked: as SQL, as expressions
of the ORM, and of one row. In SQL `t` is the work, `w` its work order, `c` coverage of its folder on the day that
counts. A payer is the customer of a work order: it owns the order's work, whoever has the folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, Case, DateField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from customers.models import Coverage, Customer
from customers.sql.coverage import is_farther, is_nearest
from workorders.states import CLOSED

if TYPE_CHECKING:
    from workorders.models import ServiceRequest, Task

# ---- as SQL ----------------------------------------------------------------------------------------------------------

PAYER = "w.customer_id"  # of the order that `join_order` has joined
TODAY = "%(today)s::date"


def list_states(states: Iterable[str]) -> str:
    """States as the list of an IN."""
    return f"({', '.join(repr(state) for state in states)})"


def counted_day(work: str, today: str) -> str:
    """The day by which work is somebody's: that done or forwarded, else today."""
    return f"CASE WHEN {work}.state IN {list_states(CLOSED)} THEN {work}.done_on ELSE {today} END"


def join_order(order: str) -> str:
    """`w`, the work order of the id: join_order("t.work_order_id")."""
    return f"LEFT JOIN workorders_workorder w ON w.id = {order}"


def payer_of(order: str) -> str:
    """The same payer looked up row by row: whoever wants the first rows does not read all orders before."""
    return f"(SELECT w.customer_id FROM workorders_workorder w WHERE w.id = {order})"


def has_payer(payer: str = PAYER) -> str:
    """Whether the work order decides who owns."""
    return f"{payer} IS NOT NULL"


def has_no_payer(payer: str = PAYER) -> str:
    """Whether the folder decides who owns."""
    return f"{payer} IS NULL"


def owner(nearest: str, payer: str = PAYER) -> str:
    """The owner: the payer, else the nearest customer (`nearest`); NULL where nobody owns."""
    return f"COALESCE({payer}, {nearest})"


def owns(customer: str, payer: str = PAYER, nearest: str = is_nearest("c")) -> str:
    """Whether a customer that collects owns; `nearest`: whether it is the folder's nearest."""
    return f"{payer} = {customer} OR {has_no_payer(payer)} AND {nearest}"


def owns_by_folder(c: str = "c") -> str:
    """Whether the customer of some coverage owns, and not by the work order."""
    return f"{is_nearest(c)} AND {has_no_payer()}"


def another_owns(customer: str, c: str = "c") -> str:
    """Whether of the work that a customer collects by folder somebody else owns."""
    return f"({PAYER} <> {customer} OR {has_no_payer()} AND {is_farther(c)})"


# ---- for the ORM -----------------------------------------------------------------------------------------------------

HAS_PAYER = Q(work_order__customer__isnull=False)


def counted_day_expression(today: date) -> Case:
    """`counted_day` of the queryset's rows."""
    return Case(When(state__in=CLOSED, then=F("done_on")), default=Value(today), output_field=DateField())


def nearest_customer(folder: str, day: date | str) -> Subquery:
    """The id of the nearest customer of the outer row's folder on a day; a day is a date, or the row's field."""
    return Subquery(Coverage.objects.covering(folder, day).owners().values("customer_id")[:1])


def owner_of_task(day: date | str) -> Coalesce:
    """`owner` of a task."""
    nearest = nearest_customer("folder", day)
    return Coalesce(F("work_order__customer_id"), nearest, output_field=BigIntegerField())


def collects_by_folder(customer: Customer, folder: str, day: date | str) -> Q:
    """Whether a customer collects by the folder of the row."""
    return Q(Exists(Coverage.objects.covering(folder, day).filter(customer=customer)))


def has_ever_collected(customer: Customer, folder: str) -> Q:
    """Whether it did so on any day: these folders are read once, and spare all other rows a look at their own day."""
    return Q(**{f"{folder}__in": Coverage.objects.filter(customer=customer).order_by().values("folder")})


def is_shared(folder: str, day: date | str) -> Q:
    """Whether two customers or more collect by the folder of the row."""
    return Q(Exists(Coverage.objects.covering(folder, day).seconds()))


def is_shared_with_payer(day: date | str) -> Q:
    """Whether another than its payer collects a task."""
    other = Coverage.objects.covering("folder", day).exclude(customer=OuterRef("work_order__customer"))
    return Q(Exists(other)) & HAS_PAYER


# ---- of one row ------------------------------------------------------------------------------------------------------


def counted_done_on(work: Task | ServiceRequest) -> date | None:
    """The day done where that is the day that counts; None where today does."""
    return work.done_on if work.state in CLOSED else None
