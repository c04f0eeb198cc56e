"""A thing from Excel: the sheet to fill in, the file sent back, its preview, and the import itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sheets.importing.import_types import ImportType
from sheets.importing.preview import counts, refusal
from sheets.importing.uploads import is_current, judge_all, received
from sheets.limits import MEGABYTE, Unreadable
from sheets.models import Upload
from sheets.pages.opening import for_importers, may_go_on
from sheets.pages.rows import preview_page
from sheets.pages.runs import begin, import_of, not_waiting
from sheets.template import write_template
from sheets.writing import XLSX_TYPE, download
from spotilla.once import SentBefore, answer_again, claim_late
from spotilla.web import AuthenticatedHttpRequest, render

LONGEST_LIST = 1_000_000  # characters pasted into the page


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Excel file (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm"}),
        allow_empty_file=True,  # so that it is our own sentence that says so
    )

    def __init__(self, request: AuthenticatedHttpRequest, thing: ImportType) -> None:
        super().__init__(*((request.POST, request.FILES) if request.method == "POST" else ()))
        self.thing = thing
        if thing.takes_lists:
            words: Any = thing.words  # lazy texts, as a form takes them
            self.fields["file"].required = False
            self.fields["pasted"] = forms.CharField(
                label=words.pasted,
                help_text=words.pasted_help,
                required=False,
                strip=False,  # how far the first line is indented tells something
                max_length=LONGEST_LIST,
                widget=forms.Textarea(attrs={"rows": 8, "wrap": "off", "spellcheck": "false"}),
            )
        if request.user.has_perm(thing.may_change):
            words = thing.words
            self.fields["update"] = forms.BooleanField(label=words.update, help_text=words.update_help, required=False)

    def clean_file(self) -> UploadedFile[bytes] | None:
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        size = settings.IMPORT_MAX_BYTES
        if file and (file.size or 0) > size:
            text = _("The file is too large: at most %(size)d MB is taken.")
            raise forms.ValidationError(text % {"size": size // MEGABYTE})
        return file

    def clean(self) -> None:
        given = [name for name in ("file", "pasted") if str(self.cleaned_data.get(name) or "").strip()]
        if self.thing.takes_lists and not self.errors and len(given) != 1:
            text = _("Both a file and a list: send one of them.") if given else _("Choose a file, or paste a list.")
            raise forms.ValidationError(text)

    def receive(self, by: AbstractUser, kept: Callable[[Upload], object]) -> Upload | None:
        """Keeps the file with its rows judged, and does `kept` with it; None, with the form's errors, when it cannot be
        read.
        """
        file, listed = self.cleaned_data["file"], self.cleaned_data.get("pasted")
        try:
            if self.thing.takes_lists and listed:
                name, content = f"{self.thing.words.pasted_name}.xlsx", self.thing.read_list(listed)
            else:
                name, content = file.name, file.read()
            update = self.cleaned_data.get("update", False)
            return received(self.thing, name, content, by, update=update, kept=kept)
        except Unreadable as error:
            self.add_error("pasted" if listed else "file", str(error))
        return None


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: AuthenticatedHttpRequest, thing: ImportType) -> HttpResponse:
    form = UploadForm(request, thing)
    if form.is_valid():
        Upload.objects.forget()
        try:
            upload = form.receive(
                request.user, lambda upload: claim_late(request, upload, thing.url("import_preview", upload.pk))
            )
        except SentBefore as sent:
            return answer_again(request, sent.earlier)
        if upload is not None:
            return redirect(thing.url("import_preview", upload.pk))
    context = {
        "thing": thing,
        "form": form,
        "most_rows": settings.IMPORT_MAX_ROWS,
        "most_megabytes": settings.IMPORT_MAX_BYTES // MEGABYTE,
    }
    return render(request, "sheets/import.html", context, status=422 if form.is_bound else 200)


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> HttpResponse:
    """What the file would do; *Import* does it."""
    upload = import_of(request, thing, pk)
    if upload.state != Upload.State.WAITING:
        return not_waiting(request, upload)
    if not may_go_on(request, thing, upload):
        return redirect(thing.url("import"))
    posted = request.method == "POST"
    message = "" if posted else upload.get_ended_display()
    try:
        # What is wrong was told in another language; or it hangs on what has changed since, as a run has found.
        if upload.seen.get("language") != get_language() or ((posted or upload.ended) and not is_current(upload)):
            judge_all(upload, request.user)
        if posted:
            amounts = counts(upload)
            message = refusal(amounts, thing.words) or begin(request, upload, amounts["rows"] - amounts["left_out"])
            if not message:
                return redirect(thing.url("import_preview", upload.pk))
            judge_all(upload, request.user)
    except Unreadable as error:  # it could be read when it was sent: the limits have changed since
        messages.error(request, str(error))
        return redirect(thing.url("import"))
    return preview_page(request, upload, message)


@for_importers
@require_safe
def import_template(_request: AuthenticatedHttpRequest, thing: ImportType) -> HttpResponse:
    """The sheet to fill in, in the user's language."""
    written = write_template(str(thing.words.title), thing.columns)
    name = f"{thing.words.file_name} – {pgettext('file name', 'to fill in')}.xlsx"  # an export has the bare name
    return download(name, XLSX_TYPE, written)
