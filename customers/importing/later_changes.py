"""Who has edited since what an import of customers wrote, by the history that triggers keep: for the page to tell.

What goes back and what stays, the ledger says (sheets.importing.ledger). An import that has been undone since counts
for nothing, and neither does its undoing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from customers.models import Change
from folders import kinds
from folders.models import Operation
from spotilla.in_values import among

Done = Change.Done


class _Edit(NamedTuple):
    change: int
    operation: int | None


type _Edits = dict[int, dict[str, list[_Edit]]]  # by customer and column


@dataclass
class LaterChanges:
    """Changes after the import, by their ids."""

    edits: dict[int, dict[str, list[int]]] = field(default_factory=dict)  # of a customer, by column
    gone: dict[int, int] = field(default_factory=dict)  # customer → the change that deleted it
    links: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))  # customer → link → its change


def find_later_changes(operation: Operation, customers: Collection[int]) -> LaterChanges:
    """Of what the import wrote to these customers. Three queries."""
    found = LaterChanges()
    first = Change.objects.filter(operation=operation).order_by("pk").values_list("pk", flat=True).first()
    if first is None or not customers:
        return found
    later = Change.objects.filter(among("customer__pk", customers), pk__gt=first).exclude(operation=operation)
    undone = undone_by_undoing(operation)
    edits: _Edits = defaultdict(lambda: defaultdict(list))
    for pk, customer, link, what, changed, number in later.order_by("pk").values_list(
        "pk", "customer_id", "link_id", "done", "changed", "operation_id"
    ):
        if link:
            found.links[customer][link] = pk
        elif what == Done.DELETE:
            found.gone[customer] = pk
        else:
            _count_edit(edits[customer], changed, pk, number, undone)
    found.edits = _left_edits(edits)
    return found


def undone_by_undoing(operation: Operation) -> dict[int, int]:
    """By the number of an undoing that came later: the operation that it has undone."""
    undoings = Operation.objects.filter(kind=kinds.UNDO_IMPORT, number__gt=operation.number)
    return dict(undoings.values_list("number", "arguments__operation"))


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
