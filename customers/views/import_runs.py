"""Imports from *Import* on: the run, how it went, and the list of all."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from customers.importing.reading import table_of
from customers.importing.running import cancel, end_the_dead, enqueue, progress
from customers.importing.saving import NotImported, Taken, save
from customers.importing.uploads import changes_customers
from folders.models import Operation
from sheets.models import Upload
from spotilla.web import AuthenticatedHttpRequest, paginate, render


def import_of(request: AuthenticatedHttpRequest, pk: int) -> Upload:
    upload = get_object_or_404(Upload.objects.visible_to(request.user).select_related("user").defer("content"), pk=pk)
    if upload.state == Upload.State.RUNNING:
        end_the_dead()
        upload.refresh_from_db(fields=["state", "ended", "begun", "queued", "imported", "operation", "undo", "result"])
    return upload


def may_undo(user: User, upload: Upload) -> bool:
    """Who imported takes it back with the rights that the import needed; another needs the right to delete too."""
    rights = ["customers.add_customer"]
    if changes_customers(upload):
        rights.append("customers.change_customer")
    if upload.user_id != user.pk:
        rights += ["customers.change_customer", "customers.delete_customer"]
    return user.has_perms(rights)


def begin(request: AuthenticatedHttpRequest, upload: Upload, rows: int) -> str:
    """Imports the file, or has a worker do it when it is long. Says why nothing was saved, if so. Raises Unreadable."""
    seen = request.POST.get("seen", "")
    if rows > settings.IMPORT_ROWS_AT_ONCE:
        enqueue(upload, rows, seen)
        return ""
    try:
        save(table_of(upload), update=upload.update, by=request.user, upload=upload, seen=seen)
    except NotImported as error:
        return str(error)
    except Taken:  # the button was pressed twice: the page that follows tells how it went
        pass
    return ""


def not_waiting(request: AuthenticatedHttpRequest, upload: Upload) -> HttpResponse:
    """The page of an import that runs or has been done."""
    if upload.state == Upload.State.RUNNING:
        context = {"upload": upload, "progress": progress(upload)}
        return render(request, "customers/import_running.html", context, partial="progress")
    taken_back = Operation.objects.select_related("user").filter(number=upload.undo).first() if upload.undo else None
    context = {
        "upload": upload,
        "taken_back": taken_back,
        "undo": upload.can_be_undone and may_undo(request.user, upload),
    }
    return render(request, "customers/import_done.html", context)


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_safe
def import_progress(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the page of a run asks each second; at the end it is sent to the page that tells how it went."""
    upload = import_of(request, pk)
    if upload.state != Upload.State.RUNNING:
        return redirect("customers:import_preview", pk)
    return not_waiting(request, upload)


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_POST
def import_cancel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One's own, until the writing begins."""
    upload = get_object_or_404(Upload.objects.filter(user=request.user), pk=pk)
    if upload.state == Upload.State.RUNNING and not cancel(upload):
        messages.error(request, _("The writing has begun; it can no longer be cancelled."))
    return redirect("customers:import_preview", pk)


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_safe
def import_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One's own imports, and those of others that have been done for who has the right to view imports."""
    end_the_dead()
    found = Upload.objects.visible_to(request.user).defer("content").select_related("user").newest_first()
    return render(request, "customers/import_list.html", {"page": paginate(request, found)})
