"""What the lists of tasks, service requests and work orders can be narrowed to; the address holds it all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import django_filters as filters
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Role
from customers.choices import describe_customers
from customers.models import Customer
from folders.choices import describe_folders
from folders.models import Folder, Spot
from folders.sql.branches import LiesBelow, below
from spotilla.pages import FEW
from spotilla.record_picker import Describe
from spotilla.web import AuthenticatedHttpRequest, DateField
from workorders.choices import describe_orders
from workorders.collectors import find_collected, find_unowned
from workorders.forms.fields import QuietPickField, RowFilterField
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder
from workorders.querysets import ServiceRequestQuerySet, TaskQuerySet, WorkOrderQuerySet, Written
from workorders.sql.gathered import gathered, unowned_work
from workorders.states import CLOSED

type Words = str | Promise

UNFINISHED: tuple[str, Words] = ("unfinished", pgettext_lazy("state of a list", "Unfinished"))
ALL: tuple[str, Words] = ("all", gettext_lazy("All states"))
WHOSE: list[tuple[str, Words]] = [
    ("owned", gettext_lazy("Only what the customer owns")),
    ("others", gettext_lazy("Only what others own")),
    ("unowned", gettext_lazy("Unowned")),
]


@dataclass(frozen=True)
class Chip:
    """Something that narrows the list now, with the address of the list without it."""

    words: str
    url: str


class DayFilter(filters.Filter):
    field_class = DateField


class PickFilter(filters.Filter):
    """One of very many; the rows offered are those that the user may see."""

    field_class = QuietPickField

    def __init__(self, model: Any, url_name: str, describe: Describe, none: Words, **options: Any) -> None:
        self.of = model
        super().__init__(queryset=None, url_name=url_name, describe=describe, empty_label=none, **options)


class RowFilter(filters.ModelChoiceFilter):
    field_class = RowFilterField


class HiddenFilter(filters.Filter):
    """One row that a link of another page chose."""

    field_class = forms.ModelChoiceField

    def __init__(self, model: Any, **options: Any) -> None:
        self.of = model
        super().__init__(queryset=None, widget=forms.HiddenInput, **options)


def _roles(request: AuthenticatedHttpRequest) -> Any:
    return Role.objects.visible_to(request.user).order_by("name")


def _kinds(request: AuthenticatedHttpRequest) -> Any:
    return ServiceRequestKind.objects.visible_to(request.user).order_by("name")


class Narrowing(filters.FilterSet):
    """What the three lists share. Nothing is listed when the address says something that is not understood.

    A page about one folder, spot or customer leaves out the filter of that (`without`); `customer` is whom it is about,
    `branch` the folder.
    """

    default_state = "unfinished"
    one_by_one = False  # whether each row is to be judged by itself

    q = filters.CharFilter(method="by_text", label=gettext_lazy("Search"))

    def __init__(
        self,
        request: AuthenticatedHttpRequest,
        queryset: Any,
        *,
        without: str = "",
        customer: Customer | None = None,
        branch: Folder | None = None,
    ) -> None:
        self.today, self.about, self.branch = timezone.localdate(), customer, branch
        self.asked: QueryDict = request.GET
        self.all = queryset
        super().__init__(request.GET, queryset, request=request)
        self.filters.pop(without, None)
        for narrower in self.filters.values():
            if isinstance(narrower, PickFilter | HiddenFilter):
                rows = narrower.of.objects
                told = rows.told_to if narrower.of is WorkOrder else rows.visible_to
                narrower.extra["queryset"] = told(request.user)
                if not request.user.has_perm(f"{narrower.of._meta.app_label}.view_{narrower.of._meta.model_name}"):
                    narrower.extra["widget"] = forms.HiddenInput  # its search would refuse them

    @property
    def state_asked(self) -> str:
        return str(self.form.cleaned_data.get("state") or self.default_state)

    def filter_queryset(self, queryset: Any) -> Any:
        if self.form.errors:
            return queryset.none()
        if self.branch:
            queryset = self.in_branch(queryset, "", self.branch)
        return self.narrowed(super().filter_queryset(queryset))

    @property
    def is_empty(self) -> bool:
        """There is nothing to narrow."""
        return not (self.in_branch(self.all, "", self.branch) if self.branch else self.all).exists()

    @property
    def walked(self) -> Any:
        """The rows of `qs`, each judged by itself: for a long list (spotilla.pages)."""
        self.one_by_one = True
        try:
            return self.filter_queryset(self.all)
        finally:
            self.one_by_one = False

    def narrowed(self, found: Any) -> Any:
        """What depends on several fields, or on one that was not given."""
        return found

    def later(self, found: Any, _name: str, _value: Any) -> Any:
        """`narrowed` looks at it."""
        return found

    def by_text(self, found: Any, _name: str, value: str) -> Any:
        return found.matching(value)

    def in_branch(self, found: Any, _name: str, folder: Folder) -> Any:
        """In the folder or anywhere below it, today."""
        if self.one_by_one:
            return found.filter(LiesBelow("folder_id", root=folder.pk))
        return found.filter(folder__in=below(folder.pk))

    def words(self) -> dict[str, tuple[str, ...]]:
        """What each filter that is set says, and under it the parameters that go when it is taken off."""
        return {}

    def chips(self) -> list[Chip]:
        if self.form.errors:
            return []
        return [Chip(words, self._without(*names)) for words, names in self.words().items()]

    def _without(self, *names: str) -> str:
        data = self.asked.copy()
        for name in (*names, "page"):
            data.pop(name, None)
        return f"?{data.urlencode()}"

    def _chosen(self, *names: str) -> dict[str, tuple[str, ...]]:
        """The chips of filters whose value says itself: a folder, a spot, a role."""
        given = self.form.cleaned_data
        return {str(given[name]): (name,) for name in names if given.get(name)}

    def _days(self, first: str, last: str, words: Words) -> dict[str, tuple[str, ...]]:
        """The chip of a range of days."""
        given = self.form.cleaned_data
        if not given.get(first) and not given.get(last):
            return {}
        return {f"{words} {_written(given[first])}–{_written(given[last])}": (first, last)}


def _written(day: date | None) -> str:
    return f"{day.day}.{day.month}.{day.year}" if day else ""


def _in_range(rows: Any, field: str, first: date | None, last: date | None) -> Any:
    """Rows whose day is first <= day <= last; an open end is open."""
    if first:
        rows = rows.filter(**{f"{field}__gte": first})
    return rows.filter(**{f"{field}__lte": last}) if last else rows


class WorkFilter(Narrowing):
    """What tasks and service requests share."""

    whose = filters.ChoiceFilter(
        method="later", choices=WHOSE, label=gettext_lazy("Ownership"), empty_label=gettext_lazy("Any owner")
    )
    customer = PickFilter(
        Customer,
        "customers:customer_choices",
        describe_customers,
        gettext_lazy("Any customer"),
        method="later",
        label=gettext_lazy("Collected by"),
    )
    folder = PickFilter(
        Folder,
        "folders:folder_choices",
        describe_folders,
        gettext_lazy("Any folder"),
        method="in_branch",
        label=gettext_lazy("In folder or below it"),
    )
    spot = HiddenFilter(Spot, label=gettext_lazy("Spot"))

    @classmethod
    def get_filters(cls) -> Any:
        """`from` and `to`, inclusive; the first is no name that Python would take."""
        days = {
            "from": DayFilter(method="later", label=gettext_lazy("First day")),
            "to": DayFilter(method="later", label=gettext_lazy("Last day")),
        }
        return super().get_filters() | days

    def of_customer(self, found: Any) -> Any:
        given = self.form.cleaned_data
        customer, share = self.about or given.get("customer"), given.get("whose") or ""
        if not self.one_by_one:
            return self._gathered(found, customer, share)
        if share == "unowned":
            found = find_unowned(found, self.today)
        return find_collected(found, self.today, customer, share) if customer else found

    def _gathered(self, found: Any, customer: Customer | None, share: str) -> Any:
        """The same, from the customer's folders and work orders."""
        if customer and share == "unowned":  # which it cannot collect
            return found.none()
        if customer:
            return gathered(found, self.states, self.today, customer, share)
        return unowned_work(found, self.states, self.today) if share == "unowned" else found

    @property
    def most(self) -> int | None:
        """How many are counted: fewer of what was nobody's when done, which is looked for on the days of all owners."""
        is_unowned = not self.form.errors and self.form.cleaned_data.get("whose") == "unowned"
        return min(FEW, settings.LISTS_COUNT_TO) if is_unowned and self.states in {"closed", "all"} else None

    @property
    def is_closed(self) -> bool:
        """Only work that was done, or forwarded, is asked for."""
        return not self.form.errors and self.state_asked in CLOSED

    @property
    def states(self) -> str:
        """What the states asked for are: "closed" (done or forwarded), "unfinished", "cancelled"; or "all"."""
        asked = self.state_asked
        return "closed" if asked in CLOSED else asked if asked in {"cancelled", "all"} else "unfinished"

    def customer_words(self) -> dict[str, tuple[str, ...]]:
        given = self.form.cleaned_data
        words: dict[str, tuple[str, ...]] = {}
        if given.get("customer"):
            words[_("collected by %(customer)s") % {"customer": given["customer"]}] = ("customer",)
        if given.get("whose"):
            words[str(dict(WHOSE)[given["whose"]])] = ("whose",)
        return words


class TaskFilter(WorkFilter):
    """Unfinished tasks unless `state` says otherwise. The days are those done for done work, else those due."""

    STATES = [UNFINISHED, ("overdue", gettext_lazy("Overdue")), *Task.State.choices, ALL]

    state = filters.ChoiceFilter(method="later", choices=STATES, label=gettext_lazy("State"), empty_label=None)
    role = RowFilter(
        queryset=cast("Any", _roles), label=gettext_lazy("Responsible role"), empty_label=gettext_lazy("All roles")
    )
    work_order = PickFilter(
        WorkOrder,
        "workorders:order_choices",
        describe_orders,
        gettext_lazy("Any work order"),
        label=gettext_lazy("Work order"),
    )

    class Meta:
        model = Task
        fields: tuple[str, ...] = ()

    @property
    def by_day_done(self) -> bool:
        return self.state_asked == Task.State.DONE

    def narrowed(self, found: TaskQuerySet) -> TaskQuerySet:
        given = self.form.cleaned_data
        found = tasks_in_state(found, self.state_asked, self.today)
        found = _in_range(found, "done_on" if self.by_day_done else "due_on", given.get("from"), given.get("to"))
        return self.of_customer(found)  # type: ignore[no-any-return]

    def words(self) -> dict[str, tuple[str, ...]]:
        days = gettext_lazy("Done") if self.by_day_done else gettext_lazy("Due")
        return self.customer_words() | self._chosen("folder", "spot", "work_order") | self._days("from", "to", days)


def tasks_in_state(tasks: TaskQuerySet, state: str, today: date) -> TaskQuerySet:
    """`state`: one of a task's, or unfinished, overdue, all."""
    groups: dict[str, Callable[[], TaskQuerySet]] = {
        "all": tasks.all,
        "unfinished": tasks.unfinished,
        "overdue": lambda: tasks.overdue(today),
    }
    if state == Task.State.DONE:  # all of which has a day, by which the index then begins
        return tasks.filter(state=Written(state), done_on__isnull=False)
    return groups[state]() if state in groups else _of_state(tasks, state, Task.UNFINISHED)


def _of_state(rows: Any, state: str, unfinished: Collection[str]) -> Any:
    """Said with the words of the partial indexes, which SQLite wants to hear."""
    if state in unfinished:
        rows = rows.unfinished()
    return rows.filter(state=Written(state))


class RequestFilter(WorkFilter):
    """Unfinished service requests unless `state` says otherwise. The days are those received."""

    STATES = [UNFINISHED, *ServiceRequest.State.choices, ALL]

    state = filters.ChoiceFilter(method="later", choices=STATES, label=gettext_lazy("State"), empty_label=None)
    kind = RowFilter(queryset=cast("Any", _kinds), label=gettext_lazy("Kind"), empty_label=gettext_lazy("All kinds"))
    role = RowFilter(
        queryset=cast("Any", _roles),
        label=gettext_lazy("Responsible role"),
        empty_label=gettext_lazy("All roles"),
        null_label=gettext_lazy("without a role"),
        null_value="none",
    )

    class Meta:
        model = ServiceRequest
        fields: tuple[str, ...] = ()

    def narrowed(self, found: ServiceRequestQuerySet) -> ServiceRequestQuerySet:
        given = self.form.cleaned_data
        if self.state_asked != "all":
            found = requests_in_state(found, self.state_asked)
        found = _in_range(found, "received_on", given.get("from"), given.get("to"))
        return self.of_customer(found)  # type: ignore[no-any-return]

    def words(self) -> dict[str, tuple[str, ...]]:
        days = self._days("from", "to", gettext_lazy("Received"))
        return self.customer_words() | self._chosen("folder", "spot") | days


def requests_in_state(requests: ServiceRequestQuerySet, state: str) -> ServiceRequestQuerySet:
    """`state`: one of a request's, or unfinished."""
    if state == "unfinished":
        return requests.unfinished()
    found: ServiceRequestQuerySet = _of_state(requests, state, ServiceRequest.UNFINISHED)
    return found.filter(done_on__isnull=False) if state in CLOSED else found


class OrderFilter(Narrowing):
    """Open work orders unless `state` says otherwise."""

    default_state = "open"
    STATES: list[tuple[str, Words]] = [
        ("open", pgettext_lazy("work orders", "Open")),
        ("closed", gettext_lazy("Closed")),
        ("all", gettext_lazy("All")),
    ]

    state = filters.ChoiceFilter(method="later", choices=STATES, label=gettext_lazy("State"), empty_label=None)
    customer = PickFilter(
        Customer,
        "customers:customer_choices",
        describe_customers,
        gettext_lazy("Any customer"),
        label=gettext_lazy("Customer"),
    )

    class Meta:
        model = WorkOrder
        fields: tuple[str, ...] = ()

    def narrowed(self, found: WorkOrderQuerySet) -> WorkOrderQuerySet:
        if self.state_asked == "open":
            return found.open()
        return found.filter(closed_on__isnull=False) if self.state_asked == "closed" else found

    def words(self) -> dict[str, tuple[str, ...]]:
        return self._chosen("customer")
