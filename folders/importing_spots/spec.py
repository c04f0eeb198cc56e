"""Spots as a thing that can be imported (sheets.importing.import_types)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from accounts.models import User
from folders.importing.reimport import state
from folders.importing.undoing import SPOT, RowsUndoing, do
from folders.importing_spots import plan
from folders.importing_spots.columns import OWN, SPOT_COLUMNS
from folders.importing_spots.plan import PlannedSpot, SpotPlan, judge
from folders.importing_spots.save import save
from folders.models import Spot
from sheets.importing.import_types import ImportType, Words
from sheets.models import Upload
from sheets.tables import Table


class SpotImport(ImportType[PlannedSpot, SpotPlan]):
    key = "spots"
    model = Spot
    planned = PlannedSpot
    words = Words(
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
        amount=ngettext_lazy("Import %(amount)s spot", "Import %(amount)s spots", "rows"),
        changed_since=_("Folders or places of spots have changed since this was checked."),
        unnamed=_("No column is named “Spot”. Choose the one with the names of the spots."),
        imported=_("The spots were imported"),
        to_list=_("To the spots"),
        new=_("New spots"),
        may_not=_("%(email)s may not import spots."),
    )
    columns = SPOT_COLUMNS
    own = OWN
    routes = "folders:spots_"
    listed = "folders:spots"
    page = "folders:spot"
    undoing = RowsUndoing(SPOT, _("Spot"), do)

    def judge(self, table: Table, *, update: bool, by: User | None) -> SpotPlan:
        return judge(table, update=update, by=by)

    def save(
        self,
        table: Table,
        *,
        update: bool,
        by: User | None,
        upload: Upload | None = None,
        seen: str = "",
        tell: Callable[[int], None] = lambda rows: None,
    ) -> SpotPlan:
        return save(table, update=update, by=by, upload=upload, seen=seen, tell=tell)

    def state(self) -> list[int | None]:
        return state()

    def keys(self, row: PlannedSpot) -> Iterator[str]:
        return plan.keys(row)

    def does(self, row: PlannedSpot) -> int:
        return plan.does(row)

    def shown(self, row: PlannedSpot) -> Callable[[str], str]:
        return plan.cells(row)

    def changes(self, row: PlannedSpot) -> dict[str, tuple[str, str]]:
        return plan.changes(row)


SPOTS = SpotImport()
