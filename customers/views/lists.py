"""The list of customers: narrowed, in the order asked for, 50 a page, with figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.choices import describe_customers
from customers.filters import CustomerFilter
from customers.models import Customer
from customers.querysets import CustomerQuerySet
from customers.views import figures
from folders.names import sort_key
from spotilla.pick import choices
from spotilla.web import AuthenticatedHttpRequest, render, wants_fragment

PER_PAGE = 50
FIGURES = ("folders", "unfinished", "overdue", "requests", "done")


@dataclass(frozen=True)
class Column:
    name: str  # in ?o=, with a minus for the other way round
    label: str | Promise
    classes: str
    right: str = ""  # the right without which it is not shown


COLUMNS = (
    Column("name", _("Name"), ""),
    Column("type", _("Type"), "wide"),
    Column("city", _("City"), ""),
    Column("business_id", _("Business ID"), "wide"),
    Column("folders", _("Folders"), "n", "customers.view_attachment"),
    Column("unfinished", _("Unfinished"), "n", "workorders.view_task"),
    Column("overdue", _("Overdue"), "n", "workorders.view_task"),
    Column("requests", _("Requests"), "n", "workorders.view_servicerequest"),
    Column("done", _("Done in 30 days"), "n", "workorders.view_task"),
)


@dataclass(frozen=True)
class Heading:
    column: Column
    link: str  # ?o= that a click on it asks for; figures go from the largest
    sorted: str  # as aria-sort says it; "" when the list is sorted by another column


def headings(user: User, order: str) -> list[Heading]:
    """The columns that the user may see."""
    shown = [column for column in COLUMNS if not column.right or user.has_perm(column.right)]
    return [_heading(column, order) for column in shown]


def _heading(column: Column, order: str) -> Heading:
    up, down = column.name, f"-{column.name}"
    if order in {up, down}:
        return Heading(column, down if order == up else up, "ascending" if order == up else "descending")
    return Heading(column, down if column.name in FIGURES else up, "")


@login_required
@permission_required("customers.view_customer", raise_exception=True)
def customer_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A fixed number of queries, whatever the number of customers."""
    today = timezone.localdate()
    visible = Customer.objects.visible_to(request.user)
    found = CustomerFilter(request.GET, visible, user=request.user)
    order = request.GET.get("o", "name")
    page = customer_page(request, found.qs, order, today)
    counts = figures.rows(request.user, today, [customer.pk for customer in page])
    context = {
        "filter": found,
        "order": order,
        "headings": headings(request.user, order),
        "page": page,
        "rows": [(customer, counts[customer.pk]) for customer in page],
        "today": today,
        "nobody": not page.paginator.count and not visible.exists(),
    }
    response = render(request, "customers/list.html", context, partial="rows")
    if wants_fragment(request):
        response["HX-Push-Url"] = short_address(request)
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


def customer_page(request: AuthenticatedHttpRequest, customers: Any, order: str, today: date) -> Page[Customer]:
    """The page that the address asks for. Three queries at most; a figure's order reads the work of all customers."""
    ordered = in_order(customers, order, request.user, today)
    page: Page[Any] = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    if not isinstance(ordered, CustomerQuerySet):
        found = Customer.objects.visible_to(request.user).in_bulk(list(page.object_list))
        page.object_list = [found[pk] for pk in page.object_list]
    return page


def in_order(customers: CustomerQuerySet, order: str, user: User, today: date) -> CustomerQuerySet | Sequence[int]:
    """The customers themselves in order of name or business ID; their ids where the order is worked out here."""
    name, backwards = order.removeprefix("-"), order.startswith("-")
    if name == "business_id":
        return customers.order_by("-business_id" if backwards else "business_id", "sort_key", "pk")
    if name not in {"type", "city", *FIGURES}:
        return customers.order_by("-sort_key", "-pk") if backwards else customers.in_order()
    ids = list(customers.in_order().values_list("pk", flat=True))
    keys = _words(customers, name) if name in {"type", "city"} else figures.of_all(name, user, today)
    nothing: Any = b"" if name in {"type", "city"} else 0
    return sorted(ids, key=lambda pk: keys.get(pk, nothing), reverse=backwards)


def _words(customers: CustomerQuerySet, name: str) -> dict[int, Any]:
    """What each customer is sorted by, in Finnish order. One query."""
    if name == "city":
        return {pk: sort_key(city) for pk, city in customers.values_list("pk", "city")}
    labels = {value: sort_key(str(label)) for value, label in Customer.Type.choices}
    return {pk: labels[value] for pk, value in customers.values_list("pk", "customer_type")}
