"""What taking an import of folders, of spots or of any plain rows back would do, row by row. Nothing that somebody has
done since is lost.

What the import made goes, unless it has been edited, moved or used since; what it changed gets each field back that is
still as the import wrote it (sheets.importing.ledger).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from folders.days import ALWAYS, FOREVER
from folders.importing.taking_back import LoggedUndoing, take_back
from folders.models import Folder, Placement, Spot, SpotPlacement
from folders.names import keys
from folders.sql.paths import path_text, paths
from folders.tree import KEYS, OperationDraft
from sheets.importing.ledger import WrittenRows, read_ledger
from sheets.importing.marks import digest
from sheets.importing.references import referring_models
from sheets.importing.undoing import STAYED, Outcome, by_outcome
from sheets.models import Upload
from spotilla.bulk import delete_rows, overwrite_rows
from spotilla.in_values import among

type Relation = tuple[type[models.Model], str]  # a model, and its field that refers


@dataclass(frozen=True)
class Kept:
    """What an import makes rows of: folders, spots, or anything that no rule of its own holds together."""

    model: Any
    page: str  # the route of one of them
    own: frozenset[Relation] = frozenset()  # what refers to one and belongs to it
    places: Any = None  # where they have been; none: they are nowhere
    name: str = ""  # of the field of the places that names them
    at: str = ""  # and of the one that says where


SPOT = Kept(Spot, "folders:spot", frozenset([(SpotPlacement, "spot")]), SpotPlacement, "spot", "folder")


@dataclass(slots=True)
class Row:
    """What the import made or changed, and what becomes of it."""

    number: int  # of the row in the file; 0 of what came along
    pk: int
    made: bool  # by the import
    outcome: Outcome = Outcome.NOTHING
    back: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # field → from what to what
    moved: bool = False
    holds: bool = False  # folders that stay
    used: list[type[models.Model]] = field(default_factory=list)


@dataclass
class Undo:
    """What undoing an import of folders or spots would do."""

    rows: list[Row]

    @property
    def deleted(self) -> list[int]:
        back = (row for row in self.rows if row.outcome == Outcome.BACK)
        return [row.pk for row in back if row.made]

    @property
    def restored(self) -> dict[int, dict[str, Any]]:
        """By id and field, what it was."""
        return {row.pk: {name: was for name, (_now, was) in row.back.items()} for row in self.rows if row.back}

    @property
    def idle(self) -> bool:
        return not (self.deleted or self.restored)

    def counts(self) -> dict[str, int]:
        return by_outcome(self.rows) | {
            "deleted": len(self.deleted),
            "restored": len(self.restored),
        }

    def fingerprint(self) -> str:
        return f"{digest((self.deleted, self.restored)):x}"


def foresee(upload: Upload, kept: Kept) -> Undo:
    """A dozen queries, however many rows; changes nothing."""
    [written] = read_ledger(upload, kept.model)
    made = written.made.keys() & written.now.keys()
    rows = [Row(entry.number, pk, made=True) for pk, entry in written.made.items()]
    rows += [Row(next(iter(fields.values())).number, pk, made=False) for pk, fields in written.changed.items()]
    uses, moved = referring_models(kept.model, made, kept.own), _moved(kept, written)
    edited = {pk for pk in made if not written.is_as_made(pk)}
    stays = _above(made, uses.keys() | moved | edited) if kept.model is Folder else set()
    for row in rows:
        if row.pk not in written.now:
            continue
        if row.made:
            row.used, row.moved, row.holds = uses.get(row.pk, []), row.pk in moved, row.pk in stays
            row.outcome = _judge_made(row, is_edited=row.pk in edited)
        else:
            standing = written.standing(row.pk)
            row.back = {name: (entry.became, entry.was) for name, entry in standing.items()}
            row.outcome = Outcome.EDITED if written.edited(row.pk) else Outcome.BACK
    return Undo(rows)


def _judge_made(row: Row, *, is_edited: bool) -> Outcome:
    if row.used or row.holds:
        return Outcome.CANNOT
    return Outcome.EDITED if row.moved or is_edited else Outcome.BACK


def _moved(kept: Kept, written: WrittenRows) -> set[int]:
    """What the import made and has not always been where it put it."""
    if kept.places is None:
        return set()
    made = {pk: (entry.became or {}).get(f"{kept.at}_id") for pk, entry in written.made.items()}
    places = kept.places.objects.filter(among(f"{kept.name}__pk", made)).values_list(
        f"{kept.name}_id", f"{kept.at}_id", "since", "until"
    )
    return {pk for pk, place, *days in places if (place, *days) != (made[pk], ALWAYS, FOREVER)}


def _above(made: Collection[int], staying: Collection[int]) -> set[int]:
    """Folders of the import that hold, or have held, others that stay."""
    parents: dict[int, set[int]] = defaultdict(set)
    for child, parent in Placement.objects.filter(among("parent__pk", made)).values_list("folder_id", "parent_id"):
        parents[child].add(parent)
    found: set[int] = set()
    waiting = {*staying, *(parents.keys() - set(made))}
    while waiting:
        above = parents.get(waiting.pop(), set()) - found
        found |= above
        waiting |= above
    return found


@dataclass(frozen=True)
class Line:
    label: str
    was: str
    becomes: str


@dataclass(frozen=True)
class ToldRow:
    number: int
    name: str
    url: str
    outcome: Outcome
    back: list[Line]
    reasons: list[str]


def told(kept: Kept, rows: Sequence[Row], user: User) -> list[ToldRow]:
    """The rows in words; two queries."""
    there: dict[int, Any] = kept.model.objects.visible_to(user).in_bulk([row.pk for row in rows])
    above = paths({getattr(now, f"{kept.at}_id") for now in there.values()} - {None}) if kept.at else {}
    return [_told(kept, row, there.get(row.pk), above) for row in rows]


def _told(kept: Kept, row: Row, now: Any, above: dict[int, list[tuple[int, str]]]) -> ToldRow:
    lines = [
        Line(_label(kept, name), _text(kept, name, was), _text(kept, name, will))
        for name, (was, will) in row.back.items()
    ]
    url = reverse(kept.page, args=[now.pk]) if now else ""
    name = _name(kept, now, above) if now else ""
    return ToldRow(row.number, name, url, row.outcome, lines, list(_reasons(row)))


def _name(kept: Kept, now: Any, above: dict[int, list[tuple[int, str]]]) -> str:
    """Its path, where it has one."""
    return path_text([*above.get(getattr(now, f"{kept.at}_id", 0), ()), (now.pk, str(now))])


def _label(kept: Kept, name: str) -> str:
    return capfirst(str(kept.model._meta.get_field(name).verbose_name))


def _text(kept: Kept, name: str, value: str) -> str:
    return str(dict(kept.model._meta.get_field(name).choices or ()).get(value, value))


def _reasons(row: Row) -> Iterable[str]:
    if row.used:
        told = [model for model in row.used if model is not SpotPlacement or Spot not in row.used]
        names = dict.fromkeys(str(model._meta.verbose_name_plural) for model in told)
        yield _("It has: %(what)s.") % {"what": ", ".join(names)}
    if row.holds:
        yield _("It holds folders that stay.")
    if row.moved:
        yield _("It has been moved since.")
    elif row.outcome == Outcome.EDITED:
        yield _("It has been edited since.")
    elif row.outcome == Outcome.NOTHING:
        yield _("It has been deleted since.")


def do(_change: OperationDraft, undo: Undo, kept: Kept) -> dict[str, Any]:
    """Writes it, inside the undoing's transaction; gives what the log keeps."""
    deleted, restored = undo.deleted, undo.restored
    if kept.places is not None:
        places = kept.places.objects.filter(among(f"{kept.name}__pk", deleted)).values_list("pk", flat=True)
        delete_rows(kept.places, list(places))
    delete_rows(kept.model, deleted)
    current = list(kept.model.objects.filter(among("pk", restored)))
    for row in current:
        for name, value in restored[row.pk].items():
            setattr(row, name, value)
        if kept.at:
            row.sort_key, row.search_key = keys(row.name)
    fields = sorted({name for was in restored.values() for name in was})
    overwrite_rows(kept.model, current, [*fields, *(KEYS if kept.at else ())])
    return {"deleted": deleted, "restored": list(restored)}


class RowsUndoing(LoggedUndoing[Row]):
    """How an import of these is taken back."""

    facts: Mapping[str, Promise] = {
        "deleted": gettext_lazy("To be deleted"),
        "restored": gettext_lazy("To be as they were"),
    }
    done: Mapping[str, str | Promise] = {
        "deleted": gettext_lazy("Deleted"),
        "restored": gettext_lazy("As they were"),
        **STAYED,
    }

    def __init__(self, kept: Kept, what: Promise, do: Callable[[OperationDraft, Undo, Kept], dict[str, Any]]) -> None:
        self.kept, self.what, self.do = kept, what, do

    def foresee(self, upload: Upload) -> Undo:
        return foresee(upload, self.kept)

    def undo(self, upload: Upload, *, by: User | None, seen: str = "") -> Undo:
        return take_back(
            upload,
            by=by,
            seen=seen,
            models=[self.kept.model],
            foresee=self.foresee,
            do=lambda change, undo: self.do(change, undo, self.kept),
        )

    def told(self, rows: Sequence[Row], user: User) -> list[ToldRow]:
        return told(self.kept, rows, user)
