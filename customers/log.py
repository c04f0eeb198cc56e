"""A customer's story: what was done to it and to its attachments, by the log of operations, and what changed of it and
of its contacts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, Value

from accounts.models import User
from customers import kinds
from customers.changes import ChangeDescription, describe_changes
from customers.models import Attachment, Change, Customer
from folders.models import Folder, Operation
from folders.querysets import OperationQuerySet

_ATTACHMENTS = ("attachment", "earlier", "later", "following")  # arguments that name one


@dataclass(frozen=True)
class Entry:
    """One row of the log in words: what, on which folder, to which customer, with which days."""

    operation: Operation
    folder: Folder | None
    customer: Customer | None
    since: date | None
    until: date | None  # exclusive
    day: date | None


# What the log tells, with the attachments that it ended, is told once.
_TOLD_BY_THE_LOG = (kinds.CLOSE_CUSTOMER, kinds.REOPEN_CUSTOMER)


def story_of(customer: Customer, user: User) -> Any:
    """A queryset of (when, which, whether of the log) of all that `user` may see, the newest first; for `entries`.

    Two queries before the one that it returns.
    """
    changes = Change.objects.visible_to(user).filter(customer=customer)
    operations = Operation.objects.visible_to(user)
    if not user.has_perm("folders.view_operation"):
        return changes.annotate(of_log=Value(0)).values_list("at", "id", "of_log").order_by("-at", "-id")
    parts: list[Any] = [
        changes.exclude(operation__kind__in=_TOLD_BY_THE_LOG).annotate(which=F("id"), of_log=Value(0)),
        operations_of(customer, operations).order_by().annotate(which=F("number"), of_log=Value(1)),
    ]
    changed, done = (part.values_list("at", "which", "of_log") for part in parts)
    return changed.union(done, all=True).order_by("-at", "-of_log", "-which")


def entries(story: Sequence[tuple[Any, int, int]], customer: Customer) -> list[Entry | ChangeDescription]:
    """The rows of a part of the story, in words. Seven queries at most."""
    numbers, ids = ([which for _at, which, of_log in story if bool(of_log) is log] for log in (True, False))
    operations = Operation.objects.select_related("user").in_bulk(numbers)
    changes = Change.objects.select_related("user").in_bulk(ids)
    of_log = {entry.operation.number: entry for entry in told(list(operations.values()))}
    of_row = {entry.change.pk: entry for entry in describe_changes(list(changes.values()), Customer)}
    return [of_log[which] if log else of_row[which] for _at, which, log in story]


def operations_of(customer: Customer, operations: OperationQuerySet) -> OperationQuerySet:
    """Those of `operations` that speak of the customer or of an attachment that is or was its own, newest first.

    Two queries before the one that it returns; two of the three read the log, which has no index on what its rows say.
    """
    by_name = Q(arguments__customer=customer.pk)
    made: set[Any] = set(Attachment.objects.filter(customer=customer).values_list("pk", flat=True))
    attaching = (kinds.ATTACH, kinds.HAND_OVER)
    for kind, arguments in Operation.objects.filter(by_name, kind__in=attaching).values_list("kind", "arguments"):
        made.add(arguments.get("following" if kind == kinds.HAND_OVER else "attachment"))
    of_attachments = Q()
    for name in _ATTACHMENTS:
        of_attachments |= Q(**{f"arguments__{name}__in": sorted(made - {None})})
    return operations.filter(by_name | of_attachments).order_by("-number")


def told(operations: Sequence[Operation]) -> list[Entry]:
    """The operations with the folders and customers that they name, as far as these are still there. Three queries."""
    named = {row.arguments[name] for row in operations for name in _ATTACHMENTS if row.arguments.get(name)}
    folder_of = dict(Attachment.objects.filter(pk__in=named).values_list("pk", "folder_id"))
    folder_ids = {row.number: _folder(row, folder_of) for row in operations}
    folders = Folder.objects.in_bulk(pk for pk in folder_ids.values() if pk)
    customers = Customer.objects.in_bulk({row.arguments.get("customer") for row in operations} - {None})
    return [
        Entry(
            row,
            folders.get(folder_ids[row.number] or 0),
            customers.get(row.arguments.get("customer", 0)),
            *(_day(row.arguments.get(name)) for name in ("since", "until", "day")),
        )
        for row in operations
    ]


def _folder(row: Operation, folder_of: dict[int, int]) -> int | None:
    """Id of the folder that the operation was on; a removed attachment's stands in what the operation replaced."""
    given = [row.arguments.get("folder"), *(folder_of.get(row.arguments.get(name)) for name in _ATTACHMENTS)]
    given += [old.get("folder_id") for old in row.replaced if old["table"] == Attachment._meta.db_table]
    return next((pk for pk in given if pk), None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
