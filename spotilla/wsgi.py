"""The application that gunicorn serves."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.wsgi import get_wsgi_application

from spotilla.starting import set_up_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotilla.settings")
set_up_server()
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
