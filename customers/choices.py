"""How customers and contacts are told apart where one of many is chosen (spotilla.record_picker)."""

from collections.abc import Sequence

from customers.models import Contact, Customer
from customers.phones import written
from spotilla.record_picker import Choice


def describe_customers(customers: Sequence[Customer]) -> list[Choice]:
    """Name, then business ID, customer number and city. No query."""
    return [
        Choice(
            customer.pk,
            customer.name,
            " · ".join(filter(None, (customer.business_id, customer.customer_number, customer.city))),
        )
        for customer in customers
    ]


def describe_contacts(contacts: Sequence[Contact]) -> list[Choice]:
    """Name, then e-mail and phone. No query."""
    return [
        Choice(
            contact.pk,
            contact.name,
            " · ".join(filter(None, (contact.email, written(contact.phone)))),
        )
        for contact in contacts
    ]
