"""A task's own page, and what people do with it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.models import Customer
from folders.models import Folder
from folders.sql.paths import path_on
from folders.tree import Refused
from spotilla.once import made, once
from spotilla.optimistic_lock import saved
from spotilla.record_picker import keep_search, sent
from spotilla.web import AuthenticatedHttpRequest, as_id, render
from workorders.collectors import counted_day_of, list_collectors
from workorders.forms.tasks import FinishForm, PlaceForm, StateForm, TaskEditForm, TaskForm
from workorders.models import Task, WorkOrder


def task_of(request: AuthenticatedHttpRequest, pk: int) -> Task:
    tasks = Task.objects.visible_to(request.user)
    return get_object_or_404(tasks.select_related("spot", "folder", "role", "work_order__customer"), pk=pk)


@login_required
@permission_required("workorders.view_task", raise_exception=True)
def task(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


def _page(request: AuthenticatedHttpRequest, pk: int, pressed: StateForm | None = None) -> HttpResponse:
    """`pressed`: one of its buttons, in vain."""
    item, today = task_of(request, pk), timezone.localdate()
    day = counted_day_of(item, today)
    sees_customers = request.user.has_perm("customers.view_customer")
    context = {
        "task": item,
        "form": pressed,
        "buttons": StateForm(None, row=item),
        "today": today,
        "late": item.state in Task.UNFINISHED and item.due_on < today,
        "path": path_on(item.folder_id, day) if item.folder_id else [],
        "sees_customers": sees_customers,
        "collectors": list_collectors(item, today) if sees_customers else [],
    }
    return render(request, "workorders/task.html", context, status=422 if pressed else 200)


@login_required
@permission_required("workorders.add_task", raise_exception=True)
@once
def task_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """?spot= and ?work_order=, ?folder= and ?customer= (offer only its spots and work orders) come from the pages that
    lead here.
    """
    data, initial = sent(request)
    user, asked = request.user, request.GET
    customer = _customer(request, asked.get("customer", ""))
    order = WorkOrder.objects.visible_to(user).filter(pk=as_id(asked.get("work_order")) or 0).first()
    folder = Folder.objects.visible_to(user).filter(pk=as_id(asked.get("folder")) or 0).first()
    form = TaskForm(data, initial=initial, user=user, customer=customer, folder=folder)
    if form.is_valid():
        try:
            recorded = form.record()
        except Refused as refused:
            form.refuse(refused)
        else:
            done = recorded.state == Task.State.DONE
            said = _("The task “%(task)s” was recorded as done.") if done else _("The task “%(task)s” was recorded.")
            messages.success(request, said % {"task": recorded})
            return made(recorded, "workorders:task", recorded.pk)
    keep_search(form, request)
    context = {"form": form, "customer": customer, "folder": folder, "order": order}
    return render(request, "workorders/new_task.html", context, status=422 if form.is_bound else 200)


def _customer(request: AuthenticatedHttpRequest, pk: str) -> Customer | None:
    return Customer.objects.visible_to(request.user).filter(pk=as_id(pk) or 0).first()


@login_required
@permission_required("workorders.change_task", raise_exception=True)
def task_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    item = task_of(request, pk)
    name = item.name  # validating writes what was typed into the task
    form = TaskEditForm(request.POST if request.method == "POST" else None, instance=item, user=request.user)
    if saved(form):
        messages.success(request, _("Saved."))
        return redirect("workorders:task", pk)
    context = {"form": form, "task": item, "name": name}
    return render(request, "workorders/edit_task.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("workorders.change_task", raise_exception=True)
def task_finish(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Done or to be reviewed; the same form changes the day and the hours afterwards. ?state=in_review chooses that."""
    item = task_of(request, pk)
    form = FinishForm(request.POST if request.method == "POST" else None, task=item, initial=request.GET.dict())
    if form.is_valid():
        try:
            form.finish(item)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("workorders:task", pk)
    context = {"form": form, "task": item}
    return render(request, "workorders/finish_task.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("workorders.change_task", raise_exception=True)
@require_POST
def task_state(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Start, hold, cancel, approve, reopen: one button each, and a word about what came of it."""
    item = task_of(request, pk)
    form = StateForm(request.POST, row=item)
    if form.is_valid():
        try:
            changed = form.give(item)
        except Refused as refused:
            form.refuse(refused)
        else:
            if changed.state == Task.State.DONE:
                text = _("The task was marked done.")
            else:
                text = _("The task is now: %(state)s.") % {"state": changed.get_state_display()}
            messages.success(request, text)
            return redirect("workorders:task", pk)
    return _page(request, pk, form)


@login_required
@permission_required("workorders.change_task", raise_exception=True)
def task_move(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """To another spot or work order."""
    item = task_of(request, pk)
    data, initial = sent(request)
    form = PlaceForm(data, initial=initial, user=request.user, task=item)
    if form.is_valid():
        try:
            form.replace(item)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("workorders:task", pk)
    keep_search(form, request)
    context = {"form": form, "task": item}
    return render(request, "workorders/move_task.html", context, status=422 if form.is_bound else 200)
