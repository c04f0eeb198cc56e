"""Who owned a folder when, and why: the coverage read as a story."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from customers.models import Attachment, Coverage, Customer
from folders.days import ALWAYS, FOREVER
from folders.models import Folder


@dataclass(frozen=True)
class OwnershipPeriod:
    """Days with one owner, by one attachment; none of either is an unowned stretch."""

    since: date
    until: date  # exclusive
    attachment: Attachment | None = None

    @property
    def customer(self) -> Customer | None:
        return self.attachment.customer if self.attachment else None


def list_ownership_periods(folder: Folder) -> list[OwnershipPeriod]:
    """All days, newest first, with no gap: where nobody owns, a stretch without an attachment. One query."""
    rows = Coverage.objects.owners().filter(folder=folder).order_by("since")
    stretches: list[OwnershipPeriod] = []
    day = ALWAYS
    for row in rows.select_related("attachment__customer", "attachment__folder"):
        if row.since > day:
            stretches.append(OwnershipPeriod(day, row.since))
        stretches.append(OwnershipPeriod(row.since, row.until, row.attachment))
        day = row.until
    if day < FOREVER:
        stretches.append(OwnershipPeriod(day, FOREVER))
    return stretches[::-1]


def collectors_on(folder: Folder, day: date) -> list[Coverage]:
    """Who collects the folder's work on `day`, the owner first, with their attachments. One query."""
    rows = Coverage.objects.on(day).filter(folder=folder).nearest_first()
    return list(rows.select_related("attachment__customer", "attachment__folder"))


def collectors_by_folder(folders: Collection[int], first: date, last: date) -> dict[int, list[Coverage]]:
    """Who collects each folder id's work on any day of first <= day <= last, the nearest first, with their attachments.
    One query.
    """
    found: dict[int, list[Coverage]] = {}
    rows = Coverage.objects.filter(folder__in=folders, since__lte=last, until__gt=first).nearest_first()
    for row in rows.select_related("attachment__folder", "customer"):
        found.setdefault(row.folder_id, []).append(row)
    return found


def also_collected(folder: Folder) -> list[Coverage]:
    """Who was the nearest to collect besides the owner, and when. One query."""
    rows = Coverage.objects.seconds().filter(folder=folder).order_by("since")
    return list(rows.select_related("customer"))


def owners_on(folders: Collection[int], day: date) -> dict[int, Customer]:
    """The owner of each folder id on `day`; an unowned folder is missing. One query."""
    rows = Coverage.objects.on(day).owners().filter(folder__in=folders).select_related("customer")
    return {row.folder_id: row.customer for row in rows}
