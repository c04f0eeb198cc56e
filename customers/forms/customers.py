"""The customer's own forms: its facts, and the day it closes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import BusinessIdField, CountryField, PhoneField
from customers.models import Customer
from spotilla.optimistic_lock import VersionedForm
from spotilla.text_fields import text_field
from spotilla.web import DateField

GROUPS: list[tuple[str | Promise, tuple[str, ...]]] = [
    ("", ("name", "customer_type", "business_id", "customer_number")),
    (_("Contact details"), ("email", "phone", "street", "postcode", "city", "country")),
    (
        _("Billing"),
        (
            "billing_street",
            "billing_postcode",
            "billing_city",
            "einvoice_address",
            "einvoice_operator",
            "reference",
            "payment_term_days",
        ),
    ),
    ("", ("notes",)),
]


class CustomerForm(VersionedForm[Customer]):
    """A customer's own fields; refused when somebody has changed one of them meanwhile."""

    business_id = BusinessIdField(
        label=_("business ID"),
        max_length=30,
        required=False,
        help_text=_("Such as 1234567-1. Leave it empty for a city's divisions."),
    )
    phone = PhoneField(label=_("phone"), max_length=40, required=False)
    country = CountryField(label=_("country"), initial="FI")

    class Meta:
        model = Customer
        formfield_callback = text_field
        fields = tuple(name for _title, names in GROUPS for name in names)
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = _capital(field.label)

    def groups(self) -> Iterator[tuple[str | Promise, list[BoundField]]]:
        """The fields as the page groups them."""
        for title, names in GROUPS:
            yield title, [self[name] for name in names]


def _capital(label: Any) -> str:
    text = str(label or "")
    return text[:1].upper() + text[1:]


class CloseForm(forms.Form):
    """The first day without the customer."""

    day = DateField(label=_("Closed from"), help_text=_("The first day without the customer."))

    def __init__(self, data: Any, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"day": timezone.localdate()} | (initial or {}))

    def day_given(self) -> date:
        day: date = self.cleaned_data["day"]
        return day

    def fingerprint(self) -> str:
        return str(self.cleaned_data["day"])
