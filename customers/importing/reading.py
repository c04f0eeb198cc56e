"""The table of a file that was sent by the page."""

from __future__ import annotations

from django.conf import settings

from customers.sheet import COLUMNS
from sheets.limits import Limits
from sheets.models import Upload
from sheets.problems import LISTED
from sheets.tables import Table, read_table


def table_of(upload: Upload) -> Table:
    """What an import of the upload reads. Raises Unreadable: the limits may have changed since it was sent."""
    return read(bytes(upload.content))


def read(content: bytes, *, most_problems: int = LISTED) -> Table:
    """The file's table within the page's limits. Raises Unreadable."""
    most_rows = settings.IMPORT_MAX_ROWS
    return read_table(content, COLUMNS, limits(), most_rows=most_rows, most_problems=most_problems)


def limits() -> Limits:
    """How much the page takes of a file."""
    return Limits(size=settings.IMPORT_MAX_BYTES, tags=20_000_000)
