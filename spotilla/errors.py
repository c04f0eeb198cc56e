"""The page of what went wrong on our side (urls.handler500). Neither database nor session can be counted on here."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader

from spotilla.availability import is_unavailable
from spotilla.logs import reference

RETRY_AFTER = 10  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """503 for what passes by itself, 500 for what is a fault; Django calls it while it handles the error."""
    context = {"reference": reference()}
    if is_unavailable(sys.exception()):
        page = loader.render_to_string("503.html", context)
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"})
    return HttpResponse(loader.render_to_string("500.html", context), status=500)
