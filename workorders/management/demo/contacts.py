"""People at the customers: one contact often serves several customers, with a role for each."""

from __future__ import annotations

from customers.models import Contact, Customer, CustomerContact
from workorders.management.demo import names
from workorders.management.demo.plan import City

Role = CustomerContact.Role


def save_contacts(city: City) -> None:
    """Makes the contacts of a city's customers, some of them for several."""
    contacts: list[Contact] = []
    links: list[CustomerContact] = []

    def known(role: str, customers: list[Customer], at: str = "") -> None:
        name = next(city.people)
        contact = Contact(name=name, email=names.address_of(name, at or city.name), phone=names.phone(city.rng))
        contacts.append(contact)
        links.extend(CustomerContact(contact=contact, customer=customer, role=role) for customer in customers)

    def of(prefix: str) -> list[Customer]:
        return [customer for part, customer in city.customers.items() if part.startswith(prefix)]

    for m, manager in enumerate(of("manager")):
        houses = of(f"house {m}.")
        known(Role.CONTRACT, [manager, *houses], manager.name)  # the manager's own person, for every house
        known(Role.BILLING, [manager, *houses], manager.name)
        known(Role.SITE, houses[:2])  # a caretaker of two houses
        for house in houses:
            known(Role.CONTRACT, [house])  # who presides over its board
    known(Role.BILLING, [city.customers["city"], *of("division")], city.customers["city"].name)
    for customer in [*of("division"), *of("company"), *of("cost centre"), *of("property"), *of("shop")]:
        known(Role.CONTRACT, [customer], customer.name)
    known(Role.EMERGENCY, of("company"))
    Contact.objects.bulk_create(contacts, batch_size=500)
    CustomerContact.objects.bulk_create(links, batch_size=500)
