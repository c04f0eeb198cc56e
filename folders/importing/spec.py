"""Spots as a thing that can be imported (sheets.importing.import_types)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from folders.importing import judging
from folders.importing.reimport import state
from folders.importing.saving import save
from folders.importing.undoing import SPOT, do, undoing
from folders.models import Spot
from folders.sheet import OWN, SPOT_COLUMNS
from sheets.importing.import_types import ImportType, Words


def _amount(spots: int) -> str:
    return ngettext("Import %(amount)s spot", "Import %(amount)s spots", spots)


SPOTS = ImportType(
    key="spots",
    words=Words(
        title=_("Spots"),
        file_name=pgettext_lazy("file name", "spots"),
        heading=_("Import spots from Excel"),
        needed=_("The folder and the name are needed on each row."),
        update=_("Update spots that exist"),
        update_help=_(
            "A row of our own export changes the spot that it is: an emptied cell empties the value. Other rows make "
            "new spots."
        ),
        updates=_("updates spots that exist"),
        amount=_amount,
        changed_since=_("Folders or places of spots have changed since this was checked."),
        unnamed=_("No column is named “Spot”. Say which one has the names of the spots."),
        imported=_("The spots were imported"),
        to_list=_("To the spots"),
        new=_("New spots"),
        may_not=_("%(email)s may not import spots."),
    ),
    columns=SPOT_COLUMNS,
    own=OWN,
    routes="folders:spots_",
    listed="folders:spots",
    page="folders:spot",
    may_add="folders.add_spot",
    may_change="folders.change_spot",
    may_delete="folders.delete_spot",
    judge=judging.judge,
    save=save,
    state=state,
    visible=Spot.objects.visible_to,
    row=judging.PlannedSpot,
    keys=judging.keys,
    does=judging.does,
    shown=judging.cells,
    changes=judging.changes,
    undoing=undoing(SPOT, do, what=_("Spot")),
)
