"""Taking an import back: first what would happen to each row, then that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sheets.importing.import_types import ImportType
from sheets.importing.undoing import NotUndone, Outcome, Undoing
from sheets.models import Upload
from sheets.pages.opening import for_importers
from sheets.pages.runs import can_be_undone, import_of, mark_seen, may_undo
from spotilla.web import AuthenticatedHttpRequest, render

PER_PAGE = 50


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> HttpResponse:
    """Works out the whole import anew each time, a second for 20,000 rows. ?outcome= shows some rows alone."""
    upload, undoing = import_of(request, thing, pk), thing.undoing
    if upload.operation is None or undoing is None:
        raise Http404
    if not may_undo(request.user, upload):
        raise PermissionDenied
    refusal = ""
    if request.method == "POST":
        try:
            undoing.undo(upload, by=request.user, seen=mark_seen(request))
        except NotUndone as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The import was undone."))
            return redirect(thing.url("import_preview", upload.pk))
        upload = import_of(request, thing, pk)
    if not can_be_undone(upload):
        if refusal:
            messages.error(request, refusal)
        return redirect(thing.url("import_preview", upload.pk))
    context = {"thing": thing, "upload": upload, "refusal": refusal, **_foreseen(request, undoing, upload)}
    return render(request, "sheets/import_undo.html", context, status=422 if refusal else 200)


def _foreseen(request: AuthenticatedHttpRequest, undoing: Undoing, upload: Upload) -> dict[str, Any]:
    undo = undoing.foresee(upload)
    counts = undo.counts()
    outcome = request.GET.get("outcome", "")
    rows = [row for row in undo.rows if row.outcome == outcome] if outcome in Outcome.values else undo.rows
    page: Page[Any] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "counts": counts,
        "facts": [(label, counts[key]) for key, label in undoing.facts.items()],
        "outcomes": [(each, counts[each.value]) for each in Outcome],
        "outcome": outcome if outcome in Outcome.values else "",
        "page": page,
        "rows": undoing.told(list(page), request.user),
        "seen": undo.fingerprint(),
        "idle": undo.idle,
    }
