"""A folder's own pages: what it is and what is below it, its spots, its history."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from customers.attached import followed_by, preceded_by
from customers.history import also_collected, collectors_on, list_ownership_periods
from customers.models import Attachment
from folders.models import Folder, Spot
from folders.sql.branches import count_below
from folders.sql.paths import paths
from folders.views.spots import by_spot
from folders.views.timeline import draw
from folders.views.tree import below, owners
from spotilla.web import AuthenticatedHttpRequest, paginate, render
from workorders.models import ServiceRequest, Task

STRETCHES = 10  # of the story of owners, on the folder's first page; the history has all


def head(folder: Folder, user: User) -> dict[str, Any]:
    """What stands above every tab of a folder: its path, who owns it today, who collects too. Two queries at most."""
    sees_customers, today = user.has_perm("customers.view_customer"), timezone.localdate()
    collectors = collectors_on(folder, today) if sees_customers else []
    return {
        "today": today,
        "folder": folder,
        "path": paths([folder.pk])[folder.pk][:-1],
        "sees_customers": sees_customers,
        "owner": collectors[0] if collectors else None,
        "others": collectors[1:],
        "own": next((row.attachment for row in collectors if row.attachment.folder_id == folder.pk), None),
    }


def figures(folder: int, user: User) -> dict[str, int]:
    """What lies in the folder's branch today, of what `user` may see. One query."""
    today = timezone.localdate()
    spots, tasks = Spot.objects.visible_to(user), Task.objects.visible_to(user)
    return count_below(
        [folder],
        spots=spots,
        faulty=spots.filter(state=Spot.State.FAULTY),
        unfinished=tasks.unfinished(),
        overdue=tasks.overdue(today),
        requests=ServiceRequest.objects.visible_to(user).unfinished(),
    )[folder]


@login_required
@permission_required("folders.view_folder", raise_exception=True)
def detail(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    folders = Folder.objects.visible_to(request.user)
    folder = get_object_or_404(folders, pk=pk)
    context = head(folder, request.user)
    page = paginate(request, below(folder, request.user))
    tasks = Task.objects.visible_to(request.user)
    below_it = count_below(
        [child.pk for child in page],
        spots=Spot.objects.visible_to(request.user),
        unfinished=tasks.unfinished(),
        overdue=tasks.overdue(context["today"]),
    )
    stretches, timeline = list_ownership_periods(folder) if context["sees_customers"] else [], None
    if context["sees_customers"]:
        places = list(folder.placements.select_related("parent").order_by("since"))
        timeline = draw(stretches, also_collected(folder), places, context["today"])
    context |= {
        "timeline": timeline,
        "tab": "overview",
        "figures": figures(pk, request.user),
        "page": page,
        "children": [(child, below_it[child.pk]) for child in page],
        "owners": owners(page, request.user),
        "stretches": stretches[:STRETCHES],
        "more_stretches": len(stretches) - STRETCHES,
    }
    return render(request, "folders/detail.html", context)


@login_required
@permission_required("folders.view_folder", raise_exception=True)
@permission_required("folders.view_spot", raise_exception=True)
def folder_spots(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The spots right in the folder; those further below are in the list of spots."""
    folder = get_object_or_404(Folder.objects.visible_to(request.user), pk=pk)
    spots = Spot.objects.visible_to(request.user)
    page = paginate(request, spots.filter(folder=folder).in_order())
    tasks = Task.objects.visible_to(request.user)
    here = {spot.pk for spot in page}
    context = head(folder, request.user) | {
        "tab": "spots",
        "page": page,
        "spots_below": count_below([pk], spots=spots)[pk]["spots"],
        "unfinished": by_spot(tasks.unfinished(), here),
        "overdue": by_spot(tasks.overdue(timezone.localdate()), here),
    }
    return render(request, "folders/spots_of_folder.html", context)


@login_required
@permission_required("folders.view_folder", raise_exception=True)
def history(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """All of who owned the folder and why, its own attachments, and where it was."""
    folder = get_object_or_404(Folder.objects.visible_to(request.user), pk=pk)
    context = head(folder, request.user)
    attachments = list(
        Attachment.objects.visible_to(request.user).filter(folder=folder).select_related("customer").newest_first()
    )
    context |= {
        "tab": "history",
        "stretches": list_ownership_periods(folder) if context["sees_customers"] else [],
        "attachments": attachments if context["sees_customers"] else [],
        "followed": followed_by(attachments),
        "preceded": preceded_by(attachments),
        "places": folder.placements.select_related("parent").order_by("-since"),
    }
    return render(request, "folders/history.html", context)
