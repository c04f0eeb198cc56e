"""What an import did, by the history that triggers keep, and what has been done since to what it made and changed.

An import that has been taken back since counts for nothing, and neither does the taking back of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from customers.models import Change
from folders.models import Operation

Done = Change.Done


class _Edit(NamedTuple):
    change: int
    operation: int | None


type _Edits = dict[int, dict[str, list[_Edit]]]  # by customer and column


@dataclass
class Did:
    """What the import did, by ids."""

    first: int = 0  # its first change
    created: set[int] = field(default_factory=set)  # customers
    changed: dict[int, tuple[int, dict[str, Any]]] = field(
        default_factory=dict
    )  # customer → (change, column → [was, is])
    contacts: set[int] = field(default_factory=set)
    links: dict[int, tuple[int, int]] = field(default_factory=dict)  # link → (customer, contact)


@dataclass
class Since:
    """Later changes, by their ids: what keeps a part of the import from being taken back."""

    edits: dict[int, dict[str, list[int]]] = field(default_factory=dict)  # of a customer, by column
    gone: dict[int, int] = field(default_factory=dict)  # customer → the change that deleted it
    links: dict[int, int] = field(default_factory=dict)  # link of the import → its change
    other_links: dict[int, dict[int, int]] = field(default_factory=dict)  # customer → link → its change
    contacts: dict[int, int] = field(default_factory=dict)  # contact of the import → its change


def did(operation: Operation) -> Did:
    """One query."""
    done = Did()
    rows = Change.objects.filter(operation=operation).order_by("pk")
    for pk, customer, contact, link, what, changed in rows.values_list(
        "pk", "customer_id", "contact_id", "link_id", "done", "changed"
    ):
        done.first = done.first or pk
        if link:
            done.links[link] = (customer, contact)
        elif contact:
            done.contacts.add(contact)  # an import changes none that are there
        elif what == Done.INSERT:
            done.created.add(customer)
        else:
            done.changed[customer] = (pk, changed)
    return done


def since(operation: Operation, done: Did) -> Since:
    """Three queries."""
    found = Since()
    own = Change.objects.filter(operation=operation)
    later = Change.objects.filter(pk__gt=done.first).exclude(operation=operation).order_by("pk")
    undone = _undone_since(operation)
    edits: _Edits = defaultdict(lambda: defaultdict(list))
    of_customers = later.filter(customer__in=own.filter(customer__isnull=False).values("customer"))
    for pk, customer, link, what, changed, number in of_customers.values_list(
        "pk", "customer_id", "link_id", "done", "changed", "operation_id"
    ):
        if link:
            _link(found, done, customer, link, pk, taken_back=number in undone)
        elif what == Done.DELETE:
            found.gone[customer] = pk
        elif _comes_after(done, customer, pk):
            _count_edit(edits[customer], changed, pk, number, undone)
    found.edits = _left_edits(edits)
    made = own.filter(contact__isnull=False, link=None).values("contact")
    found.contacts = dict(later.filter(contact__in=made, link=None).values_list("contact", "pk"))
    return found


def _undone_since(operation: Operation) -> dict[int, int]:
    """By the number of an undoing that came later: the operation that it has undone."""
    undoings = Operation.objects.filter(kind=Operation.Kind.UNDO_IMPORT, number__gt=operation.number)
    return dict(undoings.values_list("number", "arguments__operation"))


def _comes_after(done: Did, customer: int, pk: int) -> bool:
    """Whether the change came after what the import did to that customer."""
    return customer in done.created or (customer in done.changed and pk > done.changed[customer][0])


def _count_edit(
    columns: dict[str, list[_Edit]], changed: Iterable[str], pk: int, number: int | None, undone: dict[int, int]
) -> None:
    """One more edit of these columns; an undoing takes away those of what it has undone instead."""
    for column in changed:
        if number in undone:
            columns[column] = [edit for edit in columns[column] if edit.operation != undone[number]]
        else:
            columns[column].append(_Edit(pk, number))


def _left_edits(edits: _Edits) -> dict[int, dict[str, list[int]]]:
    """The changes by customer and column, without what nothing is left of."""
    found: dict[int, dict[str, list[int]]] = {}
    for customer, columns in edits.items():
        left = {column: [edit.change for edit in each] for column, each in columns.items() if each}
        if left:
            found[customer] = left
    return found


def _link(found: Since, done: Did, customer: int, link: int, pk: int, *, taken_back: bool) -> None:
    others = found.other_links.setdefault(customer, {})
    if link in done.links:
        found.links[link] = pk
    elif taken_back:
        others.pop(link, None)
    else:
        others[link] = pk
    if not others:
        del found.other_links[customer]
