"""Hours as people type them, and the choice of one of many without its first hits (for filters)."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from spotilla.record_picker import Choice, Picker, PickField
from spotilla.text import one_line
from spotilla.web import as_id

_CLOCK = re.compile(r"([0-9]{1,5}):([0-5][0-9])")
_MINUTES = re.compile(r"([0-9]{1,7}) ?(?:min|m|minuuttia|minuter|minutes)\.?")
_BOTH = re.compile(r"([0-9]{1,5}) ?(?:h|t|tuntia|tim|hours)\.? ?([0-5]?[0-9]) ?(?:min|m)?\.?")
_HOURS = re.compile(r"([0-9]{1,5}(?:[.,][0-9]{1,4})?) ?(h|t|tuntia|tunti|tim|timmar|hours)?\.?")
LONGEST_DAY = 24  # a bare number above it is rather minutes than hours, and is not guessed at


class MinutesField(forms.Field):
    """Whole minutes, typed as 1,5 or 1:30 or 90 min or 1 h 30 min; nothing typed is 0."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, help_text=_("Such as 1,5 or 1:30, or 90 min."), **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return f"{value // 60}:{value % 60:02}" if value else ""
        return value

    def to_python(self, value: Any) -> int:
        typed = one_line(str(value or "")).casefold()
        if not typed:
            return 0
        if found := _CLOCK.fullmatch(typed) or _BOTH.fullmatch(typed):
            return int(found[1]) * 60 + int(found[2])
        if found := _MINUTES.fullmatch(typed):
            return int(found[1])
        found = _HOURS.fullmatch(typed)
        if not found:
            raise forms.ValidationError(_("Write the time as 1,5 or 1:30, or as 90 min."))
        hours = Decimal(found[1].replace(",", "."))
        if hours > LONGEST_DAY and not found[2]:
            raise forms.ValidationError(
                _("%(number)s hours or minutes? Write %(number)s h or %(number)s min."), params={"number": found[1]}
            )
        return int((hours * 60).quantize(Decimal(1), ROUND_HALF_UP))


class RowField(forms.ModelChoiceField[Any]):
    """One of a few rows, such as a role. Refuses what is no id before the database is asked, which breaks on a number
    too large for a role's.
    """

    def to_python(self, value: Any) -> Any:
        if value and isinstance(value, str) and value != getattr(self, "null_value", None) and not as_id(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": value})
        return super().to_python(value)


class RowFilterField(RowField, django_filters.fields.ModelChoiceField):
    """The same in a list's filters."""


class RowsField(forms.ModelMultipleChoiceField[Any]):
    """Any of some rows."""

    def clean(self, value: Any) -> Any:
        if any(as_id(pk) is None for pk in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": value})
        return super().clean(value)


class QuietPicker(Picker):
    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["nothing"] = bool(self.typed) and context["widget"]["nothing"]
        return context


class QuietPickField(PickField):
    """Shows no hits until something is typed: a list that nobody narrows asks the database for none."""

    widget = QuietPicker

    def clean(self, value: Any) -> Any:
        return forms.ModelChoiceField.clean(self, value)  # what is typed is a list's search

    def offered(self, value: Any, typed: str) -> tuple[Choice | None, list[Choice]]:
        if typed:
            return super().offered(value, typed)
        assert self.queryset is not None, "the form gives the queryset of what its user may see"  # noqa: S101
        pk = as_id(self.prepare_value(value))
        chosen = self.describe(list(self.queryset.filter(pk=pk))) if pk else []
        return (chosen[0] if chosen else None), []
