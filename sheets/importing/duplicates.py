"""One search for duplicates: what is there that a row may be about without saying so, and why.

A thing says what makes two alike, by calls in the order of their weight; rows are then asked about in the preview, and
nothing is chosen for the user:

    search = DuplicateSearch()
    search.same_value("phone", str, rows, contacts, "phone", _("the same phone"))
    search.ask(rows)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from sheets.importing.plans import PlannedRow
from spotilla.in_values import among

MOST_DOUBLES = 5  # of a row


class DuplicateSearch:
    """What has been found so far, by row."""

    def __init__(self) -> None:
        self.by_row: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))  # row → id → reasons

    def add(self, row: PlannedRow, pk: int, why: str) -> None:
        self.by_row[row.record.row][pk].append(why)

    def same_value(
        self,
        key: str,
        fold: Callable[[str], str],
        rows: Sequence[PlannedRow],
        there: QuerySet[Any, Any],
        field: str,
        why: str,
    ) -> None:
        """Of what is `there`, who has the same value of a column as a row, folded alike. One query."""
        filled = [(row, fold(row.get(key))) for row in rows if row.get(key)]
        values = {value for _row, value in filled}
        if values:
            found = there.filter(among(field, values)).order_by("pk").values_list("pk", key)
            self.same(filled, ((pk, fold(value)) for pk, value in found.iterator()), why)

    def same[V](self, rows: Iterable[tuple[PlannedRow, V]], there: Iterable[tuple[int, V]], why: str) -> None:
        """Of what is `there`, by id and in order, what has the same value as a row: of the many that may have it only
        the first, and those that were found before.
        """
        first: dict[V, list[int]] = defaultdict(list)
        value_of: dict[int, V] = {}
        for pk, value in there:
            value_of[pk] = value
            if len(first[value]) < MOST_DOUBLES:
                first[value].append(pk)
        for row, value in rows if first else ():
            if value in first:
                before = [pk for pk in self.by_row[row.record.row] if value_of.get(pk) == value]
                for pk in dict.fromkeys((*before, *first[value])):
                    self.add(row, pk, why)

    def ask(self, rows: Iterable[PlannedRow]) -> None:
        """Has the preview ask about what was found."""
        for row in rows:
            found = self.by_row.get(row.record.row, {})
            row.doubles = tuple((pk, tuple(why)) for pk, why in list(found.items())[:MOST_DOUBLES])
