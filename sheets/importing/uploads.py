"""A file that waits for its import: its table with the user's choices in it, and its rows as the preview shows them.

upload = received(thing, name, content, by, update=False)  # reads the file, judges its rows and keeps them
table = table_of(upload)                                    # reading: as judge and save take it
judge_rows(upload, {12}, by)                                # after a choice about row 12: it, and what hangs on it

The rows that are kept follow from the file, the choices and the database, and can be worked out again at any time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import get_language

from sheets.annotated_copy import Marking, NotMarked
from sheets.choices import Choices
from sheets.container import too_much_text
from sheets.importing.import_types import EVERYTHING, ImportType, import_type_of
from sheets.importing.marks import digest
from sheets.importing.plans import Outcome, PlannedRow, RowPlan
from sheets.importing.reading import limits, table_of
from sheets.limits import MEGABYTE, Unreadable
from sheets.models import HeadingMatch, Upload, UploadKey, UploadRow
from sheets.packing import packed, unpacked
from sheets.places import Row
from sheets.problem_workbooks import MOST_LISTED
from sheets.problems import Problem
from sheets.tables import Table, TableReader
from spotilla.bulk import insert_rows
from spotilla.in_values import among

SEEN = (  # of a table
    *("sheet", "heading_row", "places", "headings", "part", "ignored", "unknown", "matched", "fingerprint"),
    *("hidden_columns", "others", "hidden_sheets", "notes"),
)
MOST_ONE_BY_ONE = 500  # rows; of more, all are judged anew
MOST_KEPT = 44 * MEGABYTE  # that the rows of one file take
PAGE, ROW, KEY = 4096, 60, 60  # bytes of a page, of a row besides its cells and what is told of it, of a key
MOST_KEYS = 200_000  # of a file's rows
ROWS_NAMED = 21  # hidden rows and sums, of which 20 are told and one says that there are more
TOLD = ("outcome", "told", "problems", "noted", "about", "does")  # of an UploadRow, what was worked out


def received(
    thing: ImportType,
    name: str,
    content: bytes,
    by: Any,
    *,
    update: bool,
    kept: Callable[[Upload], object] = lambda upload: None,
) -> Upload:
    """Keeps the file with its rows judged, headings that are not known matched as they were the last time, and does
    `kept` in the same transaction. Our own export updates by itself, for who may. Raises Unreadable; then nothing is
    kept.
    """
    upload = Upload(about=thing.key, name=name[-255:], content=content, user=by, update=update)
    judged = _judge_whole(upload, by)
    if not update and judged.exported and by.has_perm(thing.may_change):
        upload.update = True  # our own export, which says what its rows are about
        judged = _judge_whole(upload, by)
    before = HeadingMatch.objects.filter(about=thing.key, fingerprint=judged.seen["fingerprint"]).first()
    if before is not None and judged.seen["unknown"]:
        judged = _matched_as_before(upload, before, by) or judged
    with transaction.atomic():
        upload.save()
        kept(upload)
        _store(upload, judged)
    return upload


def _matched_as_before(upload: Upload, before: HeadingMatch, by: Any) -> _Judged | None:
    """None when the columns have other headings since."""
    upload.choices = {"headings": before.headings}
    try:
        return _judge_whole(upload, by)
    except Unreadable:
        upload.choices = {}
        return None


def match_headings(upload: Upload, headings: dict[str, str], by: AbstractUser) -> None:
    """Takes headings (folded) for columns (by key; "" for none), and judges every row by that. Raises Unreadable."""
    upload.choices = upload.choices | {"headings": headings}
    with transaction.atomic():
        upload.save(update_fields=["choices"])
        judge_all(upload, by)


def remember_headings(upload: Upload) -> None:
    """For the next file with the same headings, whoever sends it."""
    HeadingMatch.objects.update_or_create(
        about=upload.about, fingerprint=upload.seen["fingerprint"], defaults={"headings": upload.choices["headings"]}
    )


def judge_all(upload: Upload, by: AbstractUser | None) -> None:
    """Works all of the upload's rows out again. About 1 s for 10,000 rows; raises Unreadable."""
    while True:
        judged = _judge_whole(upload, by)
        with transaction.atomic():
            fresh = Upload.objects.select_for_update().only("choices", "update").get(pk=upload.pk)
            if (fresh.choices, fresh.update) == (upload.choices, upload.update):
                _store(upload, judged)
                return
        upload.choices, upload.update = fresh.choices, fresh.update  # somebody has chosen something meanwhile


@dataclass(frozen=True)
class _Judged:
    """A file's rows as they will be kept, all within MOST_KEPT."""

    rows: list[tuple[Any, ...]]  # number, hidden, cells, and what TOLD names
    keys: list[tuple[int, int]]  # number of the row, key
    seen: dict[str, Any]
    exported: bool  # whether the file is an export of ours


class _Room:
    """What a file's rows take in the database. Raises Unreadable when that is too much."""

    def __init__(self) -> None:
        self.taken = 0

    def add_row(self, cells: int) -> None:
        """Of so many bytes."""
        self._add(_paged(cells))

    def add_told(self, cells: int, told: int) -> None:
        """What is told of a row that has its room already."""
        self._add(_paged(cells + told) - _paged(cells))

    def add_keys(self, keys: int) -> None:
        self._add(KEY * keys)

    def _add(self, size: int) -> None:
        self.taken += size
        if self.taken > MOST_KEPT:
            raise too_much_text()


def _paged(size: int) -> int:
    """A row's part of pages of 4 kB: one that is just too large for a page leaves much of two empty."""
    size += ROW
    return PAGE // (PAGE // size) if size <= PAGE else -(-size // PAGE) * PAGE


def _judge_whole(upload: Upload, by: AbstractUser | None) -> _Judged:
    cells: dict[int, tuple[bool, str]] = {}
    room = _Room()

    def keep(row: Row) -> None:
        text = packed(row.cells)
        room.add_row(len(text))
        cells[row.number] = row.hidden, text

    def keeping() -> Callable[[Row], None]:
        cells.clear()
        room.taken = 0
        return keep

    thing = import_type_of(upload)
    state = thing.state()
    table = table_of(upload, most_problems=MOST_LISTED, keeping=keeping)
    plan = thing.judge(table, update=upload.update, by=by)
    thing.point_out(plan, by)
    seen = {name: getattr(table, name) for name in SEEN}
    seen["hidden_rows"] = table.hidden_rows[:ROWS_NAMED]
    seen["total_rows"] = table.total_rows(thing.imported)[:ROWS_NAMED]
    seen |= {"language": get_language(), "state": state, "not_marked": _why_not_marked(upload, plan)}
    seen["repeated"] = len(plan.repeated)
    rows = []
    for number, told in _told(thing, plan):
        hidden, text = cells.pop(number)
        room.add_told(len(text), len(told[1]))
        rows.append((number, hidden, text, *told))
    keys = _keys_of(thing, plan.rows)
    room.add_keys(len(keys))
    return _Judged(rows, keys, seen, plan.exported)


def _store(upload: Upload, judged: _Judged) -> None:
    upload.seen = judged.seen
    upload.save(update_fields=["seen"])
    upload.rows.all().delete()
    upload.keys.all().delete()
    columns = ["upload_id", "number", "hidden", "cells", *TOLD]
    insert_rows(UploadRow, columns, ((upload.pk, *row) for row in judged.rows))
    _store_keys(upload, judged.keys)


def judge_rows(upload: Upload, numbers: Collection[int], by: AbstractUser | None) -> None:
    """Judges these rows anew, and every other whose outcome hangs on them: those that share what a row had before, or
    has now. Others that share something with those are looked at too, and stay as they are. Of very many, all are.
    """
    if len(numbers) > MOST_ONE_BY_ONE:
        judge_all(upload, by)
        return
    thing = import_type_of(upload)
    before = set(upload.keys.filter(among("number", numbers)).values_list("key", flat=True))
    after = {key for row in _judged(upload, numbers, by).rows for key in _keys(thing, row)}
    everything = digest(EVERYTHING)
    touched = {*numbers, *_sharing(upload, before | after)}
    if len(touched) > MOST_ONE_BY_ONE or everything in after or upload.keys.filter(key=everything).exists():
        judge_all(upload, by)
        return
    shared = set(upload.keys.filter(among("number", touched)).values_list("key", flat=True)) | after
    plan = _judged(upload, touched | set(_sharing(upload, shared)), by)
    thing.point_out(plan, by)
    if plan.repeated and not upload.seen.get("repeated"):  # a name was mended so
        upload.seen["repeated"] = len(plan.repeated)
        upload.save(update_fields=["seen"])
    _store_rows(upload, touched, dict(_told(thing, plan)))
    upload.keys.filter(among("number", touched)).delete()
    _store_keys(upload, _keys_of(thing, [row for row in plan.rows if row.record.row in touched]))


def _store_rows(upload: Upload, numbers: Collection[int], told: Mapping[int, Sequence[Any]]) -> None:
    found = list(upload.rows.filter(among("number", numbers)).defer("cells"))
    rows = [row for row in found if row.number in told]
    if len(rows) < len(found):  # the last cell of a row was emptied
        upload.rows.filter(among("number", set(numbers) - told.keys())).delete()
    for row in rows:
        row.outcome, row.told, row.problems, row.noted, row.about, row.does = told[row.number]
    UploadRow.objects.bulk_update(rows, TOLD, batch_size=500)


def _store_keys(upload: Upload, keys: Iterable[tuple[int, int]]) -> None:
    insert_rows(UploadKey, ["upload_id", "number", "key"], ((upload.pk, *key) for key in keys))


def stored_table(upload: Upload, rows: Iterable[UploadRow]) -> Table:
    """These rows of the upload as a table, in the order of rows, without reading the file."""
    table, reader = empty_table(upload)
    reader.read([stored(row) for row in sorted(rows, key=lambda row: row.number)])
    return table


def empty_table(upload: Upload) -> tuple[Table, TableReader]:
    """The upload's table without rows, and what reads rows into it."""
    seen = {name: upload.seen[name] for name in SEEN if name in upload.seen}
    table = Table(**seen, choices=Choices.from_json(upload.choices))
    table.problems.most = MOST_LISTED
    return table, TableReader(table, import_type_of(upload).imported)


def stored(row: UploadRow) -> Row:
    """The row as the file has it."""
    return Row(row.number, row.hidden, unpacked(row.cells))


def changes_existing(upload: Upload) -> bool:
    """Whether it may change what is there, which takes a right of its own."""
    return upload.update or any(Choices.from_json(upload.choices).same.values())


def is_current(upload: Upload) -> bool:
    """Whether nothing has changed since the rows were judged that they were judged against."""
    return bool(upload.seen.get("state") == import_type_of(upload).state())


def _judged(upload: Upload, numbers: Collection[int], by: AbstractUser | None) -> RowPlan[Any]:
    table = stored_table(upload, upload.rows.filter(among("number", numbers)))
    plan: RowPlan[Any] = import_type_of(upload).judge(table, update=upload.update, by=by)
    return plan


def _sharing(upload: Upload, keys: Collection[int]) -> Iterable[int]:
    return upload.keys.filter(among("key", keys)).values_list("number", flat=True).distinct() if keys else ()


def _keys_of(thing: ImportType, rows: Sequence[PlannedRow]) -> list[tuple[int, int]]:
    """Each row's number with each of its keys. When they are too many to keep, a choice judges everything."""
    found = list(islice(((row.record.row, key) for row in rows for key in _keys(thing, row)), MOST_KEYS + 1))
    return found if len(found) <= MOST_KEYS else [(rows[0].record.row, digest(EVERYTHING))]


def _keys(thing: ImportType, row: PlannedRow) -> Iterator[int]:
    """Digests of what a row may share with others."""
    return map(digest, thing.keys(row))


def _told(thing: ImportType, plan: RowPlan[Any]) -> Iterator[tuple[int, tuple[str, str, int, bool, int | None, int]]]:
    """For each row what TOLD names."""
    problems = {number: list(of_row) for number, of_row in groupby(plan.problems, lambda problem: problem.row)}
    for row in plan.left_out:
        yield row.record.row, (Outcome.LEFT_OUT.value, "", 0, False, min(row.met, default=None), 0)
    for row in plan.rows:
        number = row.record.row
        told = _said_of(thing, plan, row, problems.get(number, ()))
        about = row.existing.pk if row.existing else min(row.met, default=None)
        amount = plan.problems.rows.get(number, 0)
        writes = 0 if amount else thing.does(row)  # nothing is imported while there are problems
        said = json.dumps(told, separators=(",", ":")) if told else ""
        yield number, (plan.outcome(row).value, said, amount, bool(row.notes), about, writes)


def _said_of(thing: ImportType, plan: RowPlan[Any], row: PlannedRow, problems: Iterable[Problem]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    outcome = plan.outcome(row)
    if outcome == Outcome.ERROR:
        told["problems"] = [[each.key, each.value, each.text, each.right, each.fixes] for each in problems]
        told["wrong"] = sorted(row.record.wrong | row.wrong)
    if row.existing is not None:
        told["existing"] = row.existing.pk
    if outcome == Outcome.CHANGED:
        told["changes"] = thing.changes(row)
    if outcome != Outcome.ERROR and (otherwise := thing.otherwise(row)):
        told["otherwise"] = otherwise
    if row.doubles:
        told["doubles"] = row.doubles
        told["taken"] = any(pk in row.met for pk, _why in row.doubles)
    if row.repeats:
        told["repeats"] = row.repeats
    if row.notes:
        told["notes"] = row.notes
    return told


def _why_not_marked(upload: Upload, plan: RowPlan[Any]) -> str:
    """Why the file cannot be given back with marks; "" when it can, or has no problems."""
    if plan.problems:
        try:
            Marking(bytes(upload.content), plan.table, plan.problems, limits())
        except NotMarked as error:
            return str(error)
    return ""
