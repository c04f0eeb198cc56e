"""The rows behind a figure: exactly those that it counts, and why each is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from customers.models import Attachment, Customer
from folders.models import Folder
from reports.figures import ANY, NONE, Figure, Whose
from reports.forms import FigureForm
from reports.measures import DONE_TASKS, HOURS, Work
from reports.reasons import Row, explained, related
from reports.sums import exported_amount, exported_name
from reports.tables import FORMATS, Table, file_name, response
from sheets.writing import Heading, Value
from spotilla.pages import FEW
from spotilla.web import AuthenticatedHttpRequest, paginate, render
from workorders.models import ServiceRequestKind, Task, WorkOrder

MOST_EXPORTED = 100_000  # rows in one file
QUARTER = 92  # days
CHUNK = 2_000


@dataclass(frozen=True)
class Chip:
    """A narrowing in words, and the address without it."""

    text: str
    url: str


@dataclass(frozen=True)
class Columns:
    """Whose work it is, is for those who see customers; that a work order brought it, for all who may open it."""

    owner: bool
    why: bool

    @classmethod
    def of(cls, figure: Figure, user: User) -> Columns:
        owner = user.has_perm("customers.view_customer")
        return cls(owner, owner or figure.order not in {None, NONE, ANY})


@login_required
def rows(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = FigureForm(request.GET, timezone.localdate())
    if not form.is_valid():
        raise Http404(_("The link does not say which figure's rows to show."))
    figure, user = form.figure, request.user
    _check_rights(figure, user)
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=figure.customer) if figure.customer else None
    asked = request.GET.get("format") in FORMATS
    too_many = asked and figure.rows(user, MOST_EXPORTED + 1).count() > MOST_EXPORTED
    if asked and not too_many:
        return response(_table(figure, _ordered(figure, figure.rows(user)), user), request.GET["format"])
    by_day_done = figure.measure.source is DONE_TASKS
    most = min(FEW, settings.LISTS_COUNT_TO) if _is_dear(figure) else settings.LISTS_COUNT_TO
    found = figure.rows(user, most + 1)
    every: Work = found.model._default_manager.visible_to(user)
    page = paginate(
        request,
        _ordered(figure, found),
        rows=every.select_related(*related(figure)),
        walked=_ordered(figure, figure.walked(user)),
        summed="minutes" if by_day_done else "",
        most=most,
    )
    context = {
        "figure": figure,
        "customer": customer,
        "minutes": page.paginator.total if by_day_done and not page.paginator.is_long else None,
        "by_day_done": by_day_done,
        "page": page,
        "rows": explained(figure, list(page)),
        "switch": _switch(figure),
        "chips": _chips(figure, user),
        "columns": Columns.of(figure, user),
        "too_many": too_many,
        "most": MOST_EXPORTED,
        "column": _day_heading(figure),
    }
    return render(request, "reports/rows.html", context)


def _is_dear(figure: Figure) -> bool:
    """Nobody's work is looked for between the owners of all folders; of many days not all is counted."""
    return figure.whose == Whose.UNOWNED and figure.period is not None and figure.period.days > QUARTER


def _check_rights(figure: Figure, user: User) -> None:
    """Whose work it is, is for those who see customers; a work order's figures also for those who see work orders."""
    if user.has_perm("customers.view_customer"):
        return
    if figure.whose != Whose.ALL or not user.has_perm("workorders.view_workorder"):
        raise PermissionDenied


def _ordered(figure: Figure, items: Work) -> Work:
    source = figure.measure.source
    if source.day:
        return items.order_by(f"-{source.day}", "-pk")
    return items.order_by("due_on", "pk") if source.is_task else items.order_by("received_on", "pk")


def _day_heading(figure: Figure) -> str:
    source = figure.measure.source
    if source.is_task:
        return _("Done on") if source.day else _("Due on")
    if source.day == "done_on":
        return _("Forwarded on") if figure.measure.key == "forwarded" else _("Done on")
    return _("Received on")


def _switch(figure: Figure) -> list[tuple[Whose, str]]:
    """The same work as others divide it."""
    whole = [Whose.COLLECTED, Whose.OWNED, Whose.OTHERS] if figure.customer else []
    if not figure.customer and figure.order is None and figure.folder is None:
        whole = [Whose.ALL, Whose.OWNED, Whose.UNOWNED, Whose.SHARED]
    return [(whose, figure.narrow(whose=whose).url) for whose in whole]


def _chips(figure: Figure, user: User) -> list[Chip]:
    """At most four queries."""
    chips = []
    if figure.attachment is not None:
        chips.append(Chip(_place(figure, user), figure.narrow(attachment=None, path=(), here=False).url))
    if figure.way is not None:
        chips.append(Chip(str(figure.way.label), figure.narrow(way=None).url))
    if figure.order is not None:
        chips.append(Chip(_order_name(figure.order, user), figure.narrow(order=None).url))
    if figure.kind is not None:
        kind = get_object_or_404(ServiceRequestKind.objects.visible_to(user), pk=figure.kind)
        chips.append(Chip(kind.name, figure.narrow(kind=None).url))
    if figure.folder == NONE:
        chips.append(Chip(_("On no spot"), figure.narrow(folder=None).url))
    elif figure.folder is not None:
        folder = get_object_or_404(Folder.objects.visible_to(user), pk=figure.folder)
        chips.append(Chip(folder.name, figure.narrow(folder=None).url))
    return chips


def _place(figure: Figure, user: User) -> str:
    """“Isännöinti Virtanen / As Oy Puistola”, as the folders lay on the items' days."""
    path = figure.path
    if not path:
        found = Attachment.objects.visible_to(user).filter(pk=figure.attachment or 0).select_related("folder").first()
        return found.folder.name if found else "…"
    names = {folder.pk: folder.name for folder in Folder.objects.visible_to(user).filter(pk__in=path)}
    text = " / ".join(names.get(pk, "…") for pk in path)
    return _("%(folder)s, in the folder itself") % {"folder": text} if figure.here else text


def _order_name(order: int | str, user: User) -> str:
    if order == ANY:
        return _("With a work order")
    if order == NONE:
        return _("Without a work order")
    return str(get_object_or_404(WorkOrder.objects.visible_to(user), pk=order))


# ---- handed out ------------------------------------------------------------------------------------------------------


def _table(figure: Figure, items: Work, user: User) -> Table:
    is_task = figure.measure.source.is_task
    columns = Columns.of(figure, user)
    headings: list[Heading] = [
        _day_heading(figure),
        *((_("Task"), _("Spot"), _("Responsible role"), _("State")) if is_task else _request_headings()),
        *([exported_name(HOURS), _("Work order")] if is_task else []),
        *([_("Owner"), _("Shared")] if columns.owner else []),
        *([_("Why it is here")] if columns.why else []),
    ]
    name = file_name(figure.measure.name, figure.whose_name, period=figure.period)
    return Table(name, headings, _exported(figure, items, columns))


def _request_headings() -> tuple[str, ...]:
    return _("Service request"), _("Spot"), _("Responsible role"), _("State"), _("Kind"), _("Received on")


def _exported(figure: Figure, items: Work, columns: Columns) -> Iterator[list[Value]]:
    """A chunk of the rows at a time, so that a long list costs little memory."""
    for chunk in batched(items.select_related(*related(figure)).iterator(CHUNK), CHUNK, strict=False):
        for row in explained(figure, chunk):
            yield _exported_row(row, columns)


def _exported_row(row: Row, columns: Columns) -> list[Value]:
    item = row.item
    cells: list[Value] = [
        row.day,
        item.name,
        str(item.spot or ""),
        str(item.role or ""),
        item.get_state_display(),
    ]
    if isinstance(item, Task):
        cells += [exported_amount(item.minutes, HOURS), item.work_order.number if item.work_order else ""]
    else:
        cells += [item.kind.name, item.received_on]
    if columns.owner:
        cells += [str(row.owner or _("Unowned")), _("yes") if row.is_shared else ""]
    return [*cells, row.why] if columns.why else cells
