"""Two people at once: a form that was opened before somebody else saved is told so instead of overwriting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _


class VersionedForm[M: models.Model](forms.ModelForm[M]):
    """Carries the row's `version`. Validate and save it inside one transaction: validating locks the row.

    A stale form keeps what was typed, says what stands in the row now, and may be sent again.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = getattr(self.instance, "version", None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):  # a browser sends other line breaks than a sheet has
                cleaned[name] = value.replace("\r\n", "\n")
        if self.instance.pk:
            current = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
            if current is None:
                raise ValidationError(_("Somebody has deleted this meanwhile."), code="stale")
            if getattr(current, "version", None) != cleaned.get("version"):
                self._refuse_stale(current)
        return cleaned

    def _refuse_stale(self, current: M) -> None:
        changed = [
            f"{field.label}: {_shown(current, name)}"
            for name, field in self.fields.items()
            if name != "version" and name in self.cleaned_data and getattr(current, name) != self.cleaned_data[name]
        ]
        if not changed:
            return
        data = QueryDict("", mutable=True)
        data.update(self.data)
        data[self.add_prefix("version")] = str(getattr(current, "version", ""))
        self.data = data
        raise ValidationError(
            [
                _("Somebody has changed this meanwhile. Nothing was saved; to save what stands below, save again."),
                _("It now has: %(values)s.") % {"values": "; ".join(changed)},
            ],
            code="stale",
        )


def saved(form: forms.ModelForm[Any]) -> bool:
    """Validates and saves what was sent, in one transaction; False when nothing was sent, or it cannot be saved."""
    if not form.is_bound:
        return False
    try:
        with transaction.atomic():
            if form.is_valid():
                form.save()
                return True
    except IntegrityError:  # somebody was quicker with the same business ID, or deleted what the form is about
        form.add_error(None, _("Somebody has saved at the same moment. Nothing was saved; try again."))
    return False


def _shown(row: models.Model, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    return str(value) if value not in ("", None) else "–"
