"""Forms of work orders. Days on the screen are the first and the last one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.choices import describe_customers
from customers.models import Customer
from folders.days import ALWAYS, FOREVER
from spotilla.pick import PickField, offer
from spotilla.web import DateField
from workorders.forms.fields import RowsField
from workorders.models import WorkOrder
from workorders.orders import change_order, give_order, open_order
from workorders.querysets import TaskQuerySet
from workorders.recording import replace_task


class OrderForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    customer = PickField(
        None,
        url_name="customers:customer_choices",
        describe=describe_customers,
        label=_("Customer"),
        required=False,
        empty_label=_("No customer"),
    )
    customer_order_number = forms.CharField(label=_("Customer's order number"), max_length=100, required=False)
    first = DateField(label=_("First day"), required=False, help_text=_("Empty: since the beginning"))
    last = DateField(label=_("Last day"), required=False, help_text=_("Empty: until further notice"))

    def __init__(
        self, data: Any, *, initial: dict[str, Any] | None = None, user: User, order: WorkOrder | None = None
    ) -> None:
        super().__init__(data, initial=(_present(order) if order else {}) | (initial or {}))
        may = Q(closed_on=None) | Q(closed_on__gt=timezone.localdate()) | Q(pk=order and order.customer_id)
        offer(self, "customer", Customer.objects.visible_to(user).filter(may))

    def open(self) -> WorkOrder:
        """Raises Refused."""
        return open_order(**self._facts(), customer=self.cleaned_data.get("customer"))

    def keep(self, order: WorkOrder) -> None:
        """Another customer is a correction, for all the tasks. Raises Refused."""
        with transaction.atomic():
            change_order(order, **self._facts())
            customer = self.cleaned_data.get("customer", order.customer)
            if customer != order.customer:
                give_order(order, customer)

    def _facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        last: date | None = given["last"]
        return {
            "name": " ".join(given["name"].split()),
            "customer_order_number": given["customer_order_number"],
            "since": given["first"] or ALWAYS,
            "until": last + timedelta(days=1) if last and last < FOREVER else FOREVER,
        }


def _present(order: WorkOrder) -> dict[str, Any]:
    return {
        "name": order.name,
        "customer": order.customer,
        "customer_order_number": order.customer_order_number,
        "first": None if order.since == ALWAYS else order.since,
        "last": None if order.until == FOREVER else order.until - timedelta(days=1),
    }


class CloseOrderForm(forms.Form):
    day = DateField(label=_("Closed from"), help_text=_("The first day on which it takes no more tasks."))

    def __init__(self, data: Any) -> None:
        super().__init__(data, initial={"day": timezone.localdate()})


class AddTasksForm(forms.Form):
    """Tasks to be put into a work order."""

    task: Any = RowsField(None, error_messages={"required": _("Choose at least one task.")})

    def __init__(self, data: Any, *, offered: TaskQuerySet) -> None:
        super().__init__(data)
        tasks: Any = self.fields["task"]
        tasks.queryset = offered

    def add_to(self, order: WorkOrder) -> int:
        """How many there were. Raises Refused."""
        tasks = list(self.cleaned_data["task"])
        for task in tasks:
            replace_task(task, task.spot, order)
        return len(tasks)
