"""The preview of a waiting file: its rows by what becomes of them, and what the user chooses about them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from customers.importing.choosing import Gone, answer, leave_out, mend, settle, take_back
from customers.importing.missing import WAYS, free, lacking_of
from customers.importing.plan import Outcome
from customers.importing.preview import (
    columns_shown,
    counts,
    doubles_of,
    fields_to_mend,
    fingerprint_of,
    listed_problems,
    page_rows,
    refusal,
)
from customers.importing.uploads import changes_customers, is_current, judge_all
from customers.sheet import BY_KEY, COLUMNS
from sheets.models import Upload, UploadRow
from sheets.returning import MOST_MENDED
from sheets.values import EDGES
from spotilla.web import AuthenticatedHttpRequest, as_id, render, wants_fragment

PER_PAGE = 100


class Rows(Paginator[UploadRow]):
    """Pages of rows whose number is known already."""

    def __init__(self, upload: Upload, show: str, amounts: dict[str, int]) -> None:
        self.rows = upload.rows.order_by("number")
        if show == "noted":
            self.rows = self.rows.filter(noted=True)
        elif show != "rows":
            self.rows = self.rows.filter(outcome=show)
        super().__init__(self.rows, PER_PAGE)
        self.count = amounts[show]  # a cached property: given, it is not worked out


def preview_page(
    request: AuthenticatedHttpRequest, upload: Upload, message: str = "", asked: QueryDict | None = None, row: int = 0
) -> HttpResponse:
    """The rows that `asked` (else the address) names: those of an outcome (show), a page of them, or that of a row.

    `row` is where the reader stood, and is brought back to.
    """
    asked = request.GET if asked is None else asked
    amounts = counts(upload)
    lacking = lacking_of(upload, request.user)
    amounts["missing"] = lacking.count() if upload.update else 0
    show = asked.get("show", "")
    show = show if show in {*Outcome.values, "noted", "problems", "missing"} else "rows"
    context: dict[str, Any] = {
        "upload": upload,
        "file": upload.seen,
        "seen": fingerprint_of(upload, amounts, request.user),
        "counts": amounts,
        "tabs": _tabs(amounts, update=upload.update),
        "show": show,
        "message": message,
        "refused": refusal(amounts),
        "unnamed": "name" not in upload.seen["places"],
        "matched": [(upload.seen["headings"][key], BY_KEY[key].heading) for key in upload.seen["matched"]],
        "current": is_current(upload),
        "comes": amounts["new"] + amounts["changed"],
        "most_mended": MOST_MENDED,
        "missing": upload.choices.get("missing", "leave"),
    }
    if amounts["missing"] and context["missing"] == "close":
        context |= {"closes": True, "held": amounts["missing"] - free(lacking).count()}
    if show == "problems":
        problems = listed_problems(upload)
        context |= {"problems": problems, "more": amounts["problems"] - len(problems)}
    elif show == "missing":
        page = Paginator(lacking.order_by("sort_key", "pk"), PER_PAGE).get_page(asked.get("page"))
        context["page"] = page
    else:
        context |= _rows(request, upload, show, asked, amounts, row)
    partial = "preview" if asked is not request.GET else ""
    status = 422 if message and request.method == "POST" else 200
    return render(request, "customers/import_preview.html", context, partial=partial, status=status)


def _tabs(amounts: dict[str, int], *, update: bool) -> list[tuple[str, str, int]]:
    """(show, label, how many) of what there is to filter by."""
    labels = {
        "rows": pgettext("rows", "All"),
        Outcome.NEW.value: pgettext("rows", "New"),
        Outcome.CHANGED.value: pgettext("rows", "Changed"),
        Outcome.UNCHANGED.value: pgettext("rows", "Unchanged"),
        Outcome.ASKED.value: pgettext("rows", "There already?"),
        Outcome.ERROR.value: pgettext("rows", "Errors"),
        Outcome.LEFT_OUT.value: pgettext("rows", "Left out"),
        "noted": pgettext("rows", "Noted"),
        "missing": pgettext("rows", "Missing from the file"),
    }
    always = {"rows", "new", "error"} | ({"changed", "unchanged"} if update else set())
    return [(show, label, amounts[show]) for show, label in labels.items() if amounts[show] or show in always]


def _rows(
    request: AuthenticatedHttpRequest, upload: Upload, show: str, asked: QueryDict, amounts: dict[str, int], row: int
) -> dict[str, Any]:
    paginator = Rows(upload, show, amounts)
    number = as_id(asked.get("row")) or 0
    wanted: Any = asked.get("page")
    if number:  # the page on which that row stands
        wanted = paginator.rows.filter(number__lt=number).count() // PER_PAGE + 1
    page = paginator.get_page(wanted)
    found, columns = list(page.object_list), columns_shown(upload)
    mending = as_id(asked.get("mend"))
    mended = next((each for each in found if each.number == mending), None)
    return {
        "page": page,
        "columns": columns,
        "rows": page_rows(upload, found, columns, request.user),
        "mending": mending,
        "fields": fields_to_mend(upload, mended) if mended else [],
        "stands": next((each.number for each in found if each.number >= row), 0) if row else 0,
        "width": len(columns) + 2,
    }


@login_required
@permission_required("customers.add_customer", raise_exception=True)
@require_POST
def import_choose(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Mends a row, leaves it out or takes it back: it is judged anew, with what hangs on it. Or judges all again."""
    upload = get_object_or_404(Upload.objects.visible_to(request.user).waiting().defer("content"), pk=pk)
    if changes_customers(upload) and not request.user.has_perm("customers.change_customer"):
        return redirect("customers:import")  # the right was taken away meanwhile
    try:
        number = _chosen(request, upload)
    except Gone:
        messages.error(request, _("The file has been imported already."))
        return redirect("customers:import_preview", pk)
    if wants_fragment(request):
        return preview_page(request, upload, asked=request.POST, row=number)
    shown = {name: request.POST[name] for name in ("show", "page") if request.POST.get(name)}
    return redirect(f"{reverse('customers:import_preview', args=[pk], query=shown or None)}#row-{number}")


def _chosen(request: AuthenticatedHttpRequest, upload: Upload) -> int:
    """Does what the pressed button says; gives the row's number, 0 when it is about all of them."""
    said = request.POST
    if "again" in said:
        judge_all(upload, request.user)
    elif "missing" in said:
        _settle(request, upload)
    elif "all" in said:
        _answer_all(request, upload, said["all"])
    else:
        return _chosen_of_row(request, upload)
    return 0


def _chosen_of_row(request: AuthenticatedHttpRequest, upload: Upload) -> int:
    said = request.POST
    act = next((name for name in ("mended", "use", "leave_out", "take_back", "same", "ask") if name in said), "")
    number, _space, rest = said.get(act, "").partition(" ")
    row = as_id(number)
    if row is None:
        raise BadRequest("no choice")
    if not upload.rows.filter(number=row).exists():
        raise Http404
    match act:
        case "leave_out":
            leave_out(upload, {row}, request.user)
        case "take_back":
            take_back(upload, {row}, request.user)
        case "ask":
            answer(upload, {row: None}, request.user)
        case "same":
            _answer(request, upload, row, rest)
        case "use":
            key, _space, text = rest.partition(" ")
            _mend(request, upload, row, {key: text})
        case _:
            typed = {name.removeprefix("cell-"): said[name].strip(EDGES) for name in said if name.startswith("cell-")}
            _mend(request, upload, row, typed)
    return row


def _mend(request: AuthenticatedHttpRequest, upload: Upload, row: int, typed: dict[str, str]) -> None:
    if not typed or not typed.keys() <= {column.key for column in COLUMNS} | upload.seen["places"].keys():
        raise BadRequest("no such cell")
    mend(upload, row, typed, request.user)


def _answer(request: AuthenticatedHttpRequest, upload: Upload, row: int, text: str) -> None:
    """Says which of the customers that were pointed out a row is about, or 0 for a new one."""
    pk = as_id(text)
    if pk is None or pk not in doubles_of(upload, {row})[row]:
        raise BadRequest("no such double")
    if pk and not request.user.has_perm("customers.change_customer"):
        raise PermissionDenied
    answer(upload, {row: pk}, request.user)


def _answer_all(request: AuthenticatedHttpRequest, upload: Upload, what: str) -> None:
    """Of every row that is asked about: a new customer, the only one that was pointed out, or left out."""
    asked = set(upload.rows.filter(outcome=Outcome.ASKED).values_list("number", flat=True))
    if what == "leave_out":
        leave_out(upload, asked, request.user)
    elif what == "new":
        answer(upload, {row: 0 for row, may_be in doubles_of(upload, asked).items() if 0 in may_be}, request.user)
    elif what == "same":
        if not request.user.has_perm("customers.change_customer"):
            raise PermissionDenied
        found = {row: [pk for pk in may_be if pk] for row, may_be in doubles_of(upload, asked).items()}
        answer(upload, {row: pks[0] for row, pks in found.items() if len(pks) == 1}, request.user)
    else:
        raise BadRequest("no choice")


def _settle(request: AuthenticatedHttpRequest, upload: Upload) -> None:
    if not request.user.has_perm("customers.change_customer"):
        raise PermissionDenied
    missing = request.POST["missing"]
    if missing not in WAYS:
        raise BadRequest("no such way")
    settle(upload, request.user, update=request.POST.get("update") == "on", missing=missing)
