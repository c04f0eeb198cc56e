"""The list of customers: narrowed, in the order asked for, 50 a page, with figures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from customers.choices import describe_customers
from customers.filters import CustomerFilter
from customers.models import Customer
from customers.views import figures
from customers.views.figures import last_30_days
from customers.views.ordering import FOLDERS, customer_page, not_sorted_by
from reports.measures import DONE, OVERDUE, REQUESTS_UNFINISHED, UNFINISHED
from spotilla.record_picker import choices
from spotilla.web import AuthenticatedHttpRequest, render, wants_fragment


@dataclass(frozen=True)
class Column:
    name: str  # in ?o=, with a minus for the other way round
    label: str | Promise
    classes: str
    right: str = ""  # the right without which it is not shown
    measure: str = ""  # of the report of all customers


COLUMNS = (
    Column("name", _("Name"), ""),
    Column("type", _("Type"), "wide"),
    Column("city", _("City"), ""),
    Column("business_id", _("Business ID"), "wide"),
    Column("folders", pgettext_lazy("count", "Folders"), "n", "customers.view_attachment"),
    Column("unfinished", _("Unfinished"), "n", "workorders.view_task", UNFINISHED.key),
    Column("overdue", _("Overdue"), "n", "workorders.view_task", OVERDUE.key),
    Column("requests", _("Requests"), "n", "workorders.view_servicerequest", REQUESTS_UNFINISHED.key),
    Column("done", _("Done in 30 days"), "n", "workorders.view_task", DONE.key),
)


@dataclass(frozen=True)
class Heading:
    column: Column
    link: str = ""  # ?o= that a click on it asks for
    sorted: str = ""  # as aria-sort says it; "" when the list is sorted by another column
    report: str = ""  # the address of the report that is sorted by the column


def headings(user: User, order: str, today: date, fixed: Collection[str]) -> list[Heading]:
    """The columns that the user may see. By those in `fixed` the list does not sort, by work no list: a report does."""
    shown = [column for column in COLUMNS if not column.right or user.has_perm(column.right)]
    return [_heading(column, order, today, fixed) for column in shown]


def _heading(column: Column, order: str, today: date, fixed: Collection[str]) -> Heading:
    up, down = column.name, f"-{column.name}"
    if column.measure:
        period = last_30_days(today)
        days = f"&from={period.first}&to={period.last}" if column.measure == DONE.key else ""
        return Heading(column, report=f"{reverse('reports:customers')}?order=-{column.measure}{days}")
    if column.name in fixed:
        return Heading(column)
    if order in {up, down}:
        return Heading(column, down if order == up else up, "ascending" if order == up else "descending")
    return Heading(column, down if column.name == FOLDERS else up)


@login_required
@permission_required("customers.view_customer", raise_exception=True)
def customer_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A fixed number of queries, whatever the number of customers."""
    today = timezone.localdate()
    visible = Customer.objects.visible_to(request.user)
    found = CustomerFilter(request.GET, visible, user=request.user)
    order = request.GET.get("o", "name")
    if order.removeprefix("-") not in {column.name for column in COLUMNS if not column.measure}:
        order = "name"
    dear = found.looks_into_work
    page = customer_page(request, found.qs, visible, order, today, dear=dear)
    counts = figures.rows(request.user, today, [customer.pk for customer in page])
    context = {
        "filter": found,
        "order": order,
        "headings": headings(request.user, order, today, not_sorted_by(page, dear=dear)),
        "page": page,
        "rows": [(customer, counts[customer.pk]) for customer in page],
        "today": today,
        "nobody": not page.paginator.count and not visible.exists(),
    }
    response = render(request, "customers/list.html", context, partial="rows")
    if wants_fragment(request):
        response["HX-Replace-Url"] = short_address(request)
    return response


def short_address(request: AuthenticatedHttpRequest) -> str:
    """The address without the filters that are not set, for the address bar."""
    given = request.GET.copy()
    for name in [name for name in given if not any(given.getlist(name)) or (name, given[name]) == ("state", "open")]:
        del given[name]
    return f"{request.path}?{given.urlencode()}" if given else request.path


@login_required
@permission_required("customers.view_customer", raise_exception=True)
def customer_choices(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Open customers by what is typed into a field that asks for one."""
    customers = Customer.objects.visible_to(request.user).open_on(timezone.localdate())
    return choices(request, customers, describe_customers)
