"""Forms of work orders. Days on the screen are the first and the last one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.choices import describe_customers
from customers.models import Customer
from folders.days import ALWAYS, FOREVER
from folders.tree import Refused
from spotilla.optimistic_lock import Values, Version, VersionedActionForm, stored, version_of
from spotilla.record_picker import PickField, offer
from spotilla.text_fields import LineField
from spotilla.web import DateField
from workorders.forms.fields import RowsField
from workorders.models import Task, WorkOrder
from workorders.orders import change_order, close_order, give_order, open_order, reopen_order
from workorders.querysets import TaskQuerySet
from workorders.recording import StaleTasks, add_tasks


class OrderForm(VersionedActionForm):
    """A work order's own fields; another customer is said apart, with what it changes."""

    name = LineField(label=_("Name"), max_length=200)
    customer = PickField(
        None,
        url_name="customers:customer_choices",
        describe=describe_customers,
        label=_("Customer"),
        required=False,
        empty_label=_("No customer"),
    )
    customer_order_number = LineField(label=_("Customer's order number"), max_length=100, required=False)
    first = DateField(label=_("First day"), required=False, help_text=_("Empty: since the beginning"))
    last = DateField(label=_("Last day"), required=False, help_text=_("Empty: until further notice"))

    def __init__(
        self, data: Any, *, initial: dict[str, Any] | None = None, user: User, order: WorkOrder | None = None
    ) -> None:
        super().__init__(data, initial=(self.stands(order) if order else {}) | (initial or {}), row=order)
        customers = Customer.objects.visible_to(user)
        offer(self, "customer", customers, offered=customers.open_on(timezone.localdate()))

    def open(self) -> WorkOrder:
        """Raises Refused."""
        return open_order(**self._facts(), customer=self.cleaned_data.get("customer"))

    def stands(self, row: WorkOrder) -> dict[str, Any]:
        return {
            "name": row.name,
            "customer": row.customer_id,
            "customer_order_number": row.customer_order_number,
            "first": None if row.since == ALWAYS else row.since,
            "last": None if row.until == FOREVER else row.until - timedelta(days=1),
        }

    def keep(self, order: WorkOrder) -> None:
        """Another customer is a correction, for all the tasks. Raises Refused."""
        with transaction.atomic():
            current = change_order(order, version=self.page_version(), **self._facts())
            customer = self.cleaned_data.get("customer", current.customer)
            if customer != current.customer:
                give_order(current, customer)

    def _facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        last: date | None = given["last"]
        return {
            "name": given["name"],
            "customer_order_number": given["customer_order_number"],
            "since": given["first"] or ALWAYS,
            "until": last + timedelta(days=1) if last and last < FOREVER else FOREVER,
        }


class CloseOrderForm(VersionedActionForm):
    """The first day on which the order takes no more tasks."""

    day = DateField(label=_("Closed from"), help_text=_("The first day on which it takes no more tasks."))

    def __init__(self, data: Any, *, order: WorkOrder) -> None:
        super().__init__(data, initial=dict(self.usual()), row=order)

    def stands(self, row: WorkOrder) -> Values:
        return {"day": row.closed_on}

    def usual(self) -> Values:
        return {"day": timezone.localdate()}

    def close(self, order: WorkOrder) -> None:
        """Raises Refused."""
        close_order(order, self.cleaned_data["day"], version=self.page_version())


class ReopenOrderForm(VersionedActionForm):
    """A button."""

    may_be_sent_again = False

    def stands(self, row: WorkOrder) -> Values:
        return stored(row, ("closed_on",))

    def reopen(self, order: WorkOrder) -> None:
        """Raises Refused."""
        reopen_order(order, version=self.page_version(closed_on=None))


def mark(task: Task) -> str:
    """What a task's box in a list sends: its id, and the version of what the list shows of it."""
    return f"{task.pk}-{version_of(_listed(task))}"


def _listed(task: Task) -> Values:
    return stored(task, ("name", "spot", "due_on", "state", "work_order"))


class MarkedTasksField(RowsField):
    """Tasks marked in a list, each with its version: `versions`, by id."""

    def clean(self, value: Any) -> Any:
        marks = dict(str(sent).partition("-")[::2] for sent in value or ())
        tasks = super().clean(list(marks))
        return {task: marks[str(task.pk)] for task in tasks}


class AddTasksForm(forms.Form):
    """Tasks to be put into a work order."""

    task: Any = MarkedTasksField(None, error_messages={"required": _("Choose at least one task.")})

    def __init__(self, data: Any, *, seen: TaskQuerySet) -> None:
        super().__init__(data)
        self.marked = set[int]()  # the boxes that stay marked when the page is shown again
        task: Any = self.fields["task"]
        task.queryset = seen

    def add_to(self, order: WorkOrder) -> int:
        """How many there were. Raises Refused, and StaleTasks."""
        marked = self.cleaned_data["task"]
        given = {"work_order": order}
        add_tasks(order, {task: Version(sent, given, _listed) for task, sent in marked.items()})
        return len(marked)

    def refuse(self, refused: Refused) -> None:
        """Says why nothing was saved; what was not changed meanwhile stays marked."""
        stale = refused.tasks if isinstance(refused, StaleTasks) else []
        self.marked = {task.pk for task in self.cleaned_data["task"]} - {task.pk for task in stale}
        self.add_error(None, refused.messages)
