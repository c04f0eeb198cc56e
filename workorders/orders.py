"""Work orders: numbering, opening, closing, and whose they are."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from folders.tree import Refused
from spotilla.optimistic_lock import Version
from workorders.models import WorkOrder, WorkOrderCounter


def open_order(name: str, customer: Customer | None = None, **fields: Any) -> WorkOrder:
    """A new work order, numbered in the present year. Raises Refused for a closed customer."""
    with transaction.atomic():
        _not_closed(customer)
        order = WorkOrder(name=name, customer=customer, **fields)
        order.number = _next_number(timezone.localdate().year)
        try:
            order.full_clean()
        except ValidationError as error:
            raise Refused(error) from error
        order.save(force_insert=True)
    return order


def change_order(order: WorkOrder, *, version: Version | None = None, **fields: Any) -> WorkOrder:
    """Change its name, customer's order number or days; its customer is `give_order`'s. Returns it as it now stands.
    Raises Refused, and Stale when it is not what the `version` of the user's page says."""
    with transaction.atomic():
        current = _locked(order, version)
        for name, value in fields.items():
            setattr(current, name, value)
        try:
            current.full_clean()
        except ValidationError as error:
            raise Refused(error) from error
        current.save()
    return current


def give_order(order: WorkOrder, customer: Customer | None) -> None:
    """Change its customer: a correction, for all its tasks whenever done. Raises Refused for a closed customer."""
    with transaction.atomic():
        _locked(order)  # before the customer's lock, as reopen_order does
        _not_closed(customer)
        WorkOrder.objects.filter(pk=order.pk).update(customer=customer)
        order.customer = customer


def close_order(order: WorkOrder, day: date, *, version: Version | None = None) -> None:
    """`day` is the first on which it takes no more tasks. Its tasks stay and are finished as before."""
    with transaction.atomic():
        current = _locked(order, version)
        if current.closed_on is not None:
            raise Refused(_("The work order is closed already."))
        if day > timezone.localdate():
            raise Refused(_("A work order cannot be closed on a day to come."))
        WorkOrder.objects.filter(pk=order.pk).update(closed_on=day)
        order.closed_on = day


def reopen_order(order: WorkOrder, *, version: Version | None = None) -> None:
    """Takes a closing back. Raises Refused where its customer is closed."""
    with transaction.atomic():
        _not_closed(_locked(order, version).customer, said=_("The customer is closed."))
        WorkOrder.objects.filter(pk=order.pk).update(closed_on=None)
        order.closed_on = None


def lock_order(order: WorkOrder | None) -> None:
    """Wait for the work order's lock before a task joins it. Raises Refused when it is closed."""
    if order is not None and WorkOrder.objects.select_for_update().get(pk=order.pk).is_closed:
        raise Refused(_("The work order %(order)s is closed.") % {"order": order.number})


def _locked(order: WorkOrder, version: Version | None = None) -> WorkOrder:
    """The work order as it stands, locked. Raises Stale when that is not what a page showed of it."""
    current = WorkOrder.objects.select_for_update().get(pk=order.pk)
    if version is not None:
        version.check(current)
    return current


def _not_closed(customer: Customer | None, said: str = "") -> None:
    """Take the customer's lock, as customers.ownership.close_customer does, so that it is not closed meanwhile.

    Raises Refused, in the words of `said` where the user has not chosen the customer and may not see its name.
    """
    if customer is None:
        return
    current = Customer.objects.select_for_update().get(pk=customer.pk)
    if current.closed_on is not None:
        raise Refused(said or _("The customer %(customer)s is closed.") % {"customer": current})


def _next_number(year: int) -> str:
    """2026-14. The counter's row is locked until the transaction ends, so that no number is given twice or lost."""
    WorkOrderCounter.objects.get_or_create(year=year)
    WorkOrderCounter.objects.filter(year=year).update(last=F("last") + 1)
    return f"{year}-{WorkOrderCounter.objects.values_list('last', flat=True).get(year=year)}"
