"""Who may open the pages of an import."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from sheets.importing.import_types import ImportType
from sheets.importing.uploads import changes_existing
from sheets.models import Upload
from spotilla.web import AuthenticatedHttpRequest


def for_importers[**P, R: HttpResponseBase](
    view: Callable[Concatenate[AuthenticatedHttpRequest, ImportType, P], R],
) -> Callable[..., HttpResponseBase]:
    """A page of `thing`, which the route names, for who may import it."""

    @wraps(view)
    def guarded(request: Any, thing: ImportType, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.user.has_perm(thing.may_add):
            raise PermissionDenied
        return view(request, thing, *args, **kwargs)

    return login_required(guarded)


def may_go_on(request: AuthenticatedHttpRequest, thing: ImportType, upload: Upload) -> bool:
    """False when the right to change what is there was taken away since the file was sent."""
    return not changes_existing(upload) or request.user.has_perm(thing.may_change)
