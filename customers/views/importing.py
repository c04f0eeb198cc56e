"""Customers from Excel: the sheet to fill in, the file sent back, its preview, and the import itself."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from customers.importing.judging import judge
from customers.importing.plan import Plan
from customers.importing.preview import preview_rows
from customers.importing.reading import limits, read
from customers.importing.saving import NotImported
from customers.importing.seen import fingerprint
from customers.sheet import COLUMNS
from customers.views.import_runs import begin, import_of, not_waiting
from sheets.limits import MEGABYTE, Unreadable
from sheets.marking import Marking, NotMarked
from sheets.models import Upload
from sheets.returning import MOST_MENDED
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
            "A row whose business ID or customer number exists changes that customer: filled cells only, and no folder "
            "is taken away. Otherwise such a row is an error."
        ),
        required=False,
    )

    def __init__(self, request: AuthenticatedHttpRequest) -> None:
        super().__init__(*((request.POST, request.FILES) if request.method == "POST" else ()))
        if not request.user.has_perm("customers.change_customer"):
            del self.fields["update"]

    def clean_file(self) -> UploadedFile[bytes]:
        """Reads the file through, so that what cannot be read at all is told here and never kept."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size = settings.IMPORT_MAX_BYTES
        if (file.size or 0) > size:
            text = _("The file is too large: at most %(size)d MB is taken.")
            raise forms.ValidationError(text % {"size": size // MEGABYTE})
        self.content = file.read()
        try:
            read(self.content)
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error
        return file


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = UploadForm(request)
    if form.is_valid():
        Upload.objects.forget()
        upload = Upload.objects.create(
            name=form.cleaned_data["file"].name[-255:],
            content=form.content,
            user=request.user,
            update=form.cleaned_data.get("update", False),
        )
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
    """What the file would do; *Import* does it. Reads the stored bytes anew each time, about 1 s for 10,000 rows."""
    upload = import_of(request, pk)
    if upload.state != Upload.State.WAITING:
        return not_waiting(request, upload)
    if upload.update and not request.user.has_perm("customers.change_customer"):
        return redirect("customers:import")  # the right was taken away meanwhile
    try:
        table = read(bytes(upload.content))
    except Unreadable as error:  # it could be read when it was sent: the limits have changed since
        messages.error(request, str(error))
        return redirect("customers:import")
    message = "" if request.method == "POST" else upload.get_ended_display()
    if request.method == "POST":
        try:
            begin(request, upload, table)
        except NotImported as error:
            plan, message = error.plan, str(error)
        else:
            return redirect("customers:import_preview", upload.pk)
    else:
        plan = judge(table, update=upload.update, by=request.user)
    context = {
        "upload": upload,
        "plan": plan,
        "counts": plan.counts(),
        "seen": fingerprint(plan),
        "message": message,
        "not_marked": _why_not_marked(upload, plan) if plan.problems else "",
        "most_mended": MOST_MENDED,
        **preview_rows(plan),
    }
    return render(request, "customers/import_preview.html", context, status=422 if request.method == "POST" else 200)


def _why_not_marked(upload: Upload, plan: Plan) -> str:
    """Why the file cannot be given back with marks; "" when it can."""
    try:
        Marking(bytes(upload.content), plan.table, plan.problems, limits())
    except NotMarked as error:
        return str(error)
    return ""


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_safe
def import_template(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The sheet to fill in, in the user's language."""
    name = pgettext("file name", "customers")
    return download(f"{name}.xlsx", XLSX_TYPE, write_template(_("Customers"), COLUMNS))
