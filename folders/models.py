"""The folder tree that everything hangs on, the spots in it, where both have been, and the log of what changed them.

`Folder.parent` and `Spot.folder` are today's places, copies of the placement in force, for the tree pages. The
placements are the truth; folders.tree, customers.ownership and workorders.places are the only writers of either.
"""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Trim
from django.db.models.lookups import Contains
from django.utils.translation import gettext_lazy as _

from folders.days import Dated, since_within_reach, until_within_reach
from folders.kinds import list_kinds
from folders.names import SearchKeyField, SortKeyField
from folders.querysets import (
    FolderQuerySet,
    OperationQuerySet,
    PlacementQuerySet,
    SpotPlacementQuerySet,
    SpotQuerySet,
)
from sheets.importing.marks import digest
from spotilla.days import OUT_OF_REACH
from spotilla.text_fields import TextModel


class Folder(TextModel):
    """A place in the tree. `parent` is today's; where it has been on other days is in `Placement`."""

    # A path is written "Isännöinti Virtanen / As Oy Puistola; …", so a name holds neither mark.
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("in folder")
    )
    sort_key = SortKeyField()
    search_key = SearchKeyField()

    objects = FolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("folder")
        verbose_name_plural = _("folders")
        indexes = [
            models.Index(fields=["parent", "sort_key", "id"], name="folder_in_parent"),
            models.Index(fields=["sort_key", "id"], name="folder_order"),
            models.Index(fields=["search_key"], name="folder_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(name=Trim("name")) & ~Q(name=""),
                name="folder_name_not_empty",
                violation_error_message=_("A folder has a name, with no spaces at its ends."),
            ),
            models.CheckConstraint(
                condition=~Q(name__contains=";")
                & ~Q(Contains(Concat(Value(" "), F("name"), Value(" ")), Value(" / "))),
                name="folder_name_fits_a_path",
                violation_error_message=_("A folder's name cannot hold “;” or “ / ”: they part folders in a path."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="folder_not_in_itself",
                violation_error_message=_("A folder cannot be inside itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> int:
        """A digest of what a form or a sheet may change: another one means that somebody has."""
        return digest((self.name, self.description))


class Placement(Dated):
    """Where a folder was. The rows of one folder leave no gap and never overlap; no parent = at the top of the tree."""

    folder = models.ForeignKey(Folder, models.CASCADE, related_name="placements", db_index=False)
    parent = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="past_children")

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of a folder")
        verbose_name_plural = _("places of folders")
        constraints = [
            models.UniqueConstraint(fields=["folder", "since"], name="placement_one_a_day"),
            models.CheckConstraint(
                condition=Q(since__lt=F("until")),
                name="placement_days_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("folder")),
                name="placement_not_in_itself",
                violation_error_message=_("A folder cannot be inside itself."),
            ),
            models.CheckConstraint(
                condition=since_within_reach() & until_within_reach(),
                name="placement_days_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.folder} ← {self.parent or '–'}"


class Spot(TextModel):
    """A place, machine or room that work is done on. `folder` is today's; other days' are in `SpotPlacement`."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        NOT_IN_USE = "not_in_use", _("not in use")
        FAULTY = "faulty", _("faulty")
        REMOVED = "removed", _("removed")

    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    folder = models.ForeignKey(Folder, models.PROTECT, related_name="spots", verbose_name=_("folder"), db_index=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    sort_key = SortKeyField()
    search_key = SearchKeyField()

    objects = SpotQuerySet.as_manager()

    class Meta:
        verbose_name = _("spot")
        verbose_name_plural = _("spots")
        indexes = [
            models.Index(fields=["folder", "sort_key", "id"], name="spot_in_folder"),
            # With what is searched, so that a search in order reads no table.
            models.Index(fields=["sort_key", "id", "search_key"], name="spot_order"),
            models.Index(fields=["state", "sort_key", "id"], name="spot_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(name=Trim("name")) & ~Q(name=""),
                name="spot_name_not_empty",
                violation_error_message=_("A spot has a name, with no spaces at its ends."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "not_in_use", "faulty", "removed"]),
                name="spot_state_known",
                violation_error_message=_("The state is none of a spot's states."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> int:
        """A digest of what a form or a sheet may change: another one means that somebody has."""
        return digest((self.name, str(self.state), self.description))


class SpotPlacement(Dated):
    """Where a spot was. The rows of one spot leave no gap and never overlap."""

    spot = models.ForeignKey(Spot, models.CASCADE, related_name="placements", db_index=False)
    folder = models.ForeignKey(Folder, models.PROTECT, related_name="past_spots")

    objects = SpotPlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of a spot")
        verbose_name_plural = _("places of spots")
        constraints = [
            models.UniqueConstraint(fields=["spot", "since"], name="spotplacement_one_a_day"),
            models.CheckConstraint(
                condition=Q(since__lt=F("until")),
                name="spotplacement_days_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=since_within_reach() & until_within_reach(),
                name="spotplacement_days_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spot} ← {self.folder}"


class TreeVersion(models.Model):
    """One row. Updating it is the lock of every change to tree, places and attachments, on both engines."""

    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="treeversion_one_row")]


class Operation(models.Model):
    """One change of the tree, of places or of attachments, or one import; never changed (a trigger sees to it).

    `arguments` and `replaced` hold ids and days, never names, e-mails or phones.
    """

    number = models.BigIntegerField(_("number"), primary_key=True)  # the tree's version after it
    at = models.DateTimeField(_("time"), auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("user")
    )
    kind = models.CharField(_("operation"), max_length=20, choices=list_kinds)
    arguments = models.JSONField(_("arguments"), default=dict, encoder=DjangoJSONEncoder)
    replaced = models.JSONField(_("replaced rows"), default=list, encoder=DjangoJSONEncoder)

    objects = OperationQuerySet.as_manager()

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("log of operations")

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"
