"""Judges rows of folders against each other and the tree: a fixed number of queries, however many rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from folders.finding import PARTS, Tree, before_slash, tree_of, with_marks
from folders.importing.reimport import MatchTexts, match_by_id
from folders.importing_folders.columns import FOLDERS_BY_KEY, LEVEL_KEYS
from folders.models import Folder
from folders.sql.paths import path_text, paths
from sheets.columns import folded
from sheets.importing.import_types import EVERYTHING
from sheets.importing.marks import digest, mark
from sheets.importing.plans import Outcome, PlannedRow, RowPlan
from sheets.problems import shown
from sheets.tables import Table
from spotilla.in_values import among

type Path = tuple[str, ...]  # names from the top down

MEETING = MatchTexts(
    unknown=gettext_lazy("There is no such folder."),
    unknown_right=gettext_lazy("Leave the id empty for a new folder."),
    exists=gettext_lazy("This is the folder “%(name)s”."),
    twice=gettext_lazy("Row %(row)d changes the same folder."),
    twice_right=gettext_lazy("One row for each folder."),
    changed=gettext_lazy("The folder has been changed since the export. Look at each cell that changes."),
)


@dataclass(slots=True)
class PlannedFolder(PlannedRow):
    """A row, and what becomes of its folder."""

    existing: Folder | None = None
    names: Path = ()  # () where the row does not say them right
    under: int | None = None  # the last folder on a new one's way that is there; None: the top of the tree
    right: int = 0  # how many of the names are there
    now: str = ""  # the path of one that is there, as the tree has it
    may_change: bool = False
    slash: Path = ()  # folded, down to a name with a slash in it that may be a path

    @property
    def place(self) -> str:
        """The column that says the last name."""
        if self.get("folder") is not None or not self.names:
            return "folder"
        return LEVEL_KEYS[len(self.names) - 1]

    def changed(self) -> dict[str, tuple[str, str]]:
        """By field: what it is and what it becomes. A row without an id renames nothing."""
        folder, found = self.existing, {}
        if folder is None or not self.may_change:
            return {}
        if self.empties and self.names and self.names[-1] != folder.name:
            found["name"] = folder.name, self.names[-1]
        description = self.get("description")
        if description is None and self.empties and "description" in self.record.keys.keys() - self.record.wrong:
            description = ""
        if description is not None and description != folder.description:
            found["description"] = folder.description, description
        return found

    @property
    def outcome(self) -> Outcome:
        if self.existing is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.changed() else Outcome.UNCHANGED


class NewFolder(NamedTuple):
    """A folder that an import makes."""

    row: int  # that names it; 0: none does
    name: str
    description: str
    above: int | None  # the new folder that it comes into, by its number among them
    under: int | None  # else the id of the one that is there, or the top of the tree


@dataclass
class FolderPlan(RowPlan[PlannedFolder]):
    """What a file of folders would do."""

    by_key = FOLDERS_BY_KEY

    def new_folders(self) -> list[NewFolder]:
        """All that come, those above before those below them: the rows' own, and those on the way to them that no row
        names.
        """
        found: list[NewFolder] = []
        numbers: dict[tuple[int | None, int | None, str], int] = {}  # by what it comes into, and its folded name
        new = (row for row in self.rows if row.existing is None and row.names)
        for row in sorted(new, key=lambda row: len(row.names)):
            above = None
            for name in row.names[row.right :]:
                place = row.under, above, folded(name)
                if place not in numbers:
                    numbers[place] = len(found)
                    found.append(NewFolder(0, name, "", above, row.under))
                above = numbers[place]
            if above is not None:  # another row may have come with it already
                found[above] = found[above]._replace(row=row.record.row, description=row.get("description") or "")
        return found

    def counts(self) -> dict[str, int]:
        counts = super().counts()
        return counts | {"along": len(self.new_folders()) - counts["new"] if not self.problems else 0}


def judge(table: Table, *, update: bool, by: User | None) -> FolderPlan:
    """What the table would do, with its problems. Changes nothing."""
    plan = FolderPlan(table, update, [PlannedFolder(record) for record in table.records], table.problems.copy())
    plan.left_out = [PlannedFolder(record) for record in table.left_out]
    plan.problems.next_stage()
    for row in plan.rows:
        row.may_change, row.names = update, _names(plan, row)
    plan.problems.next_stage()
    match_by_id(plan, Folder.objects.visible_to(by), MEETING)
    plan.problems.next_stage()
    _place_rows(plan, by)
    plan.problems.next_stage()
    _refuse_duplicates(plan)
    return plan


def folded_path(names: Collection[str]) -> Path:
    return tuple(map(folded, names))


def _names(plan: FolderPlan, row: PlannedFolder) -> Path:
    """What the row says: its path, or its levels."""
    if row.record.wrong.intersection(("folder", *LEVEL_KEYS)):
        return ()
    path, levels = row.get("folder"), [row.get(key) for key in LEVEL_KEYS]
    while levels and levels[-1] is None:
        levels.pop()
    if None in levels:
        key = LEVEL_KEYS[levels.index(None)]
        plan.problem(row, key, _("A level between two others is empty."), _("The name of the folder on that level."))
        return ()
    if path is None:
        return tuple(levels)
    names = tuple(path.split(PARTS))
    if levels and folded_path(levels) != folded_path(names):
        text = _("The row says two folders: “%(path)s” and “%(levels)s”.")
        plan.problem(row, "folder", text % {"path": path, "levels": PARTS.join(levels)}, _("One of them."))
        return ()
    return names


def _place_rows(plan: FolderPlan, by: User | None) -> None:
    """Finds where each row is on today's tree. A folder that is there stays where it is: a move has days."""
    rows = [row for row in plan.rows if row.names and not row.is_lost]
    by_path = [row for row in rows if row.existing is None]
    tree = _read_tree(rows, by_path, by)
    by_id = {row.existing.pk: row for row in rows if row.existing}
    current_paths = paths(set(by_id))
    renamed = {pk: folded(row.names[-1]) for pk, row in by_id.items()}
    for row in rows:  # with an id or without, in their order: only the first problems of a stage are listed
        if row.existing:
            _refuse_move(plan, row, current_paths[row.existing.pk], renamed)
        else:
            _match_path(plan, row, *tree.reach(PARTS.join(row.names)))
    _ask_about_slashes(plan, by_path, tree)
    _set_matched(plan, by_path)


def _read_tree(rows: Sequence[PlannedFolder], by_path: Sequence[PlannedFolder], by: User | None) -> Tree:
    """The part of the tree that the rows' paths name. Two queries when any row names its folder by a path."""
    if not by_path:
        return Tree({}, {})
    written = {PARTS.join(row.names) for row in by_path}
    before_slashes = {path for row in rows for path in _before_slashes(row)}
    return tree_of(written | before_slashes, by)


def _set_matched(plan: FolderPlan, by_path: Sequence[PlannedFolder]) -> None:
    """Gives rows whose path is there its folder. Two queries when there are such rows."""
    rows = [row for row in by_path if row.met]
    matched = {row.met[0] for row in rows}
    folders = Folder.objects.filter(among("pk", matched)).in_bulk() if matched else {}
    current_paths = paths(matched)
    for row in rows:
        row.existing, row.now = folders.get(row.met[0]), path_text(current_paths.get(row.met[0], []))
        if row.existing and not plan.update and row.get("description") not in (None, row.existing.description):
            row.notes += (_("The folder already exists with another description. To change it, choose to update."),)


def _match_path(plan: FolderPlan, row: PlannedFolder, folders: list[int], right: int) -> None:
    if len(folders) > 1:
        path = PARTS.join(row.names[:right])
        text = _("The path “%(path)s” matches two folders.") % {"path": path}
        plan.problem(row, row.place, text, _("Give the two folders different names, or add the folder by hand."))
    elif right == len(row.names):
        row.met = (folders[0],)
    else:
        row.under, row.right = (folders[0] if folders else None), right


def _before_slashes(row: PlannedFolder) -> Iterator[str]:
    """Paths of the folders that parts of the row's names would be, if a slash in them were a mark."""
    for depth, name in enumerate(row.names):
        if first := before_slash(name):
            yield PARTS.join((*row.names[:depth], first))


def _ask_about_slashes(plan: FolderPlan, rows: Sequence[PlannedFolder], tree: Tree) -> None:
    """Isännöinti/As Oy is a folder inside Isännöinti, where there is one, or a new one beside it: nobody knows but who
    wrote it. Writing the cell once more in the preview says that it is one name, for every row that has it.
    """
    named = {folded_path(row.names) for row in plan.rows}
    asked = []
    for row in rows:
        if row.met or row.wrong:
            continue
        first = before_slash(row.names[row.right])
        beside = (*row.names[: row.right], first)
        if first and (tree.find(PARTS.join(beside))[0] or folded_path(beside) in named):
            row.slash = folded_path(row.names[: row.right + 1])
            asked.append(row)
    typed = plan.table.choices.cells
    settled = {row.slash for row in asked if {"folder", *LEVEL_KEYS} & typed.get(row.record.row, {}).keys()}
    for row in asked:
        if row.slash not in settled:
            _ask(plan, row)


def _ask(plan: FolderPlan, row: PlannedFolder) -> None:
    name, of_path = row.names[row.right], row.get("folder") is not None
    key = "folder" if of_path else LEVEL_KEYS[row.right]
    texts = {"name": name, "first": before_slash(name), "path": with_marks(PARTS.join(row.names))}
    fixes = [texts["path"], PARTS.join(row.names)] if of_path else [name]
    plan.problem(
        row,
        key,
        _("Is “%(name)s” a folder inside “%(first)s”, or one beside it?") % texts,
        _("“%(path)s”, with blanks around the mark; or say here that it is one name.") % texts,
        fixes,
    )


def _refuse_move(plan: FolderPlan, row: PlannedFolder, path: list[tuple[int, str]], renamed: dict[int, str]) -> None:
    """A row of an export may give its folder another name, and call those above it as the file names them anew."""
    row.now = path_text(path)
    above, written = path[:-1], folded_path(row.names)[:-1]
    if len(above) == len(written):
        otherwise = [(pk, name) for (pk, now), name in zip(above, written, strict=True) if folded(now) != name]
        if all(renamed.get(pk) == name for pk, name in otherwise):
            return
    right = PARTS.join([*(name for _pk, name in above), row.names[-1]])
    plan.problem(
        row,
        row.place,
        _("The folder is in “%(path)s”. A sheet does not move folders.") % {"path": path_text(above) or "–"},
        _("Move it on its own page, which asks from which day on."),
        [right],
    )


def _refuse_duplicates(plan: FolderPlan) -> None:
    """Two rows of one folder are a problem, and so is one that comes into a folder under its name to be."""
    first_rows: dict[object, int] = {}
    named = {folded_path(row.names) for row in plan.rows if row.names}
    renaming_rows = {folded_path(row.names): row for row in plan.rows if _renames(row)}
    for row in plan.rows:
        if not row.names or row.wrong or row.is_lost:
            continue
        path = folded_path(row.names)
        first = first_rows.setdefault(row.existing.pk if row.existing else path, row.record.row)
        if first != row.record.row:
            text = _("Row %(row)d has the same folder.") % {"row": first}
            plan.problem(row, row.place, text, _("One row for each folder."))
        elif row.existing is None:
            _look_above_new(plan, row, renaming_rows, named)


def _renames(row: PlannedFolder) -> bool:
    """Whether the row gives its folder another name, case and accents apart."""
    if row.existing is None or "name" not in row.changed():
        return False
    return folded(row.existing.name) != folded(row.names[-1])


def _look_above_new(
    plan: FolderPlan, row: PlannedFolder, renaming_rows: dict[Path, PlannedFolder], named: Collection[Path]
) -> None:
    """What the folders above a new one have to do with other rows: renamed by one, or named by none."""
    path = folded_path(row.names)
    above = (path[:end] for end in range(1, len(path) + 1))
    renaming = next((renaming_rows[each] for each in above if each in renaming_rows), None)
    if renaming is not None:
        text = _("Row %(row)d gives that name to a folder that is there.") % {"row": renaming.record.row}
        plan.problem(row, row.place, text, _("Import the new names first, and this row after it."))
    elif row.right < len(path) - 1 and path[:-1] not in named:
        missing = {"path": PARTS.join(row.names[:-1])}
        row.notes += (_("“%(path)s” is not there and has no row of its own; it comes too.") % missing,)


def keys(row: PlannedFolder) -> Iterator[str]:
    for pk in row.met:
        yield f"folder {pk}"
    if row.existing is not None and "name" in row.changed():
        yield EVERYTHING
    path = folded_path(row.names)
    if path:
        yield f"path {path}"
    if row.slash:
        yield f"slash {row.slash}"
    for beside in _before_slashes(row):
        yield f"path {folded_path(beside.split(PARTS))}"
    if row.existing is None and row.right < len(path) - 1:
        yield f"path {path[:-1]}"


def does(row: PlannedFolder) -> int:
    if row.existing is None:
        return digest((row.record.row, row.under, row.names[row.right :], row.get("description") or ""))
    return digest((row.record.row, row.existing.pk, sorted(row.changed().items())))


def fingerprint(plan: FolderPlan) -> str:
    """The same for as long as saving the plan would write the same."""
    return mark(len(plan.rows), sum(map(does, plan.rows)))


def cells(row: PlannedFolder) -> Callable[[str], str]:
    """The row's cells as they will be; of a folder that is there and stays as it is, its own description."""

    def text(key: str) -> str:
        value = row.existing.description if row.existing and key == "description" else row.get(key)
        return "" if value in (None, "") else shown(FOLDERS_BY_KEY[key].write(value))

    return text


def changes(row: PlannedFolder) -> dict[str, tuple[str, str]]:
    found = row.changed()
    told = {"description": found["description"]} if "description" in found else {}
    return told | ({row.place: (row.now, PARTS.join(row.names))} if "name" in found else {})
