"""The list of work orders, of all and of one customer, with the figures of their tasks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.models import Customer
from spotilla.record_picker import choices, keep_search
from spotilla.web import AuthenticatedHttpRequest, as_id, paginate
from workorders.choices import describe_orders
from workorders.filters import OrderFilter
from workorders.models import Task, WorkOrder
from workorders.querysets import WorkOrderQuerySet
from workorders.views.heads import customer_head
from workorders.views.lists import asked_order, heading, listed, new_address, ordered

ORDERS = {"number": "pk"}
NO_WORK = {"unfinished": 0, "overdue": 0, "done": 0, "minutes": 0}


def order_figures(orders: Collection[int], user: User) -> dict[int, dict[str, Any]]:
    """How many of each work order's tasks are unfinished, overdue, done, and the minutes of those done. One query."""
    unfinished, done = Q(state__in=Task.UNFINISHED), Q(state=Task.State.DONE)
    tasks = Task.objects.visible_to(user).filter(work_order__in=orders).order_by()
    rows = tasks.values("work_order").annotate(
        unfinished=Count("pk", filter=unfinished),
        overdue=Count("pk", filter=unfinished & Q(due_on__lt=timezone.localdate())),
        done=Count("pk", filter=done),
        hours=Sum("minutes", filter=done),
    )
    found = {row["work_order"]: NO_WORK | row | {"minutes": row["hours"] or 0} for row in rows}
    return {pk: found.get(pk, NO_WORK) for pk in orders}


@login_required
@permission_required("workorders.view_workorder", raise_exception=True)
def order_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    return _list(request, WorkOrder.objects.visible_to(request.user), {})


@login_required
@permission_required("customers.view_customer", raise_exception=True)
@permission_required("workorders.view_workorder", raise_exception=True)
def customer_orders(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    head = customer_head(request, pk, "orders")
    orders = WorkOrder.objects.visible_to(request.user).filter(customer=pk)
    return _list(request, orders, head, without="customer")


def _list(
    request: AuthenticatedHttpRequest, orders: WorkOrderQuerySet, head: dict[str, Any], without: str = ""
) -> HttpResponse:
    """A fixed number of queries, whatever the number of work orders."""
    found = OrderFilter(request, orders, without=without)
    order = asked_order(request, ORDERS, "-number")
    page = paginate(request, ordered(found.qs, order, ORDERS), rows=orders.select_related("customer"))
    keep_search(found.form, request)
    figures = order_figures([row.pk for row in page], request.user)
    context = head | {
        "url": new_address(request, "workorders.add_workorder", "workorders:order_new", head),
        "page": page,
        "rows": [(row, figures[row.pk]) for row in page],
        "number_heading": heading(_("Number"), "number", order),
        "nothing": not page.paginator.count and not orders.exists(),
    }
    return listed(request, "workorders/orders.html", found, context)


@login_required
@permission_required("workorders.view_workorder", raise_exception=True)
def order_choices(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Open work orders by what is typed into a field that asks for one. ?customer=: its own."""
    orders, customer = WorkOrder.objects.told_to(request.user).open(), as_id(request.GET.get("customer"))
    if customer:
        orders = orders.filter(customer__in=Customer.objects.visible_to(request.user).filter(pk=customer))
    return choices(request, orders, describe_orders)
