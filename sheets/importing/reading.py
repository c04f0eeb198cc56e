"""The table of a file that was sent by the page, with what the user has chosen in it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from sheets.choices import Choices
from sheets.importing.import_types import import_type_of
from sheets.limits import MEGABYTE, Limits
from sheets.models import Upload
from sheets.places import Row
from sheets.problems import LISTED
from sheets.tables import Table, read_table


def table_of(
    upload: Upload, *, most_problems: int = LISTED, keeping: Callable[[], Callable[[Row], None]] | None = None
) -> Table:
    """What `judge` and `save` take of the upload: its file within the page's limits, with headings matched, cells
    mended and rows left out as the user has chosen. Raises Unreadable: the limits may have changed since it was sent.
    """
    kept = {} if keeping is None else {"keeping": keeping}
    return read_table(
        bytes(upload.content),
        import_type_of(upload).imported,
        limits(),
        most_rows=settings.IMPORT_MAX_ROWS,
        most_problems=most_problems,
        choices=Choices.from_json(upload.choices),
        by_hand=True,
        **kept,
    )


def limits() -> Limits:
    """How much the page takes of a file."""
    return Limits(size=settings.IMPORT_MAX_BYTES, tags=20_000_000, text=64 * MEGABYTE, kept=30_000_000)
