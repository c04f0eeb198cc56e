"""The report of work orders, and each one's own."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from reports.figures import ANY, NONE
from reports.measures import TASK_MEASURES
from reports.sums import exported, exported_name
from reports.tables import FORMATS, Table, file_name, response
from reports.views.days import asked
from reports.work_orders import OrderReport, OrdersReport, order_report, orders_report
from sheets.writing import Value
from spotilla.web import AuthenticatedHttpRequest, render
from workorders.models import WorkOrder

PER_PAGE = 50
COLUMNS = {measure.key for measure in TASK_MEASURES}
NUMBER = "number"


@login_required
@permission_required("workorders.view_workorder", raise_exception=True)
def orders(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All work orders in one table, the newest first; ?order=-done sorts."""
    days, user = asked(request), request.user
    report = orders_report(user, days.period, days.today)
    order = request.GET.get("order", "")
    order = order if order.removeprefix("-") in COLUMNS | {NUMBER} else f"-{NUMBER}"
    numbered = WorkOrder.objects.visible_to(user).order_by("pk" if order == NUMBER else "-pk")
    ids = list(numbered.values_list("pk", flat=True))
    ids = ids if order.removeprefix("-") == NUMBER else report.order(ids, order)
    if request.GET.get("format") in FORMATS and days.status == 200:
        return response(_table(report, ids, user), request.GET["format"])
    page = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    by_id = WorkOrder.objects.visible_to(user).select_related("customer").in_bulk(list(page))
    context = days.context() | {
        "report": report,
        "page": page,
        "rows": [(by_id[pk], report.cells(pk)) for pk in page if pk in by_id],
        "any": report.cells(ANY),
        "none": report.cells(NONE),
        "measures": TASK_MEASURES,
        "order": order,
    }
    return render(request, "reports/orders.html", context, status=days.status)


@login_required
@permission_required("workorders.view_workorder", raise_exception=True)
def order(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(WorkOrder.objects.visible_to(request.user).select_related("customer"), pk=pk)
    days = asked(request)
    report = order_report(request.user, found, days.period, days.today)
    if request.GET.get("format") in FORMATS and days.status == 200:
        return response(_order_table(report), request.GET["format"])
    context = days.context() | {"order": found, "report": report, "measures": TASK_MEASURES}
    return render(request, "reports/order.html", context, status=days.status)


def _table(report: OrdersReport, ids: list[int], user: User) -> Table:
    orders = WorkOrder.objects.visible_to(user).select_related("customer").in_bulk(ids)
    sees_customers = user.has_perm("customers.view_customer")
    rows: list[list[Value]] = []
    for pk in ids:
        found = orders[pk]
        customer = found.customer.name if found.customer and sees_customers else ""
        rows.append([found.number, found.name, customer, *(exported(cell) for cell in report.cells(pk))])
    rows.append(["", _("Without a work order"), "", *(exported(cell) for cell in report.cells(NONE))])
    rows.append(["", _("All"), "", *(exported(cell) for cell in report.totals)])
    headings = [_("Number"), _("Work order"), _("Customer"), *(exported_name(m) for m in TASK_MEASURES)]
    return Table(file_name(_("Work orders"), period=report.period), headings, rows)


def _order_table(report: OrderReport) -> Table:
    """By folder, which adds up to all."""
    rows = [(group.detail, group.name, *(exported(cell) for cell in group.cells)) for group in report.folders]
    name = file_name(report.order.number, report.order.name, period=report.period)
    return Table(name, [_("Path"), _("Folder"), *(exported_name(m) for m in TASK_MEASURES)], rows)
