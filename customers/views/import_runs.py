"""Imports from *Import* on: the run, how it went, and the list of all."""

from __future__ import annotations

from contextlib import suppress

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from customers.importing.saving import Taken, save
from folders.models import Operation
from sheets.models import Upload
from sheets.tables import Table
from spotilla.web import AuthenticatedHttpRequest, paginate, render


def import_of(request: AuthenticatedHttpRequest, pk: int) -> Upload:
    return get_object_or_404(Upload.objects.visible_to(request.user).select_related("user"), pk=pk)


def begin(request: AuthenticatedHttpRequest, upload: Upload, table: Table) -> None:
    """Imports the file. Raises NotImported."""
    with suppress(Taken):  # the button was pressed twice: the page that follows tells how it went
        save(table, update=upload.update, by=request.user, upload=upload, seen=request.POST.get("seen", ""))


def not_waiting(request: AuthenticatedHttpRequest, upload: Upload) -> HttpResponse:
    """The page of an import that has been done."""
    numbers = [number for number in (upload.operation, upload.undo) if number]
    context = {"upload": upload, "log": Operation.objects.select_related("user").in_bulk(numbers)}
    return render(request, "customers/import_done.html", context)


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_safe
def import_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One's own imports, and those of others that have been done for who has the right to view imports."""
    found = Upload.objects.visible_to(request.user).defer("content").select_related("user").newest_first()
    return render(request, "customers/import_list.html", {"page": paginate(request, found)})
