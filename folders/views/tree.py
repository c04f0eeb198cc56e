"""The tree: its top level, a branch at a time, and the search in it."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Page
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from customers.history import owners_on
from customers.models import Customer
from folders.choices import describe_folders, describe_spots
from folders.filters import SpotFilter
from folders.models import Folder, Spot
from folders.querysets import FolderQuerySet
from folders.sql.paths import path_text, paths
from spotilla.record_picker import choices
from spotilla.web import AuthenticatedHttpRequest, paginate, render

BRANCH = 200  # folders that a branch shows at a time
FOUND = 50


def below(folder: Folder | None, user: User) -> FolderQuerySet:
    """The folders right below one (None: at the top of the tree), in order, with `has_children`."""
    folders = Folder.objects.visible_to(user)
    return folders.filter(parent=folder).annotate(has_children=Exists(folders.filter(parent=OuterRef("pk")))).in_order()


def owners(folders: Iterable[Folder], user: User) -> dict[int, Customer]:
    """Today's owners of the folders, for who may see customers. One query."""
    if not user.has_perm("customers.view_customer"):
        return {}
    return owners_on([folder.pk for folder in folders], timezone.localdate())


@login_required
@permission_required("folders.view_folder", raise_exception=True)
def folder_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The top of the tree, or with ?q= the folders of that name, each with its path."""
    query = request.GET.get("q", "").strip()[:100]
    if query:
        found_folders = Folder.objects.visible_to(request.user).matching(query).in_order()
        page: Page[Folder] = paginate(request, found_folders, FOUND)
        found = paths([folder.pk for folder in page])
        above = {folder.pk: path_text(found[folder.pk][:-1]) for folder in page}
    else:
        page, above = paginate(request, below(None, request.user), BRANCH), {}
    context = {"query": query, "page": page, "above": above, "owners": owners(page, request.user), "level": 1}
    return render(request, "folders/list.html", context)


@login_required
@permission_required("folders.view_folder", raise_exception=True)
def branch(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The folders right below one, for the tree to open in place."""
    folder = get_object_or_404(Folder.objects.visible_to(request.user), pk=pk)
    page = paginate(request, below(folder, request.user), BRANCH)
    context = {"folder": folder, "page": page, "owners": owners(page, request.user)}
    return render(request, "folders/branch.html", context)


@login_required
@permission_required("folders.view_folder", raise_exception=True)
def folder_choices(request: AuthenticatedHttpRequest) -> HttpResponse:
    return choices(request, Folder.objects.visible_to(request.user), describe_folders)


@login_required
@permission_required("folders.view_spot", raise_exception=True)
def spot_choices(request: AuthenticatedHttpRequest) -> HttpResponse:
    """?folder= and ?customer=: those of a branch, or those whose work a customer collects."""
    found = SpotFilter(request.GET, Spot.objects.visible_to(request.user), user=request.user)
    return choices(request, found.qs, describe_spots)
