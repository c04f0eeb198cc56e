"""The report of all customers, and each one's own."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from customers.models import Customer
from reports import customer_tables
from reports.all_customers import COLUMNS, DEFAULT_ORDER, CustomersReport, customers_report
from reports.branches import FEW, is_open, walk
from reports.measures import MEASURES
from reports.one_customer import branches, company, customer_months, customer_report
from reports.sums import exported, exported_name
from reports.tables import FORMATS, Table, file_name, response
from reports.views.days import asked
from sheets.writing import Value
from spotilla.web import AuthenticatedHttpRequest, render

PER_PAGE = 50
MOST_ORDERS = 10  # work orders on one customer's page, until more are asked for
COMPARISONS = {"before": gettext_lazy("The period before"), "year": gettext_lazy("A year before")}


@login_required
@permission_required("customers.view_customer", raise_exception=True)
def customer(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One customer's report. ?open=5.12-15 and ?shut=… say which folders of a large tree are open, ?orders=all that not
    the newest work orders alone are shown."""
    found = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    days = asked(request)
    report = customer_report(request.user, found, days.period, days.today)
    if request.GET.get("format") in FORMATS and days.status == 200:
        table = customer_tables.TABLES.get(request.GET.get("table", ""), customer_tables.measures)
        return response(table(report), request.GET["format"])
    opened, shut = set(request.GET.getlist("open")), set(request.GET.getlist("shut"))
    orders = report.order_ids if request.GET.get("orders") == "all" else report.order_ids[:MOST_ORDERS]
    number = sum(1 for _node in walk(*report.nodes))
    context = days.context() | {
        "customer": found,
        "closed": found.is_closed(days.today),
        "today": days.today,
        "tab": "report",
        "report": report,
        "branches": branches(report, lambda node: is_open(node, number, opened, shut)),
        "folds": number > FEW,
        "orders": report.orders(orders),
        "more_orders": len(report.order_ids) - len(orders),
        "measures": MEASURES,
        "tables": customer_tables.NAMES,
    }
    return render(request, "reports/customer.html", context, status=days.status)


@login_required
@permission_required("customers.view_customer", raise_exception=True)
def months(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Tasks done in each of the last twelve months, beside a year before, for the customer's report to show: it reads
    two years of work, so that page does not wait for it."""
    found = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    days = asked(request)
    context = days.context() | {
        "customer": found,
        "closed": found.is_closed(days.today),
        "tab": "report",
        "months": customer_months(request.user, found, days.period, days.today),
    }
    return render(request, "reports/customer_months.html", context, partial="months", status=days.status)


@login_required
@permission_required("customers.view_customer", raise_exception=True)
def company_sum(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Tasks done by the whole company, owned + unowned = all, for one customer's page to show beside its own: it reads
    the work of all, so that page does not wait for it."""
    days = asked(request)
    return render(request, "reports/proof.html", {"proof": company(request.user, days.period, days.today)})


@login_required
@permission_required("customers.view_customer", raise_exception=True)
def customers(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All customers in one table. ?order=-done sorts, ?compare=year compares with a year before."""
    days, user = asked(request), request.user
    others = {"before": days.period.before(days.today), "year": days.period.year_before(days.today)}
    offered = {key: name for key, name in COMPARISONS.items() if others[key]}
    compare = request.GET.get("compare") if request.GET.get("compare") in offered else next(iter(offered), "")
    report = customers_report(user, days.period, others.get(compare or ""), days.today)
    order = _order(request)
    ids = report.order(list(Customer.objects.visible_to(user).in_order().values_list("pk", flat=True)), order)
    if request.GET.get("format") in FORMATS and days.status == 200:
        return response(_table(report, ids, user), request.GET["format"])
    page = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    by_id = Customer.objects.visible_to(user).in_bulk(list(page))
    context = days.context() | {
        "report": report,
        "page": page,
        "rows": [report.row(by_id[pk]) for pk in page if pk in by_id],
        "measures": MEASURES,
        "order": order,
        "compare": compare,
        "comparisons": offered.items(),
    }
    return render(request, "reports/customers.html", context, status=days.status)


def _order(request: AuthenticatedHttpRequest) -> str:
    order = request.GET.get("order", "")
    return order if order.removeprefix("-") in COLUMNS else DEFAULT_ORDER


def _table(report: CustomersReport, ids: list[int], user: User) -> Table:
    """Every customer, not the page's alone; then the lines below."""
    customers = Customer.objects.visible_to(user).in_bulk(ids)
    rows: list[list[Value]] = []
    for row in (report.row(customers[pk]) for pk in ids):
        owned = [exported(cell) for cell in row.owned]
        rows.append(
            [
                *(row.customer.name, row.customer.business_id, row.customer.customer_number),
                *(*owned, row.before.value if row.before else None, row.others.value, row.collected.value),
            ]
        )
    for foot in report.feet:
        collected = foot.collected.value if foot.collected else None
        rows.append([str(foot.name), "", "", *(exported(cell) for cell in foot.cells), None, None, collected])
    owned_as = [exported_name(measure, _("%(measure)s, owned")) for measure in MEASURES]
    done = MEASURES[0].name
    headings = [
        *(_("Customer"), _("Business ID"), _("Customer number")),
        *owned_as,
        _("%(measure)s, owned, %(period)s") % {"measure": done, "period": report.compared or "–"},
        _("%(measure)s, others'") % {"measure": done},
        _("%(measure)s, collected") % {"measure": done},
    ]
    return Table(file_name(_("Customers"), period=report.period), headings, rows)
