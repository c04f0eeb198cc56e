"""The application, without the checks that a server makes before it starts (spotilla.wsgi)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.wsgi import get_wsgi_application

pages = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Refuses that of which Django cannot make a request at all, such as one whose charset is zlib.

    What goes wrong in a page never comes here as an exception.
    """
    try:
        return pages(environ, start_response)
    except (LookupError, ValueError, BadRequest, SuspiciousOperation):
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"This request cannot be read.\n"]
