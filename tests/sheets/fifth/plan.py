"""What a file would do, row by row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from accounts.models import User
from sheets.columns import folded
from sheets.importing.marks import digest, mark
from sheets.importing.plans import Outcome, PlannedRow, RowPlan
from sheets.tables import Table
from tests.sheets.fifth.columns import BY_KEY
from tests.sheets.fifth.matching import find_kinds
from workorders.models import ServiceRequestKind


@dataclass(slots=True)
class PlannedKind(PlannedRow):
    existing: ServiceRequestKind | None = None

    def changed(self) -> dict[str, tuple[str, str]]:
        """A name that is there is written as the file has it."""
        if self.existing is None or self.existing.name == self.get("name"):
            return {}
        return {"name": (self.existing.name, self.get("name"))}

    @property
    def outcome(self) -> Outcome:
        if self.existing is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.changed() else Outcome.UNCHANGED


@dataclass
class KindPlan(RowPlan[PlannedKind]):
    by_key = BY_KEY


def judge(table: Table, *, update: bool, by: User | None) -> KindPlan:
    """What the table would do, with its problems. One query."""
    plan = KindPlan(table, update, [PlannedKind(record) for record in table.records], table.problems.copy())
    there = find_kinds([row.get("name") for row in plan.rows if row.get("name")], by)
    for row in plan.rows:
        row.existing = there.get(folded(row.get("name") or ""))
        if row.changed() and not update:
            plan.problem(row, "name", "This kind exists already.", "To change it, choose to update.")
    return plan


def list_keys(row: PlannedKind) -> Iterator[str]:
    if row.get("name"):
        yield folded(row.get("name"))


def digest_of(row: PlannedKind) -> int:
    return digest((row.record.row, row.get("name"), row.existing and row.existing.pk))


def fingerprint(plan: KindPlan) -> str:
    return mark(len(plan.rows), sum(map(digest_of, plan.rows)))


def show_cells(row: PlannedKind) -> Callable[[str], str]:
    return lambda key: str(row.get(key) or "")
