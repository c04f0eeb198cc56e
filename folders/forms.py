"""Forms of folders and spots. The rules stand in the schema and in the operations; forms repeat none of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from folders.choices import describe_folders
from folders.days import ALWAYS, FOREVER, overlapping
from folders.models import Folder, Spot
from folders.tree import KEYS
from spotilla.optimistic_lock import VersionedForm, digest
from spotilla.record_picker import PickField
from spotilla.text_fields import text_field
from spotilla.web import DateField


def add_refusal(form: forms.BaseForm, refused: ValidationError) -> None:
    """What an operation refused, at its field, or above all where the form has none such: the folder that it comes into
    may have been deleted meanwhile.
    """
    found = refused.error_dict if hasattr(refused, "error_dict") else {"": refused.error_list}
    for name, errors in found.items():
        for error in errors:
            form.add_error(name if name in form.fields else None, error)


class FolderForm(VersionedForm[Folder]):
    """A folder's name and description; where it is, is moved on its own page."""

    class Meta:
        model = Folder
        formfield_callback = text_field
        fields = ("name", "description")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def save(self, commit: bool = True) -> Folder:  # as Django has it
        """These fields alone: somebody may be moving it at the same time."""
        folder = super().save(commit=False)
        if commit:
            folder.save(update_fields=["name", "description", *KEYS])
        return folder


class SpotForm(VersionedForm[Spot]):
    """A spot's own fields; where it is, is moved on its own page."""

    class Meta:
        model = Spot
        formfield_callback = text_field
        fields = ("name", "state", "description")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def save(self, commit: bool = True) -> Spot:  # as Django has it
        """These fields alone: somebody may be moving it at the same time."""
        spot = super().save(commit=False)
        if commit:
            spot.save(update_fields=["name", "state", "description", *KEYS])
        return spot


class MoveForm(forms.Form):
    """Where to, and on which days (rule 5): from a day on it is a change, over named days or always a correction."""

    into = PickField(
        None,
        url_name="folders:folder_choices",
        describe=describe_folders,
        label=_("Into folder"),
        empty_label=_("To the top of the tree"),
        required=False,
    )
    when = forms.ChoiceField(
        label=_("Days"),
        widget=forms.RadioSelect,
        choices=[
            ("from", _("From a day on; before it everything stays as it was")),
            ("days", _("Correct the days below; other days stay as they were")),
            ("always", _("Correct the whole history: it has always been here")),
        ],
        initial="from",
    )
    day = DateField(label=_("From day"), required=False)
    first = DateField(label=_("First day"), required=False, help_text=_("Empty: since the beginning"))
    last = DateField(label=_("Last day"), required=False, help_text=_("Empty: until further notice"))

    def __init__(self, data: Any, *, initial: dict[str, Any], user: User, thing: Folder | Spot) -> None:
        """A correction takes the days of the place in force by default. A spot does not go to the top."""
        self.thing, place = thing, thing.placements.get(until=FOREVER)
        days = {
            "day": timezone.localdate(),
            "first": None if place.since == ALWAYS else place.since,
            "last": None,
        }
        super().__init__(data, initial=days | initial)
        into: Any = self.fields["into"]
        into.queryset = Folder.objects.visible_to(user)
        into.required = isinstance(thing, Spot)

    def clean(self) -> None:
        when, day = self.cleaned_data.get("when"), self.cleaned_data.get("day")
        if when == "from" and not day and "day" not in self.errors:
            self.add_error("day", _("Give the day that the move begins on."))
        for name in ("first", "last") if when == "from" else ():  # which stands there until another is chosen
            if self.cleaned_data.get(name) and name in self.changed_data:
                self.add_error(name, _("This day is for another choice above. Choose that, or empty the day."))

    def days(self) -> tuple[date, date]:
        """since <= day < until, once the form is valid."""
        given = self.cleaned_data
        if given["when"] == "from":
            return given["day"], FOREVER
        if given["when"] == "always":
            return ALWAYS, FOREVER
        last = given["last"]
        return given["first"] or ALWAYS, last + timedelta(days=1) if last and last < FOREVER else FOREVER

    def fingerprint(self) -> str:
        """What the preview was shown of, with the places that it replaces: the move is made only when this is
        confirmed. One query."""
        since, until = self.days()
        into, where = self.cleaned_data["into"], "parent" if isinstance(self.thing, Folder) else "folder"
        replaced = self.thing.placements.filter(overlapping(since, until)).order_by("since")
        return f"{into.pk if into else 0}:{since}:{until}:{digest(list(replaced.values_list(where, 'since', 'until')))}"
