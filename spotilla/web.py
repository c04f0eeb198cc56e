"""What every view shares: the signed-in request, one template for page and fragment, pages of a list, days in forms."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.shortcuts import render as render_template
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_header_parameters, url_has_allowed_host_and_scheme

from spotilla.days import check_day
from spotilla.pages import ListPage, Pages, Source

if TYPE_CHECKING:
    from accounts.models import User


class AuthenticatedHttpRequest(HttpRequest):
    """What a view behind @login_required gets."""

    user: User


def wants_fragment(request: HttpRequest) -> bool:
    """True when htmx asks for a part of the page to put in place; a boosted link or the back button wants the page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Request-Type") != "full"
        and "HX-Boosted" not in headers
        and "HX-History-Restore-Request" not in headers
    )


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, or its `{% partialdef %}` named `partial` when htmx asks for a part. An invalid form has status 422."""
    name = f"{template}#{partial}" if partial and wants_fragment(request) else template
    response = render_template(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Request-Type"])
    return response


def paginate[M: Model](
    request: HttpRequest,
    found: QuerySet[M] | Source,
    per_page: int = 50,
    *,
    rows: QuerySet[M] | None = None,
    walked: QuerySet[M] | None = None,
    summed: str = "",
    most: int | None = None,
    sorted_to: int = 0,
) -> ListPage[M]:
    """The page of `found` that the address names by ?page=, the nearest one when there is no such page.

    `page.paginator.count` is the number of rows in all, or `most` (settings.LISTS_COUNT_TO) when `is_long`:
    spotilla.pages says what else there is. Costs two queries: the count and the rows.
    """
    return Pages(found, per_page, rows=rows, walked=walked, summed=summed, most=most, sorted_to=sorted_to).get_page(
        request.GET.get("page")
    )


_ID = re.compile(r"[0-9]{1,18}")  # what every database takes for a whole number


def as_id(text: object) -> int | None:
    """The row's id that an address or a form names; None when it names none."""
    return int(str(text)) if _ID.fullmatch(str(text)) else None


class DateInput(forms.DateInput):
    """The browser's own date field, which needs no JavaScript and shows days as the reader's machine does."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day that can be given (spotilla.days): 2026-03-01 as the browser sends it, and 1.3.2026 as people type it, in
    every language.
    """

    widget = DateInput
    input_formats = ("%Y-%m-%d", "%d.%m.%Y")
    default_validators = [check_day]


METHODS = ("GET", "HEAD", "POST")


def only_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: other methods (OPTIONS, TRACE …) are answered before any view, which would give them its page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)

    return middleware


def not_stored(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: no browser and no proxy keeps a page or a file; static files are answered before it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        return response

    return middleware


def well_formed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: refuses what no browser sends and nothing behind it takes.

    That is an address with the character NUL, which PostgreSQL takes in no text (forms refuse it themselves), and a
    body that says it is in another charset than the pages are. A cookie with NUL is none of ours, and is not seen.
    What is posted is read here, where it is refused when nobody can read it: Django would first meet it in its own page
    of an error, and end in another error.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        if not _is_utf8(request.META.get("CONTENT_TYPE", "")):
            raise BadRequest("another charset than UTF-8")
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        with suppress(UnreadablePostError):  # the browser has hung up
            _read = request.POST
        return get_response(request)

    return middleware


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of status 400. Django's own looks for a token in what was posted, which may be what cannot be read."""
    return HttpResponse(render_to_string("400.html"), status=400)


def _is_utf8(content_type: str) -> bool:
    """Whether a body's Content-Type names no other charset. Of some others Django makes no request (spotilla.wsgi)."""
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False


def htmx_redirects(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what redirects opens a whole page for htmx too, instead of being put into a part of the old one.

    A log-in that has run out comes back to the page that the reader stands on, not to the fragment that was asked for.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.headers.get("HX-Request") != "true" or response.status_code not in {301, 302, 303, 307, 308}:
            return response
        target, login = response["Location"], resolve_url(settings.LOGIN_URL)
        if urlsplit(target).path == login:
            here = _address_here(request)
            target = f"{login}?{urlencode({'next': here})}" if here else login
        answer = HttpResponse(status=200, headers={"HX-Redirect": target})
        answer.cookies.update(response.cookies)
        return answer

    return middleware


def _address_here(request: HttpRequest) -> str:
    """Where htmx says that the reader stands, as path and query; "" when that is no page of ours."""
    said = request.headers.get("HX-Current-URL", "")
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}):
        return ""
    here = urlsplit(said)._replace(scheme="", netloc="", fragment="").geturl()
    return here if url_has_allowed_host_and_scheme(here, None) else ""
