"""The judges: they read the tables when everybody has stopped, and work out by the oracle what should stand there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.timezone import localdate

from customers.models import Attachment, Customer
from customers.sql.rebuild import differences
from folders.models import Folder, Placement, Spot, SpotPlacement
from folders.sql.placements import inconsistent_placements
from tests.oracle import oracle
from tests.worlds import compare
from workorders.models import ServiceRequest, Task, WorkOrder


class ByKey:
    """Rows go by their table and key."""

    def name(self, model: type[models.Model], pk: int | None) -> str | None:
        return None if pk is None else f"{model.__name__} {pk}"


def everything() -> dict[str, Any]:
    """Cycles, gaps, coverage that a rebuild or the oracle would not give, work in a wrong folder: each should be []."""
    office, names = tables(), ByKey()
    cycles = [
        f"{folder} on {day}" for folder in office.parent for day in office.days if in_a_cycle(office, folder, day)
    ]
    told = {
        "folders": len(office.parent),
        "items": len(office.items),
        "cycles": cycles[:5],
        "gaps": [str(gap) for gap in gaps(office)][:5],
        "differences": [str(row) for row in [*differences(), *inconsistent_placements()]][:5],
    }
    if not cycles and not told["gaps"]:
        coverage = compare.stored_coverage(office, names)
        told["coverage"] = compare.differ("coverage", office.coverage(), coverage)[:5]
        told["coverage_rows"] = len(coverage)
        told["work"] = compare.differ("work", compare.items(office), compare.stored_items(names))[:5]
    return told


def tables() -> oracle.Office:
    """The office that the tables of places, attachments and work tell of; its derived rows are not read."""
    today, names = localdate(), ByKey()
    office = oracle.Office(today - timedelta(days=35), today + timedelta(days=3), today)
    for folder, parent, day in compare.stored_folder_places(office, names):
        office.parent.setdefault(str(folder), {})[day] = parent
    for spot, place, day in compare.stored_spot_places(office, names):
        office.place.setdefault(str(spot), {})[day] = str(place)
    for name, customer, folder, day in compare.stored_attachments(office, names):
        attachment = oracle.Attachment(str(customer), str(folder), set())
        office.attachments.setdefault(str(name), attachment).days.add(day)
    for row in [*Task.objects.all(), *ServiceRequest.objects.all()]:
        office.items[str(names.name(type(row), row.pk))] = item(row, names)
    return office


def item(row: Task | ServiceRequest, names: ByKey) -> oracle.Item:
    """Cancelled work keeps the folder that it has: what it was before, the tables do not tell."""
    spot, folder = names.name(Spot, row.spot_id), names.name(Folder, row.folder_id)
    own_folder = folder if row.spot_id is None else None
    received_on = row.received_on if isinstance(row, ServiceRequest) else None
    return oracle.Item(
        "", row.state, spot, own_folder=own_folder, received_on=received_on, done_on=row.done_on, last_folder=folder
    )


def in_a_cycle(office: oracle.Office, folder: str, day: date) -> bool:
    above, seen = office.parent[folder].get(day), {folder}
    while above is not None and above not in seen:
        seen.add(above)
        above = office.parent[above].get(day)
    return above == folder


def gaps(office: oracle.Office) -> list[tuple[str, int]]:
    """Folders and spots that have more or fewer places than there are days."""
    folders = {str(pk): 0 for pk in Folder.objects.values_list("pk", flat=True)}
    spots = {str(pk): 0 for pk in Spot.objects.values_list("pk", flat=True)}
    for folder, since, until in Placement.objects.values_list("folder", "since", "until"):
        folders[str(folder)] += len(office.between(since, until))
    for spot, since, until in SpotPlacement.objects.values_list("spot", "since", "until"):
        spots[str(spot)] += len(office.between(since, until))
    return [(name, days) for name, days in [*folders.items(), *spots.items()] if days != len(office.days)]


def numbers() -> dict[str, Any]:
    """Work orders whose number is another's too, and closed customers that still have something open: [] both."""
    given = list(WorkOrder.objects.values_list("number", flat=True))
    closed = Customer.objects.exclude(closed_on=None)
    left = [str(c) for c in closed.filter(work_orders__closed_on=None, work_orders__isnull=False)]
    left += [str(a) for a in Attachment.objects.filter(customer__in=closed, until__gt=models.F("customer__closed_on"))]
    return {"work_orders": len(given), "same_numbers": len(given) - len(set(given)), "closed_but_not": left}
