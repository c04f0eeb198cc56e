"""What people do to folders and spots: new ones, edits, moves, and taking away what never had any history."""

from collections.abc import Callable
from copy import copy
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from customers.ownership import delete_folder, move_folder, new_folder
from folders.days import overlapping
from folders.forms import FolderForm, MoveForm, SpotForm, add_refusal
from folders.models import Folder, Spot
from folders.sql.paths import path_text, paths
from folders.tree import Refused, delete_spot, lock_tree, new_spot
from spotilla.once import made, once
from spotilla.optimistic_lock import saved
from spotilla.record_picker import keep_search, sent
from spotilla.web import AuthenticatedHttpRequest, render
from workorders.places import move_spot
from workorders.sql.previews import Changes, preview, preview_spot


def _folder(request: AuthenticatedHttpRequest, pk: int) -> Folder:
    return get_object_or_404(Folder.objects.visible_to(request.user), pk=pk)


def _spot(request: AuthenticatedHttpRequest, pk: int) -> Spot:
    return get_object_or_404(Spot.objects.visible_to(request.user).select_related("folder"), pk=pk)


@login_required
@permission_required("folders.add_folder", raise_exception=True)
@once
def folder_new(request: AuthenticatedHttpRequest, pk: int | None = None) -> HttpResponse:
    """A folder in another one, or at the top of the tree."""
    parent = _folder(request, pk) if pk else None
    form = FolderForm(request.POST or None, instance=Folder(parent=parent))
    if form.is_valid():
        given = form.cleaned_data
        try:
            folder = new_folder(given["name"], parent, by=request.user, description=given["description"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The folder “%(folder)s” was created.") % {"folder": folder})
            return made(folder, "folders:detail", folder.pk)
    context = {"form": form, "parent": parent}
    return render(request, "folders/new.html", context, status=422 if form.errors else 200)


@login_required
@permission_required("folders.change_folder", raise_exception=True)
def folder_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    folder = _folder(request, pk)
    form = FolderForm(request.POST or None, instance=folder)
    if saved(form):
        messages.success(request, _("Saved."))
        return redirect("folders:detail", pk)
    return render(request, "folders/edit.html", {"form": form, "folder": folder}, status=422 if form.errors else 200)


@login_required
@permission_required("folders.delete_folder", raise_exception=True)
def folder_delete(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Asks first; what anything refers to stays, and the page says so."""
    folder, refusal = _folder(request, pk), None
    if request.method == "POST":
        try:
            delete_folder(folder, by=request.user)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The folder “%(folder)s” was deleted.") % {"folder": folder})
            return redirect("folders:list")
    context = {"folder": folder, "refusal": refusal}
    return render(request, "folders/delete.html", context, status=422 if refusal else 200)


@login_required
@permission_required("folders.add_spot", raise_exception=True)
@once
def spot_new(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    folder = _folder(request, pk)
    form = SpotForm(request.POST or None, instance=Spot(folder=folder))
    if form.is_valid():
        given = form.cleaned_data
        try:
            spot = new_spot(
                folder, given["name"], by=request.user, state=given["state"], description=given["description"]
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The spot “%(spot)s” was created.") % {"spot": spot})
            return made(spot, "folders:spot", spot.pk)
    context = {"form": form, "folder": folder}
    return render(request, "folders/new_spot.html", context, status=422 if form.errors else 200)


@login_required
@permission_required("folders.change_spot", raise_exception=True)
def spot_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Name, state and description; the place has a form of its own."""
    spot = _spot(request, pk)
    form = SpotForm(request.POST or None, instance=spot)
    if saved(form):
        messages.success(request, _("Saved."))
        return redirect("folders:spot", pk)
    return render(request, "folders/edit_spot.html", {"form": form, "spot": spot}, status=422 if form.errors else 200)


@login_required
@permission_required("folders.delete_spot", raise_exception=True)
def spot_delete(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    spot, refusal = _spot(request, pk), None
    if request.method == "POST":
        try:
            delete_spot(spot, by=request.user)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The spot “%(spot)s” was deleted.") % {"spot": spot})
            return redirect("folders:detail", spot.folder_id)
    context = {"spot": spot, "refusal": refusal}
    return render(request, "folders/delete_spot.html", context, status=422 if refusal else 200)


# ---- moves: what would change is said first, and nothing is moved until that is confirmed
# ------------------------------


@login_required
@permission_required("folders.change_folder", raise_exception=True)
def folder_move(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    folder = _folder(request, pk)

    def move(form: MoveForm) -> Callable[[], object]:
        since, until = form.days()
        # A copy: the preview is rolled back, and what it did to the object would stay.
        return partial(move_folder, copy(folder), form.cleaned_data["into"], since, until, by=request.user)

    def changes(operation: Callable[[], object]) -> Changes:
        return preview(operation, folder, user=request.user)

    return _move(request, folder, move, changes, template="folders/move.html", done="folders:detail")


@login_required
@permission_required("folders.change_spot", raise_exception=True)
def spot_move(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    spot = _spot(request, pk)

    def move(form: MoveForm) -> Callable[[], object]:
        since, until = form.days()
        return partial(move_spot, copy(spot), form.cleaned_data["into"], since, until, by=request.user)

    def changes(operation: Callable[[], object]) -> Changes:
        return preview_spot(operation, spot, user=request.user)

    return _move(request, spot, move, changes, template="folders/move_spot.html", done="folders:spot")


def _move(
    request: AuthenticatedHttpRequest,
    thing: Folder | Spot,
    move: Callable[[MoveForm], Callable[[], object]],
    changes: Callable[[Callable[[], object]], Changes],
    *,
    template: str,
    done: str,
) -> HttpResponse:
    """The form; what it would change; and, when exactly that is confirmed, the move."""
    data, initial = sent(request)
    form = MoveForm(data, initial=initial, user=request.user, thing=thing)
    context: dict[str, Any] = {"form": form, "thing": thing, "path": path_text(_path(thing))}
    if form.is_valid():
        try:
            if _moved(request.POST.get("confirmed", ""), form, move):
                messages.success(request, _("“%(thing)s” was moved.") % {"thing": thing})
                return redirect(done, thing.pk)
            context |= {"changes": changes(move(form)), "replaced": _replaced(thing, *form.days())}
        except Refused as refused:
            add_refusal(form, refused)
    keep_search(form, request)
    return render(request, template, context, status=422 if form.errors else 200)


def _moved(confirmed: str, form: MoveForm, move: Callable[[MoveForm], Callable[[], object]]) -> bool:
    """Moves when what was looked at is still so; the tree's lock is taken before that is compared. Raises Refused."""
    with transaction.atomic():
        if confirmed:
            lock_tree()
        if confirmed != form.fingerprint():
            return False
        move(form)()
    return True


class Replaced(NamedTuple):
    """A place that a move replaces, with those of its days that the move touches."""

    where: Folder | None
    since: date
    until: date


def _replaced(thing: Folder | Spot, since: date, until: date) -> list[Replaced]:
    where = "parent" if isinstance(thing, Folder) else "folder"
    places = thing.placements.filter(overlapping(since, until)).select_related(where).order_by("since")
    return [Replaced(getattr(row, where), max(row.since, since), min(row.until, until)) for row in places]


def _path(thing: Folder | Spot) -> list[tuple[int, str]]:
    folder = thing.pk if isinstance(thing, Folder) else thing.folder_id
    return paths([folder])[folder]
