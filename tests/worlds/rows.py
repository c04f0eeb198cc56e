"""Whose work is whose: the rows that the product's querysets give, beside the oracle's."""

from __future__ import annotations

from datetime import date
from typing import Any

from customers.models import Customer
from tests.oracle.oracle import Office
from workorders.models import ServiceRequest, Task

from .compare import differ
from .product import Product


def rows_of(product: Product, measure: str, first: date, last: date) -> tuple[Any, str | date]:
    """The queryset that a measure counts, and the day (or the field with it) on which it is collected and owned."""
    tasks, requests = Task.objects.all(), ServiceRequest.objects.all()
    known: dict[str, tuple[Any, str | date]] = {
        "tasks done": (tasks.done_in(first, last), "done_on"),
        "tasks unfinished": (tasks.unfinished(), product.today),
        "tasks overdue": (tasks.overdue(product.today), product.today),
        "requests received": (requests.received_in(first, last), "received_on"),
        "requests done": (requests.done_in(first, last), "done_on"),
        "requests forwarded": (requests.forwarded_in(first, last), "done_on"),
        "requests unfinished": (requests.unfinished(), product.today),
    }
    return known[measure]


def differences(office: Office, product: Product, measure: str, first: date, last: date) -> list[str]:
    """Owner of every item, the items of every collector, the shared ones: each sentence names one that differs."""
    events = office.events(measure, first, last)
    queryset, day = rows_of(product, measure, first, last)
    model = queryset.model
    owners = queryset.with_owner(day).values_list("pk", "owner_id")
    found = [("owner", product.name(model, pk), product.name(Customer, owner)) for pk, owner in owners]
    wanted = [("owner", event.item, office.owner(event)) for event in events]
    found += [("shared", product.name(model, row.pk), None) for row in queryset.shared(day)]
    wanted += [("shared", event.item, None) for event in office.shared(events)]
    for customer in office.customers:
        collected = queryset.collected_by(product.get(customer), day)
        found += [("collected", product.name(model, row.pk), customer) for row in collected]
        wanted += [("collected", event.item, customer) for event in office.collected(events, customer)]
    return differ(f"{measure}, {first}–{last}", wanted, found)
