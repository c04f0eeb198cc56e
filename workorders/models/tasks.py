"""Tasks: planned work on one spot, or through a work order on none."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Trim
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from folders.models import Folder, Spot
from folders.names import SearchKeyField
from spotilla.days import OUT_OF_REACH, within_reach
from spotilla.text_fields import TextModel
from workorders.models.orders import WorkOrder
from workorders.querysets import TaskQuerySet
from workorders.states import TASK_UNFINISHED, TASK_WITH_DONE_ON

UNFINISHED = Q(state__in=TASK_UNFINISHED)


class Task(TextModel):
    """`folder` is the spot's place on the day that counts: `done_on` when done, today while unfinished, the last one
    when cancelled. workorders.recording and workorders.places keep it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        IN_PROGRESS = "in_progress", _("in progress")
        ON_HOLD = "on_hold", _("on hold")
        IN_REVIEW = "in_review", _("in review")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    UNFINISHED = tuple(map(State, TASK_UNFINISHED))
    WITH_DONE_ON = tuple(map(State, TASK_WITH_DONE_ON))

    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    spot = models.ForeignKey(Spot, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("spot"))
    work_order = models.ForeignKey(
        WorkOrder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("work order"),
        db_index=False,
    )
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name=_("responsible role"), db_index=False)
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.OPEN)
    minutes = models.PositiveIntegerField(_("minutes"), default=0)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    folder = models.ForeignKey(
        Folder, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("folder"), db_index=False
    )
    search_key = SearchKeyField()

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            # For reports, which then read no table: of all folders, of one, and of what work orders pay for.
            models.Index(
                fields=["done_on", "folder", "work_order", "minutes"], name="task_day", condition=Q(state="done")
            ),
            models.Index(fields=["folder", "done_on", "state", "work_order", "minutes"], name="task_folder"),
            models.Index(
                fields=["done_on", "work_order", "folder", "minutes"],
                name="task_ordered",
                condition=Q(state="done", work_order__isnull=False),
            ),
            models.Index(fields=["folder", "due_on", "work_order"], name="task_waiting", condition=UNFINISHED),
            # For lists. PostgreSQL keeps a day, or a role's day, once with all its rows: small, and quick to add to.
            models.Index(fields=["due_on"], name="task_due"),
            models.Index(fields=["role", "done_on"], name="task_role"),
            models.Index(fields=["work_order", "due_on"], name="task_order", condition=Q(work_order__isnull=False)),
            # Of what is not done there is little: with what it is narrowed by, a list of it reads no table.
            models.Index(
                fields=["due_on", "id", "state", "folder", "work_order", "search_key"],
                name="task_due_unfinished",
                condition=UNFINISHED,
            ),
            models.Index(fields=["role", "state", "due_on"], name="task_role_unfinished", condition=UNFINISHED),
            models.Index(
                fields=["due_on", "id", "folder", "work_order"],
                name="task_due_cancelled",
                condition=Q(state="cancelled"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(name=Trim("name")) & ~Q(name=""),
                name="task_name_not_empty",
                violation_error_message=_("A task has a name, with no spaces at its ends."),
            ),
            models.CheckConstraint(
                condition=Q(spot__isnull=False) | Q(work_order__isnull=False),
                name="task_on_a_spot_or_work_order",
                violation_error_message=_("A task is on a spot or belongs to a work order."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in_progress", "on_hold", "in_review", "done", "cancelled"]),
                name="task_state_known",
                violation_error_message=_("The state is none of a task's states."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["in_review", "done"], done_on__isnull=False)
                | Q(~Q(state__in=["in_review", "done"]), done_on__isnull=True),
                name="task_done_on_agrees_with_state",
                violation_error_message=_("Only tasks in review and done have a day done."),
            ),
            models.CheckConstraint(
                condition=Q(spot__isnull=True, folder__isnull=True) | Q(spot__isnull=False, folder__isnull=False),
                name="task_folder_agrees_with_spot",
                violation_error_message=_("A task on a spot has the spot's folder, another has none."),
            ),
            models.CheckConstraint(
                condition=within_reach("due_on") & within_reach("done_on"),
                name="task_days_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unfinished(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in self.UNFINISHED
