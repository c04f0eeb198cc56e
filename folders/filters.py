"""The filters of the list of spots; the address holds them all."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.models import Coverage, Customer
from folders.models import Spot
from folders.sql.branches import LiesBelow, below

LARGEST_ID = 2**63 - 1


class SpotFilter(django_filters.FilterSet):
    """The list of spots, narrowed by name, state, branch and customer."""

    q = django_filters.CharFilter(method="by_name", label=_("Name"))
    state = django_filters.MultipleChoiceFilter(
        choices=Spot.State, label=_("State"), widget=forms.CheckboxSelectMultiple, distinct=False
    )
    folder = django_filters.NumberFilter(
        method="in_branch", label=_("Folder"), widget=forms.HiddenInput, max_value=LARGEST_ID
    )

    customer = django_filters.NumberFilter(
        method="collected_by", label=_("Collected by"), widget=forms.HiddenInput, max_value=LARGEST_ID
    )

    class Meta:
        model = Spot
        fields: list[str] = []

    def __init__(self, data: Any, queryset: QuerySet[Spot], *, user: User) -> None:
        self.user, self.one_by_one, self.all = user, False, queryset
        super().__init__(data, queryset)

    @property
    def walked(self) -> QuerySet[Spot]:
        """The spots of `qs`, each judged by itself: for a long list (spotilla.pages)."""
        self.one_by_one = True
        try:
            return self.filter_queryset(self.all) if self.form.is_valid() else self.all
        finally:
            self.one_by_one = False

    def by_name(self, spots: Any, _name: str, text: str) -> QuerySet[Spot]:
        found: QuerySet[Spot] = spots.matching(text)
        return found

    def in_branch(self, spots: QuerySet[Spot], _name: str, folder: Any) -> QuerySet[Spot]:
        """In the folder or anywhere below it, today."""
        if self.one_by_one:
            return spots.filter(LiesBelow("folder_id", root=int(folder)))
        return spots.filter(folder__in=below(int(folder)))

    def collected_by(self, spots: QuerySet[Spot], _name: str, customer: Any) -> QuerySet[Spot]:
        """In a folder whose work the customer collects today; none for who may not see the customer."""
        seen = Customer.objects.visible_to(self.user).filter(pk=customer)
        collected = Coverage.objects.on(timezone.localdate()).filter(customer__in=seen)
        if self.one_by_one:
            return spots.filter(Exists(collected.filter(folder=OuterRef("folder"))))
        return spots.filter(folder__in=collected.values("folder"))
