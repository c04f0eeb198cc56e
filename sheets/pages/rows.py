"""The preview of a waiting file: its rows by what becomes of them, and what the user chooses about them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from sheets.columns import is_of_all
from sheets.importing.choosing import (
    Gone,
    choose_sheet,
    edit_cells,
    exclude_rows,
    include_rows,
    resolve_duplicates,
    set_import_options,
    set_repeated_names,
)
from sheets.importing.import_types import ImportType, import_type_of
from sheets.importing.plans import Outcome
from sheets.importing.preview import (
    columns_shown,
    counts,
    doubles_of,
    fields_to_mend,
    fingerprint_of,
    listed_problems,
    page_rows,
    refusal,
)
from sheets.importing.uploads import is_current, judge_all
from sheets.limits import LONGEST_TEXT, Unreadable
from sheets.models import Upload, UploadRow
from sheets.pages.opening import for_importers, may_go_on
from sheets.problem_workbooks import MOST_MENDED
from sheets.tables import needed
from spotilla.text import EDGES
from spotilla.web import AuthenticatedHttpRequest, as_id, render, wants_fragment

PER_PAGE = 100
SHOWN = {*Outcome.values, "noted", "problems", "missing"}  # besides all rows
ACTS = ("mended", "use", "leave_out", "take_back", "same", "ask")  # on one row; each is a button's name


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
    thing, amounts = import_type_of(upload), counts(upload)
    lacking = _lacking(request, upload, thing)
    amounts["missing"] = 0 if lacking is None else lacking.count()
    show = asked.get("show", "")
    show = show if show in SHOWN else "rows"
    context = _context(request, upload, thing, amounts) | {
        "show": show,
        "message": message,
        "can_lack": lacking is not None,
    }
    if context["missing"] == "close" and amounts["missing"]:
        context |= {"closes": True, "held": _count_held(thing, lacking, amounts["missing"])}
    if show == "problems":
        context |= _problems(upload, amounts)
    elif show == "missing":
        context["page"] = _page_of_lacking(lacking, asked)
    else:
        context |= _rows(request, upload, show, asked, amounts, row)
    partial = "preview" if asked is not request.GET else ""
    status = 422 if message and request.method == "POST" else 200
    return render(request, "sheets/import_preview.html", context, partial=partial, status=status)


def _lacking(request: AuthenticatedHttpRequest, upload: Upload, thing: ImportType) -> QuerySet[Any] | None:
    """What is there and the file lacks; None where it says nothing of what it lacks."""
    if thing.missing is None or not upload.update or not is_of_all(upload.seen["headings"]):
        return None
    return thing.missing.lacking(upload, request.user)


def _count_held(thing: ImportType, lacking: QuerySet[Any] | None, amount: int) -> int:
    """How many of those that the file lacks cannot be closed."""
    if thing.missing is None or lacking is None:
        return 0
    return amount - thing.missing.free(lacking).count()


def _page_of_lacking(lacking: QuerySet[Any] | None, asked: QueryDict) -> Page[Any]:
    rows: Any = [] if lacking is None else lacking.order_by("sort_key", "pk")
    return Paginator(rows, PER_PAGE).get_page(asked.get("page"))


def _context(
    request: AuthenticatedHttpRequest, upload: Upload, thing: ImportType, amounts: dict[str, int]
) -> dict[str, Any]:
    """What the preview says of the file as a whole, whichever rows it shows."""
    places, headings = upload.seen["places"], upload.seen["headings"]
    return {
        "thing": thing,
        "upload": upload,
        "may_change": request.user.has_perm(thing.may_change),
        "file": upload.seen,
        "seen": fingerprint_of(upload, amounts, request.user),
        "counts": amounts,
        "tabs": _tabs(amounts, update=upload.update),
        "refused": refusal(amounts, thing.words),
        "unnamed": places.keys().isdisjoint(needed(thing.imported, places)),
        "matched": [(headings[key], thing.by_key[key].heading) for key in upload.seen["matched"]],
        "current": is_current(upload),
        "comes": amounts["new"] + amounts["changed"],
        "most_mended": MOST_MENDED,
        "missing": upload.choices.get("missing", "leave"),
        "repeated": upload.choices.get("repeated", ""),
    }


def _problems(upload: Upload, amounts: dict[str, int]) -> dict[str, Any]:
    problems = listed_problems(upload)
    return {"problems": problems, "more": amounts["problems"] - len(problems)}


def _tabs(amounts: dict[str, int], *, update: bool) -> list[tuple[str, str, int]]:
    """(show, label, how many) of what there is to filter by."""
    labels = {
        "rows": pgettext("rows", "All"),
        Outcome.NEW.value: pgettext("rows", "New"),
        Outcome.CHANGED.value: pgettext("rows", "Changed"),
        Outcome.UNCHANGED.value: pgettext("rows", "Unchanged"),
        Outcome.ASKED.value: pgettext("rows", "Possible duplicates"),
        Outcome.ERROR.value: pgettext("rows", "Errors"),
        Outcome.LEFT_OUT.value: pgettext("rows", "Left out"),
        "noted": pgettext("rows", "With notes"),
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


@for_importers
@require_POST
def import_choose(request: AuthenticatedHttpRequest, thing: ImportType, pk: int) -> HttpResponse:
    """Mends a row, leaves it out or takes it back: it is judged anew, with what hangs on it. Or judges all again."""
    upload = get_object_or_404(Upload.objects.of(thing.key).visible_to(request.user).waiting(), pk=pk)
    if not may_go_on(request, thing, upload):
        return redirect(thing.url("import"))
    if not upload.seen:  # never judged: its page does that
        return redirect(thing.url("import_preview", pk))
    try:
        number = _chosen(request, thing, upload)
    except Gone:
        messages.error(request, _("The file has been imported already."))
        return redirect(thing.url("import_preview", pk))
    except Unreadable as error:  # of another sheet; nothing has been chosen then
        messages.error(request, str(error))
        return redirect(thing.url("import_preview", pk))
    if wants_fragment(request):
        return preview_page(request, upload, asked=request.POST, row=number)
    shown = {name: request.POST[name] for name in ("show", "page") if request.POST.get(name)}
    return redirect(f"{thing.url('import_preview', pk, query=shown or None)}#row-{number}")


def _chosen(request: AuthenticatedHttpRequest, thing: ImportType, upload: Upload) -> int:
    """Does what the pressed button says; gives the row's number, 0 when it is about all of them."""
    said = request.POST
    if "again" in said:
        judge_all(upload, request.user)
    elif "missing" in said:
        _settle(request, thing, upload)
    elif "sheet" in said:
        if said["sheet"] not in upload.seen.get("others", ()):
            raise BadRequest("no such sheet")
        choose_sheet(upload, said["sheet"], request.user)
    elif "repeated" in said:
        if not thing.repeated or said["repeated"] not in {"", "one", "several"}:
            raise BadRequest("no such way")
        set_repeated_names(upload, request.user, said["repeated"])
    elif "all" in said:
        _answer_all(request, thing, upload, said["all"])
    else:
        return _chosen_of_row(request, thing, upload)
    return 0


def _chosen_of_row(request: AuthenticatedHttpRequest, thing: ImportType, upload: Upload) -> int:
    said = request.POST
    act = next((name for name in ACTS if name in said), "")
    number, _space, rest = said.get(act, "").partition(" ")
    row = as_id(number)
    if row is None:
        raise BadRequest("no choice")
    if not upload.rows.filter(number=row).exists():
        raise Http404
    match act:
        case "leave_out":
            exclude_rows(upload, {row}, request.user)
        case "take_back":
            include_rows(upload, {row}, request.user)
        case "ask":
            resolve_duplicates(upload, {row: None}, request.user)
        case "same":
            _answer(request, thing, upload, row, rest)
        case "use":
            key, _space, text = rest.partition(" ")
            _mend(request, thing, upload, row, {key: text})
        case _:
            _mend(request, thing, upload, row, _typed_cells(said))
    return row


def _typed_cells(said: QueryDict) -> dict[str, str]:
    """By column, what the form of a row says."""
    cells = ((name, str(said[name])) for name in said if name.startswith("cell-"))
    return {name.removeprefix("cell-"): text.strip(EDGES) for name, text in cells}


def _mend(
    request: AuthenticatedHttpRequest, thing: ImportType, upload: Upload, row: int, typed: dict[str, str]
) -> None:
    if not typed or not typed.keys() <= thing.fillable(upload.seen["places"], (*thing.columns, *thing.others)):
        raise BadRequest("no such cell")
    if any("\0" in text or len(text) > LONGEST_TEXT for text in typed.values()):
        raise BadRequest("no text that a cell can hold")
    edit_cells(upload, row, typed, request.user)


def _answer(request: AuthenticatedHttpRequest, thing: ImportType, upload: Upload, row: int, text: str) -> None:
    """Says which of those that were pointed out a row is about, or 0 for something new."""
    pk = as_id(text)
    if pk is None or pk not in doubles_of(upload, {row})[row]:
        raise BadRequest("no such double")
    if pk and not request.user.has_perm(thing.may_change):
        raise PermissionDenied
    resolve_duplicates(upload, {row: pk}, request.user)


def _answer_all(request: AuthenticatedHttpRequest, thing: ImportType, upload: Upload, what: str) -> None:
    """Of every row that is asked about: something new, the only one that was pointed out, or left out; and of every
    row with an error that it is left out.
    """
    outcome = Outcome.ERROR if what == "leave_out_errors" else Outcome.ASKED
    asked = set(upload.rows.filter(outcome=outcome).values_list("number", flat=True))
    if what in {"leave_out", "leave_out_errors"}:
        exclude_rows(upload, asked, request.user)
    elif what == "new":
        resolve_duplicates(
            upload, {row: 0 for row, may_be in doubles_of(upload, asked).items() if 0 in may_be}, request.user
        )
    elif what == "same":
        _answer_same(request, thing, upload, asked)
    else:
        raise BadRequest("no choice")


def _answer_same(request: AuthenticatedHttpRequest, thing: ImportType, upload: Upload, rows: set[int]) -> None:
    """Each of the rows that may be about one alone is about that one."""
    if not request.user.has_perm(thing.may_change):
        raise PermissionDenied
    found = {row: [pk for pk in may_be if pk] for row, may_be in doubles_of(upload, rows).items()}
    resolve_duplicates(upload, {row: pks[0] for row, pks in found.items() if len(pks) == 1}, request.user)


def _settle(request: AuthenticatedHttpRequest, thing: ImportType, upload: Upload) -> None:
    if not request.user.has_perm(thing.may_change):
        raise PermissionDenied
    missing = request.POST["missing"]
    able = thing.missing is not None and is_of_all(upload.seen["headings"])
    if missing not in (thing.missing.ways if thing.missing and able else ("leave",)):
        raise BadRequest("no such way")
    set_import_options(upload, request.user, update=request.POST.get("update") == "on", missing=missing)
