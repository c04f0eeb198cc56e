"""What the lists of tasks, service requests and work orders share: order, address, headings, places and owners."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import F
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from customers.models import Customer
from folders.tree import path_text, paths
from spotilla.web import AuthenticatedHttpRequest, render, wants_fragment
from workorders.filters import Narrowing
from workorders.querysets import ServiceRequestQuerySet, TaskQuerySet
from workorders.whose import owners


@dataclass(frozen=True)
class Heading:
    """A column that the list can be sorted by: what a click asks for, and how it is sorted now."""

    label: str | Promise
    link: str
    sorted: str  # as aria-sort says it; "" when the list is sorted by another column


def heading(label: str | Promise, name: str, order: str) -> Heading:
    up, down = name, f"-{name}"
    if order in {up, down}:
        return Heading(label, down if order == up else up, "ascending" if order == up else "descending")
    return Heading(label, up, "")


def ordered(rows: Any, order: str, fields: Mapping[str, str]) -> Any:
    """`rows` by ?o=; `fields` has the column behind each name. Rows of one day stand by age, those without last."""
    field = F(fields[order.removeprefix("-")])
    if order.startswith("-"):
        return rows.order_by(field.desc(nulls_last=True), "-pk")
    return rows.order_by(field.asc(nulls_last=True), "pk")


def asked_order(request: AuthenticatedHttpRequest, fields: Mapping[str, str], default: str) -> str:
    order = request.GET.get("o", default)
    return order if order.removeprefix("-") in fields else default


def place_names(folders: Collection[int]) -> dict[int, tuple[str, str]]:
    """Each folder id's name, and today's path above it. One query."""
    return {pk: (path[-1][1], path_text(path[:-1])) for pk, path in paths(folders).items()}


def page_owners(
    request: AuthenticatedHttpRequest, work: TaskQuerySet | ServiceRequestQuerySet, page: Page[Any], today: date
) -> dict[int, Customer]:
    """The owner of each row of the page, for who may see customers. Two queries."""
    if not request.user.has_perm("customers.view_customer"):
        return {}
    return owners(work, [row.pk for row in page], today)


def new_address(request: AuthenticatedHttpRequest, right: str, url_name: str, head: Mapping[str, Any]) -> str:
    """Where a new one is made, for the spot, folder or customer that the page is about; "" for who may not."""
    if not request.user.has_perm(right):
        return ""
    about = {name: head[name].pk for name in ("spot", "folder", "customer") if name in head}
    return f"{reverse(url_name)}?{urlencode(about)}" if about else reverse(url_name)


def listed(
    request: AuthenticatedHttpRequest, template: str, found: Narrowing, context: Mapping[str, Any]
) -> HttpResponse:
    """The list, or its rows alone when htmx asks; the address bar then says what the list is narrowed to."""
    context = {**context, "filter": found}
    response = render(request, template, context, partial="rows")
    if wants_fragment(request):
        response["HX-Push-Url"] = short_address(request, found)
    return response


def short_address(request: AuthenticatedHttpRequest, found: Narrowing) -> str:
    """The address without what is not set and without the pickers' searches."""
    given = request.GET.copy()
    for name in list(given):
        if not any(given.getlist(name)) or name not in {*found.filters, "o", "page"} or _is_default(found, name):
            del given[name]
    return f"{request.path}?{given.urlencode()}" if given else request.path


def _is_default(found: Narrowing, name: str) -> bool:
    return name == "state" and found.asked[name] == found.default_state
