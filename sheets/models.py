"""A file that somebody is about to import: kept between the preview and the import, then emptied; and its rows as the
preview shows them.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from sheets.packing import unpacked
from sheets.problems import shown


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: AbstractBaseUser) -> Self:
        """A file is its sender's own business: it may hold people that nobody else may see."""
        return self.filter(user_id=user.pk)

    def waiting(self) -> Self:
        return self.filter(state=Upload.State.WAITING)


class Upload(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be imported")
        IMPORTED = "imported", _("imported")

    name = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField(_("content"))  # emptied when the rows have been imported
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    update = models.BooleanField(_("changes customers that exist"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    choices = models.JSONField(_("choices"), default=dict)  # sheets.choices: made in the preview
    seen = models.JSONField(_("preview"), default=dict)  # what the preview knows of the file as a whole
    result = models.JSONField(_("result"), default=dict)  # counts, for the page that tells how it went
    created = models.DateTimeField(_("sent"), auto_now_add=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("file to import")
        verbose_name_plural = _("files to import")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["waiting", "imported"]), name="upload_state_known"),
            models.CheckConstraint(
                condition=models.Q(state="waiting") | models.Q(content=b""), name="upload_emptied_when_imported"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def left_out(self) -> models.QuerySet[UploadRow]:
        """Its rows that the user did not want; they stay when it has been imported."""
        return self.rows.filter(outcome=UploadRow.Outcome.LEFT_OUT).order_by("number")


class UploadRow(models.Model):
    """A row of a waiting file, and what would become of it: worked out when the file comes and when a choice is made,
    so that the preview is a page of rows like any other.
    """

    class Outcome(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changes")
        UNCHANGED = "unchanged", _("unchanged")
        ASKED = "asked", _("there already?")
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


class HeadingMatch(models.Model):
    """How the headings of a sheet that we do not know were last matched by hand, for the next sheet with the same."""

    about = models.CharField(max_length=20)  # what the sheet is of: "customers"
    fingerprint = models.CharField(max_length=64)  # of all its headings
    headings = models.JSONField()  # folded heading → the column's key, "" for none

    class Meta:
        verbose_name = _("match of headings")
        verbose_name_plural = _("matches of headings")
        constraints = [models.UniqueConstraint(fields=["about", "fingerprint"], name="headingmatch_once")]

    def __str__(self) -> str:
        return f"{self.about} {self.fingerprint[:8]}"
