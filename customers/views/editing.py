"""Making and changing customers, closing, opening again, deleting."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.forms.customers import CloseForm, CustomerForm
from customers.models import Customer
from customers.ownership import close_customer, reopen_customer
from customers.querysets import AttachmentQuerySet
from customers.views.page import customer_of
from folders.tree import Refused, lock_tree
from spotilla.once import made, once
from spotilla.optimistic_lock import digest, saved
from spotilla.web import AuthenticatedHttpRequest, render


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@once
def new(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = CustomerForm(request.POST or None)
    if saved(form):
        messages.success(request, _("The customer was created."))
        return made(form.instance, "customers:detail", form.instance.pk)
    return render(request, "customers/edit.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@permission_required("customers.change_customer", raise_exception=True)
def edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Refused when somebody has saved since the form was opened; what was typed stays."""
    customer = customer_of(request, pk)
    name = customer.name  # validating writes what was typed into the customer
    form = CustomerForm(request.POST or None, instance=customer)
    if saved(form):
        messages.success(request, _("Saved."))
        return redirect("customers:detail", pk)
    context = {"form": form, "customer": customer, "name": name}
    return render(request, "customers/edit.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("customers.change_customer", raise_exception=True)
def close(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """First says which attachments end, then does it."""
    customer = customer_of(request, pk)
    form = CloseForm(request.POST or None)
    context: dict[str, Any] = {"customer": customer, "form": form}
    if form.is_valid():
        day = form.day_given()
        try:
            if _closed(customer, form, request):
                messages.success(request, _("The customer is closed."))
                return redirect("customers:detail", pk)
            _try_out(partial(close_customer, customer, day, by=request.user))
            context["ending"] = list(_ending(customer, day))
            context["confirm"] = _confirmation(customer, form)
        except Refused as refused:
            form.add_error(None, refused)
    return render(request, "customers/close.html", context, status=422 if form.errors else 200)


def _ending(customer: Customer, day: date) -> AttachmentQuerySet:
    return customer.attachments.filter(until__gt=day).select_related("folder").order_by("pk")


def _confirmation(customer: Customer, form: CloseForm) -> str:
    """The day, and the attachments that were shown to end then."""
    ending = _ending(customer, form.day_given()).values_list("pk", "since", "until")
    return f"{form.fingerprint()}:{digest(list(ending))}"


def _closed(customer: Customer, form: CloseForm, request: AuthenticatedHttpRequest) -> bool:
    """Closes when that is confirmed, and still so once the tree is locked. Raises Refused."""
    confirmed = request.POST.get("confirmed", "")
    with transaction.atomic():
        if confirmed:
            lock_tree()
        if confirmed != _confirmation(customer, form):
            return False
        close_customer(customer, form.day_given(), by=request.user)
    return True


class _RollBack(Exception):
    pass


def _try_out(operation: partial[None]) -> None:
    """Lets out what the operation would refuse, and changes nothing."""
    try:
        with transaction.atomic():
            operation()
            raise _RollBack
    except _RollBack:
        pass


@login_required
@permission_required("customers.change_customer", raise_exception=True)
@require_POST
def reopen(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    reopen_customer(customer_of(request, pk), by=request.user)
    messages.success(request, _("The customer is open again. Its attachments stay ended."))
    return redirect("customers:detail", pk)


@login_required
@permission_required("customers.delete_customer", raise_exception=True)
def delete(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Asks first. What was ever attached, or has a work order, is closed instead."""
    customer, refusal = customer_of(request, pk), ""
    if request.method == "POST":
        try:
            customer.delete()
        except ProtectedError:
            refusal = _("Folders or work orders refer to the customer. Close it instead.")
        else:
            messages.success(request, _("The customer was deleted."))
            return redirect("customers:list")
    context = {"customer": customer, "refusal": refusal}
    return render(request, "customers/delete.html", context, status=422 if refusal else 200)
