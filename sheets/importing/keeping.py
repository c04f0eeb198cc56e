"""What every thing's save has in common: it takes the upload, once, and lets its rows go at the end."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from sheets.importing.ledger import Written, write_ledger
from sheets.importing.plans import Outcome, RowPlan
from sheets.models import Upload
from spotilla.logs import told

logger = logging.getLogger(__name__)


class NotImported(Exception):
    """Nothing was saved. `plan` has the problems; when it has none, the message alone says why."""

    def __init__(self, plan: RowPlan[Any], message: str) -> None:
        super().__init__(message)
        self.plan = plan


class Taken(Exception):
    """Somebody has imported the upload meanwhile, or has cancelled its import. Nothing was saved."""


def claim_upload(upload: Upload, number: int) -> None:
    """Marks the upload as imported, by this number of the log, unless it is no longer what it was when it was read.
    One that is not saved yet is then kept. Raises Taken.
    """
    fields = {"state": Upload.State.IMPORTED, "ended": "", "imported": timezone.now(), "operation": number}
    if upload._state.adding:
        for name, value in fields.items():
            setattr(upload, name, value)
        upload.save()
    elif not Upload.objects.filter(pk=upload.pk, state=upload.state, begun=upload.begun).update(**fields):
        raise Taken


def ensure_importable(plan: RowPlan[Any], seen: str, fingerprint: str) -> None:
    """Raises NotImported for a plan with problems, and for one that does something else than what the user has
    `seen`; "" is nothing seen.
    """
    if plan.problems:
        raise NotImported(plan, str(Upload.Ended.PROBLEMS.label))
    if seen and seen != fingerprint:
        raise NotImported(plan, str(Upload.Ended.CHANGED.label))


def finish_upload(upload: Upload, plan: RowPlan[Any], written: Iterable[Written]) -> None:
    """Keeps how it went, and in the ledger what it has written. Of the rows, those that were left out stay listed with
    it. An import that changed nothing is in no log.
    """
    if plan.idle:
        upload.operation = None
        Upload.objects.filter(pk=upload.pk).update(operation=None)
    upload.rows.exclude(outcome=Outcome.LEFT_OUT).delete()
    upload.keys.all().delete()
    Upload.objects.filter(pk=upload.pk).update(result=plan.counts())
    write_ledger(upload, written)
    done = told(upload=upload.pk, about=upload.about, operation=upload.operation)
    transaction.on_commit(lambda: logger.info("Import saved", extra=done))
