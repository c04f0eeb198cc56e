"""What people type, taken as the sheet for Excel takes it: one rule and one sentence for page and import."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from customers import countries
from customers.cells import read_business_id, read_phone
from customers.models import E164
from customers.phones import written
from folders.names import sort_key
from sheets.problems import Wrong
from sheets.values import Value
from spotilla.text_fields import LineField

KEPT = re.compile(E164)


class ReadField(LineField):
    """Text that a reader of the sheet brings into the form in which we keep it."""

    read: Callable[[Value], Any]

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if text in self.empty_values:
            return ""
        try:
            return str(type(self).read(text))
        except Wrong as wrong:
            # Either may be a function that makes the sentence.
            sentences = [part() if callable(part) else part for part in (wrong.text, wrong.right)]
            raise ValidationError(" ".join(sentences).strip()) from wrong


class BusinessIdField(ReadField):
    """Takes what a cell of a sheet takes, in one spelling."""

    read = staticmethod(read_business_id)


class PhoneField(ReadField):
    """Takes what a cell of a sheet takes; keeps E.164, shows it in groups."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    read = staticmethod(read_phone)

    def prepare_value(self, value: Any) -> Any:
        """What is kept as pages show it; what was typed as it was."""
        return written(value) if isinstance(value, str) and KEPT.fullmatch(value) else value


class CountryField(forms.ChoiceField):
    """Two-letter codes by their names in the user's language, Finland first."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=country_choices, **options)


def country_choices() -> list[tuple[str, str]]:
    names = countries.names((get_language() or "fi")[:2])
    others = sorted(
        (code for code in names if code != "FI" and not code.isdigit()), key=lambda code: sort_key(names[code])
    )
    return [(code, names[code]) for code in ["FI", *others]]
