"""Imports that are too long for a request: asked for, run by a worker, cancelled; and found when their worker has died.

An upload is *running* from the press of the button to the end. Only the transaction that writes its rows makes it
*imported*, and any other end makes it *waiting* again, with the reason: so all has been saved or nothing, whoever is
killed when. A run that has begun holds a sign that goes with its process (spotilla.job_locks); whoever looks at an
upload that is running without the sign knows that its worker is dead.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.tasks import TaskResultStatus, task
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from sheets.importing.import_types import import_type_of
from sheets.importing.keeping import NotImported, Taken
from sheets.importing.reading import table_of
from sheets.importing.uploads import changes_existing
from sheets.limits import Unreadable
from sheets.models import Upload
from spotilla.job_locks import at_work, working
from spotilla.logs import told

logger = logging.getLogger(__name__)

NOT_BEGUN_AFTER = timedelta(minutes=10)
BEGUN_WITHIN = timedelta(seconds=30)  # of a worker's taking the task
Ended = Upload.Ended


@dataclass(frozen=True)
class Progress:
    """How far a run is. Nobody at work: it waits for a worker."""

    rows: int
    done: int = 0  # rows written
    stage: str = "queued"  # then "reading" and "writing"

    @property
    def can_be_cancelled(self) -> bool:
        return self.stage != "writing"


def enqueue(upload: Upload, rows: int, seen: str) -> None:
    """Asks a worker to import a waiting upload. Somebody else may have been quicker: then nothing."""
    asked = {"state": Upload.State.RUNNING, "ended": "", "fingerprint": seen, "queued": timezone.now(), "begun": None}
    with transaction.atomic():
        if Upload.objects.waiting().filter(pk=upload.pk).update(**asked, result={"rows": rows}):
            import_upload.enqueue(upload.pk)
            logger.info("Import asked for", extra=told(upload=upload.pk, about=upload.about))


@task()
def import_upload(pk: int) -> None:
    """What the worker does. An error that is none of the user's is the worker's: whoever looks finds the run ended."""
    _end_tasks_of_the_dead()
    with at_work(pk) as tell:
        if not Upload.objects.running().filter(pk=pk, begun=None).update(begun=timezone.now()):
            return  # cancelled while it waited
        logger.info("Import begun", extra=told(upload=pk))
        upload = Upload.objects.get(pk=pk)
        by, thing = upload.user, import_type_of(upload)
        if by is None or not thing.may_import(by, update=changes_existing(upload)):
            end(upload, Ended.CANCELLED)  # the right was taken away meanwhile
            return
        with translation.override(by.language):
            tell("reading 0")
            try:
                table = table_of(upload)
                tell("writing 0")
                thing.save(
                    table,
                    update=upload.update,
                    by=by,
                    upload=upload,
                    seen=upload.fingerprint,
                    tell=lambda rows: tell(f"writing {rows}"),
                )
            except Taken:
                return
            except Unreadable:
                end(upload, Ended.PROBLEMS)
            except NotImported as error:
                end(upload, Ended.PROBLEMS if error.plan.problems else Ended.CHANGED)


def end(upload: Upload, how: Upload.Ended) -> bool:
    """Lets the run of an upload go with nothing saved; False when it has ended meanwhile."""
    running = Upload.objects.running().filter(pk=upload.pk, queued=upload.queued, begun=upload.begun)
    ended = bool(running.update(state=Upload.State.WAITING, ended=how, result={}))
    if ended:
        logger.warning("Import ended without saving", extra=told(upload=upload.pk, ended=str(how)))
    return ended


def cancel(upload: Upload) -> bool:
    """False when it is too late: the writing has begun."""
    if not progress(upload).can_be_cancelled:
        return False
    running = Upload.objects.running().filter(pk=upload.pk, queued=upload.queued)
    cancelled = bool(running.update(state=Upload.State.WAITING, ended=Ended.CANCELLED, result={}))
    if cancelled:
        logger.info("Import cancelled", extra=told(upload=upload.pk))
    return cancelled


def progress(upload: Upload) -> Progress:
    """How far a running import is: rows of how many, and at which stage."""
    rows: int = upload.result.get("rows", 0)
    told = working([upload.pk]).get(upload.pk, "").split()
    return Progress(rows, int(told[1]), told[0]) if len(told) == 2 else Progress(rows)


def end_the_dead() -> None:
    """Ends each run whose worker has died, and each that no worker has begun in ten minutes. For every page that shows
    a state: what runs is what somebody runs.
    """
    running = list(Upload.objects.running())
    if not running:
        return
    _end_tasks_of_the_dead()
    alive = working([upload.pk for upload in running])
    for upload in running:
        if upload.begun is not None:
            if upload.pk not in alive:
                end(upload, Ended.STOPPED)
        elif upload.queued is None or upload.queued < timezone.now() - NOT_BEGUN_AFTER:
            end(upload, Ended.NOT_BEGUN)


def _end_tasks_of_the_dead() -> None:
    """Tasks that a worker took and nobody is at work on: it died before it began with the import, or after its end."""
    old = timezone.now() - BEGUN_WITHIN
    tasks = DBTaskResult.objects.running().filter(task_path=import_upload.module_path, started_at__lt=old)
    taken = {each.args_kwargs["args"][0]: each for each in tasks}
    for pk in taken.keys() - working(list(taken)).keys():
        taken[pk].status, taken[pk].finished_at = TaskResultStatus.FAILED, timezone.now()
        taken[pk].save(update_fields=["status", "finished_at"])
        for upload in Upload.objects.running().filter(pk=pk, begun=None, queued__lt=old):
            end(upload, Ended.STOPPED)
