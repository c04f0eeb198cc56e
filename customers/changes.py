"""Kept changes (models.Change) as people read them: each field by its label, from what to what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from customers import countries
from customers.models import Change, Contact, Customer, CustomerContact
from customers.phones import written

Done = Change.Done

_OF_CUSTOMER = {
    Done.INSERT: _("Customer made"),
    Done.UPDATE: _("Customer changed"),
    Done.DELETE: _("Customer deleted"),
}
_OF_CONTACT = {
    Done.INSERT: _("Contact made"),
    Done.UPDATE: _("Contact changed"),
    Done.DELETE: _("Contact deleted"),
}
_OF_LINK_AT_CUSTOMER = {
    Done.INSERT: _("Contact added"),
    Done.UPDATE: _("Contact's role changed"),
    Done.DELETE: _("Contact removed"),
}
_OF_LINK_AT_CONTACT = {
    Done.INSERT: _("Customer added"),
    Done.UPDATE: _("Role at the customer changed"),
    Done.DELETE: _("Customer removed"),
}


@dataclass(frozen=True)
class Line:
    """A field from what to what; "" is nothing."""

    label: str
    was: str
    becomes: str


@dataclass(frozen=True)
class Told:
    """A change in words. At the other end of a link stands somebody with a name, whether still there or not."""

    change: Change
    what: str | Promise
    other: Customer | Contact | None
    name: str
    lines: list[Line]


def told_changes(changes: Sequence[Change], at: type[Customer | Contact]) -> list[Told]:
    """Changes of a customer, or of a contact, with those of its links. Two queries at most."""
    other: Any = Contact if at is Customer else Customer
    at_other, sentences = (
        f"{other._meta.model_name}_id",
        {
            Customer: (_OF_CUSTOMER, _OF_LINK_AT_CUSTOMER),
            Contact: (_OF_CONTACT, _OF_LINK_AT_CONTACT),
        }[at],
    )
    others = {getattr(change, at_other) for change in changes if change.link_id}
    there = other.objects.in_bulk(others) if others else {}
    gone = _names_of_the_gone(at_other, others - set(there))
    told = []
    for change in changes:
        pk = getattr(change, at_other) if change.link_id else None
        of_row, of_link = sentences
        told.append(
            Told(
                change,
                (of_link if pk else of_row)[Done(change.done)],
                there.get(pk),
                str(there.get(pk) or gone.get(pk, "")) if pk else "",
                lines(change, CustomerContact if pk else at),
            )
        )
    return told


def _names_of_the_gone(column: str, ids: Collection[int]) -> dict[int, str]:
    """What the deleted were called, by what is kept of their deletion."""
    if not ids:
        return {}
    rows = Change.objects.filter(**{f"{column}__in": ids}, link=None, done=Done.DELETE)
    return {pk: changed["name"][0] for pk, changed in rows.values_list(column, "changed")}


def lines(change: Change, model: type[Customer | Contact | CustomerContact]) -> list[Line]:
    """In the order of the fields."""
    fields: Any = [field for field in model._meta.concrete_fields if field.column in change.changed]
    return [
        Line(capfirst(str(field.verbose_name)), *(_said(field, value) for value in change.changed[field.column]))
        for field in fields
    ]


def _said(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.name == "country":
        return countries.name(value)
    if field.name == "phone":
        return written(value)
    if field.get_internal_type() == "DateField":
        return date_format(date.fromisoformat(value), "j.n.Y")
    return str(value)
