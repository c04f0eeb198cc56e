"""A file that somebody is about to import: kept between the preview and the import, then emptied."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _


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
