"""Small worlds for tests: each function makes one thing by the operation that the office uses, with names that don't
matter.
"""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission

from accounts.models import Role, User
from customers.models import Customer
from customers.ownership import new_folder
from folders.models import Folder, Spot
from folders.tree import new_spot
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder
from workorders.orders import open_order
from workorders.recording import record_request, record_task

_numbers = count(1)

APPS = ("folders", "customers", "workorders", "accounts")


def user(email: str, *rights: str, **fields: Any) -> User:
    """A user with rights such as "customers.view_customer"; "view" stands for the view right of every model."""
    person = User.objects.create_user(email, "salasana-jolla-pääsee", **fields)
    for right in rights:
        if right == "view":
            found = Permission.objects.filter(content_type__app_label__in=APPS, codename__startswith="view_")
        else:
            app, codename = right.split(".")
            found = Permission.objects.filter(content_type__app_label=app, codename=codename)
        person.user_permissions.add(*found)
    return person


def role(name: str = "Huolto") -> Role:
    made: Role = Role.objects.get_or_create(name=name)[0]
    return made


def kind(name: str = "Muu") -> ServiceRequestKind:
    return ServiceRequestKind.objects.get_or_create(name=name)[0]


def folder(name: str = "", parent: Folder | None = None, **fields: Any) -> Folder:
    return new_folder(name or f"Kansio {next(_numbers)}", parent, by=None, **fields)


def spot(in_folder: Folder, name: str = "", **fields: Any) -> Spot:
    return new_spot(in_folder, name or f"Spotti {next(_numbers)}", by=None, **fields)


def customer(name: str = "", **fields: Any) -> Customer:
    return Customer.objects.create(name=name or f"Asiakas {next(_numbers)} Oy", **fields)


def order(name: str = "", of: Customer | None = None, **fields: Any) -> WorkOrder:
    return open_order(name or f"Työmääräin {next(_numbers)}", of, **fields)


def task(on: Spot | None = None, **fields: Any) -> Task:
    """A task; `done_on` alone makes it done."""
    fields = {"name": f"Tehtävä {next(_numbers)}", "role": None, "due_on": date(2026, 1, 15)} | fields
    fields["role"] = fields["role"] or role()
    if "done_on" in fields:
        fields.setdefault("state", "done")
    return record_task(spot=on, **fields)


def request(on: Spot | None = None, **fields: Any) -> ServiceRequest:
    """A service request; `done_on` alone makes it done."""
    fields = {"name": f"Pyyntö {next(_numbers)}", "kind": None, "received_on": date(2026, 1, 15)} | fields
    fields["kind"] = fields["kind"] or kind()
    if "done_on" in fields:
        fields.setdefault("state", "done")
    return record_request(spot=on, **fields)
