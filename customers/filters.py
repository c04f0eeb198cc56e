"""What the list of customers can be narrowed to; the address holds it all."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from customers.models import Attachment, Coverage, Customer
from customers.querysets import CustomerQuerySet
from customers.sql.cities import list_cities
from workorders.models import ServiceRequest, Task

WORK = [
    ("unfinished", _("Unfinished tasks")),
    ("overdue", _("Overdue tasks")),
    ("requests", _("Unfinished service requests")),
]
FOLDERS = [("with", _("With folders")), ("without", _("Without folders"))]
STATES = [
    ("open", pgettext_lazy("customers", "Open")),
    ("closed", pgettext_lazy("customers", "Closed")),
    ("all", _("All")),
]


class CustomerFilter(filters.FilterSet):
    """Open customers unless `state` says otherwise. `work` and `folders` are as of today."""

    q = filters.CharFilter(method="by_text", label=_("Search"))
    type = filters.MultipleChoiceFilter(
        field_name="customer_type",
        choices=Customer.Type,
        label=_("Type"),
        widget=forms.CheckboxSelectMultiple,
        distinct=False,
    )
    city = filters.ChoiceFilter(label=_("City"), empty_label=_("All cities"))
    folders = filters.ChoiceFilter(method="by_folders", choices=FOLDERS, label=_("Folders"), empty_label=_("All"))
    work = filters.ChoiceFilter(method="by_work", choices=WORK, label=_("Work"), empty_label=_("All"))
    state = filters.ChoiceFilter(method="as_it_is", choices=STATES, label=_("State"), empty_label=None)

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, queryset: CustomerQuerySet, *, user: User) -> None:
        self.user, self.today = user, timezone.localdate()
        super().__init__(data, queryset)
        self.filters["city"].extra["choices"] = [(city, city) for city in list_cities(queryset)]

    def filter_queryset(self, queryset: Any) -> CustomerQuerySet:
        found: Any = super().filter_queryset(queryset)
        state = self.form.cleaned_data.get("state") or "open"
        if state != "all":
            found = found.closed_on_day(self.today) if state == "closed" else found.open_on(self.today)
        return found  # type: ignore[no-any-return]  # the library knows querysets by no other name

    def as_it_is(self, queryset: CustomerQuerySet, name: str, value: str) -> CustomerQuerySet:
        """The state has a default, so that filter_queryset looks at it."""
        return queryset

    def by_text(self, queryset: CustomerQuerySet, name: str, value: str) -> CustomerQuerySet:
        return queryset.matching(value)

    def by_folders(self, queryset: CustomerQuerySet, name: str, value: str) -> CustomerQuerySet:
        attached = Q(pk__in=Attachment.objects.on(self.today).values("customer"))
        return queryset.filter(attached if value == "with" else ~attached)

    def by_work(self, queryset: CustomerQuerySet, name: str, value: str) -> CustomerQuerySet:
        """Customers that collect some, by a folder or by a work order."""
        covered = Coverage.objects.on(self.today).filter(customer=OuterRef("pk"))
        if value == "requests":
            requests = ServiceRequest.objects.visible_to(self.user).unfinished()
            return queryset.filter(_any(covered.filter(Exists(requests.filter(folder=OuterRef("folder"))))))
        tasks = Task.objects.visible_to(self.user)
        tasks = tasks.overdue(self.today) if value == "overdue" else tasks.unfinished()
        by_folder = covered.filter(Exists(tasks.filter(folder=OuterRef("folder"))))
        by_order = tasks.filter(work_order__customer=OuterRef("pk"))
        return queryset.filter(Q(_any(by_folder)) | Q(_any(by_order)))

    @property
    def looks_into_work(self) -> bool:
        """Each customer costs a look for its work."""
        return self.form.is_valid() and bool(self.form.cleaned_data["work"])

    @property
    def is_of_all(self) -> bool:
        """Whether no open customer is left out."""
        if not self.form.is_valid():
            return False
        given = self.form.cleaned_data
        return (
            given["state"] in {"", "open", "all"}
            and not any(given[name] for name in given if name not in {"state", "q"})
            and not given["q"].strip()
        )

    def chips(self) -> list[tuple[str, str]]:
        """(parameter, words) of what narrows the list now, each to be taken off by itself."""
        if not self.form.is_valid():
            return []
        given = self.form.cleaned_data
        chips = [("type", str(Customer.Type(value).label)) for value in given["type"]] if given["type"] else []
        words = {"folders": dict(FOLDERS), "work": dict(WORK), "state": dict(STATES)}
        for name, of_value in words.items():
            if given[name] and given[name] != "open":
                chips.append((name, str(of_value[given[name]])))
        if given["city"]:
            chips.append(("city", given["city"]))
        return chips


def _any(rows: QuerySet[Any]) -> IsNull:
    """Whether there is a row, looked up for each customer by itself. For EXISTS beside OR, PostgreSQL would first find
    the work of all customers.
    """
    return IsNull(Subquery(rows.order_by().values(one=Value(1))[:1]), rhs=False)
