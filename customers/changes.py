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

# By whose page it is: of the row itself, and of a link.
_SENTENCES: dict[type[Customer | Contact], tuple[dict[Done, Promise], dict[Done, Promise]]] = {
    Customer: (
        {
            Done.INSERT: _("Customer created"),
            Done.UPDATE: _("Customer changed"),
            Done.DELETE: _("Customer deleted"),
        },
        {
            Done.INSERT: _("Contact added"),
            Done.UPDATE: _("Contact's role changed"),
            Done.DELETE: _("Contact removed"),
        },
    ),
    Contact: (
        {
            Done.INSERT: _("Contact created"),
            Done.UPDATE: _("Contact changed"),
            Done.DELETE: _("Contact deleted"),
        },
        {
            Done.INSERT: _("Customer added"),
            Done.UPDATE: _("Role at the customer changed"),
            Done.DELETE: _("Customer removed"),
        },
    ),
}


@dataclass(frozen=True)
class Line:
    """A field from what to what; "" is nothing."""

    label: str
    was: str
    becomes: str


@dataclass(frozen=True)
class ChangeDescription:
    """A change in words. At the other end of a link stands somebody with a name, whether still there or not."""

    change: Change
    what: Promise
    other: Customer | Contact | None
    name: str
    lines: list[Line]


def describe_changes(changes: Sequence[Change], at: type[Customer | Contact]) -> list[ChangeDescription]:
    """Changes of a customer, or of a contact, with those of its links. Two queries at most."""
    other: type[Any] = Contact if at is Customer else Customer
    column = f"{other._meta.model_name}_id"
    others = {getattr(change, column) for change in changes if change.link_id}
    there = other.objects.in_bulk(others) if others else {}
    gone = _names_of_the_gone(column, others - set(there))
    of_row, of_link = _SENTENCES[at]
    told = []
    for change in changes:
        done = Done(change.done)
        if change.link_id:
            pk = getattr(change, column)
            name = str(there[pk]) if pk in there else gone.get(pk, "")
            told.append(ChangeDescription(change, of_link[done], there.get(pk), name, lines(change, CustomerContact)))
        else:
            told.append(ChangeDescription(change, of_row[done], None, "", lines(change, at)))
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
