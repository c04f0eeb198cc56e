"""A list of folders that is pasted into a field, as the sheet that it stands for."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from folders.finding import PARTS, tidy
from folders.importing_folders.columns import FOLDER_COLUMNS
from folders.importing_spots.columns import LONGEST_PATH
from sheets.limits import Unreadable
from sheets.writing import write_xlsx

TAB = 4  # blanks that a tab is as wide as
_LINE = re.compile(r"(?P<indent>[ \t\xa0\u2000-\u200a\u202f\u3000]*)(?:[-–—*•·▪◦‣]\s+|o\t)?(?P<name>.*)")


def workbook_of(text: str) -> bytes:
    """A workbook with the path of each line. Raises Unreadable, naming the line, as `paths_of` does."""
    paths = paths_of(text)
    if not paths:
        raise Unreadable(_("The list is empty."))
    return write_xlsx(_("Folders"), [FOLDER_COLUMNS[0].heading], ([path] for path in paths))


def paths_of(text: str) -> list[str]:
    """The path of each line that is not empty. A line is inside the nearest one above that begins further left; names
    parted by tabs, as cells that are copied from Excel, or by “ / ” are inside each other.

    Isännöinti Virtanen
        As Oy Puistola
            A-talo

    Raises Unreadable where a line begins to the left of the first, or between two of those that it could be beside.
    """
    found: list[str] = []
    above: list[tuple[int, str]] = []  # where each begins, and its path
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        parts = _LINE.fullmatch(line.rstrip())
        if parts is None or not parts["name"]:
            continue
        indent = _width(parts["indent"])
        _leave(above, indent, number, parts["name"])
        inside = above[-1][1] if above else ""
        # Each cell on the line is one level deeper, for the lines below too.
        for cell in parts["name"].split("\t"):
            inside = f"{inside}{PARTS}{tidy(cell)}" if inside else tidy(cell)
            if len(inside) > LONGEST_PATH:
                texts = {"line": number, "longest": LONGEST_PATH}
                raise Unreadable(_("Line %(line)d: its path is longer than %(longest)d characters.") % texts)
            above.append((indent, inside))
            indent += TAB
        found.append(inside)
    return found


def _leave(above: list[tuple[int, str]], indent: int, number: int, name: str) -> None:
    """Takes away what does not lie above a line that begins there."""
    deeper = False
    while above and above[-1][0] > indent:
        above.pop()
        deeper = True
    if above and above[-1][0] == indent:
        above.pop()
    elif deeper:
        texts = {"line": number, "name": name[:60]}
        raise Unreadable(
            _("Line %(line)d, “%(name)s”: it begins beside no line above it. Indent it as the folders beside it are.")
            % texts
        )


def _width(indent: str) -> int:
    width = 0
    for mark in indent:
        width = (width // TAB + 1) * TAB if mark == "\t" else width + 1
    return width
