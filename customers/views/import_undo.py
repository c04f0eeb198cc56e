"""Taking an import back: first what would happen to each row, then that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.importing.taking_back import NotUndone, undo_import
from customers.importing.thing import CUSTOMERS
from customers.importing.told import told_rows
from customers.importing.undoing import Outcome, foresee
from folders.models import Operation
from sheets.models import Upload
from sheets.pages.runs import import_of, may_undo
from spotilla.web import AuthenticatedHttpRequest, render

PER_PAGE = 50


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Works out the whole import anew each time, a second for 20,000 rows. ?outcome= shows some rows alone."""
    upload = import_of(request, CUSTOMERS, pk)
    if upload.operation is None:
        raise Http404
    if not may_undo(request.user, upload):
        raise PermissionDenied
    refusal = ""
    if request.method == "POST":
        try:
            undo_import(upload, by=request.user, seen=request.POST.get("seen", ""))
        except NotUndone as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The import was taken back."))
            return redirect("customers:import_preview", upload.pk)
        upload = import_of(request, CUSTOMERS, pk)
    if not upload.can_be_undone:
        if refusal:
            messages.error(request, refusal)
        return redirect("customers:import_preview", upload.pk)
    context = {"upload": upload, "refusal": refusal, **_foreseen(request, upload)}
    return render(request, "customers/import_undo.html", context, status=422 if refusal else 200)


def _foreseen(request: AuthenticatedHttpRequest, upload: Upload) -> dict[str, Any]:
    undo = foresee(Operation.objects.get(number=upload.operation or 0))
    counts = undo.counts()
    outcome = request.GET.get("outcome", "")
    rows = [row for row in undo.rows if row.outcome == outcome] if outcome in Outcome.values else undo.rows
    page: Page[Any] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "counts": counts,
        "outcomes": [(each, counts[each.value]) for each in Outcome],
        "outcome": outcome if outcome in Outcome.values else "",
        "page": page,
        "rows": told_rows(list(page), request.user),
        "seen": undo.fingerprint(),
    }
