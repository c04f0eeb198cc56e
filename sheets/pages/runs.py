"""Imports from *Import* on: the run, how it went, and the list of all."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sheets.importing.import_types import ImportType, import_type_of
from sheets.importing.keeping import NotImported, Taken
from sheets.importing.reading import table_of
from sheets.importing.running import cancel, end_the_dead, enqueue, progress
from sheets.importing.uploads import changes_existing
from sheets.models import Upload
from sheets.pages.opening import for_importers
from spotilla.web import AuthenticatedHttpRequest, paginate, render

_MARK = re.compile(r"[0-9a-f-]{0,64}")


def import_of(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> Upload:
    """The import of an address; 404 for who may not see it. One whose process has died is ended first."""
    upload = get_object_or_404(Upload.objects.of(thing.key).visible_to(request.user).select_related("user"), pk=pk)
    if upload.state == Upload.State.RUNNING:
        end_the_dead()
        upload.refresh_from_db(fields=["state", "ended", "begun", "queued", "imported", "operation", "undo", "result"])
    return upload


def mark_seen(request: AuthenticatedHttpRequest) -> str:
    """Of what the user had looked at when the button was pressed (sheets.importing.marks)."""
    seen = request.POST.get("seen", "")
    if not _MARK.fullmatch(seen):
        raise BadRequest("no such mark")
    return seen


def can_be_undone(upload: Upload) -> bool:
    """Whether the import is young enough, and has left something to undo."""
    undoing = import_type_of(upload).undoing
    return undoing is not None and upload.can_be_undone and undoing.is_known(upload)


def may_undo(user: AbstractUser, upload: Upload) -> bool:
    """Who imported takes it back with the rights that the import needed; another needs the right to delete too."""
    thing = import_type_of(upload)
    rights = [thing.may_add]
    if changes_existing(upload):
        rights.append(thing.may_change)
    if upload.user_id != user.pk:
        rights += [thing.may_change, thing.may_delete]
    return thing.undoing is not None and user.has_perms(rights)


def begin(request: AuthenticatedHttpRequest, upload: Upload, rows: int) -> str:
    """Imports the file, or has a worker do it when it is long. Says why nothing was saved, if so. Raises Unreadable."""
    seen = mark_seen(request)
    if rows > settings.IMPORT_ROWS_AT_ONCE:
        enqueue(upload, rows, seen)
        return ""
    try:
        import_type_of(upload).save(table_of(upload), update=upload.update, by=request.user, upload=upload, seen=seen)
    except NotImported as error:
        return str(error)
    except Taken:  # the button was pressed twice: the page that follows tells how it went
        pass
    return ""


def not_waiting(request: AuthenticatedHttpRequest, upload: Upload) -> HttpResponse:
    """The page of an import that runs or has been done."""
    thing = import_type_of(upload)
    if upload.state == Upload.State.RUNNING:
        context: dict[str, Any] = {"thing": thing, "upload": upload, "progress": progress(upload)}
        return render(request, "sheets/import_running.html", context, partial="progress")
    results, undoing = thing.words.results.items(), thing.undoing
    undone = upload.result.get("undone", {})
    context = {
        "thing": thing,
        "upload": upload,
        "results": [(label, upload.result[key]) for key, label in results if key in upload.result],
        "taken_back": undoing.taken_back(upload) if undoing and upload.undo else None,
        "undone": [(label, undone[key]) for key, label in undoing.done.items() if key in undone] if undoing else [],
        "undo": can_be_undone(upload) and may_undo(request.user, upload),
    }
    return render(request, "sheets/import_done.html", context)


@for_importers
@require_safe
def import_progress(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> HttpResponse:
    """What the page of a run asks each second; at the end it is sent to the page that tells how it went."""
    upload = import_of(request, thing, pk)
    if upload.state != Upload.State.RUNNING:
        return redirect(thing.url("import_preview", pk))
    return not_waiting(request, upload)


@for_importers
@require_POST
def import_cancel(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> HttpResponse:
    """One's own, until the writing begins."""
    upload = get_object_or_404(Upload.objects.of(thing.key).filter(user=request.user), pk=pk)
    if upload.state == Upload.State.RUNNING and not cancel(upload):
        messages.error(request, _("The writing has begun; it can no longer be cancelled."))
    return redirect(thing.url("import_preview", pk))


@for_importers
@require_safe
def import_list(request: AuthenticatedHttpRequest, thing: ImportType) -> HttpResponse:
    """One's own imports, and those of others that have been done for who has the right to view imports."""
    end_the_dead()
    found = Upload.objects.of(thing.key).visible_to(request.user).select_related("user")
    return render(request, "sheets/import_list.html", {"thing": thing, "page": paginate(request, found.newest_first())})
