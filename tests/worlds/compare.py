"""Where the product and the oracle differ, one sentence each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from django.db import models

from customers.models import Attachment, Coverage, Customer
from customers.sql import rebuild
from folders.models import Folder, Placement, Spot, SpotPlacement
from tests.oracle.oracle import Office
from workorders.models import ServiceRequest, Task


class Named(Protocol):
    """Who knows the oracle's name of a row."""

    def name(self, model: type[models.Model], pk: int | None) -> str | None: ...


def differences(office: Office, product: Named) -> list[str]:
    """All that differs between the two; nothing when they agree."""
    return [
        *differ("folder, parent, day", folder_places(office), stored_folder_places(office, product)),
        *differ("spot, folder, day", spot_places(office), stored_spot_places(office, product)),
        *differ("today's places", todays_places(office), stored_todays_places(product)),
        *differ("attachment, customer, folder, day", attachments(office), stored_attachments(office, product)),
        *differ("folder, rank, day, customer, attachment", office.coverage(), stored_coverage(office, product)),
        *differ("item, state, done on, folder, received folder", items(office), stored_items(product)),
        *(f"differences() tells: {row}" for row in rebuild.differences()),
    ]


def differ[Row](what: str, oracle: Iterable[Row], product: Iterable[Row]) -> list[str]:
    wanted, found = Counter(oracle), Counter(product)
    told = [f"{what}: missing {row}" for row in (wanted - found).elements()]
    return told + [f"{what}: too much {row}" for row in (found - wanted).elements()]


type Place = tuple[str | None, str | None, date]


def folder_places(office: Office) -> set[Place]:
    return {(folder, parent, day) for folder, days in office.parent.items() for day, parent in days.items()}


def stored_folder_places(office: Office, product: Named) -> list[Place]:
    rows = Placement.objects.values_list("folder", "parent", "since", "until")
    return [
        (product.name(Folder, folder), product.name(Folder, parent), day)
        for folder, parent, since, until in rows
        for day in office.between(since, until)
    ]


def spot_places(office: Office) -> set[Place]:
    return {(spot, folder, day) for spot, days in office.place.items() for day, folder in days.items()}


def stored_spot_places(office: Office, product: Named) -> list[Place]:
    rows = SpotPlacement.objects.values_list("spot", "folder", "since", "until")
    return [
        (product.name(Spot, spot), product.name(Folder, folder), day)
        for spot, folder, since, until in rows
        for day in office.between(since, until)
    ]


def todays_places(office: Office) -> set[tuple[str | None, str | None]]:
    folders = {(folder, days[office.today]) for folder, days in office.parent.items()}
    return folders | {(spot, days[office.today]) for spot, days in office.place.items()}


def stored_todays_places(product: Named) -> list[tuple[str | None, str | None]]:
    folders = Folder.objects.values_list("pk", "parent")
    spots = Spot.objects.values_list("pk", "folder")
    return [(product.name(Folder, pk), product.name(Folder, parent)) for pk, parent in folders] + [
        (product.name(Spot, pk), product.name(Folder, folder)) for pk, folder in spots
    ]


def attachments(office: Office) -> set[tuple[str | None, str | None, str | None, date]]:
    return {(name, a.customer, a.folder, day) for name, a in office.attachments.items() for day in a.days}


def stored_attachments(office: Office, product: Named) -> list[tuple[str | None, str | None, str | None, date]]:
    return [
        (product.name(Attachment, a.pk), product.name(Customer, a.customer_id), product.name(Folder, a.folder_id), day)
        for a in Attachment.objects.all()
        for day in office.between(a.since, a.until)
    ]


def stored_coverage(office: Office, product: Named) -> list[tuple[str | None, int, date, str | None, str | None]]:
    rows = Coverage.objects.values_list("folder", "rank", "since", "until", "customer", "attachment")
    return [
        (
            product.name(Folder, folder),
            rank,
            day,
            product.name(Customer, customer),
            product.name(Attachment, attachment),
        )
        for folder, rank, since, until, customer, attachment in rows
        for day in office.between(since, until)
    ]


type ItemRow = tuple[str | None, str, date | None, str | None, str | None]


def items(office: Office) -> set[ItemRow]:
    return {
        (name, item.state, item.done_on, office.folder_of(name), office.received_folder_of(name))
        for name, item in office.items.items()
    }


def stored_items(product: Named) -> list[ItemRow]:
    tasks = Task.objects.values_list("pk", "state", "done_on", "folder")
    requests = ServiceRequest.objects.values_list("pk", "state", "done_on", "folder", "received_folder")
    return [(product.name(Task, pk), state, day, product.name(Folder, f), None) for pk, state, day, f in tasks] + [
        (product.name(ServiceRequest, pk), state, day, product.name(Folder, f), product.name(Folder, received))
        for pk, state, day, f, received in requests
    ]
