"""The list of service requests: of all, of a folder with what is below it, of a spot, of what a customer collects."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from folders.models import Folder
from spotilla.record_picker import keep_search
from spotilla.web import AuthenticatedHttpRequest, paginate
from workorders.filters import RequestFilter
from workorders.models import ServiceRequest
from workorders.querysets import ServiceRequestQuerySet
from workorders.views.heads import customer_head, folder_head, spot_head
from workorders.views.lists import (
    asked_order,
    heading,
    listed,
    new_address,
    ordered,
    page_owners,
    place_names,
    walked_order,
)

ORDERS = {"received": "received_on", "done": "done_on?"}
OF_CLOSED = ORDERS | {"done": "done_on"}  # all of which have a day
USUAL = "-received"


@login_required
@permission_required("workorders.view_servicerequest", raise_exception=True)
def request_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    return _list(request, ServiceRequest.objects.visible_to(request.user), {})


@login_required
@permission_required("folders.view_folder", raise_exception=True)
@permission_required("workorders.view_servicerequest", raise_exception=True)
def folder_requests(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Those of everything below the folder today too."""
    head = folder_head(request, pk, "requests")
    requests = ServiceRequest.objects.visible_to(request.user)
    return _list(request, requests, head, without="folder", branch=head["folder"])


@login_required
@permission_required("folders.view_spot", raise_exception=True)
@permission_required("workorders.view_servicerequest", raise_exception=True)
def spot_requests(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    requests = ServiceRequest.objects.visible_to(request.user).filter(spot=pk)
    return _list(request, requests, spot_head(request, pk), without="folder")


@login_required
@permission_required("customers.view_customer", raise_exception=True)
@permission_required("workorders.view_servicerequest", raise_exception=True)
def customer_requests(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What the customer collects: done and forwarded ones by that day, the rest as of today."""
    head = customer_head(request, pk, "requests")
    requests = ServiceRequest.objects.visible_to(request.user)
    return _list(request, requests, head, without="customer", collected_by=head["customer"])


def _list(
    request: AuthenticatedHttpRequest,
    requests: ServiceRequestQuerySet,
    head: dict[str, Any],
    without: str = "",
    collected_by: Customer | None = None,
    branch: Folder | None = None,
) -> HttpResponse:
    """A fixed number of queries, whatever the number of requests."""
    today = timezone.localdate()
    found = RequestFilter(request, requests, without=without, customer=collected_by, branch=branch)
    order, closed = asked_order(request, ORDERS, USUAL), found.is_closed
    orders = OF_CLOSED if closed else ORDERS
    walked = walked_order(order, USUAL, () if closed else {"done"})
    page = paginate(
        request,
        ordered(found.qs, order, orders),
        walked=ordered(found.walked, walked, orders),
        rows=requests.select_related("spot", "kind", "role"),
        most=found.most,
    )
    is_long = page.paginator.is_long
    shown = walked if is_long else order
    keep_search(found.form, request)
    context = head | {
        "url": new_address(request, "workorders.add_servicerequest", "workorders:request_new", head),
        "page": page,
        "received_heading": heading(_("Received"), "received", shown),
        "done_heading": None if is_long and not closed else heading(_("Done"), "done", shown),
        "places": place_names({item.folder_id for item in page if item.folder_id}),
        "owners": page_owners(request, requests, page, today),
        "nothing": not page.paginator.count and found.is_empty,
    }
    return listed(request, "workorders/requests.html", found, context)
