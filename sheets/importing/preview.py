"""A page of a waiting file's rows as they will be."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractUser
from django.db.models import Count, Model, Q, Sum
from django.utils.translation import gettext as _

from sheets.columns import Column, is_of_all
from sheets.importing.import_types import Words, import_type_of
from sheets.importing.marks import mark
from sheets.importing.plans import Outcome
from sheets.importing.uploads import empty_table, stored
from sheets.limits import LAST_COLUMN
from sheets.models import Upload, UploadRow
from sheets.places import column_letters
from sheets.problems import LISTED, cut
from sheets.problems import shown as as_typed
from sheets.values import LongText
from spotilla.in_values import among

LONGEST_SHOWN, BEGINNING = 60, 18  # characters of a cell, and of its beginning where the end tells more


class Cell(NamedTuple):
    """A cell of the preview: as it will be, as it was, and how it is marked."""

    address: str  # as Excel names it; "" for a cell of no column of the file
    text: str
    was: str = ""
    state: str = ""  # "changed" or "wrong"


class Told(NamedTuple):
    """A problem of the row."""

    key: str
    heading: str
    value: str
    text: str
    right: str
    fixes: Sequence[str]


class Field(NamedTuple):
    """A cell to mend."""

    key: str
    heading: str
    typed: str

    @property
    def has_lines(self) -> bool:
        return "\n" in self.typed


class Listed(NamedTuple):
    """A problem of the list."""

    row: int
    address: str
    column: str
    told: Told


class Double(NamedTuple):
    existing: Model
    why: str


class PreviewRow(NamedTuple):
    """A row of the preview, in words for its reader."""

    number: int
    outcome: str
    label: str
    hidden: bool
    cells: list[Cell]
    problems: list[Told]
    untold: bool  # in error, and its problems come after those that are kept
    notes: Sequence[str]
    existing: Model | None
    repeats: int  # an earlier row that it may be about the same as
    doubles: list[Double]
    answered: bool  # the user has said what it is about, or that it is new
    taken: bool  # what is its own alone is another's already, so that it cannot be new


def counts(upload: Upload) -> dict[str, int]:
    """Rows by outcome; rows, noted ones and problems in all. One query."""
    by_outcome = upload.rows.values("outcome").annotate(
        rows=Count("pk"), noted_rows=Count("pk", filter=Q(noted=True)), all_problems=Sum("problems"), does=Sum("does")
    )
    found = {each["outcome"]: each for each in by_outcome.order_by()}
    return {
        **{outcome: found[outcome]["rows"] if outcome in found else 0 for outcome in Outcome.values},
        "rows": sum(each["rows"] for each in found.values()),
        "noted": sum(each["noted_rows"] for each in found.values()),
        "problems": sum(each["all_problems"] for each in found.values()),
        "does": sum(int(each["does"]) for each in found.values()),
    }


def refusal(amounts: dict[str, int], words: Words) -> str:
    """Why the rows cannot be imported as they stand; "" when they can."""
    if amounts["error"]:
        return _("The file has problems; nothing was saved.")
    if amounts["asked"]:
        return str(words.asked)
    if amounts["rows"] == amounts["left_out"]:
        return _("There are no rows to import.")
    return ""


def fingerprint_of(upload: Upload, amounts: dict[str, int], by: AbstractUser) -> str:
    """Of what the rows do as they are shown, none being in error: that of the plan that does just that."""
    missing, closes = import_type_of(upload).missing, 0
    able = upload.update and is_of_all(upload.seen["headings"])
    if missing and able and upload.choices.get("missing") == "close":
        closes = missing.digest_of_closed(missing.free(missing.lacking(upload, by)).values_list("pk", flat=True))
    return mark(amounts["rows"] - amounts["left_out"], amounts["does"], closes)


def columns_shown(upload: Upload) -> list[Column]:
    """Those that the file has, in its order, then those that the user has filled in or that are always there."""
    _table, reader = empty_table(upload)
    thing = import_type_of(upload)
    found = [column for column in thing.imported if column.key in reader.places or column.key in thing.always]
    return sorted(found, key=lambda column: reader.places.get(column.key, LAST_COLUMN))


def page_rows(
    upload: Upload, rows: Sequence[UploadRow], columns: Sequence[Column], by: AbstractUser
) -> list[PreviewRow]:
    """The rows as the page shows them; one query, for what they change."""
    page = _Page(upload, rows, columns)
    pks = {pk for told in page.told.values() for pk in (told.get("existing"), *dict(told.get("doubles", ()))) if pk}
    page.existing = page.thing.existing(pks, by)
    return [page.row(row) for row in rows]


def fields_to_mend(upload: Upload, row: UploadRow) -> list[Field]:
    """The wrong cells of the row, as they were typed."""
    page = _Page(upload, [row], [])
    wrong = page.told[row.number].get("wrong", ())
    return [Field(key, page.heading(key), page.whole(row.number, key)) for key in page.by_key if key in wrong]


def listed_problems(upload: Upload) -> list[Listed]:
    """The first 500 of the file."""
    rows = list(upload.rows.filter(outcome=Outcome.ERROR).order_by("number")[:LISTED])
    page = _Page(upload, rows, [])
    every = ((row.number, told) for row in rows for told in page.problems(row.number))
    return [
        Listed(number, f"{page.letters.get(told.key, '')}{number}", page.letters.get(told.key, ""), told)
        for number, told in islice(every, LISTED)
    ]


def doubles_of(upload: Upload, numbers: Collection[int]) -> dict[int, list[int]]:
    """What each of the rows may be: what was pointed out, then 0 for something new, if it can be that."""
    rows = upload.rows.filter(among("number", numbers)).values_list("number", "told")
    kept = {number: json.loads(told or "{}") for number, told in rows}
    return {
        number: [*dict(told.get("doubles", ())), *([] if told.get("taken") else [0])] for number, told in kept.items()
    }


class _Page:
    """What the rows of a page have in common."""

    def __init__(self, upload: Upload, rows: Sequence[UploadRow], columns: Sequence[Column]) -> None:
        self.columns, self.existing = columns, dict[int, Model]()
        self.thing = import_type_of(upload)
        self.by_key = self.thing.by_key
        self.table, reader = empty_table(upload)
        self.places = reader.places
        self.letters = {key: column_letters(place) for key, place in self.table.places.items()}
        read = [stored(row) for row in rows]
        self.raw = {row.number: dict(row.cells) for row in read}
        reader.read(read)
        self.records = {record.row: record for record in self.table.records}
        self.told: dict[int, dict[str, Any]] = {row.number: json.loads(row.told) if row.told else {} for row in rows}

    def row(self, row: UploadRow) -> PreviewRow:
        told = self.told[row.number]
        existing = self.existing.get(told.get("existing", 0))
        problems = self.problems(row.number)
        cells = list(self.cells(row.number, existing, told))
        untold = row.outcome == Outcome.ERROR and not problems
        label = row.get_outcome_display()
        doubles = [
            Double(self.existing[pk], ", ".join(why)) for pk, why in told.get("doubles", ()) if pk in self.existing
        ]
        return PreviewRow(
            row.number,
            row.outcome,
            label,
            row.hidden,
            cells,
            problems,
            untold,
            told.get("notes", ()),
            existing,
            told.get("repeats", 0),
            doubles,
            row.number in self.table.choices.same,
            bool(told.get("taken")),
        )

    def cells(self, number: int, existing: Model | None, told: dict[str, Any]) -> Iterator[Cell]:
        record, wrong, changed = self.records.get(number), told.get("wrong", ()), told.get("changes", {})
        otherwise = told.get("otherwise", {})
        row = self.thing.planned(record, existing) if record else None  # none: the row is left out
        text_of = self.thing.shown(row) if row else None
        for column in self.columns:
            key = column.key
            address = f"{self.letters[key]}{number}" if key in self.letters else ""
            if key in changed:
                was, text = changed[key]
                yield Cell(address, _shortened(column, text), _shortened(column, was), "changed")
            elif key in otherwise:
                yield Cell(address, _shortened(column, otherwise[key]))
            elif key in wrong or text_of is None:
                yield Cell(address, self.typed(number, key), state="wrong" if key in wrong else "")
            else:
                yield Cell(address, _shortened(column, text_of(key)))

    def problems(self, number: int) -> list[Told]:
        told = self.told[number].get("problems", ())
        return [Told(key, self.heading(key), value, text, right, fixes) for key, value, text, right, fixes in told]

    def whole(self, number: int, key: str) -> str:
        """The cell as it stands in the file, or was mended, as far as it is kept."""
        value = self.raw[number].get(self.places.get(key, 0))
        if isinstance(value, LongText):
            return value.begins
        return value if isinstance(value, str) else as_typed(value)

    def typed(self, number: int, key: str) -> str:
        """The cell as a list shows it."""
        return _shortened(self.by_key[key], self.whole(number, key))

    def heading(self, key: str) -> str:
        return str(self.table.headings.get(key) or self.by_key[key].heading)


def _shortened(column: Column, text: str) -> str:
    """As much of a cell as the page shows."""
    if column.end_tells and len(text) > LONGEST_SHOWN:
        return f"{text[:BEGINNING]} … {text[BEGINNING + 3 - LONGEST_SHOWN :]}"
    return cut(text, LONGEST_SHOWN)
