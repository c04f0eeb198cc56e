"""Takes an import back: what `undoing.foresee` says, all of it or nothing, with one row of the log."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from customers.importing.plan import in_chunks
from customers.importing.save import BATCH
from customers.importing.undoing import Undo, foresee
from customers.models import Change, Contact, Customer, CustomerContact
from customers.ownership import redate_many, take_back_attachments
from customers.sql.rebuild import rebuild
from folders.importing.taking_back import take_back
from folders.tree import KEYS
from folders.tree import OperationDraft as TreeChange
from sheets.models import Upload
from spotilla.audit_actor import acting
from spotilla.bulk import delete_rows, overwrite_rows


def undo_import(upload: Upload, *, by: User | None, seen: str = "") -> Undo:
    """Takes the import back. Raises NotUndone (folders.importing.taking_back)."""
    return take_back(upload, by=by, seen=seen, models=(Customer, Contact), foresee=foresee, do=_do)


def _do(change: TreeChange, undo: Undo) -> dict[str, Any]:
    with acting(Change.How.UNDO):
        folders = take_back_attachments(change, undo.attachments) | redate_many(change, undo.redated)
        if folders:
            rebuild(folders)
        delete_rows(CustomerContact, undo.links)
        delete_rows(Contact, undo.contacts)
        delete_rows(Customer, undo.customers)
        _restore(undo.restored)
    return {"deleted": sorted(undo.customers), "restored": list(undo.restored), "contacts": undo.contacts}


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
        overwrite_rows(Customer, customers, [*filled, *KEYS])
