"""The folders' sheet: a path on each row, or a column for each level."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from folders.finding import PARTS, tidy
from folders.importing_spots.columns import LONGEST_PATH
from sheets.columns import Column, own, text
from sheets.limits import LONGEST_TEXT
from sheets.problems import Wrong
from sheets.values import Value

LONGEST_NAME = 200
DEEPEST = 10  # levels that can have a column; a path may be deeper
MOST_LEVELS = 30  # of a path

_read_path, _read_name = text(LONGEST_PATH), text(LONGEST_NAME)


def read_path(value: Value) -> str:
    """A path of names that folders can have."""
    path = tidy(_read_path(value))
    names = path.split(PARTS)
    if len(names) > MOST_LEVELS:
        raise Wrong(
            _("The path has %(count)d levels.") % {"count": len(names)}, _("At most %(most)d.") % {"most": MOST_LEVELS}
        )
    for name in names:
        if not name:
            raise Wrong(_("A name is missing between two marks “ / ”."), _("First folder / second folder."))
        if len(name) > LONGEST_NAME:
            raise Wrong(
                _("The name “%(name)s …” is too long.") % {"name": name[:40]},
                _("At most %(longest)d characters.") % {"longest": LONGEST_NAME},
            )
        _check(name)
    return path


def read_name(value: Value) -> str:
    name = _read_name(value)
    _check(name)
    return name


def _check(name: str) -> None:
    """The rule of folders.models."""
    if ";" in name or PARTS in f" {name} ":
        raise Wrong(
            _("A folder's name cannot hold “;” or “ / ”: they part folders in a path."), _("One folder on each row.")
        )


FOLDER_COLUMNS = (
    Column(
        key="folder",
        headings=("Kansio", "Folder", "Mapp"),
        aliases=("Kansion polku", "Kansiopolku", "Polku", "Folder path", "Path", "Mappens sökväg", "Sökväg"),
        read=read_path,
        longest=LONGEST_PATH,
        required=True,
        own=True,
        end_tells=True,
        width=60,
        help=gettext_lazy(
            "Its path from the top of the folder tree, such as Isännöinti Virtanen / As Oy Puistola. Folders above it "
            "that are not there yet come too. There may be a column for each level instead: Level 1, Level 2 …"
        ),
    ),
    Column(
        key="description",
        headings=("Kuvaus", "Description", "Beskrivning"),
        read=text(lines=True),
        longest=LONGEST_TEXT,
        width=48,
    ),
)
LEVELS = tuple(
    Column(
        key=f"level{number}",
        headings=(f"Taso {number}", f"Level {number}", f"Nivå {number}"),
        aliases=(f"{number}. taso", f"Kansio {number}", f"Folder {number}", f"Mapp {number}"),
        read=read_name,
        required=number == 1,
        outline=True,
        width=28,
    )
    for number in range(1, DEEPEST + 1)
)
FOLDER_OWN = own("Kansion Spotilla-tunniste", "Spotilla ID of the folder", "Mappens Spotilla-id")
FOLDERS_BY_KEY = {column.key: column for column in (*FOLDER_COLUMNS, *LEVELS, *FOLDER_OWN)}
LEVEL_KEYS = tuple(column.key for column in LEVELS)
