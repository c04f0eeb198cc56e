"""The tables of one customer's report as they are handed out in Excel and CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from folders.days import ALWAYS, FOREVER
from reports.branches import Node, walk
from reports.measures import MEASURES, REQUEST_MEASURES, TASK_MEASURES, Measure
from reports.one_customer import CustomerReport, Group, customer_months, named
from reports.periods import DAY
from reports.sums import exported, exported_amount, exported_name
from reports.tables import Table, file_name
from sheets.writing import Heading, Value


def _name(report: CustomerReport, about: str) -> str:
    return file_name(about, report.customer, period=report.period)


def _full(measures: Sequence[Measure]) -> list[Heading]:
    return [exported_name(measure) for measure in measures]


def measures(report: CustomerReport) -> Table:
    rows: list[list[Value]] = []
    for row in report.measures:
        others = [exported(compared.cell) if compared else None for compared in (row.before, row.year)]
        rows.append(
            [exported_name(row.measure), *(exported(cell) for cell in (row.owned, row.others, row.collected)), *others]
        )
    then = [str(other or "") for other in (report.before, report.year)]
    headings = [_("Measure"), _("Owned"), _("Owned by others"), _("Collected"), *then]
    return Table(_name(report, _("Figures")), headings, rows)


def months(report: CustomerReport) -> Table:
    months = customer_months(report.user, report.customer, report.period, report.today).rows
    rows = [
        (
            row.period.first,
            row.owned.value,
            row.others.value,
            row.collected.value,
            row.then,
        )
        for row in months
    ]
    headings = [_("Month"), _("Owned"), _("Owned by others"), _("Collected"), _("A year before")]
    return Table(_name(report, _("By month")), headings, rows)


def folders(report: CustomerReport) -> Table:
    """A row for each folder with what lies in it itself, so that the column adds up to the total."""
    names = named(report)
    rows: list[list[Value]] = [
        [*_place(report, node, names), *_amounts(node)] for node in walk(*report.nodes) if any(node.own.values())
    ]
    rows.append([_("Work orders alone"), None, None, "", *(exported(cell) for cell in report.alone)])
    headings = [_("Attachment"), _("From"), _("To"), _("Folder"), *_full(MEASURES)]
    return Table(_name(report, _("By folder")), headings, rows)


def _place(report: CustomerReport, node: Node, names: dict[int, str]) -> list[Value]:
    attachment = report.attachments.get(node.attachment)
    path = " / ".join(names.get(pk, "…") for pk in node.path)
    if attachment is None:
        return [names.get(node.path[0], "…"), None, None, path]
    first: date | None = None if attachment.since == ALWAYS else attachment.since
    last = None if attachment.until == FOREVER else attachment.until - DAY
    return [attachment.folder.name, first, last, path]


def _amounts(node: Node) -> list[Value]:
    return [exported_amount(node.own.get(measure.key, 0), measure) for measure in MEASURES]


def orders(report: CustomerReport) -> Table:
    return _grouped(_name(report, _("By work order")), _("Work order"), report.orders(), TASK_MEASURES)


def kinds(report: CustomerReport) -> Table:
    return _grouped(_name(report, _("Requests by kind")), _("Kind"), report.kinds, REQUEST_MEASURES)


def _grouped(name: str, heading: str, groups: list[Group], columns: Sequence[Measure]) -> Table:
    rows = [(group.name, *(exported(cell) for cell in group.cells)) for group in groups]
    return Table(name, [heading, *_full(columns)], rows)


TABLES: dict[str, Callable[[CustomerReport], Table]] = {
    "measures": measures,
    "months": months,
    "folders": folders,
    "orders": orders,
    "kinds": kinds,
}
NAMES: list[tuple[str, str | Promise]] = [
    ("measures", gettext_lazy("Figures")),
    ("months", gettext_lazy("By month")),
    ("folders", gettext_lazy("By folder")),
    ("orders", gettext_lazy("By work order")),
    ("kinds", gettext_lazy("Requests by kind")),
]
