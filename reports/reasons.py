"""Why each row of a figure is there: by which folder, attached to whom since when, or by which work order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.history import collectors_by_folder
from customers.models import Attachment, Coverage, Customer
from folders.days import ALWAYS, FOREVER
from folders.models import Folder
from reports.figures import NONE, Figure, Whose
from workorders.collectors import collectors_among
from workorders.models import ServiceRequest, Task, WorkOrder

type Item = Task | ServiceRequest


@dataclass(frozen=True)
class Reason:
    text: str
    by_order: bool = False


@dataclass
class Row:
    """An item with the day and the folder by which it belongs to somebody."""

    item: Item
    day: date  # on which it is counted, or due
    owner: Customer | None = None
    is_shared: bool = False
    reasons: list[Reason] = field(default_factory=list)

    @property
    def why(self) -> str:
        return "; ".join(reason.text for reason in self.reasons)


def related(figure: Figure) -> tuple[str, ...]:
    """What `explained` reads of each item, for select_related."""
    source = figure.measure.source
    return "spot", "role", source.folder.removesuffix("_id"), "work_order__customer" if source.is_task else "kind"


def explained(figure: Figure, items: Sequence[Item]) -> list[Row]:
    """Each item with its owner and why the figure counts it. One query, for all items given."""
    today = timezone.localdate()
    source = figure.measure.source
    days = {item.pk: getattr(item, source.day) if source.day else today for item in items}
    folders = {item.pk: getattr(item, source.folder.removesuffix("_id")) for item in items}
    placed = {folder.pk for folder in folders.values() if folder}
    coverage = collectors_by_folder(placed, min(days.values()), max(days.values())) if placed else {}
    rows = []
    for item in items:
        day, folder = days[item.pk], folders[item.pk]
        of_folder = coverage.get(folder.pk, []) if folder else []
        covering = [row for row in of_folder if row.since <= day < row.until]
        rows.append(_row(figure, item, day, folder, covering))
    return rows


def _row(figure: Figure, item: Item, day: date, folder: Folder | None, covering: list[Coverage]) -> Row:
    collectors = collectors_among(item, covering)
    owner = next((collector.customer for collector in collectors if collector.owns), None)
    order = item.work_order if isinstance(item, Task) else None
    shown = item.due_on if isinstance(item, Task) and figure.measure.is_today else day
    if isinstance(item, ServiceRequest) and figure.measure.is_today:
        shown = item.received_on
    return Row(item, shown, owner, len(collectors) > 1, _reasons(figure, order, folder, covering, owner))


def _reasons(
    figure: Figure, order: WorkOrder | None, folder: Folder | None, covering: list[Coverage], owner: Customer | None
) -> list[Reason]:
    if figure.customer is not None:
        return _for(figure.customer, order, covering)
    if figure.whose == Whose.SHARED:
        found = [Reason(f"{c.customer}: {folder_reason(c.attachment).text}") for c in covering]
        if order and order.customer:
            found.insert(0, Reason(f"{order.customer}: {_order_reason(order).text}", by_order=True))
        return found
    if order is not None and figure.order not in {None, NONE} and figure.whose == Whose.ALL:
        return [_order_reason(order)]
    if owner is not None:
        return _for(owner.pk, order, covering)[:1]
    found = [
        Reason(_("folder %(folder)s, no customer") % {"folder": folder} if folder else _("the work is on no spot"))
    ]
    if order is not None:
        found.insert(0, Reason(_("work order %(number)s has no customer") % {"number": order.number}, by_order=True))
    return found


def _for(customer: int, order: WorkOrder | None, covering: list[Coverage]) -> list[Reason]:
    """How it reaches one customer: by its work order, by its folder, or both ways."""
    found = [_order_reason(order)] if order and order.customer_id == customer else []
    return found + [folder_reason(c.attachment) for c in covering if c.customer_id == customer]


def _order_reason(order: WorkOrder) -> Reason:
    return Reason(_("work order %(number)s") % {"number": order.number}, by_order=True)


def folder_reason(attachment: Attachment) -> Reason:
    """“kansio Puistola, liitetty 1.3.2026 –”."""
    return Reason(
        _("folder %(folder)s, attached %(days)s") % {"folder": attachment.folder, "days": attached(attachment)}
    )


def attached(attachment: Attachment) -> str:
    """“1.3.2026 –”, “– 31.3.2026”, “1.3.2026 – 31.3.2026”, “always”."""
    first = "" if attachment.since == ALWAYS else _day(attachment.since)
    last = "" if attachment.until == FOREVER else _day(attachment.until - timedelta(days=1))
    return f"{first} – {last}".strip() if first or last else pgettext("attached", "always")


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
