"""Texts that people type, in forms and models: whatever door they come by, they are as `spotilla.text` has them. A
structure test finds a field or a model that is none of these.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from spotilla.checked import Checked
from spotilla.text import CONTROL, many_lines, one_line


def _kept(text: Any, *, lines: bool = False) -> Any:
    if not isinstance(text, str):
        return text
    if CONTROL.search(text.replace("\0", "")):  # of NUL Django's own validator tells
        raise ValidationError(_("The text holds a character that cannot be kept."))
    return many_lines(text) if lines else one_line(text)


class LineField(forms.CharField):
    """Text on one line."""

    def to_python(self, value: Any) -> Any:
        return _kept(super().to_python(value))


class LinesField(forms.CharField):
    """Text of several lines, shown in a field of so many `rows`."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": rows})} | options)

    def to_python(self, value: Any) -> Any:
        return _kept(super().to_python(value), lines=True)


class EmailField(forms.EmailField):
    """Refuses what no database keeps, besides what Django refuses."""

    def to_python(self, value: Any) -> Any:
        return _kept(super().to_python(value))


# What a form takes for a column of text that it does not name itself; for the admin's `formfield_overrides` too.
FORM_FIELDS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.EmailField: {"form_class": EmailField},
    models.CharField: {"form_class": LineField},
    models.TextField: {"form_class": LinesField},
}


def text_field(column: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    """The `formfield_callback` of a ModelForm."""
    found = next((FORM_FIELDS[kind] for kind in type(column).mro() if kind in FORM_FIELDS), {})
    return column.formfield(**({} if column.choices else found) | options)


class TextModel(Checked):
    """A model whose texts are brought into their form when it is validated, before anything is judged by them: who
    makes one without a form does so by an operation, which validates.
    """

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        for column in self._meta.concrete_fields:
            typed = isinstance(column, models.CharField | models.TextField) and column.editable and not column.choices
            if typed and column.name not in (exclude or ()):
                lines = isinstance(column, models.TextField)
                setattr(self, column.attname, _kept(getattr(self, column.attname), lines=lines))
        super().clean_fields(exclude)
