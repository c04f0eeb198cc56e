"""Who is the same person, to every import: who has the same name (case and spaces apart) and e-mail; without an e-mail,
the same name and phone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db.models.functions import Lower

from accounts.models import User
from customers.models import Contact
from sheets.columns import folded
from spotilla.in_values import among


@dataclass
class People[P]:
    """Who is known, whatever stands for a person, by what tells them apart. Of two with the same, the first stays."""

    by_email: dict[tuple[str, str], P] = field(default_factory=dict)
    by_phone: dict[tuple[str, str], P] = field(default_factory=dict)

    def add(self, person: P, name: str, email: str, phone: str) -> None:
        if email:
            self.by_email.setdefault((folded(name), email.lower()), person)
        if phone:
            self.by_phone.setdefault((folded(name), phone), person)

    def find(self, name: str, email: str, phone: str) -> P | None:
        if email:
            return self.by_email.get((folded(name), email.lower()))
        return self.by_phone.get((folded(name), phone)) if phone else None


def contacts_with(emails: Collection[str], phones: Collection[str], by: User | None) -> Iterator[Contact]:
    """Contacts that `by` may see: those with one of these e-mails (in lower case), by id, then those with one of these
    phones. A query each.
    """
    contacts = Contact.objects.visible_to(by).order_by("pk").defer("sort_key", "search_key")
    if emails:
        yield from contacts.alias(lower=Lower("email")).filter(among("lower", emails)).iterator()
    if phones:
        yield from contacts.filter(among("phone", phones)).iterator()
