"""Which folders the paths of a sheet mean on today's tree, as a user sees it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from folders.models import Folder
from folders.names import search_key
from sheets.columns import folded
from spotilla.in_values import among, among_texts
from spotilla.text import one_line, seen

PARTS = " / "
_MARK = re.compile(r"(?<=\s)/(?=\s)")


def tidy(path: str) -> str:
    """The path as it is written: blanks around the marks and in names do not matter."""
    return PARTS.join(map(one_line, _MARK.split(f" {seen(path)} "))).strip()


@dataclass
class Tree:
    """Of the folders that one may see, those whose names stand on the paths, by the folder above and folded name.

    Two folders may share a path. Above a folder whose parent one may not see stands nothing (None).
    """

    below: dict[tuple[int | None, str], list[int]]
    folded: dict[str, str]  # names as written on the paths → folded

    def find(self, path: str) -> tuple[list[int], int]:
        """The folders at the end of a path; when there are none, how many of its names lead somewhere."""
        here, right = self.reach(path)
        return (here if right == len(path.split(PARTS)) else []), right

    def reach(self, path: str) -> tuple[list[int], int]:
        """The last folders on the way of a path, and how many of its names lead there."""
        above: list[int | None] = [None]
        last: list[int] = []
        names = path.split(PARTS)
        for depth, name in enumerate(names):
            key = self.folded[name]
            here = [folder for parent in above for folder in self.below.get((parent, key), ())]
            if not here:
                return last, depth
            last, above = here, [*here]
        return last, len(names)


def tree_of(paths: Iterable[str], by: User | None) -> Tree:
    """Two queries, of the folders with a name of the paths; the whole tree may be a hundred times as large."""
    names = {name: folded(name) for path in paths for name in path.split(PARTS)}
    folders = Folder.objects.visible_to(by)
    named = folders.filter(among_texts("search_key", set(map(search_key, names))))
    found = [(pk, parent, folded(name)) for pk, parent, name in named.values_list("pk", "parent_id", "name")]
    visible = {pk for pk, _parent, _key in found}
    parents = {parent for _pk, parent, _key in found if parent} - visible
    if parents:
        visible.update(folders.filter(among("pk", parents)).values_list("pk", flat=True))
    below: dict[tuple[int | None, str], list[int]] = defaultdict(list)
    for pk, parent, key in found:
        below[parent if parent in visible else None, key].append(pk)
    return Tree(below, names)


def before_slash(name: str) -> str:
    """What stands before the first slash in a name; "" where none stands between two: people write a path so too."""
    first, _slash, rest = name.partition("/")
    return first.strip() if rest.strip(" /") else ""


def with_marks(path: str) -> str:
    """The path with each slash in it as a mark between two folders."""
    return PARTS.join(name for name in map(str.strip, path.split("/")) if name)


def nearest(path: str, right: int) -> str:
    """How far the path is right."""
    if right:
        texts = {"path": PARTS.join(path.split(PARTS)[:right])}
        return _("A folder inside “%(path)s”, which exists.") % texts
    return _("A path from the top of the folder tree: first folder / second folder.")
