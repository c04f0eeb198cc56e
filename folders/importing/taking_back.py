"""The frame of every taking back: one transaction, the tree's lock, one row of the log, and once only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from folders import kinds
from folders.models import Operation
from folders.tree import OperationDraft, tree_change
from sheets.importing.ledger import lock_written_rows
from sheets.importing.undoing import Foreseen, NotUndone, Undoing
from sheets.models import Upload


class LoggedUndoing[R = Any](Undoing[R]):
    """An undoing that is a row of the log itself, as `take_back` leaves it."""

    def taken_back(self, upload: Upload) -> Operation | None:
        return Operation.objects.select_related("user").filter(number=upload.undo or 0).first()


def take_back[U: Foreseen](
    upload: Upload,
    *,
    by: User | None,
    seen: str,
    models: Sequence[type[Model]],
    foresee: Callable[[Upload], U],
    do: Callable[[OperationDraft, U], dict[str, Any]],
) -> U:
    """Takes the import back as `do` does, which gives what the log keeps of it. Raises NotUndone when that has been
    done already or is too late, when nothing is left to take back, and when it would do something else than what the
    user has `seen` (a `fingerprint`).

    What the import wrote of the `models` is locked before it is read what has been done to it: whoever edits a row, or
    refers to it, does so before, or after the end.
    """
    if upload.operation is None or not (upload.can_be_undone and upload.ledger.exists()):
        raise NotUndone(_("This import can no longer be undone."))
    operation = Operation.objects.get(number=upload.operation)
    try:
        with tree_change(kinds.UNDO_IMPORT, by, operation=operation.number) as change:
            imported = Upload.objects.filter(pk=upload.pk, state=Upload.State.IMPORTED)
            if not imported.update(state=Upload.State.UNDONE, undo=change.number):
                raise NotUndone(_("This import has already been undone."))
            lock_written_rows(upload, *models)
            undo = foresee(upload)
            if seen and seen != undo.fingerprint():
                raise NotUndone(_("Something has changed since you looked; nothing was undone. Look again."))
            if undo.idle:
                raise NotUndone(_("Nothing of this import can be undone: all of it has been edited or used since."))
            change.arguments |= do(change, undo)
            upload.result["undone"] = undo.counts()
            Upload.objects.filter(pk=upload.pk).update(result=upload.result)
    except IntegrityError as error:
        raise NotUndone(_("Somebody changed the same data at the same moment; nothing was undone.")) from error
    return undo


def operation_of(upload: Upload) -> Operation:
    """The row of the log that imported it."""
    return Operation.objects.get(number=upload.operation or 0)
