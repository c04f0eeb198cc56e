"""Taking an import back, as the pages and the command of every thing go by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sheets.models import Upload


class Outcome(models.TextChoices):
    """What becomes of a row."""

    BACK = "back", _("will be undone")
    EDITED = "edited", _("stays, edited since")
    CANNOT = "cannot", _("cannot be undone")
    NOTHING = "nothing", _("nothing to undo")


class NotUndone(Exception):
    """Nothing was changed; the message says why."""


class Foreseen(Protocol):
    """What taking an import back would do, or has done."""

    @property
    def rows(self) -> Sequence[Any]: ...  # each with an `outcome`

    @property
    def idle(self) -> bool: ...  # whether nothing would be taken back

    def counts(self) -> dict[str, int]: ...  # rows by outcome, "rows", and what `facts` and `done` tell

    def fingerprint(self) -> str: ...  # the same for as long as the very same would be taken back


def by_outcome(rows: Sequence[Any]) -> dict[str, int]:
    """How many rows there are, and of each outcome: what `counts` of every thing begins with."""
    outcomes = Counter(row.outcome for row in rows)
    return {"rows": len(rows)} | {outcome.value: outcomes[outcome] for outcome in Outcome}


STAYED: Mapping[str, str | Promise] = {  # what `done` of every thing ends with
    "edited": _("Rows that stayed, edited since"),
    "cannot": _("Rows that could not be undone"),
}


class Undoing[R = Any]:
    """How an import of a thing is undone, and what is said of it; a thing's own subclass has rows (R) of its own."""

    facts: Mapping[str, str | Promise]  # what would be done, before its number
    done: Mapping[str, str | Promise]  # what has been done
    what: str | Promise  # heading of the column that names what a row is about
    edits: str = ""  # the template that tells what has been done since to what a row is about

    def foresee(self, upload: Upload) -> Foreseen:
        """What it would do; changes nothing."""
        raise NotImplementedError

    def undo(self, upload: Upload, *, by: Any, seen: str = "") -> Foreseen:
        """Does it, all or nothing, unless it would do something else than was `seen`. Raises NotUndone."""
        raise NotImplementedError

    def told(self, rows: Sequence[R], user: Any) -> Sequence[Any]:
        """Rows in words, for a user: see sheets/import_undo.html."""
        raise NotImplementedError

    def is_known(self, upload: Upload) -> bool:
        """Whether it is known what the import wrote."""
        return upload.ledger.exists()

    def taken_back(self, upload: Upload) -> Any:
        """The row of the log that did so; None of an import that stands."""
        raise NotImplementedError
