"""An import from its file on: the bytes wait for it, with their rows as the preview shows them; and it is kept when it
has been done.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sheets.packing import unpacked
from sheets.problems import shown

FORGOTTEN = timedelta(days=7)  # how long a file waits for its import
UNDONE_WITHIN = timedelta(days=30)  # how long an import can be taken back


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: AbstractUser) -> Self:
        """What waits is its sender's own business: it may hold people that nobody else may see. What has been imported
        is told to who has the model's view right too.
        """
        own = Q(user_id=user.pk)
        return self.filter(own | Q(state__in=DONE) if user.has_perm("sheets.view_upload") else own)

    def of(self, about: str) -> Self:
        return self.filter(about=about)

    def waiting(self) -> Self:
        return self.filter(state=Upload.State.WAITING)

    def running(self) -> Self:
        return self.filter(state=Upload.State.RUNNING)

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def forget(self) -> tuple[int, int]:
        """Deletes what has waited for a week, and empties the files imported settings.IMPORT_FILE_DAYS ago; how many of
        each. The ledger of an import goes when it is too late to undo it.
        """
        now = timezone.now()
        LedgerEntry.objects.filter(upload__in=self.filter(imported__lt=now - UNDONE_WITHIN)).delete()
        forgotten, _rows = self.waiting().filter(created__lt=now - FORGOTTEN).delete()
        kept_until = now - timedelta(days=settings.IMPORT_FILE_DAYS)
        return forgotten, self.filter(imported__lt=kept_until).exclude(content=b"").update(content=b"")


_OfUploads = models.Manager.from_queryset(UploadQuerySet)


class UploadManager(_OfUploads["Upload"]):
    """Finds uploads without their files, of 10 MB each: a file is read from the database when it is asked for."""

    def get_queryset(self) -> models.QuerySet[Upload]:
        return super().get_queryset().defer("content")


class Upload(models.Model):
    """A file that waits for its import, is being imported or has been; with what the user has said about its rows."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be imported")
        RUNNING = "running", _("being imported")
        IMPORTED = "imported", _("imported")
        UNDONE = "undone", _("undone")

    class Ended(models.TextChoices):
        CANCELLED = "cancelled", _("The import was cancelled; nothing was saved.")
        PROBLEMS = "problems", _("The file has problems; nothing was saved.")
        CHANGED = "changed", _("What the import would do has changed since you looked; nothing was saved. Look again.")
        STOPPED = "stopped", _("The import broke off before its end; nothing was saved. Import again.")
        NOT_BEGUN = (
            "not_begun",
            _("The import was not begun in ten minutes; nothing was saved. Tell whoever runs the server."),
        )

    about = models.CharField(_("what it is of"), max_length=20, default="customers")  # sheets.importing.import_types
    name = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField(_("content"))  # emptied some time after the import
    user = models.ForeignKey(  # nobody of the server's console. Of what was imported, the log keeps the user
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("user")
    )
    update = models.BooleanField(_("changes what exists"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    ended = models.CharField(_("how its last run ended"), max_length=9, choices=Ended, blank=True)  # with nothing saved
    fingerprint = models.CharField(max_length=64, blank=True)  # of what the user had seen, when it runs
    choices = models.JSONField(_("choices"), default=dict)  # sheets.choices: made in the preview
    seen = models.JSONField(_("preview"), default=dict)  # what the preview knows of the file as a whole
    result = models.JSONField(_("result"), default=dict)  # counts, for the page that tells how it went
    created = models.DateTimeField(_("sent"), auto_now_add=True)
    queued = models.DateTimeField(_("asked for"), null=True)
    begun = models.DateTimeField(_("begun"), null=True)  # by a worker
    imported = models.DateTimeField(_("imported"), null=True)
    operation = models.BigIntegerField(_("number in the log"), null=True)
    undo = models.BigIntegerField(_("number of its undoing in the log"), null=True)

    objects: ClassVar[UploadManager] = UploadManager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "imported", "undone"]), name="upload_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["imported", "undone"]) | Q(operation=None, imported=None),
                name="upload_in_the_log_when_imported",
            ),
            models.CheckConstraint(condition=Q(state="undone") | Q(undo=None), name="upload_undone_once_imported"),
            models.UniqueConstraint(fields=["operation"], name="upload_once_in_the_log"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def undone_until(self) -> datetime | None:
        """Until when it can be taken back; None of what has not been imported, and of what nobody knows when."""
        return self.imported + UNDONE_WITHIN if self.imported and self.state == self.State.IMPORTED else None

    @property
    def can_be_undone(self) -> bool:
        return self.operation is not None and self.undone_until is not None and timezone.now() < self.undone_until

    @property
    def left_out(self) -> models.QuerySet[UploadRow]:
        """Its rows that the user did not want; they stay when it has been imported."""
        return self.rows.filter(outcome=UploadRow.Outcome.LEFT_OUT).order_by("number")


DONE = (Upload.State.IMPORTED, Upload.State.UNDONE)


class UploadRow(models.Model):
    """A row of a waiting file, and what would become of it: worked out when the file comes and when a choice is made,
    so that the preview is a page of rows like any other.
    """

    class Outcome(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changes")
        UNCHANGED = "unchanged", _("unchanged")
        ASKED = "asked", _("possible duplicate")
        ERROR = "error", _("error")
        LEFT_OUT = "left_out", _("left out")

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()  # as Excel numbers it
    hidden = models.BooleanField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    cells = models.TextField()  # sheets.packing, by the column's place in the file; mended ones as they were mended
    told = models.TextField(blank=True)  # JSON: problems, changes and whatever else the page says of the row
    problems = models.PositiveIntegerField(default=0)
    about = models.BigIntegerField(null=True)  # id of what is there already that the row is about
    does = models.BigIntegerField(default=0)  # a digest of what the row would write; they are added up
    noted = models.BooleanField(default=False)  # something is worth a look, and no problem

    class Meta:
        verbose_name = _("row of a file")
        verbose_name_plural = _("rows of a file")
        indexes = [
            models.Index(fields=["upload", "outcome", "number"], name="uploadrow_by_outcome"),
            models.Index(fields=["upload", "number"], name="uploadrow_noted", condition=models.Q(noted=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="uploadrow_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["new", "changed", "unchanged", "asked", "error", "left_out"]),
                name="uploadrow_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.number}"

    @property
    def texts(self) -> list[str]:
        """The cells that have a value, as a list shows them."""
        return [shown(value) for _place, value in unpacked(self.cells)]


class UploadKey(models.Model):
    """What rows of a file may have in common, such as a business ID: those that share a key are judged together."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="keys", db_index=False)
    number = models.PositiveIntegerField()  # of the row
    key = models.BigIntegerField()  # a digest of what is shared

    class Meta:
        verbose_name = _("key of a row")
        verbose_name_plural = _("keys of rows")
        indexes = [
            models.Index(fields=["upload", "key", "number"], name="uploadkey_rows"),
            models.Index(fields=["upload", "number"], name="uploadkey_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.number}"


class LedgerEntry(models.Model):
    """What an import wrote: a field of a row, or a whole row (sheets.importing.ledger)."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="ledger", db_index=False)
    number = models.PositiveIntegerField()  # of the row in the file; 0 of what came along
    model = models.CharField(max_length=60)  # "customers.customer"
    row = models.BigIntegerField()  # its id
    field = models.CharField(max_length=60, blank=True)  # "": the whole row
    was = models.JSONField(null=True)  # a value; of a row that was removed, its values by field
    became = models.JSONField(null=True)  # a value; of a row that was made, its values by field

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["upload", "model", "row", "field"], name="ledgerentry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.model} {self.row} {self.field}"


class HeadingMatch(models.Model):
    """How the headings of a sheet that we do not know were last matched by hand, for the next sheet with the same."""

    about = models.CharField(max_length=20)  # what the sheet is of, as an Upload says it
    fingerprint = models.CharField(max_length=64)  # of all its headings
    headings = models.JSONField()  # folded heading → the column's key, "" for none

    class Meta:
        verbose_name = _("match of headings")
        verbose_name_plural = _("matches of headings")
        constraints = [models.UniqueConstraint(fields=["about", "fingerprint"], name="headingmatch_once")]

    def __str__(self) -> str:
        return f"{self.about} {self.fingerprint[:8]}"
