"""Takes an import of contacts back: what `undoing.foresee` says, all of it or nothing; and tells of it in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import batched
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from customers.changes import ChangeDescription, Line, describe_changes, lines
from customers.importing_contacts.plan import called
from customers.importing_contacts.save import BATCH
from customers.importing_contacts.undoing import Row, Undo, foresee
from customers.models import Change, Contact, Customer, CustomerContact
from folders.importing.taking_back import take_back
from folders.tree import KEYS
from folders.tree import OperationDraft as TreeChange
from sheets.importing.undoing import NotUndone, Outcome
from sheets.models import Upload
from spotilla.audit_actor import acting
from spotilla.bulk import delete_rows, insert_rows, overwrite_rows


def undo_import(upload: Upload, *, by: User | None, seen: str = "") -> Undo:
    """Takes the import back. Raises NotUndone (folders.importing.taking_back), also for who may not change customers
    and would give them contacts or take them away.
    """

    def do(_change: TreeChange, undo: Undo) -> dict[str, Any]:
        if (undo.unlinks or undo.relinks) and by is not None and not by.has_perm("customers.change_customer"):
            raise NotUndone(_("You may not give customers contacts, or take them away."))
        return _do(undo)

    return take_back(upload, by=by, seen=seen, models=[Contact], foresee=foresee, do=do)


def _do(undo: Undo) -> dict[str, Any]:
    with acting(Change.How.UNDO):
        delete_rows(CustomerContact, undo.unlinks)
        delete_rows(Contact, undo.deleted)
        links = ((*link, 1) for link in undo.relinks)
        insert_rows(CustomerContact, ["customer_id", "contact_id", "role", "version"], links)
        _restore(undo.restored)
    return {"deleted": undo.deleted, "restored": list(undo.restored)}


def _restore(restored: dict[int, dict[str, str]]) -> None:
    fields = [*sorted({column for columns in restored.values() for column in columns}), *KEYS]
    for batch in batched(restored, BATCH, strict=False):
        contacts = Contact.objects.in_bulk(batch)
        for pk, contact in contacts.items():
            for column, value in restored[pk].items():
                setattr(contact, column, value)
        overwrite_rows(Contact, contacts.values(), fields)


@dataclass(frozen=True)
class ToldRow:
    """A row of what undoing would do, for its reader."""

    number: int
    name: str  # "" of one that the reader may not see
    url: str
    outcome: Outcome
    back: list[Line]  # from what it is to what it will be
    edits: list[ChangeDescription]  # what was done since, and by whom
    reasons: list[str]


def told_rows(rows: Sequence[Row], user: User) -> list[ToldRow]:
    """Six queries at most."""
    contacts = Contact.objects.visible_to(user).in_bulk([row.contact for row in rows])
    pks = {pk for row in rows for pk in row.edits}
    changes = list(Change.objects.visible_to(user).filter(pk__in=pks).select_related("user").order_by("pk"))
    edits = {told.change.pk: told for told in describe_changes(changes, Contact)}
    customers = {pk for row in rows for pk, _role in (*row.unlinks.values(), *row.relinks)}
    names = dict(Customer.objects.visible_to(user).filter(pk__in=customers).values_list("pk", "name"))
    names = {pk: names.get(pk, _("another customer")) for pk in customers}
    return [_told(row, contacts.get(row.contact), edits, names) for row in rows]


def _told(row: Row, contact: Contact | None, edits: dict[int, ChangeDescription], names: dict[int, str]) -> ToldRow:
    told = [edits[pk] for pk in row.edits if pk in edits]
    reasons = [_("It has: %(what)s.") % {"what": str(model._meta.verbose_name_plural)} for model in row.used]
    if contact is None:
        name = next((each.change.changed["name"][0] for each in told if _is_deletion(each.change)), "")
        told = [replace(each, lines=[]) if _is_deletion(each.change) else each for each in told]
        return ToldRow(row.number, name, "", row.outcome, [], told, reasons)
    url = reverse("customers:contact", args=[contact.pk])
    return ToldRow(row.number, contact.name, url, row.outcome, _lines_back(row, names), told, reasons)


def _is_deletion(change: Change) -> bool:
    """Whether it is the contact that was deleted, and not a link of it."""
    return change.done == Change.Done.DELETE and not change.link_id


def _lines_back(row: Row, names: dict[int, str]) -> list[Line]:
    """What goes back of a contact: its fields, and its customers in one line."""
    back = lines(Change(changed=row.back), Contact)
    if row.unlinks or row.relinks:
        customers = called(names, row.unlinks.values()), called(names, row.relinks)
        back.append(Line(capfirst(str(Customer._meta.verbose_name_plural)), *customers))
    return back
