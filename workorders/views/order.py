"""A work order's own page, and what people do with it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from folders.tree import Refused
from spotilla.once import made, once
from spotilla.pages import first_of
from spotilla.record_picker import keep_search, sent
from spotilla.web import AuthenticatedHttpRequest, paginate, render
from workorders.forms.orders import AddTasksForm, CloseOrderForm, OrderForm, ReopenOrderForm, mark
from workorders.models import Task, WorkOrder
from workorders.views.lists import page_owners, place_names
from workorders.views.orders import order_figures

SHOWN = 50  # tasks offered to be added; a search finds the others


def order_of(request: AuthenticatedHttpRequest, pk: int) -> WorkOrder:
    return get_object_or_404(WorkOrder.objects.visible_to(request.user).select_related("customer"), pk=pk)


@login_required
@permission_required("workorders.view_workorder", raise_exception=True)
def order(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Its facts, its figures, and its tasks: the unfinished first, by the day due."""
    return _page(request, pk)


def _page(request: AuthenticatedHttpRequest, pk: int, pressed: ReopenOrderForm | None = None) -> HttpResponse:
    """`pressed`: its button, in vain."""
    found, today = order_of(request, pk), timezone.localdate()
    tasks = Task.objects.visible_to(request.user).filter(work_order=pk)
    page = paginate(request, tasks.in_order_of_work(), rows=tasks.select_related("spot", "role"))
    context = {
        "order": found,
        "form": pressed,
        "buttons": ReopenOrderForm(None, row=found),
        "figures": order_figures([pk], request.user)[pk],
        "page": page,
        "places": place_names({task.folder_id for task in page if task.folder_id}),
        "owners": page_owners(request, tasks, page, today),
        "today": today,
    }
    return render(request, "workorders/order.html", context, status=422 if pressed else 200)


@login_required
@permission_required("workorders.add_workorder", raise_exception=True)
@once
def order_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """?customer= comes from the customer's page."""
    data, initial = sent(request)
    form = OrderForm(data, initial=initial, user=request.user)
    if form.is_valid():
        try:
            opened = form.open()
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The work order %(number)s was created.") % {"number": opened.number})
            return made(opened, "workorders:order", opened.pk)
    keep_search(form, request)
    return render(request, "workorders/new_order.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@permission_required("workorders.change_workorder", raise_exception=True)
def order_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Says how many tasks go with it when the customer is changed."""
    found = order_of(request, pk)
    data, initial = sent(request)
    form = OrderForm(data, initial=initial, user=request.user, order=found)
    if form.is_valid():
        try:
            form.keep(found)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("workorders:order", pk)
    keep_search(form, request)
    figures = order_figures([pk], request.user)[pk]
    context = {"form": form, "order": found, "figures": figures}
    return render(request, "workorders/edit_order.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("workorders.change_workorder", raise_exception=True)
def order_close(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Says first how many of its tasks are unfinished; they stay, and are finished as before."""
    found = order_of(request, pk)
    form = CloseOrderForm(request.POST if request.method == "POST" else None, order=found)
    if form.is_valid():
        try:
            form.close(found)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The work order %(number)s is closed.") % {"number": found.number})
            return redirect("workorders:order", pk)
    context = {"form": form, "order": found, "figures": order_figures([pk], request.user)[pk]}
    return render(request, "workorders/close_order.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("workorders.change_workorder", raise_exception=True)
@require_POST
def order_reopen(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = order_of(request, pk)
    form = ReopenOrderForm(request.POST, row=found)
    if form.is_valid():
        try:
            form.reopen(found)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The work order %(number)s is open again.") % {"number": found.number})
            return redirect("workorders:order", pk)
    return _page(request, pk, form)


@login_required
@permission_required("workorders.view_workorder", raise_exception=True)
@permission_required("workorders.change_task", raise_exception=True)
def order_add_tasks(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Unfinished tasks of no work order, found by name, to be put into this one."""
    found, typed = order_of(request, pk), request.GET.get("q", "").strip()
    seen = Task.objects.visible_to(request.user)
    form = AddTasksForm(request.POST if request.method == "POST" else None, seen=seen)
    if form.is_valid():
        try:
            number = form.add_to(found)
        except Refused as refused:
            form.refuse(refused)
        else:
            said = ngettext("%(n)s task was added.", "%(n)s tasks were added.", number) % {"n": number}
            messages.success(request, said)
            return redirect("workorders:order", pk)
    offered = seen.unfinished().filter(work_order=None).select_related("spot")
    tasks = first_of((offered.matching(typed) if typed else offered).order_by("due_on", "pk"), SHOWN)
    places = place_names({task.folder_id for task in tasks if task.folder_id})
    context = {
        "form": form,
        "order": found,
        "typed": typed,
        "tasks": [(task, mark(task)) for task in tasks],
        "places": places,
        "shown": SHOWN,
    }
    return render(request, "workorders/add_tasks.html", context, status=422 if form.is_bound else 200)
