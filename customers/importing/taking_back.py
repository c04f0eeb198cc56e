"""Takes an import back: what `undoing.foresee` says, all of it or nothing, with one row of the log."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.plan import in_chunks
from customers.importing.saving import BATCH, KEYS
from customers.importing.undoing import Undo, foresee
from customers.models import Change, Contact, Customer, CustomerContact
from customers.ownership import rebuild, take_back_attachments
from folders.models import Operation
from folders.tree import tree_change
from sheets.models import Upload
from spotilla.acting import acting
from spotilla.bulk import delete_rows


class NotUndone(Exception):
    """Nothing was changed; the message says why."""


def undo_import(upload: Upload, *, by: User | None, seen: str = "") -> Undo:
    """Takes the import back. Raises NotUndone when that has been done already or is too late, and when it would do
    something else than what the user has `seen` (a `fingerprint`).

    Locks the customers and contacts of the import before it reads what has been done to them.
    """
    if upload.operation is None or not upload.can_be_undone:
        raise NotUndone(_("This import can no longer be taken back."))
    operation = Operation.objects.get(number=upload.operation)
    try:
        with tree_change(Operation.Kind.UNDO_IMPORT, by, operation=operation.number) as change, acting(Change.How.UNDO):
            imported = Upload.objects.filter(pk=upload.pk, state=Upload.State.IMPORTED)
            if not imported.update(state=Upload.State.UNDONE, undo=change.number):
                raise NotUndone(_("This import has been taken back already."))
            _lock(operation)
            undo = foresee(operation)
            if seen and seen != undo.fingerprint():
                raise NotUndone(_("Something has changed since you looked; nothing was taken back. Look again."))
            if undo.attachments:
                rebuild(take_back_attachments(change, undo.attachments))
            delete_rows(CustomerContact, undo.links)
            delete_rows(Contact, undo.contacts)
            delete_rows(Customer, undo.customers)
            _restore(undo.restored)
            change.arguments |= {
                "deleted": sorted(undo.customers),
                "restored": list(undo.restored),
                "contacts": undo.contacts,
            }
            upload.result["undone"] = undo.counts()
            Upload.objects.filter(pk=upload.pk).update(result=upload.result)
    except IntegrityError as error:
        raise NotUndone(_("Somebody changed the same data at the same moment; nothing was taken back.")) from error
    return undo


def _lock(operation: Operation) -> None:
    """So that whoever edits one of the rows, or refers to it, does so before the history is read, or after the end."""
    changes = Change.objects.filter(operation=operation)
    for model, name in ((Customer, "customer"), (Contact, "contact")):
        touched = changes.filter(**{f"{name}__isnull": False}).values(name)
        rows: Any = model._base_manager.select_for_update().filter(pk__in=touched).order_by("pk")
        for _pk in rows.values_list("pk", flat=True).iterator():
            pass


def _restore(restored: dict[int, dict[str, Any]]) -> None:
    """Gives columns their old values, a batch of customers at a time and in order, as the import has changed them."""
    filled = sorted({column for columns in restored.values() for column in columns})
    for batch in in_chunks(restored.items(), BATCH):
        current = Customer.objects.in_bulk([pk for pk, _columns in batch])
        customers = [current[pk] for pk, _columns in batch]
        for customer, (_pk, columns) in zip(customers, batch, strict=True):
            for column, value in columns.items():
                field: Any = Customer._meta.get_field(column)
                setattr(customer, column, field.to_python(value))
        fields = [*filled, *KEYS]
        Customer.objects.bulk_create(customers, update_conflicts=True, unique_fields=["id"], update_fields=fields)
