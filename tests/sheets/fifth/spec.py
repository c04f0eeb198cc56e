"""The kinds of service requests as a thing that can be imported."""

from collections.abc import Callable, Iterator

from django.utils.functional import Promise

from accounts.models import User
from folders.importing.undoing import Kept, RowsUndoing, do
from sheets.importing.import_types import ImportType, Words
from sheets.models import Upload
from sheets.tables import Table
from tests.sheets.fifth import plan
from tests.sheets.fifth.columns import COLUMNS
from tests.sheets.fifth.plan import KindPlan, PlannedKind
from tests.sheets.fifth.save import save
from workorders.models import ServiceRequestKind

WHAT: Promise = ServiceRequestKind._meta.verbose_name  # type: ignore[assignment]
PAGE = "admin:workorders_servicerequestkind_change"


class KindImport(ImportType[PlannedKind, KindPlan]):
    key = "kinds"
    model = ServiceRequestKind
    planned = PlannedKind
    words = Words(
        title="Kinds",
        file_name="kinds",
        heading="Import kinds from Excel",
        needed="Only the name is needed.",
        update="Update kinds that exist",
        update_help="A name is written as the file has it.",
        updates="updates kinds that exist",
        amount="Import %(amount)s kinds",
        changed_since="Kinds have changed since this was checked.",
        unnamed="No column is named “Kind”.",
        imported="The kinds were imported",
        to_list="To the kinds",
        new="New kinds",
        may_not="%(email)s may not import kinds.",
    )
    columns = COLUMNS
    routes = "fifth:"
    listed = "admin:workorders_servicerequestkind_changelist"
    page = PAGE
    undoing = RowsUndoing(Kept(ServiceRequestKind, PAGE), WHAT, do)

    def judge(self, table: Table, *, update: bool, by: User | None) -> KindPlan:
        return plan.judge(table, update=update, by=by)

    def save(
        self,
        table: Table,
        *,
        update: bool,
        by: User | None,
        upload: Upload | None = None,
        seen: str = "",
        tell: Callable[[int], None] = lambda rows: None,
    ) -> KindPlan:
        return save(table, update=update, by=by, upload=upload, seen=seen, tell=tell)

    def state(self) -> list[int | None]:
        return [ServiceRequestKind.objects.count()]

    def keys(self, row: PlannedKind) -> Iterator[str]:
        return plan.list_keys(row)

    def does(self, row: PlannedKind) -> int:
        return plan.digest_of(row)

    def shown(self, row: PlannedKind) -> Callable[[str], str]:
        return plan.show_cells(row)

    def changes(self, row: PlannedKind) -> dict[str, tuple[str, str]]:
        return row.changed()


KINDS = KindImport()
