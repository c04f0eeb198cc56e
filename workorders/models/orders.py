"""Work orders: they gather a customer's tasks and are no work themselves."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Trim
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from folders.days import Dated, since_within_reach, until_within_reach
from folders.names import SearchKeyField
from spotilla.days import OUT_OF_REACH, within_reach
from spotilla.text_fields import TextModel
from workorders.querysets import WorkOrderQuerySet


class WorkOrderCounter(models.Model):
    """The last serial number given in a year. Updating its row is the lock of numbering."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class WorkOrder(TextModel, Dated):
    """Open-ended when its days are ALWAYS and FOREVER. Without a customer its tasks follow their spots alone."""

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)  # 2026-14
    name = models.CharField(_("name"), max_length=200)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("customer")
    )
    customer_order_number = models.CharField(_("customer's order number"), max_length=100, blank=True)
    closed_on = models.DateField(_("closed from"), null=True, blank=True, editable=False)
    search_key = SearchKeyField()

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(name=Trim("name")) & ~Q(name=""),
                name="workorder_name_not_empty",
                violation_error_message=_("A work order has a name, with no spaces at its ends."),
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{4}-[0-9]+$"),
                name="workorder_number_spelling",
                violation_error_message=_("A work order's number is written 2026-14."),
            ),
            models.CheckConstraint(
                condition=Q(since__lt=F("until")),
                name="workorder_days_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=since_within_reach() & until_within_reach() & within_reach("closed_on"),
                name="workorder_days_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None
