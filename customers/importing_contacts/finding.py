"""Which customers the cells of a sheet mean, as a user sees them; and how a cell calls a customer for sure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from accounts.models import User
from customers import business_id
from customers.cells import POWER
from customers.importing_contacts.columns import role_in, with_role
from customers.models import Customer
from folders.names import search_key
from sheets.columns import folded
from spotilla.in_values import among, among_texts
from spotilla.text import one_line

NUMBER = re.compile(r"#([1-9][0-9]{0,14})")  # as it stands in the address of the customer's page
NEEDED = ("name", "business_id", "customer_number", "closed_on")


@dataclass
class Customers:
    """Those that the texts of a sheet may mean."""

    by_id: dict[int, Customer] = field(default_factory=dict)
    by_text: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # business ID, number, folded name

    def find(self, part: str) -> tuple[list[Customer], str | None]:
        """The customers that a part of a cell fits, and the role in brackets after it."""
        text, role = role_in(part)
        found = self._called(text)
        if role and not found:  # the brackets may belong to the name
            found, role = self._called(part), None
        return found, role

    def _called(self, text: str) -> list[Customer]:
        number = NUMBER.fullmatch(text)
        if number:
            return [self.by_id[pk] for pk in {int(number[1])} & self.by_id.keys()]
        texts = {f"id {business_id.spelled(text)}", f"number {text}", f"name {folded(text)}"}
        pks = {pk for each in texts for pk in self.by_text.get(each, ())}
        return [self.by_id[pk] for pk in sorted(pks)]

    def add(self, customers: Iterable[Customer]) -> None:
        for customer in customers:
            self.by_id[customer.pk] = customer
            self.by_text[f"name {folded(customer.name)}"].add(customer.pk)
            if customer.business_id:
                self.by_text[f"id {customer.business_id}"].add(customer.pk)
            if customer.customer_number:
                self.by_text[f"number {customer.customer_number}"].add(customer.pk)


def customers_called(parts: Collection[str], by: User | None) -> Customers:
    """Four queries, however many there are."""
    texts = {text for part in parts for text in (part, role_in(part)[0])}
    found = Customers()
    if texts:
        spelled = {text for text in map(business_id.spelled, texts) if text}
        numbers = {int(number[1]) for number in map(NUMBER.fullmatch, texts) if number}
        customers = Customer.objects.visible_to(by).only(*NEEDED)
        if spelled:
            found.add(customers.filter(among("business_id", spelled)))
        if numbers:
            found.add(customers.filter(among("pk", numbers)))
        found.add(customers.filter(among("customer_number", texts)))
        found.add(customers.filter(among_texts("search_key", set(map(search_key, texts)))))
    return found


def ways_to_call(customer: Customer) -> Iterator[str]:
    """What a cell may call it: as people do first, and at last by what is its own alone."""
    for text in (customer.name, customer.business_id, customer.customer_number):
        if text and ";" not in text and text == one_line(text) and not POWER.fullmatch(text):
            yield text
    yield f"#{customer.pk}"


def known_for_calling(customers: Iterable[Customer], by: User | None) -> Customers:
    """All that what `customers` may be called fits."""
    return customers_called({text for customer in customers for text in ways_to_call(customer)}, by)


def sure_call(customer: Customer, role: str | None, known: Customers) -> str:
    """How a cell calls the customer, with a role in brackets or none, so that it means that one alone."""
    written = (with_role(text, role) if role else text for text in ways_to_call(customer))
    return next(text for text in written if known.find(text) == ([known.by_id.get(customer.pk)], role))
