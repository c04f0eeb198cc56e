"""The list of spots, and a spot's own page."""

from collections.abc import Collection
from decimal import Decimal

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from customers.history import collectors_on, owners_on
from customers.models import Customer
from folders.filters import SpotFilter
from folders.models import Folder, Spot
from folders.sql.paths import path_text, paths
from spotilla.pages import SORTED
from spotilla.web import AuthenticatedHttpRequest, paginate, render
from workorders.models import ServiceRequest, Task
from workorders.querysets import TaskQuerySet

NEWEST = 10  # tasks and requests shown on the spot's page; the lists have all


def by_spot(tasks: TaskQuerySet, spots: Collection[int]) -> dict[int, int]:
    """How many of `tasks` each spot has; a spot with none is missing."""
    return dict(tasks.filter(spot__in=spots).order_by().values_list("spot").annotate(Count("pk")))


@login_required
@permission_required("folders.view_spot", raise_exception=True)
def spot_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    filterset = SpotFilter(request.GET, Spot.objects.visible_to(user).in_order(), user=user)
    chosen = filterset.form.cleaned_data if filterset.form.is_valid() else {}
    by_folder = bool(chosen.get("folder") or chosen.get("customer"))  # and so found by the index that begins with it
    rows = Spot.objects.visible_to(user)
    page = paginate(request, filterset.qs, walked=filterset.walked, rows=rows, sorted_to=SORTED if by_folder else 0)
    shown, folders = {spot.pk for spot in page}, {spot.folder_id for spot in page}
    tasks = Task.objects.visible_to(user)
    context = {
        "filter": filterset,
        "page": page,
        "branch": _chosen(Folder.objects.visible_to(user), chosen.get("folder")),
        "collector": _chosen(Customer.objects.visible_to(user), chosen.get("customer")),
        "places": {pk: (path[-1][1], path_text(path[:-1])) for pk, path in paths(folders).items()},
        "owners": owners_on(folders, today) if user.has_perm("customers.view_customer") else {},
        "sees_customers": user.has_perm("customers.view_customer"),
        "unfinished": by_spot(tasks.unfinished(), shown),
        "overdue": by_spot(tasks.overdue(today), shown),
    }
    return render(request, "folders/spots.html", context)


def _chosen[M: Model](rows: QuerySet[M], pk: Decimal | None) -> M | None:
    """What the list is narrowed to, to name it above."""
    return rows.filter(pk=int(pk)).first() if pk else None


@login_required
@permission_required("folders.view_spot", raise_exception=True)
def spot_detail(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    spot = get_object_or_404(Spot.objects.visible_to(user).select_related("folder"), pk=pk)
    tasks = Task.objects.visible_to(user).filter(spot=spot)
    requests = ServiceRequest.objects.visible_to(user).filter(spot=spot)
    sees_customers = user.has_perm("customers.view_customer")
    collectors = collectors_on(spot.folder, today) if sees_customers else []
    context = {
        "spot": spot,
        "path": paths([spot.folder_id])[spot.folder_id],
        "sees_customers": sees_customers,
        "owner": collectors[0] if collectors else None,
        "others": collectors[1:],
        "unfinished": tasks.unfinished().count(),
        "overdue": tasks.overdue(today).count(),
        "done": tasks.filter(state=Task.State.DONE).count(),
        "requests": requests.unfinished().count(),
        "next_tasks": tasks.unfinished().order_by("due_on", "pk")[:NEWEST],
        "newest_requests": requests.select_related("kind").order_by("-received_on", "-pk")[:NEWEST],
        "places": spot.placements.select_related("folder").order_by("-since"),
        "today": today,
    }
    return render(request, "folders/spot.html", context)
