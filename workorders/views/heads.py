"""The heads of other apps' pages, where their work stands on a tab: a folder's, a spot's, a customer's."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone

from customers.history import collectors_on
from customers.models import Customer
from folders.models import Folder, Spot
from folders.sql.paths import paths
from spotilla.web import AuthenticatedHttpRequest


def folder_head(request: AuthenticatedHttpRequest, pk: int, tab: str) -> dict[str, Any]:
    """What templates/folders/head.html shows."""
    folder = get_object_or_404(Folder.objects.visible_to(request.user), pk=pk)
    sees_customers = request.user.has_perm("customers.view_customer")
    collectors = collectors_on(folder, timezone.localdate()) if sees_customers else []
    return {
        "folder": folder,
        "path": paths([pk])[pk][:-1],
        "sees_customers": sees_customers,
        "owner": collectors[0] if collectors else None,
        "others": collectors[1:],
        "own": next((row.attachment for row in collectors if row.attachment.folder_id == pk), None),
        "tab": tab,
    }


def spot_head(request: AuthenticatedHttpRequest, pk: int) -> dict[str, Any]:
    """What the head of a spot's page says: the spot and its path. 404 for who may not see it."""
    spot = get_object_or_404(Spot.objects.visible_to(request.user), pk=pk)
    return {"spot": spot, "path": paths([spot.folder_id])[spot.folder_id]}


def customer_head(request: AuthenticatedHttpRequest, pk: int, tab: str) -> dict[str, Any]:
    """What templates/customers/head.html shows."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    return {"customer": customer, "closed": customer.is_closed(), "tab": tab}
