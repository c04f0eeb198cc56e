"""A customer's page and its tabs: overview, folders, contacts, log. The tabs of work and reports are other apps'."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from customers.attached import AttachmentRow, attached_on, followed_by, preceded_by
from customers.log import entries, story_of
from customers.models import Attachment, Coverage, Customer, CustomerContact
from customers.views import figures
from folders.models import Spot
from folders.sql.branches import count_below
from spotilla.web import AuthenticatedHttpRequest, paginate, render
from workorders.models import Task, WorkOrder

SHOWN = 10  # of folders, contacts, work orders and changes on the overview; their own pages show all
PER_PAGE = 50


def customer_of(request: AuthenticatedHttpRequest, pk: int) -> Customer:
    """The customer of an address; 404 for who may not see it."""
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


@login_required
@permission_required("customers.view_customer", raise_exception=True)
def detail(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    customer, user = customer_of(request, pk), request.user
    today = timezone.localdate()
    context = {
        "customer": customer,
        "tab": "overview",
        "figures": figures.strip(user, today, customer.pk),
        "month": figures.last_month(today),
        "spots": spots_of(customer, user, today),
        "spots_url": f"{reverse('folders:spots')}?customer={customer.pk}",
    }
    if user.has_perm("customers.view_attachment"):
        standing = attached_on(customer, today)
        context |= {"standing": with_figures(standing[:SHOWN], user, today), "attachments": _summary(standing)}
    links = CustomerContact.objects.visible_to(user).filter(customer=customer).select_related("contact")
    orders = WorkOrder.objects.visible_to(user).filter(customer=customer).open().newest_first()
    context |= {
        "contacts": list(links.order_by("contact__sort_key", "contact_id", "role")[:SHOWN]),
        "orders": figures.of_orders(list(orders[:SHOWN]), user),
        "changes": entries(story_of(customer, user)[:5], customer),
    }
    return render(request, "customers/detail.html", context)


def spots_of(customer: Customer, user: User, today: date) -> dict[str, int]:
    """How many spots lie in the customer's folders today, and how many of them are faulty. One query."""
    collected = Coverage.objects.on(today).filter(customer=customer).values("folder")
    spots = Spot.objects.visible_to(user).filter(folder__in=collected)
    return spots.aggregate(all=Count("pk"), faulty=Count("pk", filter=Q(state=Spot.State.FAULTY)))


def with_figures(standing: list[AttachmentRow], user: User, today: date) -> list[tuple[AttachmentRow, dict[str, int]]]:
    """Each row with what lies in its branch today. One query, whatever the number of rows."""
    tasks = Task.objects.visible_to(user)
    counted = count_below(
        [row.attachment.folder_id for row in standing],
        spots=Spot.objects.visible_to(user),
        unfinished=tasks.unfinished(),
        overdue=tasks.overdue(today),
    )
    return [(row, counted[row.attachment.folder_id]) for row in standing]


def _summary(standing: list[AttachmentRow]) -> dict[str, int]:
    own = sum(row.own for row in standing)
    return {"own": own, "others": len(standing) - own, "all": len(standing)}


@login_required
@permission_required("customers.view_attachment", raise_exception=True)
def folders(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What it is attached to now, with what others own below; what begins later; what has ended."""
    customer, today = customer_of(request, pk), timezone.localdate()
    standing = attached_on(customer, today)
    page: Page[Any] = Paginator(standing, PER_PAGE).get_page(request.GET.get("page"))
    own = Attachment.objects.visible_to(request.user).filter(customer=customer).select_related("folder", "customer")
    ended = list(own.filter(until__lte=today).newest_first())
    coming = list(own.filter(since__gt=today).order_by("since", "pk"))
    listed = [*ended, *coming, *(row.attachment for row in page if row.own)]
    context = {
        "customer": customer,
        "tab": "folders",
        "page": page,
        "standing": with_figures(list(page), request.user, today),
        "attachments": _summary(standing),
        "ended": ended,
        "coming": coming,
        "followed": followed_by(listed),
        "preceded": preceded_by(listed),
    }
    return render(request, "customers/folders.html", context)


@login_required
@permission_required(("customers.view_contact", "customers.view_customercontact"), raise_exception=True)
def contacts(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    customer = customer_of(request, pk)
    links = CustomerContact.objects.visible_to(request.user).filter(customer=customer).select_related("contact")
    others = Count("contact__customer_links__customer", distinct=True)
    page = paginate(
        request, links.annotate(customers=others).order_by("contact__sort_key", "contact_id", "role"), PER_PAGE
    )
    return render(request, "customers/contacts.html", {"customer": customer, "tab": "contacts", "page": page})


@login_required
@permission_required("customers.view_customer", raise_exception=True)
def log(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What was done to the customer, its attachments and its contacts, newest first."""
    customer = customer_of(request, pk)
    page: Page[Any] = Paginator(story_of(customer, request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"customer": customer, "tab": "log", "page": page, "entries": entries(list(page), customer)}
    return render(request, "customers/log.html", context)
