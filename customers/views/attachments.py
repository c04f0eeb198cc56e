"""Attaching, changing the days, ending, handing over. Each says first what would change, and does it only when exactly
that is confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, Protocol

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from customers.forms.attachments import (
    AttachCustomerForm,
    AttachFolderForm,
    DaysForm,
    DetachForm,
    FolderPicker,
    HandOverDayForm,
    HandOverForm,
)
from customers.models import Attachment
from customers.ownership import attach, detach, hand_over, redate, redate_hand_over
from customers.views import tree
from customers.views.page import customer_of
from folders.days import overlapping
from folders.models import Folder
from folders.sql.paths import paths
from folders.tree import Refused, lock_tree
from spotilla.once import made, once
from spotilla.optimistic_lock import digest
from spotilla.record_picker import keep_search, sent
from spotilla.web import AuthenticatedHttpRequest, as_id, render, wants_fragment
from workorders.sql.previews import preview


class Confirmed(Protocol):
    """A form that can say in one line what its preview was shown of."""

    def fingerprint(self) -> str: ...
    def add_error(self, field: str | None, error: Any) -> None: ...


def settle(
    request: AuthenticatedHttpRequest,
    form: Confirmed,
    operation: Callable[[], object],
    folder: Folder,
    *standing: Attachment,
) -> dict[str, Any]:
    """Does the operation when its preview has been confirmed, and says what it gave ("done"); else what the page shows:
    the preview, or nothing but the refusal in the form. `standing` is what it changes: it must not have changed since.
    """
    confirmed = request.POST.get("confirmed", "")
    try:
        with transaction.atomic():
            if confirmed:
                lock_tree()
            confirm = f"{form.fingerprint()}:{_as_it_stands(standing)}"
            if confirmed == confirm:
                return {"done": operation()}
        changes = preview(operation, folder, user=request.user)
        return {"changes": changes, "confirm": confirm, "changed": bool(confirmed)}
    except Refused as refused:
        form.add_error(None, refused)
        return {}


def _as_it_stands(attachments: Collection[Attachment]) -> str:
    """A digest of whose they are, and of their days. One query, where there are any."""
    rows = Attachment.objects.filter(pk__in=[attachment.pk for attachment in attachments]).order_by("pk")
    return digest(list(rows.values_list("pk", "customer", "since", "until"))) if attachments else ""


def attachment_of(request: AuthenticatedHttpRequest, pk: int) -> Attachment:
    attachments = Attachment.objects.visible_to(request.user).select_related("customer", "folder")
    return get_object_or_404(attachments, pk=pk)


def above(folder: Folder) -> list[tuple[int, str]]:
    """The folder's path without itself."""
    return paths([folder.pk])[folder.pk][:-1]


@login_required
@permission_required("customers.add_attachment", raise_exception=True)
@once
def attach_folder(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A folder for this customer, found by name or in the tree."""
    customer = customer_of(request, pk)
    data, initial = sent(request)
    form = AttachFolderForm(data, initial=initial, user=request.user)
    context: dict[str, Any] = {"form": form, "customer": customer}
    if form.is_valid():
        folder = form.cleaned_data["folder"]
        outcome = settle(request, form, partial(attach, customer, folder, *form.days(), by=request.user), folder)
        if "done" in outcome:
            messages.success(request, _("The folder “%(folder)s” was attached.") % {"folder": folder})
            return made(outcome["done"], "customers:detail", pk)
        context |= outcome | {"days": form.days(), "taken": _taken(form, folder, customer.pk)}
    picker = form.fields["folder"].widget
    assert isinstance(picker, FolderPicker)  # noqa: S101
    picker.rows = tree.rows(request.user, tree.opened_in(request), as_id(form["folder"].value()))
    keep_search(form, request)
    if wants_fragment(request):  # a branch of the tree is opened
        return render(request, "customers/pick_tree.html", {"name": "folder", "rows": picker.rows})
    return render(request, "customers/attach.html", context, status=422 if form.errors else 200)


@login_required
@permission_required("customers.add_attachment", raise_exception=True)
@once
def attach_customer(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A customer for this folder."""
    folder = get_object_or_404(Folder.objects.visible_to(request.user), pk=pk)
    data, initial = sent(request)
    form = AttachCustomerForm(data, initial=initial, user=request.user)
    context: dict[str, Any] = {"form": form, "folder": folder, "path": above(folder)}
    if form.is_valid():
        customer = form.cleaned_data["customer"]
        outcome = settle(request, form, partial(attach, customer, folder, *form.days(), by=request.user), folder)
        if "done" in outcome:
            messages.success(request, _("“%(customer)s” collects the folder now.") % {"customer": customer})
            return made(outcome["done"], "folders:detail", pk)
        context |= outcome | {"days": form.days(), "taken": _taken(form, folder, customer.pk)}
    keep_search(form, request)
    return render(request, "customers/attach_customer.html", context, status=422 if form.errors else 200)


def _taken(form: DaysForm, folder: Folder, customer: int) -> Attachment | None:
    """The other customer's attachment that stands in the way, when the form was refused: it can be handed over."""
    if not form.errors:
        return None
    there = Attachment.objects.filter(overlapping(*form.days()), folder=folder).exclude(customer=customer)
    return there.order_by("since").select_related("customer").first()


@login_required
@permission_required("customers.change_attachment", raise_exception=True)
def redate_attachment(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    attachment = attachment_of(request, pk)
    form = DaysForm(request.POST or None, of=attachment)
    context: dict[str, Any] = {"form": form, "attachment": attachment, "path": above(attachment.folder)}
    if form.is_valid():
        operation = partial(redate, attachment, *form.days(), by=request.user)
        outcome = settle(request, form, operation, attachment.folder, attachment)
        if "done" in outcome:
            messages.success(request, _("The days were changed."))
            return redirect("customers:folders", attachment.customer_id)
        context |= outcome | {"days": form.days()}
    return render(request, "customers/redate.html", context, status=422 if form.errors else 200)


@login_required
@permission_required("customers.change_attachment", raise_exception=True)
def detach_folder(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    attachment = attachment_of(request, pk)
    form = DetachForm(request.POST or None, of=attachment)
    context: dict[str, Any] = {"form": form, "attachment": attachment, "path": above(attachment.folder)}
    if form.is_valid():
        operation = partial(detach, attachment, form.day(), by=request.user)
        outcome = settle(request, form, operation, attachment.folder, attachment)
        if "done" in outcome:
            messages.success(request, _("The attachment was ended."))
            return redirect("customers:folders", attachment.customer_id)
        context |= outcome
    return render(request, "customers/detach.html", context, status=422 if form.errors else 200)


@login_required
@permission_required("customers.change_attachment", raise_exception=True)
@once
def hand_over_folder(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Ends this attachment and begins another customer's on the same day."""
    attachment = attachment_of(request, pk)
    data, initial = sent(request)
    form = HandOverForm(data, initial=initial, user=request.user)
    context: dict[str, Any] = {"form": form, "attachment": attachment, "path": above(attachment.folder)}
    if form.is_valid():
        customer, day = form.cleaned_data["customer"], form.cleaned_data["day"]
        operation = partial(hand_over, attachment, customer, day, by=request.user)
        outcome = settle(request, form, operation, attachment.folder, attachment)
        if "done" in outcome:
            messages.success(request, _("The folder was handed over to “%(customer)s”.") % {"customer": customer})
            return made(outcome["done"], "customers:folders", attachment.customer_id)
        context |= outcome
    keep_search(form, request)
    return render(request, "customers/hand_over.html", context, status=422 if form.errors else 200)


@login_required
@permission_required("customers.change_attachment", raise_exception=True)
def redate_hand_over_of(request: AuthenticatedHttpRequest, earlier: int, later: int) -> HttpResponse:
    """Another day for a hand-over that was made, on both sides at once."""
    first, second = attachment_of(request, earlier), attachment_of(request, later)
    form = HandOverDayForm(request.POST or None, initial={"day": second.since})
    context: dict[str, Any] = {"form": form, "earlier": first, "later": second, "path": above(first.folder)}
    if form.is_valid():
        operation = partial(redate_hand_over, first, second, form.cleaned_data["day"], by=request.user)
        outcome = settle(request, form, operation, first.folder, first, second)
        if "done" in outcome:
            messages.success(request, _("The day of the hand-over was changed."))
            return redirect("customers:folders", second.customer_id)
        context |= outcome
    return render(request, "customers/redate_hand_over.html", context, status=422 if form.errors else 200)
