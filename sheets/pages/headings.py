"""Headings of a waiting file that are not known, matched by hand."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sheets.columns import folded
from sheets.importing.import_types import ImportType
from sheets.importing.reading import limits
from sheets.importing.uploads import empty_table, match_headings, remember_headings
from sheets.limits import Unreadable
from sheets.models import Upload
from sheets.pages.opening import for_importers, may_go_on
from sheets.tables import Table, samples
from spotilla.web import AuthenticatedHttpRequest, render


class HeadingsForm(forms.Form):
    """A field for each heading that is not known: one of the columns that the file lacks, or none."""

    def __init__(
        self, request: AuthenticatedHttpRequest, thing: ImportType, table: Table, values: dict[str, list[str]]
    ) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        self.thing = thing
        by_hand = {table.headings[key]: key for key in table.matched}
        free = [
            column
            for column in (*thing.columns, *thing.others)
            if column.key not in table.places or column.key in table.matched
        ]
        choices = [("", _("– leave the column out –")), *((column.key, column.heading) for column in free)]
        places = table.unknown | {heading: table.places[key] for heading, key in by_hand.items()}
        in_order = sorted(places, key=lambda heading: places[heading])
        self.headings = {f"heading-{number}": heading for number, heading in enumerate(in_order)}
        for name, heading in self.headings.items():
            self.fields[name] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=by_hand.get(heading, ""),
                help_text=", ".join(values.get(heading, ())),
            )

    def clean(self) -> None:
        taken: dict[str, str] = {}
        for name, heading in self.headings.items():
            key = self.cleaned_data.get(name)
            if key and taken.setdefault(key, heading) != heading:
                texts = {"heading": taken[key], "column": self.thing.by_key[key].heading}
                self.add_error(name, _("“%(heading)s” is taken for “%(column)s” already.") % texts)

    def matched(self) -> dict[str, str]:
        return {folded(heading): self.cleaned_data[name] for name, heading in self.headings.items()}


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def import_headings(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> HttpResponse:
    """Says which column each unknown heading is; remembered for the next file with the same headings."""
    upload = get_object_or_404(Upload.objects.of(thing.key).visible_to(request.user).waiting(), pk=pk)
    if not may_go_on(request, thing, upload):
        return redirect(thing.url("import"))
    if not upload.seen:
        return redirect(thing.url("import_preview", pk))  # where it is read
    table, _reader = empty_table(upload)
    form = HeadingsForm(request, thing, table, samples(bytes(upload.content), table, limits()))
    if form.is_valid():
        try:
            match_headings(upload, form.matched(), request.user)
        except Unreadable as error:
            form.add_error(None, str(error))
        else:
            remember_headings(upload)
            messages.success(request, _("The columns are matched, now and in the next file with the same headings."))
            return redirect(thing.url("import_preview", pk))
    return render(
        request,
        "sheets/import_headings.html",
        {"thing": thing, "upload": upload, "form": form},
        status=422 if form.errors else 200,
    )
