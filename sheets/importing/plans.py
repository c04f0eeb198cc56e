"""What an import would do, row by row: what every thing's plan has. What a row means is its thing's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sheets.columns import Column
from sheets.models import UploadRow
from sheets.problems import Fixes, Problem, Problems, Said, said
from sheets.records import NOTHING, Record
from sheets.tables import Table

Outcome = UploadRow.Outcome


@dataclass(slots=True)
class PlannedRow:
    """A row and what becomes of it. A thing's own rows say of `outcome` what they would do."""

    record: Record
    existing: Any = None  # what is there that it changes; none: it makes something new
    empties: bool = False  # its empty cells empty what is there: a row of our own export
    wrong: frozenset[str] = NOTHING  # keys of cells that could be read, and have a problem
    met: tuple[int, ...] = ()  # ids of what is there that it has to do with, whether it may change it or not
    notes: tuple[str, ...] = ()  # what is worth a look
    repeats: int = 0  # an earlier row that it may be about the same as: to be asked
    doubles: tuple[tuple[int, tuple[str, ...]], ...] = ()  # what is there that it may be about, and why: to be asked

    def get(self, key: str) -> Any:
        return self.record.get(key)

    @property
    def is_lost(self) -> bool:
        """Whether its id leads to nothing that it may change."""
        return bool(self.get("id")) and self.existing is None

    @property
    def outcome(self) -> Outcome:
        """What becomes of the row, should nothing be wrong with it."""
        raise NotImplementedError


@dataclass
class RowPlan[R: PlannedRow]:
    """All rows of a table. `by_key` holds the thing's columns."""

    by_key: ClassVar[Mapping[str, Column]]

    table: Table
    update: bool
    rows: list[R]
    problems: Problems
    repeated: dict[int, int] = field(default_factory=dict)  # rows that may be about the same as an earlier one
    left_out: list[R] = field(default_factory=list)  # rows that the user does not want, as far as they are known

    @property
    def exported(self) -> bool:
        """Whether the file is an export of ours, whose rows say what they are about."""
        return "id" in self.table.places

    @property
    def hidden_rows(self) -> list[int]:
        return self.table.hidden_rows

    def problem(self, row: R, key: str, text: Said, right: Said = "", fixes: Fixes = ()) -> None:
        """A problem of a cell that could be read; its value is shown as the sheet would have it."""
        row.wrong |= {key}

        def describe() -> Problem:
            value = row.get(key)
            cell = None if value is None else self.by_key[key].write(value)
            return self.table.problem(row.record.row, key, cell, said(text), said(right), fixes)

        self.problems.add(row.record.row, describe)

    def outcome(self, row: R) -> Outcome:
        return Outcome.ERROR if row.record.row in self.problems.rows else row.outcome

    @property
    def idle(self) -> bool:
        """Whether it would change nothing."""
        return all(row.outcome == Outcome.UNCHANGED for row in self.rows)

    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them, those in error apart."""
        outcomes = Counter(map(self.outcome, self.rows))
        return {
            "rows": len(self.rows),
            "new": outcomes[Outcome.NEW],
            "changed": outcomes[Outcome.CHANGED],
            "unchanged": outcomes[Outcome.UNCHANGED],
        }
