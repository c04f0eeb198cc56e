"""A service request's own page, and what people do with it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from folders.sql.paths import path_on
from folders.tree import Refused
from spotilla.once import made, once
from spotilla.record_picker import keep_search, sent
from spotilla.web import AuthenticatedHttpRequest, render
from workorders.collectors import counted_day_of, list_collectors
from workorders.forms.requests import (
    DayForm,
    RequestEditForm,
    RequestForm,
    RequestPlaceForm,
    RequestStateForm,
    TakeForm,
)
from workorders.models import ServiceRequest

State = ServiceRequest.State


def request_of(request: AuthenticatedHttpRequest, pk: int) -> ServiceRequest:
    requests = ServiceRequest.objects.visible_to(request.user)
    return get_object_or_404(requests.select_related("spot", "folder", "received_folder", "role", "kind"), pk=pk)


@login_required
@permission_required("workorders.view_servicerequest", raise_exception=True)
def service_request(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


def _page(request: AuthenticatedHttpRequest, pk: int, pressed: RequestStateForm | None = None) -> HttpResponse:
    """`pressed`: one of its buttons, in vain."""
    item, today = request_of(request, pk), timezone.localdate()
    sees_customers = request.user.has_perm("customers.view_customer")
    context = {
        "item": item,
        "form": pressed,
        "buttons": RequestStateForm(None, row=item),
        "today": today,
        "path": path_on(item.folder_id, counted_day_of(item, today)) if item.folder_id else [],
        "received_path": path_on(item.received_folder_id, item.received_on) if item.received_folder_id else [],
        "sees_customers": sees_customers,
        "collectors": list_collectors(item, today) if sees_customers else [],
    }
    return render(request, "workorders/request.html", context, status=422 if pressed else 200)


@login_required
@permission_required("workorders.add_servicerequest", raise_exception=True)
@once
def request_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """?spot= and ?folder= come from the pages that lead here."""
    data, initial = sent(request)
    form = RequestForm(data, initial=initial, user=request.user)
    if form.is_valid():
        try:
            item = form.record()
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The service request “%(request)s” was recorded.") % {"request": item})
            return made(item, "workorders:request", item.pk)
    keep_search(form, request)
    return render(request, "workorders/new_request.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@permission_required("workorders.change_servicerequest", raise_exception=True)
def request_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    item = request_of(request, pk)
    form = RequestEditForm(request.POST if request.method == "POST" else None, item=item, user=request.user)
    if form.is_valid():
        try:
            form.keep(item)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("workorders:request", pk)
    context = {"form": form, "item": item}
    return render(request, "workorders/edit_request.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("workorders.change_servicerequest", raise_exception=True)
def request_take(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Give an open request its role, which sets it to work; or another role to one that has one."""
    item = request_of(request, pk)
    form = TakeForm(request.POST if request.method == "POST" else None, item=item, user=request.user)
    if form.is_valid():
        try:
            changed = form.take(item)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _told(request, changed)
    context = {"form": form, "item": item}
    return render(request, "workorders/take_request.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("workorders.change_servicerequest", raise_exception=True)
def request_finish(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _on_a_day(request, pk, State.DONE)


@login_required
@permission_required("workorders.change_servicerequest", raise_exception=True)
def request_forward(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Handed on to somebody outside: closed for us, and counted apart."""
    return _on_a_day(request, pk, State.FORWARDED)


def _on_a_day(request: AuthenticatedHttpRequest, pk: int, state: str) -> HttpResponse:
    item = request_of(request, pk)
    form = DayForm(request.POST if request.method == "POST" else None, item=item)
    if form.is_valid():
        try:
            changed = form.close(item, state)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _told(request, changed)
    context = {"form": form, "item": item, "forward": state == State.FORWARDED}
    return render(request, "workorders/close_request.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("workorders.change_servicerequest", raise_exception=True)
@require_POST
def request_state(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Hold, go on, cancel, reopen: one button each. One that has a role is reopened to work, another as open."""
    item = request_of(request, pk)
    form = RequestStateForm(request.POST, row=item)
    if form.is_valid():
        try:
            changed = form.give(item)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _told(request, changed)
    return _page(request, pk, form)


def _told(request: AuthenticatedHttpRequest, changed: ServiceRequest) -> HttpResponse:
    if changed.state == ServiceRequest.State.DONE:
        text = _("The service request was marked done.")
    else:
        text = _("The service request is now: %(state)s.") % {"state": changed.get_state_display()}
    messages.success(request, text)
    return redirect("workorders:request", changed.pk)


@login_required
@permission_required("workorders.change_servicerequest", raise_exception=True)
def request_place(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Give the request its place, or another one."""
    item = request_of(request, pk)
    data, initial = sent(request)
    form = RequestPlaceForm(data, initial=initial, user=request.user, item=item)
    if form.is_valid():
        try:
            form.replace(item)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("workorders:request", pk)
    keep_search(form, request)
    context = {"form": form, "item": item}
    return render(request, "workorders/place_request.html", context, status=422 if form.is_bound else 200)
