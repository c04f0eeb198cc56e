"""What addresses say: the days of a report, and the figure whose rows are listed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from reports import periods
from reports.figures import ANY, NONE, Figure, Way, Whose
from reports.measures import BY_KEY
from reports.periods import Period
from spotilla.web import DateField

LARGEST_ID = 2**63 - 1


def id_field() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)


class PeriodForm(forms.Form):
    """?from=2026-01-01&to=2026-01-31, both inclusive; `period` is read when it is valid."""

    def __init__(self, data: QueryDict, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["from"] = DateField(required=False, label=_("From"))
        self.fields["to"] = DateField(required=False, label=_("To, the last day included"))

    def clean(self) -> dict[str, Any]:
        days = self.cleaned_data
        first, last = days.get("from"), days.get("to")
        if self.errors:
            return days
        if bool(first) != bool(last):
            raise forms.ValidationError(_("Give both days, the first and the last."))
        if first and last and first > last:
            raise forms.ValidationError(_("The last day is before the first."))
        return days

    @property
    def period(self) -> Period:
        """The days asked for; this month when there are none, or none that can be understood."""
        if self.is_valid() and self.cleaned_data["from"]:
            return Period(self.cleaned_data["from"], self.cleaned_data["to"])
        return periods.month(self.today)


class FigureForm(PeriodForm):
    """The whole address of a figure (reports.figures.Figure.address)."""

    measure = forms.ChoiceField(choices=[(key, key) for key in BY_KEY])
    whose = forms.ChoiceField(choices=Whose)
    customer = id_field()
    attachment = id_field()
    path = forms.RegexField(r"^[0-9]{1,18}(-[0-9]{1,18})*$", required=False, max_length=4000)
    here = forms.BooleanField(required=False)
    way = forms.ChoiceField(choices=[("", ""), *Way.choices], required=False)
    order = forms.RegexField(rf"^([0-9]{{1,18}}|{ANY}|{NONE})$", required=False)
    kind = id_field()
    folder = forms.RegexField(rf"^([0-9]{{1,18}}|{NONE})$", required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if self.errors:
            return said
        measure, whose = BY_KEY[said["measure"]], said["whose"]
        of_one = {Whose.COLLECTED, Whose.OWNED, Whose.OTHERS}
        nonsense = [
            said["customer"] and whose not in of_one,
            not said["customer"] and (whose == Whose.OTHERS or said["attachment"] or said["path"] or said["way"]),
            said["path"] and not said["attachment"],
            said["here"] and not said["path"],
            said["order"] and not measure.source.is_task,
            said["kind"] and measure.source.is_task,
        ]
        if any(nonsense):
            raise forms.ValidationError(_("The link does not say which figure's rows to show."))
        return said

    @property
    def figure(self) -> Figure:
        """Of a valid form."""
        said = self.cleaned_data
        measure = BY_KEY[said["measure"]]
        return Figure(
            measure=measure,
            whose=Whose(said["whose"]),
            customer=said["customer"],
            period=Period(said["from"], said["to"]) if said["from"] and not measure.is_today else None,
            attachment=said["attachment"],
            path=tuple(int(pk) for pk in said["path"].split("-")) if said["path"] else (),
            here=said["here"],
            way=Way(said["way"]) if said["way"] else None,
            order=_id_or_word(said["order"]),
            kind=said["kind"],
            folder=_id_or_word(said["folder"]),
        )


def _id_or_word(text: str) -> int | str | None:
    return int(text) if text.isdigit() else text or None
