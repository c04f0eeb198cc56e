"""What taking an import of folders or spots back would do, row by row. Nothing that somebody has done since is lost.

What the import made goes, unless it has been edited, moved or used since; what it changed gets its old values back,
unless it has been edited since. The upload keeps of each row what it was and the version that it got.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from folders.days import ALWAYS, FOREVER
from folders.importing.reimport import Written
from folders.importing.taking_back import take_back, taken_back
from folders.models import Folder, Placement, Spot, SpotPlacement
from folders.names import keys
from folders.sql.paths import path_text, paths
from folders.tree import KEYS, OperationDraft
from sheets.importing.marks import digest
from sheets.importing.references import referring_models
from sheets.importing.undoing import NotUndone, Outcome, Undoing, by_outcome
from sheets.models import Upload
from spotilla.bulk import delete_rows, lock_rows, overwrite_rows
from spotilla.in_values import among

type Relation = tuple[type[models.Model], str]  # a model, and its field that refers


@dataclass(frozen=True)
class Kept:
    """Folders, or spots: where they have been, and what belongs to them themselves."""

    model: Any
    places: Any
    name: str  # of the field of the places that names them
    at: str  # and of the one that says where
    page: str  # the route of one of them
    own: frozenset[Relation]


SPOT = Kept(Spot, SpotPlacement, "spot", "folder", "folders:spot", frozenset([(SpotPlacement, "spot")]))


@dataclass(slots=True)
class Row:
    written: Written
    outcome: Outcome = Outcome.NOTHING
    back: dict[str, tuple[str, str]] = field(default_factory=dict)  # field → from what to what
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
        return [row.written.pk for row in back if row.written.was is None]

    @property
    def restored(self) -> dict[int, dict[str, str]]:
        return {row.written.pk: row.written.was or {} for row in self.rows if row.back}

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
    rows = [Row(Written(*written)) for written in upload.kept.get("rows", ())]
    there: dict[int, Any] = kept.model.objects.filter(among("pk", {row.written.pk for row in rows})).in_bulk()
    made = {row.written.pk for row in rows if row.written.was is None and row.written.pk in there}
    uses, moved = referring_models(kept.model, made, kept.own), _moved(kept, rows)
    stays = _above(made, uses.keys() | moved | _edited(rows, there)) if kept.model is Folder else set()
    for row in rows:
        pk = row.written.pk
        if pk in there:
            row.used, row.moved, row.holds = uses.get(pk, []), pk in moved, pk in stays
            _judge_row(row, there[pk])
    return Undo(rows)


def _judge_row(row: Row, now: Any) -> None:
    """What becomes of what the row made or changed, which is still there."""
    if row.used or row.holds:
        row.outcome = Outcome.CANNOT
    elif row.moved or now.version != row.written.version:
        row.outcome = Outcome.EDITED
    else:
        row.outcome = Outcome.BACK
        row.back = {name: (getattr(now, name), value) for name, value in (row.written.was or {}).items()}


def _edited(rows: Iterable[Row], there: dict[int, Any]) -> set[int]:
    return {pk for row in rows if (pk := row.written.pk) in there and there[pk].version != row.written.version}


def _moved(kept: Kept, rows: Iterable[Row]) -> set[int]:
    """What the import made and has not always been where it put it."""
    made = {row.written.pk: row.written.place for row in rows if row.written.was is None}
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
    there: dict[int, Any] = kept.model.objects.visible_to(user).in_bulk([row.written.pk for row in rows])
    above = paths({getattr(now, f"{kept.at}_id") for now in there.values()} - {None})
    return [_told(kept, row, there.get(row.written.pk), above) for row in rows]


def _told(kept: Kept, row: Row, now: Any, above: dict[int, list[tuple[int, str]]]) -> ToldRow:
    lines = [
        Line(_label(kept, name), _text(kept, name, was), _text(kept, name, will))
        for name, (was, will) in row.back.items()
    ]
    url = reverse(kept.page, args=[now.pk]) if now else ""
    path = [*above.get(getattr(now, f"{kept.at}_id"), ()), (now.pk, now.name)] if now else []
    return ToldRow(row.written.number, path_text(path), url, row.outcome, lines, list(_reasons(row)))


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


def lock(upload: Upload, kept: Kept) -> None:
    """So that whoever edits one, or records work on it, does so before it is looked at, or after the end."""
    pks = [written[1] for written in upload.kept.get("rows", ())]
    lock_rows(kept.model, pks)


def do(_change: OperationDraft, undo: Undo, kept: Kept) -> dict[str, Any]:
    """Writes it, inside the undoing's transaction; gives what the log keeps."""
    deleted, restored = undo.deleted, undo.restored
    places = kept.places.objects.filter(among(f"{kept.name}__pk", deleted)).values_list("pk", flat=True)
    delete_rows(kept.places, list(places))
    delete_rows(kept.model, deleted)
    current = list(kept.model.objects.filter(among("pk", restored)))
    for row in current:
        for name, value in restored[row.pk].items():
            setattr(row, name, value)
        row.sort_key, row.search_key = keys(row.name)
    fields = sorted({name for was in restored.values() for name in was})
    overwrite_rows(kept.model, current, [*fields, *KEYS])
    return {"deleted": deleted, "restored": list(restored)}


def undoing(kept: Kept, do: Any, **words: Any) -> Undoing:
    """How an import of these is taken back; `do` writes it."""

    def undo(upload: Upload, *, by: User | None, seen: str = "") -> Undo:
        if not upload.kept:
            raise NotUndone(_("This import can no longer be undone."))
        return take_back(
            upload,
            by=by,
            seen=seen,
            lock=lambda _operation: lock(upload, kept),
            foresee=lambda _operation: foresee(upload, kept),
            do=lambda change, undo: do(change, undo, kept),
        )

    return Undoing(
        foresee=lambda upload: foresee(upload, kept),
        able=lambda upload: bool(upload.kept),
        undo=undo,
        told=lambda rows, user: told(kept, rows, user),
        taken_back=taken_back,
        facts={"deleted": gettext_lazy("To be deleted"), "restored": gettext_lazy("To be as they were")},
        done={
            "deleted": gettext_lazy("Deleted"),
            "restored": gettext_lazy("As they were"),
            "edited": gettext_lazy("Rows that stayed, edited since"),
            "cannot": gettext_lazy("Rows that could not be undone"),
        },
        **words,
    )
