"""The list of tasks: of all, of a folder with what is below it, of a spot, of what a customer collects."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from folders.models import Folder, Spot
from spotilla.record_picker import keep_search
from spotilla.web import AuthenticatedHttpRequest, paginate
from workorders.filters import TaskFilter
from workorders.models import Task
from workorders.querysets import TaskQuerySet
from workorders.views.heads import customer_head, folder_head, spot_head
from workorders.views.lists import (
    asked_order,
    heading,
    listed,
    new_address,
    ordered,
    page_owners,
    place_names,
    walked_order,
)

BY_DUE = {"due": "due_on"}
BY_DONE = {"done": "done_on", "minutes": "minutes"}  # of done work, all of which has a day
SORTED_WHOLE = {"minutes"}  # by which a long list does not stand


@login_required
@permission_required("workorders.view_task", raise_exception=True)
def task_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    return _list(request, Task.objects.visible_to(request.user), {})


@login_required
@permission_required("folders.view_folder", raise_exception=True)
@permission_required("workorders.view_task", raise_exception=True)
def folder_tasks(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Those of everything below the folder today too."""
    head = folder_head(request, pk, "tasks")
    tasks = Task.objects.visible_to(request.user)
    return _list(request, tasks, head, without="folder", branch=head["folder"])


@login_required
@permission_required("folders.view_spot", raise_exception=True)
@permission_required("workorders.view_task", raise_exception=True)
def spot_tasks(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    head = spot_head(request, pk)
    tasks = Task.objects.visible_to(request.user).filter(spot=pk)
    return _list(request, tasks, head, without="folder")


@login_required
@permission_required("customers.view_customer", raise_exception=True)
@permission_required("workorders.view_task", raise_exception=True)
def customer_tasks(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the customer collects: done work by the day it was done, the rest as of today."""
    head = customer_head(request, pk, "tasks")
    tasks = Task.objects.visible_to(request.user)
    return _list(request, tasks, head, without="customer", collected_by=head["customer"])


def _list(
    request: AuthenticatedHttpRequest,
    tasks: TaskQuerySet,
    head: dict[str, Any],
    without: str = "",
    collected_by: Customer | None = None,
    branch: Folder | None = None,
) -> HttpResponse:
    """A fixed number of queries, whatever the number of tasks."""
    today = timezone.localdate()
    found = TaskFilter(request, tasks, without=without, customer=collected_by, branch=branch)
    by_day_done = not found.form.errors and found.by_day_done
    orders, usual = (BY_DONE, "-done") if by_day_done else (BY_DUE, "due")
    order = asked_order(request, orders, usual)
    walked = walked_order(order, usual, SORTED_WHOLE)
    page = paginate(
        request,
        ordered(found.qs, order, orders),
        walked=ordered(found.walked, walked, orders),
        rows=tasks.select_related("spot", "work_order", "role"),
        most=found.most,
    )
    is_long = page.paginator.is_long
    shown = walked if is_long else order
    keep_search(found.form, request)
    nothing = not page.paginator.count and found.is_empty
    context = head | {
        "url": new_address(request, "workorders.add_task", "workorders:task_new", head),
        "page": page,
        "by_day_done": by_day_done,
        "day_heading": heading(_("Done") if by_day_done else _("Due"), "done" if by_day_done else "due", shown),
        "hours_heading": None if is_long else heading(_("Hours"), "minutes", order),
        "places": place_names({task.folder_id for task in page if task.folder_id}),
        "owners": page_owners(request, tasks, page, today),
        "today": today,
        "nothing": nothing,
        "has_spots": nothing and Spot.objects.visible_to(request.user).exists(),
    }
    return listed(request, "workorders/tasks.html", found, context)
