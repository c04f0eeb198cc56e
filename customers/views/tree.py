"""The folder tree to choose from: opened branch by branch, never sent whole."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from customers.history import owners_on
from customers.models import Attachment, Customer
from folders.models import Folder
from folders.sql.branches import first_children
from folders.sql.paths import paths
from spotilla.web import as_id

OPENED = 100  # branches that stand open at a time
BRANCH = 200  # folders of one branch that are shown; the search finds the rest


@dataclass(frozen=True)
class Row:
    folder: Folder
    level: int  # 1 at the top of the tree
    has_children: bool
    opened: bool
    toggled: str  # what ?open= says when this branch is opened, or closed
    owner: Customer | None
    taken: bool  # somebody is attached to it today
    cut: bool  # the branch has more than is shown


def opened_in(request: HttpRequest) -> set[int]:
    """Ids of the branches that the address says are open."""
    return {pk for text in request.GET.get("open", "").split(",")[:OPENED] if (pk := as_id(text))}


def rows(user: User, opened: set[int], chosen: int | None = None) -> list[Row]:
    """The tree as a list, with the opened branches and the way down to what is chosen. At most five queries."""
    if chosen:
        opened = opened | {pk for pk, _name in paths([chosen]).get(chosen, [])[:-1]}
    by_parent = _branches(user, opened)
    shown = [folder.pk for branch in by_parent.values() for folder in branch]
    today = timezone.localdate()
    owners = owners_on(shown, today)
    taken = set(Attachment.objects.on(today).filter(folder__in=shown).values_list("folder", flat=True))
    return [
        Row(
            folder,
            level,
            folder.has_children,  # type: ignore[attr-defined]
            folder.pk in opened,
            ",".join(str(pk) for pk in sorted(opened ^ {folder.pk})),
            owners.get(folder.pk),
            folder.pk in taken,
            cut,
        )
        for folder, level, cut in _flat(by_parent, None, 1)
    ]


def _branches(user: User, opened: set[int]) -> dict[int | None, list[Folder]]:
    folders = Folder.objects.visible_to(user).annotate(
        has_children=Exists(Folder.objects.filter(parent=OuterRef("pk")))
    )
    by_parent: dict[int | None, list[Folder]] = {None: list(folders.top_level().in_order()[: BRANCH + 1])}
    for folder in folders.filter(pk__in=first_children(opened, BRANCH + 1)).in_order():
        by_parent.setdefault(folder.parent_id, []).append(folder)
    return by_parent


def _flat(by_parent: dict[int | None, list[Folder]], parent: int | None, level: int) -> list[tuple[Folder, int, bool]]:
    """(folder, level, whether more of its branch are left out after it), from the top down."""
    found: list[tuple[Folder, int, bool]] = []
    branch = by_parent.get(parent, [])
    for place, folder in enumerate(branch[:BRANCH], 1):
        found.append((folder, level, place == BRANCH and len(branch) > BRANCH))
        found += _flat(by_parent, folder.pk, level + 1)
    return found
