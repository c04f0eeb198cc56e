"""Service requests: something reported that somebody must handle."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Trim
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from folders.models import Folder, Spot
from folders.names import SearchKeyField
from spotilla.days import OUT_OF_REACH, within_reach
from spotilla.text_fields import TextModel
from workorders.querysets import ServiceRequestKindQuerySet, ServiceRequestQuerySet
from workorders.states import REQUEST_UNFINISHED, REQUEST_WITH_DONE_ON

UNFINISHED = Q(state__in=REQUEST_UNFINISHED)


class ServiceRequestKind(TextModel):
    """What service requests are about; the office's own list."""

    name = models.CharField(_("name"), max_length=100, unique=True)

    objects = ServiceRequestKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("service request kind")
        verbose_name_plural = _("service request kinds")
        constraints = [
            models.CheckConstraint(
                condition=Q(name=Trim("name")) & ~Q(name=""),
                name="servicerequestkind_name_not_empty",
                violation_error_message=_("A kind has a name, with no spaces at its ends."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ServiceRequest(TextModel):
    """On a spot, on a folder itself (no spot), or with no place yet.

    `received_folder` is the place on `received_on`; `folder` the place on `done_on` when done or forwarded, today's
    while unfinished, the last one when cancelled. workorders.recording and workorders.places keep both.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        IN_PROGRESS = "in_progress", _("in progress")
        ON_HOLD = "on_hold", _("on hold")
        DONE = "done", _("done")
        FORWARDED = "forwarded", _("forwarded")
        CANCELLED = "cancelled", _("cancelled")

    UNFINISHED = tuple(map(State, REQUEST_UNFINISHED))
    WITH_DONE_ON = tuple(map(State, REQUEST_WITH_DONE_ON))

    name = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    kind = models.ForeignKey(
        ServiceRequestKind, models.PROTECT, related_name="requests", verbose_name=_("kind"), db_index=False
    )
    spot = models.ForeignKey(
        Spot, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("spot")
    )
    folder = models.ForeignKey(
        Folder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("folder"),
        db_index=False,
    )
    received_folder = models.ForeignKey(
        Folder, models.PROTECT, null=True, blank=True, related_name="received_requests", db_index=False
    )
    role = models.ForeignKey(
        Role,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible role"),
        db_index=False,
    )
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.OPEN)
    received_on = models.DateField(_("received on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    search_key = SearchKeyField()

    objects = ServiceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        indexes = [
            # For reports, which then read no table.
            models.Index(fields=["done_on", "folder", "kind", "state"], name="request_day"),
            models.Index(fields=["folder", "done_on", "state", "kind"], name="request_folder"),
            models.Index(fields=["received_on", "received_folder", "kind"], name="request_received"),
            models.Index(fields=["received_folder", "received_on", "kind"], name="request_received_folder"),
            models.Index(fields=["folder", "kind"], name="request_waiting", condition=UNFINISHED),
            # For lists. Of what is unfinished there is little: with all that it is narrowed by, that reads no table.
            models.Index(
                fields=["received_on", "id", "folder", "kind", "role", "search_key"],
                name="request_received_unfinished",
                condition=UNFINISHED,
            ),
            models.Index(fields=["state", "received_on", "id", "folder"], name="request_state"),
            models.Index(fields=["kind", "received_on"], name="request_kind"),
            models.Index(fields=["role", "received_on"], name="request_role"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(name=Trim("name")) & ~Q(name=""),
                name="servicerequest_name_not_empty",
                violation_error_message=_("A request has a subject, with no spaces at its ends."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in_progress", "on_hold", "done", "forwarded", "cancelled"]),
                name="servicerequest_state_known",
                violation_error_message=_("The state is none of a request's states."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "forwarded"], done_on__isnull=False)
                | Q(~Q(state__in=["done", "forwarded"]), done_on__isnull=True),
                name="servicerequest_done_on_agrees_with_state",
                violation_error_message=_("Only done and forwarded requests have a day done."),
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(done_on__gte=F("received_on")),
                name="servicerequest_days_in_order",
                violation_error_message=_("A request is not done before the day it was received."),
            ),
            # Open means: no responsible role yet.
            models.CheckConstraint(
                condition=Q(state="open", role__isnull=True)
                | Q(state__in=["in_progress", "on_hold"], role__isnull=False)
                | Q(state__in=["done", "forwarded", "cancelled"]),
                name="servicerequest_role_agrees_with_state",
                violation_error_message=_("An open request has no responsible role; one in progress or on hold has."),
            ),
            models.CheckConstraint(
                condition=Q(folder__isnull=True, received_folder__isnull=True, spot__isnull=True)
                | Q(folder__isnull=False, received_folder__isnull=False),
                name="servicerequest_folders_agree_with_place",
                violation_error_message=_("A request with a place has a folder, another has none."),
            ),
            models.CheckConstraint(
                condition=Q(spot__isnull=False) | Q(folder__isnull=True) | Q(received_folder=F("folder")),
                name="servicerequest_on_one_folder",
                violation_error_message=_("A request on a folder itself stays with that folder."),
            ),
            models.CheckConstraint(
                condition=within_reach("received_on") & within_reach("done_on"),
                name="servicerequest_days_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unfinished(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in self.UNFINISHED
