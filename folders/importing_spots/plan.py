"""Judges rows of spots against each other and the tree: four queries, however many rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from folders.finding import Tree, nearest, tree_of
from folders.importing.reimport import MatchTexts, match_by_id
from folders.importing_spots.columns import SPOTS_BY_KEY
from folders.models import Spot
from folders.sql.paths import path_text, paths
from sheets.columns import folded
from sheets.importing.marks import digest, mark
from sheets.importing.plans import Outcome, PlannedRow, RowPlan
from sheets.problems import shown
from sheets.tables import Table
from spotilla.in_values import among

EMPTY = {"state": Spot.State.ACTIVE.value, "description": ""}
FIELDS = ("name", *EMPTY)
MEETING = MatchTexts(
    unknown=gettext_lazy("There is no such spot."),
    unknown_right=gettext_lazy("Leave the id empty for a new spot."),
    exists=gettext_lazy("This is the spot “%(name)s”."),
    twice=gettext_lazy("Row %(row)d changes the same spot."),
    twice_right=gettext_lazy("One row for each spot."),
    changed=gettext_lazy("The spot has been changed since the export. Look at each cell that changes."),
)


@dataclass(slots=True)
class PlannedSpot(PlannedRow):
    """A row, and what becomes of its spot."""

    existing: Spot | None = None
    into: int = 0  # where a new one comes, by id

    def fields(self) -> dict[str, Any]:
        """What the row says of the spot. Empty cells say nothing, but those of our own exports and of new spots."""
        values = {key: self.get(key) for key in FIELDS if self.get(key) is not None}
        if self.existing is None:
            return EMPTY | values
        if self.empties:
            empty = self.record.keys.keys() & EMPTY.keys() - values.keys() - self.record.wrong
            values |= {key: EMPTY[key] for key in empty}
        return values

    def changed(self) -> dict[str, tuple[Any, Any]]:
        """By field: what it is and what it becomes."""
        found = {key: (getattr(self.existing, key), value) for key, value in self.fields().items()}
        return {key: change for key, change in found.items() if change[0] != change[1]}

    @property
    def outcome(self) -> Outcome:
        if self.existing is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.changed() else Outcome.UNCHANGED


@dataclass
class SpotPlan(RowPlan[PlannedSpot]):
    """What a file of spots would do."""

    by_key = SPOTS_BY_KEY


def judge(table: Table, *, update: bool, by: User | None) -> SpotPlan:
    """What the table would do, with its problems. Changes nothing."""
    plan = SpotPlan(table, update, [PlannedSpot(record) for record in table.records], table.problems.copy())
    plan.left_out = [PlannedSpot(record) for record in table.left_out]
    plan.problems.next_stage()
    match_by_id(plan, Spot.objects.visible_to(by), MEETING)
    plan.problems.next_stage()
    _place_rows(plan, by)
    _note_names(plan, by)
    return plan


def _place_rows(plan: SpotPlan, by: User | None) -> None:
    """Finds the folders of the rows' paths. A spot that is there stays where it is: a move has days."""
    written = {path for path in plan.table.column("folder") if path}
    tree = tree_of(written, by) if written else Tree({}, {})
    meant = {path: tree.find(path) for path in written}  # many spots share a path
    current_paths = paths({row.existing.folder_id for row in plan.rows if row.existing})
    for row in plan.rows:
        if "folder" in row.record.wrong or row.is_lost:
            continue
        path = row.get("folder")
        if path is None:
            _refuse_missing_folder(plan, row)
        elif row.existing is not None:
            _refuse_move(plan, row, meant[path][0], current_paths.get(row.existing.folder_id, []))
        else:
            _match_path(plan, row, path, *meant[path])


def _refuse_missing_folder(plan: SpotPlan, row: PlannedSpot) -> None:
    if row.existing is None or "folder" in plan.table.places:
        plan.problem(row, "folder", _("The folder is missing."), _("A spot is always in a folder."))


def _refuse_move(plan: SpotPlan, row: PlannedSpot, folders: list[int], current: list[tuple[int, str]]) -> None:
    """A spot that is there must be in one of `folders`, which its path means."""
    if row.existing is None or row.existing.folder_id in folders:
        return
    path = path_text(current)
    text = _("The spot is in “%(path)s”. A sheet does not move spots.") % {"path": path}
    plan.problem(row, "folder", text, _("Move it on its own page, which asks from which day on."), [path])


def _match_path(plan: SpotPlan, row: PlannedSpot, path: str, folders: list[int], right: int) -> None:
    """Where a new spot comes; `right` of the path's names lead somewhere."""
    if not folders:
        plan.problem(row, "folder", _("There is no folder “%(path)s”.") % {"path": path}, nearest(path, right))
    elif len(folders) > 1:
        text = _("The path “%(path)s” matches two folders.") % {"path": path}
        plan.problem(row, "folder", text, _("Give the two folders different names, or add the spot by hand."))
    else:
        row.into = folders[0]


def _note_names(plan: SpotPlan, by: User | None) -> None:
    """New spots with the name of another in the same folder, or in the file: worth a look, and allowed."""
    new = [row for row in plan.rows if row.into and row.get("name")]
    if not new:
        return
    places = Spot.objects.visible_to(by).filter(among("folder__pk", {row.into for row in new}))
    there = {(folder, folded(name)) for folder, name in places.values_list("folder", "name")}
    amounts = Counter((row.into, folded(row.get("name"))) for row in new)
    for row in new:
        place = row.into, folded(row.get("name"))
        if place in there:
            row.notes += (_("The folder already has a spot of this name."),)
        if amounts[place] > 1:
            row.notes += (_("Another row has a spot of this name in the same folder."),)


def keys(row: PlannedSpot) -> Iterator[str]:
    for pk in row.met:
        yield f"spot {pk}"
    if row.get("folder") and row.get("name"):
        yield f"in {folded(row.get('folder'))}: {folded(row.get('name'))}"


def does(row: PlannedSpot) -> int:
    if row.existing is None:
        return digest((row.record.row, row.into, sorted(row.fields().items())))
    return digest((row.record.row, row.existing.pk, sorted(row.changed().items())))


def fingerprint(plan: SpotPlan) -> str:
    """The same for as long as saving the plan would write the same."""
    return mark(len(plan.rows), sum(map(does, plan.rows)))


def _text(key: str, value: Any) -> str:
    return "" if value in (None, "") else shown(SPOTS_BY_KEY[key].write(value))


def cells(row: PlannedSpot) -> Callable[[str], str]:
    """The row's cells as they will be."""
    fields = row.fields()
    kept = {key: fields.get(key, getattr(row.existing, key, None)) for key in FIELDS}
    return lambda key: _text(key, kept[key] if key in kept else row.get(key))


def changes(row: PlannedSpot) -> dict[str, tuple[str, str]]:
    return {key: (_text(key, was), _text(key, becomes)) for key, (was, becomes) in row.changed().items()}
