"""A planned row's cells as text: what would be kept, and what that changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import pgettext

from customers.importing.columns import BY_KEY
from customers.importing.plan import OF_CUSTOMER, Planned
from customers.models import Customer
from folders.days import ALWAYS
from sheets.problems import shown

NEW = Customer()  # what a new customer has where its row says nothing


def text(key: str, value: Any) -> str:
    """What is kept, as the sheet would have it."""
    return "" if value in (None, "") else shown(BY_KEY[key].write(value))


def kept(row: Planned, fields: dict[str, Any], key: str) -> str:
    """The cell as it will be, also where the row says nothing of it."""
    value = fields.get(key, getattr(row.existing or NEW, key)) if key in OF_CUSTOMER else row.get(key)
    return text(key, value)


def changes(row: Planned) -> dict[str, tuple[str, str]]:
    """By key: what it was and what it will be, of each cell that changes its customer."""
    found = {}
    for key, value in row.fields().items():
        was = getattr(row.existing, key)
        if was != value:
            found[key] = text(key, was), text(key, value)
    if row.contact is not None and row.links:
        found["contact_name"] = "", row.contact.name
    if row.folders:
        found["folders"] = "", text("folders", row.get("folders"))
    if row.redated:
        found["attached_from"] = days(each.since for each in row.redated), text("attached_from", row.since)
    return found


def otherwise(row: Planned) -> dict[str, str]:
    """By key: cells that will be otherwise than the row has them, and change nothing: those of a contact that is there,
    a day without a folder, and the days that attachments keep.
    """
    found = {}
    if row.contact is not None:
        person = {f"contact_{name}": getattr(row.contact, name) for name in ("name", "email", "phone")}
        found = {key: text(key, value) for key, value in person.items() if value != (row.get(key) or "")}
    if not row.get("folders"):
        if row.get("attached_from"):
            found["attached_from"] = ""
    elif row.held and not row.get("attached_from"):
        found["attached_from"] = days([*(each.since for each in row.held), *(row.since for _new in row.folders)])
    return found


def days(found: Iterable[date]) -> str:
    """First days, each once."""
    return "; ".join(
        pgettext("since the beginning", "always") if day == ALWAYS else shown(day) for day in sorted(set(found))
    )
