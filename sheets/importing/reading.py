"""The table of a file that was sent by the page, with what the user has chosen in it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from sheets.cells import Row
from sheets.choices import Choices
from sheets.importing.things import thing_of
from sheets.limits import Limits
from sheets.models import Upload
from sheets.problems import LISTED
from sheets.tables import Table, read_table


def table_of(upload: Upload, *, most_problems: int = LISTED, keep: Callable[[Row], None] | None = None) -> Table:
    """What `judge` and `save` take of the upload: its file within the page's limits, with headings matched, cells
    mended and rows left out as the user has chosen. Raises Unreadable: the limits may have changed since it was sent.
    """
    return read_table(
        bytes(upload.content),
        thing_of(upload).imported,
        limits(),
        most_rows=settings.IMPORT_MAX_ROWS,
        most_problems=most_problems,
        choices=Choices.from_json(upload.choices),
        by_hand=True,
        keep=keep,
    )


def limits() -> Limits:
    """How much the page takes of a file."""
    return Limits(size=settings.IMPORT_MAX_BYTES, tags=20_000_000)
