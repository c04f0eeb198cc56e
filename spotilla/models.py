"""What every app shares in the database: the forms that were sent, so that one sent twice makes one row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(days=30)


class FormKeyQuerySet(models.QuerySet["FormKey"]):
    def forget(self) -> int:
        """Deletes those of more than 30 days ago; how many there were."""
        return self.filter(created__lt=timezone.now() - KEPT).delete()[0]


class FormKey(models.Model):
    """A form that made a row, known by the key that stood in it (spotilla.once)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)  # of what was sent, and where to
    made = models.CharField(max_length=60, blank=True)  # the model of the row: "workorders.task"
    made_id = models.BigIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True)  # where the answer led
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = FormKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("form that was sent")
        verbose_name_plural = _("forms that were sent")
        default_permissions = ()  # nobody looks at them
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="formkey_once_a_user")]

    def __str__(self) -> str:
        return f"{self.key} {self.made} {self.made_id}"

    def made_visible_to(self, user: Any) -> bool:
        """Whether what it made is still there, and `user` may see it."""
        rows: Any = apps.get_model(self.made)._default_manager
        return bool(rows.visible_to(user).filter(pk=self.made_id).exists())
