"""Two people at once: a form that was opened before somebody else saved is told so instead of overwriting.

Every form that changes a row carries its `version`: a digest of each field that the form shows or sets, as the row had
them when the page was made. It is compared with the row once that is locked (decision 0023). What others changed of
other fields is no conflict, nor is what they changed to the very values that the form would write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from spotilla.refused import Refused

type Values = Mapping[str, Any]  # what a form shows or sets of a row, by the form's names

BYTES = 5  # of a digest: of a thousand billion changes one is not noticed


def digest(value: object) -> str:
    """Alike for None and nothing, for a row and its id, and for both kinds of line breaks."""
    return hashlib.blake2b(_text(value).encode("utf-8", "replace"), digest_size=BYTES).hexdigest()


def _text(value: object) -> str:
    if isinstance(value, models.Model):
        value = value.pk
    return "" if value is None else str(value).replace("\r\n", "\n")


def version_of(values: Values) -> str:
    """`name:1a2b3c4d5e due_on:…`"""
    return " ".join(f"{name}:{digest(value)}" for name, value in values.items())


class Stale(Refused):
    """The row is not what the page showed any more: `now` has what it is, `changed` the names of what differs."""

    def __init__(self, row: models.Model, now: Values, changed: list[str]) -> None:
        super().__init__(_("Somebody has changed this meanwhile. Nothing was saved."), code="stale")
        self.row, self.now, self.changed = row, now, changed


@dataclass(frozen=True)
class Version:
    """What a page showed of a row, as its form sent it, and what the form would write."""

    sent: str  # what is missing in it or malformed counts as changed
    given: Values
    read: Callable[[Any], Values]

    def check(self, row: models.Model) -> None:
        """Raises Stale when `row`, which the caller has locked, is not what the page showed."""
        now, shown = self.read(row), self.shown()
        written = {name for name, value in self.given.items() if name in now and _text(value) != _text(now[name])}
        if not written:  # it has all that already: somebody pressed the same button, or the same one twice
            return
        changed = [
            name
            for name, value in now.items()
            if shown.get(name) != digest(value) and (name in written or name not in self.given)
        ]
        if changed:
            raise Stale(row, now, changed)

    def shown(self) -> dict[str, str]:
        """The digests by name."""
        return dict(part.split(":", 1) for part in self.sent.split() if ":" in part)


class VersionField(forms.Field):
    """Takes whatever was sent: what it cannot be is stale, not invalid."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> str:
        return str(value or "")


class VersionedForm[M: models.Model](forms.ModelForm[M]):
    """Validate and save it inside one transaction (`saved`): validating locks the row, and compares.

    A stale form says what stands in the row now, keeps what was typed, and may be sent again.
    """

    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # now, since validating writes what was typed into it
            self.initial["version"] = version_of(self.stands(self.instance))

    def stands(self, row: M) -> Values:
        return stored(row, (name for name in self.fields if name != "version"))

    def clean(self) -> dict[str, Any]:
        cleaned = _with_our_line_breaks(super().clean() or self.cleaned_data)
        if self.instance.pk:
            current = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
            if current is None:
                raise ValidationError(_("Somebody has deleted this meanwhile."), code="stale")
            version = Version(cleaned.get("version", ""), cleaned, self.stands)
            try:
                version.check(current)
            except Stale as stale:
                _show_again(self, version, stale, {})
                told = [_once_more(), _now_has(self, stale, partial(_said, self))]
                raise ValidationError(told, code="stale") from stale
        return cleaned


class VersionedActionForm(forms.Form):
    """A form whose operation locks the row, and compares it with the `page_version()` that it is given.

    `row`: what is changed; None for a new one. Each form says by `stands` what it shows and sets of it.
    """

    version = VersionField()
    may_be_sent_again = True  # not so a page's button, which the page may have no more

    def __init__(self, data: Any, *, row: models.Model | None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        if row is None:
            del self.fields["version"]
        else:  # later: the fields that the user may not see go first
            self.initial.setdefault("version", lambda: version_of(self._of_fields(row)))

    def stands(self, row: Any) -> Values:
        """By this form's names, and what its page shows besides."""
        raise NotImplementedError

    def usual(self) -> Values:
        """What the page shows in a field where the row has nothing yet."""
        return {}

    def say(self, row: Any, name: str, value: Any) -> str:
        return _said(self, row, name, value)

    def page_version(self, **given: Any) -> Version:
        """`given`: what the operation writes besides what was typed."""
        return Version(self.cleaned_data.get("version", ""), self.cleaned_data | given, self._of_fields)

    def clean(self) -> dict[str, Any]:
        return _with_our_line_breaks(super().clean() or self.cleaned_data)

    def refuse(self, refused: ValidationError) -> None:
        """Says above the fields why nothing was saved; and of a stale page what the row has now."""
        told = refused.messages
        if isinstance(refused, Stale):
            _show_again(self, self.page_version(), refused, self.usual())
            told = [_once_more() if self.may_be_sent_again else told[0], _now_has(self, refused, self.say)]
        self.add_error(None, told)

    def _of_fields(self, row: Any) -> Values:
        of_page = self.stands(row).items()
        return {name: value for name, value in of_page if name in self.fields or name not in self.base_fields}


def stored(row: models.Model, names: Iterable[str]) -> Values:
    """The row's own fields of these names; of another row its id."""
    columns = {field.name: field.attname for field in row._meta.concrete_fields}
    return {name: getattr(row, columns[name]) for name in names if name in columns}


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


def _with_our_line_breaks(cleaned: dict[str, Any]) -> dict[str, Any]:
    """A browser sends other line breaks than a sheet has."""
    for name, value in cleaned.items():
        if isinstance(value, str):
            cleaned[name] = value.replace("\r\n", "\n")
    return cleaned


def _show_again(form: forms.BaseForm, version: Version, stale: Stale, usual: Values) -> None:
    """Renews the form's version, and shows what the row has now where nothing was typed."""
    shown = version.shown()
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    for name, value in stale.now.items():
        if name in form.fields and name in form.cleaned_data:
            was_shown = {shown.get(name)}
            if name in usual and digest(None) in was_shown:
                was_shown.add(digest(usual[name]))
            if digest(form.cleaned_data[name]) in was_shown:
                data[form.add_prefix(name)] = form.fields[name].prepare_value(value)
    data[form.add_prefix("version")] = version_of(stale.now)
    form.data = data


def _once_more() -> str:
    return _("Somebody has changed this meanwhile. Nothing was saved; to save what stands below, save again.")


def _now_has(form: forms.BaseForm, stale: Stale, say: Callable[[Any, str, Any], str]) -> str:
    values = [f"{_label(form, stale.row, name)}: {say(stale.row, name, stale.now[name])}" for name in stale.changed]
    return _("It now has: %(values)s.") % {"values": "; ".join(values)}


def _label(form: forms.BaseForm, row: models.Model, name: str) -> str:
    label = form.fields[name].label if name in form.fields else None
    try:
        text = str(label or row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        text = name
    return text[:1].upper() + text[1:]


def _said(form: forms.BaseForm, row: models.Model, name: str, value: Any) -> str:
    """What the row has, as its page would write it; a dash for nothing."""
    if value in ("", None):
        return "–"
    if display := getattr(row, f"get_{name}_display", None):
        return str(display())
    if isinstance(value, date):
        return f"{value.day}.{value.month}.{value.year}"
    related = getattr(row, name, None)
    if isinstance(related, models.Model):
        return str(related)
    return str(form.fields[name].prepare_value(value) if name in form.fields else value)
