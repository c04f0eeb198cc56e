"""Many rows of work at once, for counting queries: what recording would make, without making them one by one."""

from __future__ import annotations

from datetime import date
from itertools import cycle

from customers.ownership import attach
from customers.sql.rebuild import rebuild
from tests import factories
from tests.folders.many import many_folders, many_spots
from workorders.models import ServiceRequest, Task, WorkOrder


def many_tasks(number: int) -> list[Task]:
    """Each in a work order of its own, on one of up to fifty spots that stand in as many folders of one owner."""
    top = factories.folder("Kaupunki")
    attach(factories.customer(), top, by=None)
    spots = [spot for folder in many_folders(min(number, 50), top) for spot in many_spots(1, folder)]
    rebuild()
    role, orders = factories.role(), many_orders(number)
    Task.objects.all().delete()
    return Task.objects.bulk_create(
        Task(name=f"Tarkastus {n}", spot=spot, folder=spot.folder, work_order=order, role=role, due_on=date(2020, 1, 1))
        for n, (spot, order) in enumerate(zip(cycle(spots), orders, strict=False))
    )


def many_requests(number: int) -> list[ServiceRequest]:
    """Each on one of up to fifty folders of one owner."""
    top = factories.folder("Kaupunki")
    attach(factories.customer(), top, by=None)
    folders, kind = many_folders(min(number, 50), top), factories.kind()
    rebuild()
    return ServiceRequest.objects.bulk_create(
        ServiceRequest(name=f"Vika {n}", kind=kind, folder=at, received_folder=at, received_on=date(2020, 1, 1))
        for n, at in zip(range(number), cycle(folders), strict=False)
    )


def many_orders(number: int) -> list[WorkOrder]:
    customer = factories.customer()
    return WorkOrder.objects.bulk_create(
        WorkOrder(number=f"2020-{n}", name=f"Sopimus {n}", customer=customer) for n in range(number)
    )
