"""The spots' sheet: one description a column."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from folders.finding import tidy
from folders.models import Spot
from sheets.columns import Column, Words, choice, in_language, own, text
from sheets.limits import LONGEST_TEXT
from sheets.problems import Wrong
from sheets.values import Value

LONGEST_PATH = 1000  # characters
State = Spot.State
STATES: dict[str, Words] = {
    State.ACTIVE: ("Käytössä", "Active", "I bruk"),
    State.NOT_IN_USE: ("Ei käytössä", "Not in use", "Ur bruk"),
    State.FAULTY: ("Viallinen", "Faulty", "Felaktig"),
    State.REMOVED: ("Poistettu", "Removed", "Borttagen"),
}

_read_name, _read_path = text(200), text(LONGEST_PATH)


def read_name(value: Value) -> str:
    return _read_name(value)


def read_path(value: Value) -> str:
    path = tidy(_read_path(value))
    if ";" in path:
        raise Wrong(_("There are several folders in the cell."), _("One folder: a spot is in one place."))
    return path


SPOT_COLUMNS = (
    Column(
        key="folder",
        headings=("Kansio", "Folder", "Mapp"),
        read=read_path,
        longest=LONGEST_PATH,
        end_tells=True,
        width=42,
        help=gettext_lazy("Its path from the top of the folder tree, such as Isännöinti Virtanen / As Oy Puistola."),
    ),
    Column(
        key="name",
        headings=("Spotti", "Spot", "Spot"),
        aliases=("Spotin nimi", "Nimi", "Name", "Namn"),
        read=read_name,
        required=True,
        own=True,
        width=36,
        help=gettext_lazy("At most 200 characters."),
    ),
    Column(
        key="state",
        headings=("Spotin tila", "State of the spot", "Spotens status"),  # the preview has a state of its own
        aliases=("Tila", "State", "Status"),
        read=choice(STATES, gettext_lazy("This is not a spot's state.")),
        write=lambda state: in_language(STATES[state]),
        choices=lambda: [in_language(words) for words in STATES.values()],
        strict=True,
        width=16,
        help=gettext_lazy("Choose from the list. Empty: in use."),
    ),
    Column(
        key="description",
        headings=("Kuvaus", "Description", "Beskrivning"),
        read=text(lines=True),
        longest=LONGEST_TEXT,
        width=48,
    ),
)
# The version is a digest, of folders too.
OWN = own("Spotin Spotilla-tunniste", "Spotilla ID of the spot", "Spotens Spotilla-id")
SPOTS_BY_KEY = {column.key: column for column in (*SPOT_COLUMNS, *OWN)}
