"""Customers from Excel: the sheet to fill in, the file sent back, its preview, and the import itself."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from customers.importing.preview import counts, refusal
from customers.importing.uploads import changes_customers, is_current, judge_all, received
from customers.sheet import COLUMNS
from customers.views.import_rows import preview_page
from customers.views.import_runs import begin, import_of, not_waiting
from sheets.limits import MEGABYTE, Unreadable
from sheets.models import Upload
from sheets.template import write_template
from sheets.writing import XLSX_TYPE, download
from spotilla.web import AuthenticatedHttpRequest, render


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Excel file (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm"}),
        allow_empty_file=True,  # so that it is our own sentence that says so
    )
    update = forms.BooleanField(
        label=gettext_lazy("Update customers that exist"),
        help_text=gettext_lazy(
            "A row whose business ID or customer number exists changes that customer: filled cells only (in our "
            "own exports emptied ones too), and no folder is taken away. Otherwise such a row is an error."
        ),
        required=False,
    )

    def __init__(self, request: AuthenticatedHttpRequest) -> None:
        super().__init__(*((request.POST, request.FILES) if request.method == "POST" else ()))
        if not request.user.has_perm("customers.change_customer"):
            del self.fields["update"]

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size = settings.IMPORT_MAX_BYTES
        if (file.size or 0) > size:
            text = _("The file is too large: at most %(size)d MB is taken.")
            raise forms.ValidationError(text % {"size": size // MEGABYTE})
        return file

    def receive(self, by: User) -> Upload | None:
        """Keeps the file with its rows judged; None, with the form's errors, when it cannot be read."""
        file = self.cleaned_data["file"]
        try:
            return received(file.name, file.read(), by, update=self.cleaned_data.get("update", False))
        except Unreadable as error:
            self.add_error("file", str(error))
        return None


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = UploadForm(request)
    if form.is_valid():
        Upload.objects.forget()
        upload = form.receive(request.user)
        if upload is not None:
            return redirect("customers:import_preview", upload.pk)
    context = {
        "form": form,
        "most_rows": settings.IMPORT_MAX_ROWS,
        "most_megabytes": settings.IMPORT_MAX_BYTES // MEGABYTE,
    }
    return render(request, "customers/import.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the file would do; *Import* does it."""
    upload = import_of(request, pk)
    if upload.state != Upload.State.WAITING:
        return not_waiting(request, upload)
    if changes_customers(upload) and not request.user.has_perm("customers.change_customer"):
        return redirect("customers:import")  # the right was taken away meanwhile
    posted = request.method == "POST"
    message = "" if posted else upload.get_ended_display()
    try:
        # What is wrong was told in another language; or it hangs on what has changed since, as a run has found.
        if upload.seen.get("language") != get_language() or ((posted or upload.ended) and not is_current(upload)):
            judge_all(upload, request.user)
        if posted:
            amounts = counts(upload)
            message = refusal(amounts) or begin(request, upload, amounts["rows"] - amounts["left_out"])
            if not message:
                return redirect("customers:import_preview", upload.pk)
            judge_all(upload, request.user)
    except Unreadable as error:  # it could be read when it was sent: the limits have changed since
        messages.error(request, str(error))
        return redirect("customers:import")
    return preview_page(request, upload, message)


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_safe
def import_template(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The sheet to fill in, in the user's language."""
    name = pgettext("file name", "customers")
    return download(f"{name}.xlsx", XLSX_TYPE, write_template(_("Customers"), COLUMNS))
