"""The one charset of what is sent to the pages."""

import codecs

from django.utils.http import parse_header_parameters


def is_utf8(content_type: str) -> bool:
    """Whether a body's Content-Type names no other charset. Of some others Django makes no request at all: the server
    asks too (spotilla.wsgi).
    """
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False
