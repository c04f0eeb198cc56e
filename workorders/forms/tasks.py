"""Forms of tasks. The rules stand in the schema and in workorders.recording; forms repeat none of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from customers.models import Coverage, Customer
from folders.choices import describe_spots
from folders.models import Folder, Spot
from folders.querysets import SpotQuerySet
from folders.sql.branches import below
from spotilla.optimistic_lock import Values, VersionedActionForm, VersionedForm, stored
from spotilla.record_picker import PickField, offer
from spotilla.templatetags.office import hours
from spotilla.text_fields import LineField, LinesField, text_field
from spotilla.web import DateField, DateInput
from workorders.choices import describe_orders
from workorders.forms.fields import MinutesField, RowField
from workorders.models import Task, WorkOrder
from workorders.recording import change_task, record_task, relocate_task

KEYS = ("search_key",)  # saved with the name, which it is worked out from


def spot_field(**options: Any) -> PickField:
    """A picker of one spot that the user may see."""
    return PickField(
        None,
        url_name="folders:spot_choices",
        describe=describe_spots,
        label=_("Spot"),
        required=False,
        **{"empty_label": _("No spot")} | options,
    )


def order_field() -> PickField:
    return PickField(
        None,
        url_name="workorders:order_choices",
        describe=describe_orders,
        label=_("Work order"),
        required=False,
        empty_label=_("No work order"),
    )


def spots_about(spots: SpotQuerySet, customer: Customer | None, folder: Folder | None) -> SpotQuerySet:
    """Those of the folder and of all below it, and those whose work the customer collects, today."""
    if folder is not None:
        spots = spots.filter(folder__in=below(folder.pk))
    if customer is not None:
        collected = Coverage.objects.on(timezone.localdate()).filter(customer=customer)
        spots = spots.filter(folder__in=collected.values("folder"))
    return spots


class PlaceForm(VersionedActionForm):
    """On which spot, and in which work order."""

    spot = spot_field()
    work_order = order_field()

    def __init__(
        self,
        data: Any,
        *,
        initial: dict[str, Any],
        user: User,
        task: Task | None = None,
        customer: Customer | None = None,
        folder: Folder | None = None,
    ) -> None:
        """`task`: the one that is re-placed; `customer`, `folder`: offer only its work orders and spots."""
        now = {"spot": task.spot_id, "work_order": task.work_order_id} if task else {}
        super().__init__(data, initial=now | initial, row=task)
        orders, spots = WorkOrder.objects.told_to(user), Spot.objects.visible_to(user)
        about = {name: row.pk for name, row in (("customer", customer), ("folder", folder)) if row}
        offer(self, "spot", spots, offered=spots_about(spots, customer, folder), about=about)
        of_customer = orders.filter(customer=customer) if customer else orders
        offer(self, "work_order", orders, offered=of_customer.open(), about=about)

    def stands(self, row: Task) -> Values:
        return stored(row, ("spot", "work_order"))

    def replace(self, task: Task) -> Task:
        """Raises Refused."""
        given, version = self.cleaned_data, self.page_version()
        spot, order = given.get("spot", task.spot), given.get("work_order", task.work_order)
        return relocate_task(task, spot, order, version=version)


class TaskForm(PlaceForm):
    """A new task, to be done or done already: a day of the work or hours say so as the box does."""

    name = LineField(label=_("What is done"), max_length=200)
    description = LinesField(label=_("Description"), required=False, rows=3)
    role: Any = RowField(None, label=_("Responsible role"), empty_label=_("Choose"))
    due_on = DateField(label=_("Due"))
    done = forms.BooleanField(label=_("The work has been done already"), required=False)
    done_on = DateField(label=_("Day of the work"), required=False, help_text=_("Empty: today, if it is done."))
    minutes = MinutesField(label=_("Hours"))

    field_order = ("name", "spot", "work_order", "role", "due_on", "description", "done", "done_on", "minutes")

    def __init__(
        self,
        data: Any,
        *,
        initial: dict[str, Any],
        user: User,
        customer: Customer | None = None,
        folder: Folder | None = None,
    ) -> None:
        due = {"due_on": timezone.localdate()}
        super().__init__(data, initial=due | initial, user=user, customer=customer, folder=folder)
        offered: Any = self.fields["role"]
        offered.queryset = Role.objects.visible_to(user).order_by("name")

    def record(self) -> Task:
        """Raises Refused."""
        given = self.cleaned_data
        is_done = given["done"] or given["done_on"] or given["minutes"]
        state = Task.State.DONE if is_done else Task.State.OPEN
        finished = {"done_on": given["done_on"], "minutes": given["minutes"]} if is_done else {}
        kept = ("name", "description", "role", "due_on", "spot", "work_order")
        return record_task(**{name: given[name] for name in kept if name in given}, state=state, **finished)


class TaskEditForm(VersionedForm[Task]):
    """What can change without changing where the task belongs."""

    class Meta:
        model = Task
        formfield_callback = text_field
        fields = ("name", "role", "due_on", "description")
        field_classes = {"due_on": DateField, "role": RowField}
        widgets = {"due_on": DateInput, "description": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "name": _("What is done"),
            "role": _("Responsible role"),
            "due_on": _("Due"),
            "description": _("Description"),
        }

    def __init__(self, data: Any, *, instance: Task, user: User) -> None:
        super().__init__(data, instance=instance)
        offered: Any = self.fields["role"]
        offered.empty_label = None
        offered.queryset = Role.objects.visible_to(user).order_by("name")

    def save(self, commit: bool = True) -> Task:  # as Django has it
        """Only these: somebody may be finishing or moving the task at the same time."""
        task = super().save(commit=False)
        if commit:
            task.save(update_fields=[*self.Meta.fields, *KEYS])
        return task


class TaskActionForm(VersionedActionForm):
    """What gives a task its state, on a page that shows the day and the hours."""

    def stands(self, row: Task) -> Values:
        return stored(row, ("state", "done_on", "minutes"))

    def say(self, row: Task, name: str, value: Any) -> str:
        return hours(value) if name == "minutes" else super().say(row, name, value)


class FinishForm(TaskActionForm):
    """The day of the work and its hours, and whether somebody looks at it first."""

    state = forms.ChoiceField(
        label=_("New state"),
        widget=forms.RadioSelect,
        choices=[(Task.State.DONE, _("Done")), (Task.State.IN_REVIEW, _("In review, until somebody approves it"))],
    )
    done_on = DateField(label=_("Day of the work"))
    minutes = MinutesField(label=_("Hours"))

    def __init__(self, data: Any, *, task: Task, initial: dict[str, Any]) -> None:
        state = task.state if task.state in Task.WITH_DONE_ON else Task.State.DONE
        now = {"state": state, "done_on": task.done_on or timezone.localdate(), "minutes": task.minutes}
        super().__init__(data, initial=now | initial, row=task)

    def usual(self) -> Values:
        return {"done_on": timezone.localdate()}

    def finish(self, task: Task) -> Task:
        """Raises Refused."""
        given, version = self.cleaned_data, self.page_version()
        return change_task(task, given["state"], done_on=given["done_on"], minutes=given["minutes"], version=version)


class StateForm(TaskActionForm):
    """A state that needs no more to be said; approving keeps the day that was given."""

    may_be_sent_again = False
    state = forms.ChoiceField(choices=Task.State)

    def give(self, task: Task) -> Task:
        """Raises Refused."""
        return change_task(task, self.cleaned_data["state"], version=self.page_version())
