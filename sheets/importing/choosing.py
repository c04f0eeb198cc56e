"""What the user chooses in the preview of a waiting file: each choice is kept with it, and its rows are judged anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from sheets.choices import Choices
from sheets.importing.import_types import import_type_of
from sheets.importing.uploads import empty_table, judge_all, judge_rows, stored
from sheets.models import Upload
from sheets.packing import packed


class Gone(Exception):
    """The file waits no more: somebody has imported it, or taken it away."""


def edit_cells(upload: Upload, number: int, typed: Mapping[str, str], by: AbstractUser) -> None:
    """Puts texts into cells of a row, as if they had been typed into the file; "" empties a cell."""
    with _choosing(upload) as choices:
        cells = dict(choices.cells)
        cells[number] = {**cells.get(number, {}), **typed}
        _keep(upload, replace(choices, cells=cells))
        if any(import_type_of(upload).by_key[key].outline for key in typed):
            judge_all(upload, by)  # rows below may have taken the cell for theirs
            return
        row = upload.rows.get(number=number)
        _table, reader = empty_table(upload)
        row.cells = packed(reader.narrowed(reader.with_cells(stored(row), typed)).cells)
        row.save(update_fields=["cells"])
        judge_rows(upload, {number}, by)


def exclude_rows(upload: Upload, numbers: Collection[int], by: AbstractUser) -> None:
    """These rows shall not come. Raises Gone when the file has been imported."""
    with _choosing(upload) as choices:
        _keep(upload, replace(choices, left_out=choices.left_out | frozenset(numbers)))
        judge_rows(upload, numbers, by)


def include_rows(upload: Upload, numbers: Collection[int], by: AbstractUser) -> None:
    """These rows, which were left out, shall come. Raises Gone when the file has been imported."""
    with _choosing(upload) as choices:
        _keep(upload, replace(choices, left_out=choices.left_out - frozenset(numbers)))
        judge_rows(upload, numbers, by)


def resolve_duplicates(upload: Upload, answers: Mapping[int, int | None], by: AbstractUser) -> None:
    """Says of rows which of what is there each is about; 0: a new one; None: that is to be asked again."""
    with _choosing(upload) as choices:
        same = {row: pk for row, pk in {**choices.same, **answers}.items() if pk is not None}
        _keep(upload, replace(choices, same=same))
        judge_rows(upload, answers.keys(), by)


def set_import_options(upload: Upload, by: AbstractUser, *, update: bool, missing: str) -> None:
    """Says whether rows may change what is there, and what becomes of those that the file lacks."""
    with _choosing(upload) as choices:
        upload.update = update
        upload.save(update_fields=["update"])
        _keep(upload, replace(choices, missing=missing))
        judge_all(upload, by)


def choose_sheet(upload: Upload, name: str, by: AbstractUser) -> None:
    """Reads another sheet of the file; what was chosen of rows of the other one is forgotten. Raises Unreadable."""
    with _choosing(upload) as choices:
        _keep(upload, Choices(headings=choices.headings, missing=choices.missing, sheet=name))
        judge_all(upload, by)


def set_repeated_names(upload: Upload, by: AbstractUser, way: str) -> None:
    """Says what rows of the same name are: "one" thing, "several", or "": that is to be asked again."""
    with _choosing(upload) as choices:
        _keep(upload, replace(choices, repeated=way))
        judge_all(upload, by)


@contextmanager
def _choosing(upload: Upload) -> Iterator[Choices]:
    """The choices as they stand, one who chooses at a time. Raises Gone."""
    with transaction.atomic():
        current = Upload.objects.waiting().select_for_update().filter(pk=upload.pk).values_list("choices", flat=True)
        kept = current.first()
        if kept is None:
            raise Gone
        yield Choices.from_json(kept)


def _keep(upload: Upload, choices: Choices) -> None:
    upload.choices = choices.as_json()
    upload.save(update_fields=["choices"])
