"""Folders, and the spots of the list, as sheets that can be imported again."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.http import StreamingHttpResponse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from folders.exporting import exported_folders, exported_spots
from folders.filters import SpotFilter
from folders.models import Folder, Spot
from sheets.writing import XLSX_TYPE, streamed
from spotilla.web import AuthenticatedHttpRequest


@login_required
@permission_required("folders.view_folder", raise_exception=True)
@require_safe
def export_folders(request: AuthenticatedHttpRequest) -> StreamingHttpResponse:
    content = exported_folders(Folder.objects.visible_to(request.user))
    return streamed(f"{pgettext('file name', 'folders')}.xlsx", XLSX_TYPE, content)


@login_required
@permission_required(["folders.view_spot", "folders.view_folder"], raise_exception=True)  # it names folders
@require_safe
def export_spots(request: AuthenticatedHttpRequest) -> StreamingHttpResponse:
    found = SpotFilter(request.GET, Spot.objects.visible_to(request.user), user=request.user)
    return streamed(f"{pgettext('file name', 'spots')}.xlsx", XLSX_TYPE, exported_spots(found.qs))
