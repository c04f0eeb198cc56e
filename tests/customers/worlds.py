"""Small and large worlds for the customers' pages."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from customers.models import Attachment, Contact, Customer, CustomerContact
from customers.sql.rebuild import rebuild
from folders.models import Folder
from folders.names import search_key, sort_key
from tests import factories
from tests.folders.many import many_folders, many_spots
from workorders.models import WorkOrder


def many_customers(number: int) -> list[Customer]:
    """Each with a folder attached since always, a contact and a work order; the first three with an overdue task."""
    made = [
        Customer(name=f"As Oy {n}", city="Espoo", sort_key=sort_key(f"As Oy {n}"), search_key=search_key(f"As Oy {n}"))
        for n in range(number)
    ]
    Customer.objects.bulk_create(made)
    folders = many_folders(number)
    pairs = list(zip(made, folders, strict=True))
    Attachment.objects.bulk_create([Attachment(customer=customer, folder=folder) for customer, folder in pairs])
    rebuild()
    for folder in folders[:3]:
        many_spots(1, folder)
    many_contacts(made)
    WorkOrder.objects.bulk_create(
        [WorkOrder(number=f"2020-{n}", name="Sopimus", customer=customer) for n, customer in enumerate(made, 1)]
    )
    return made


def many_contacts(customers: list[Customer]) -> list[Contact]:
    """One for each customer, billing."""
    people = Contact.objects.bulk_create([Contact(name=f"Henkilö {n}") for n, _customer in enumerate(customers)])
    CustomerContact.objects.bulk_create(
        [
            CustomerContact(customer=customer, contact=person, role="billing")
            for customer, person in zip(customers, people, strict=True)
        ]
    )
    return people


def busy(folder: Folder, *, unfinished: int = 0, overdue: int = 0, done: int = 0, on: date | None = None) -> None:
    """Work on a new spot of the folder: unfinished tasks due today, overdue ones, and ones done on a day (today)."""
    today = timezone.localdate()
    spot = factories.spot(folder)
    for _ in range(unfinished):
        factories.task(spot, due_on=today)
    for _ in range(overdue):
        factories.task(spot, due_on=date(2020, 1, 1))
    for _ in range(done):
        factories.task(spot, due_on=today, done_on=on or today, minutes=30)
