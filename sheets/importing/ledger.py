"""The ledger of imports: what each wrote, by row and field, so that it can be undone by the values themselves.

A field goes back when it is still what the import wrote, and no later import that stands has written it. A row that the
import made goes while it is whole as it was made. Who has edited it since, the history may say; what goes back, it
does not.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Model

from sheets.models import LedgerEntry, Upload
from spotilla.bulk import insert_rows, lock_rows
from spotilla.in_values import among

type Values = dict[str, Any]  # by field, as JSON has them; what is empty is left out

DERIVED = {"version", "sort_key", "search_key"}  # columns that follow from others, or from edits


class Written(NamedTuple):
    """Something that an import wrote. Without a `field` it is a whole row: made (it `became` its values) or removed
    (it `was` its values).
    """

    number: int  # of the row in the file; 0 of what came along
    model: type[Model]
    row: int
    field: str = ""
    was: Any = None
    became: Any = None


def write_ledger(upload: Upload, written: Iterable[Written]) -> None:
    """Inside the import's transaction."""
    columns = ["upload_id", "number", "model", "row", "field", "was", "became"]
    rows = [(upload.pk, *_as_kept(each)) for each in written]  # all read before: no query fits into a COPY
    insert_rows(LedgerEntry, columns, rows)


def _as_kept(each: Written) -> tuple[Any, ...]:
    label = each.model._meta.label_lower
    return each.number, label, each.row, each.field, _dumped(each.was), _dumped(each.became)


def _dumped(value: Any) -> str | None:
    return None if value is None else json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def rows_of(written: Iterable[Written]) -> list[int]:
    """The ids of rows, each once, in their order."""
    return list(dict.fromkeys(each.row for each in written))


def new_rows(model: type[Model], numbers: Mapping[int, int]) -> Iterator[Written]:
    """The entries of rows that have just been made: id → number in the file. One query."""
    for pk, values in values_of(model, numbers).items():
        yield Written(numbers[pk], model, pk, became=values)


def values_of(model: type[Model], pks: Collection[int]) -> dict[int, Values]:
    """The values of the rows that are there, in the order of `pks`. One query, or none."""
    if not pks:
        return {}
    names = kept_fields(model)
    rows = model._base_manager.filter(among("pk", pks)).values_list("pk", *names)
    found = {pk: _filled(dict(zip(names, values, strict=True))) for pk, *values in rows.iterator(chunk_size=2_000)}
    return {pk: found[pk] for pk in pks if pk in found}


@cache
def kept_fields(model: type[Model]) -> tuple[str, ...]:
    """The fields of a model that an import may write, by the names of their columns."""
    fields = (each for each in model._meta.concrete_fields if not each.primary_key and each.name not in DERIVED)
    return tuple(each.attname for each in fields)


def _filled(values: Values) -> Values:
    return {name: _plain(value) for name, value in values.items() if value not in {None, ""}}


def _is_same(now: Any, became: Any) -> bool:
    return (None if now == "" else now) == (None if became == "" else became)


@dataclass
class WrittenRows:
    """What an import wrote of one model, by the ids of the rows."""

    made: dict[int, LedgerEntry] = field(default_factory=dict)
    removed: dict[int, LedgerEntry] = field(default_factory=dict)
    changed: dict[int, dict[str, LedgerEntry]] = field(default_factory=lambda: defaultdict(dict))
    now: dict[int, Values] = field(default_factory=dict)  # rows that it made or changed, as far as they are there
    overwritten: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # by later imports that stand

    def is_as_made(self, pk: int) -> bool:
        """Whether a row that it made is there, whole as it was made."""
        return self.now.get(pk) == self.made[pk].became and not self.overwritten.get(pk)

    def standing(self, pk: int) -> dict[str, LedgerEntry]:
        """By field, what it changed of a row and is still as it wrote it."""
        return {name: entry for name, entry in self.changed.get(pk, {}).items() if self._stands(pk, name, entry)}

    def edited(self, pk: int) -> set[str]:
        """The fields that it changed of a row and that are not as it wrote them."""
        return self.changed.get(pk, {}).keys() - self.standing(pk).keys()

    def _stands(self, pk: int, name: str, entry: LedgerEntry) -> bool:
        written_again = name in self.overwritten.get(pk, ())
        return pk in self.now and not written_again and _is_same(self.now[pk].get(name), entry.became)


def read_ledger(upload: Upload, *models: type[Model]) -> list[WrittenRows]:
    """What an import wrote of each model. Two queries, and one a model."""
    by_label = {model._meta.label_lower: WrittenRows() for model in models}
    for entry in upload.ledger.filter(model__in=by_label).order_by("pk"):
        _sort_in(by_label[entry.model], entry)
    rows = set[int]()
    for model in models:
        written = by_label[model._meta.label_lower]
        written.now = values_of(model, [*written.made, *written.changed])
        rows |= written.now.keys()
    later = LedgerEntry.objects.filter(
        among("row", rows), upload__state=Upload.State.IMPORTED, upload__operation__gt=upload.operation
    )
    for label, row, name in later.filter(model__in=by_label).values_list("model", "row", "field") if rows else ():
        by_label[label].overwritten[row].add(name)
    return [by_label[model._meta.label_lower] for model in models]


def lock_written_rows(upload: Upload, *models: type[Model]) -> None:
    """Locks what the import has written of each model until the end of the transaction."""
    for model in models:
        entries = upload.ledger.filter(model=model._meta.label_lower)
        lock_rows(model, set(entries.values_list("row", flat=True)))


def _sort_in(written: WrittenRows, entry: LedgerEntry) -> None:
    if entry.field:
        written.changed[entry.row][entry.field] = entry
    elif entry.became is None and entry.was is not None:
        written.removed[entry.row] = entry
    else:
        written.made[entry.row] = entry
