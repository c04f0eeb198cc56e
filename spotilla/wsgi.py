"""The application that gunicorn serves."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from spotilla.charset import is_utf8
from spotilla.starting import set_up_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotilla.settings")
set_up_server()
pages = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Refuses a charset of which Django cannot make a request, such as zlib; answers all else."""
    if is_utf8(environ.get("CONTENT_TYPE", "")):
        return pages(environ, start_response)
    start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"Only UTF-8 is read.\n"]
