"""What the lists of tasks, service requests and work orders share: order, address, headings, places and owners."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import F
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from customers.models import Customer
from folders.sql.paths import path_text, paths
from spotilla.web import AuthenticatedHttpRequest, render, wants_fragment
from workorders.collectors import owners_by_id
from workorders.filters import Narrowing
from workorders.querysets import ServiceRequestQuerySet, TaskQuerySet


@dataclass(frozen=True)
class Heading:
    """A column that the list can be sorted by: what a click asks for, and how it is sorted now."""

    label: str | Promise
    link: str
    sorted: str  # as aria-sort says it; "" when the list is sorted by another column


def heading(label: str | Promise, name: str, order: str) -> Heading:
    """A heading of a sortable column, and the order that a click on it asks for."""
    up, down = name, f"-{name}"
    if order in {up, down}:
        return Heading(label, down if order == up else up, "ascending" if order == up else "descending")
    return Heading(label, up, "")


def ordered(rows: Any, order: str, fields: Mapping[str, str]) -> Any:
    """`rows` by ?o=; `fields` has the column behind each name. Rows of one day stand by age.

    A column that may be empty is written "done_on?": empty ones stand last on both engines, which costs the index.
    """
    field, sign = fields[order.removeprefix("-")], "-" if order.startswith("-") else ""
    if not field.endswith("?"):
        return rows.order_by(f"{sign}{field}", f"{sign}pk")
    column = F(field.removesuffix("?"))
    return rows.order_by(column.desc(nulls_last=True) if sign else column.asc(nulls_last=True), f"{sign}pk")


def walked_order(order: str, usual: str, sorted_whole: Collection[str]) -> str:
    """The order of a long list: the usual one, where all of it would have to be sorted to begin."""
    return usual if order.removeprefix("-") in sorted_whole else order


def asked_order(request: AuthenticatedHttpRequest, fields: Mapping[str, str], default: str) -> str:
    """The order that the address asks for, if it is one of these; else the usual one."""
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
    return owners_by_id(work, [row.pk for row in page], today)


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
    asked: Any = _short(request.GET, found)
    request.GET = found.asked = asked  # so that the links on the page say no more than this
    response = render(request, template, {**context, "filter": found}, partial="rows")
    if wants_fragment(request):
        response["HX-Replace-Url"] = f"{request.path}?{asked.urlencode()}" if asked else request.path
    return response


def _short(asked: QueryDict, found: Narrowing) -> QueryDict:
    """The address without what is not set, what is so anyway, and the pickers' searches."""
    short = asked.copy()
    for name in asked:
        known = name in {*found.filters, "o", "page", "again"}
        if not known or not any(asked.getlist(name)) or (name, asked[name]) == ("state", found.default_state):
            del short[name]
    return short
