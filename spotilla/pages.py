"""Pages of a list of any length, each by two statements of bounded cost.

A list is *long* when it has more rows than are counted (settings.LISTS_COUNT_TO, or fewer where each costs more). Its
pages are then numbered from both ends: 1, 2, 3 … from the beginning and -1, -2, -3 … from the end, FURTHEST of either,
which is as far as a reader turns before narrowing the list.

What is quick depends on how much there is, and a database guesses that badly. So it is told. The first statement takes
as many rows as are counted, whichever come first, without their order: one more than that, and the list is long; else
they are all of it, and it puts them in order and gives the page. The rows of a long list are met in its order, one by
one, until the page is full: there are many, so that it is soon.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, Self

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy

FURTHEST = 200
SORTED = 50_000  # rows that an index finds whole so quickly that even a long list is better sorted than met row by row
FEW = 1000  # rows that are found before they are put in order, where only the first of them are shown


class Source(Protocol):
    """Rows that are found by SQL of our own; it stands where a list has a queryset of those found."""

    @property
    def ordering(self) -> Sequence[Any]:
        """As order_by() takes it, of columns of the rows themselves."""

    def order_by(self, *ordering: Any) -> Self: ...

    def taken(self, columns: Sequence[str], most: int) -> tuple[str, Sequence[Any]]:
        """A SELECT of at most `most` of them: `pk`, and the columns as by0, by1 …"""


class Pages[M: Model](Paginator[M]):
    """`found` in its order. What is loaded with the rows shown (`rows`) is not loaded with those counted and passed.

    `walked` finds the same rows as `found`, written so that each is judged by itself; for a long list, which stands in
    its order, should it have another one. Up to `sorted_to` rows a long list is sorted all the same: where those that
    fit stand together far from the beginning, as names of one branch do, it would take seconds to meet them.
    """

    counted = 0  # rows, one more than `most` when there are more; known with the first page
    total = 0  # of the column `summed`, over all rows of a list that is not long

    def __init__(
        self,
        found: QuerySet[M] | Source,
        per_page: int,
        *,
        rows: QuerySet[M] | None = None,
        walked: QuerySet[M] | None = None,
        summed: str = "",
        most: int | None = None,
        sorted_to: int = 0,
    ) -> None:
        super().__init__([], per_page)
        self.summed = summed
        self.found: Any = found
        self.walked: Any = found if walked is None else walked
        self.rows: Any = found if rows is None else rows
        self.most: int = settings.LISTS_COUNT_TO if most is None else most
        self.sorted_to = max(self.most, sorted_to)

    @property
    def count(self) -> int:
        """How many rows, or how many at least."""
        return min(self.counted, self.most)

    @property
    def is_long(self) -> bool:
        return self.counted > self.most

    def get_page(self, number: object) -> ListPage[M]:
        """The page that an address names, the nearest one if none; a negative number counts from the end."""
        asked = _whole(number) or 1
        ids = self._found_on(asked)
        if self.is_long:
            return self._long_page(asked, ids)
        last = self.num_pages
        near = min(max(asked if asked > 0 else last + 1 + asked, 1), last)
        if self.counted and near != asked and not (asked < 0 and ids):
            ids = self._found_on(near)
        return ListPage(self._shown(ids), near, self)

    def _shown(self, ids: list[Any]) -> list[M]:
        by_id = {row.pk: row for row in self.rows.filter(pk__in=ids)} if ids else {}
        return [by_id[pk] for pk in ids if pk in by_id]

    def _found_on(self, number: int) -> list[Any]:
        """The ids of one page of a short list, after one statement that counts too."""
        per_page, backwards = self.per_page, number < 0
        # A page from the end may begin within a page's length before where it would in a list of full pages.
        start, stop = (max(-number - 2, 0) * per_page, -number * per_page) if backwards else _stretch(number, per_page)
        self.counted, self.total, ids = self._set_page(start, stop, backwards=backwards)
        if not ids and start:  # nothing there: how many are there at all?
            self.counted, self.total, _ids = self._set_page(0, 1)
        if not backwards or self.is_long:
            return ids
        first, last = _stretch(self.num_pages + 1 + number, per_page)
        behind = self.counted - min(last, self.counted) - start
        return ids[behind : behind + min(last, self.counted) - first][::-1] if first >= 0 else []

    def _set_page(self, start: int, stop: int, *, backwards: bool = False) -> tuple[int, int, list[Any]]:
        return set_page(self.found, self.sorted_to + 1, start, stop, backwards=backwards, summed=self.summed)

    def _long_page(self, asked: int, ids: list[Any]) -> LongPage[M]:
        near = min(max(asked, -FURTHEST), FURTHEST)
        if self.counted <= self.sorted_to:
            ids = ids if near == asked else self._found_on(near)
            return LongPage(self._shown(ids[-self.per_page :][::-1] if near < 0 else ids), near, self)
        start, stop = _stretch(abs(near), self.per_page)
        walked = self.walked.reverse() if near < 0 else self.walked
        if self.rows is self.found:
            shown = list(walked[start:stop])
            return LongPage(shown[::-1] if near < 0 else shown, near, self)
        ids = walked.values("pk")[start:stop]
        return LongPage(list(self.rows.filter(pk__in=ids).order_by(*self.walked.query.order_by)), near, self)


class ListPage[M: Model](Page[M]):
    """A page that knows whether its list is long."""

    paginator: Pages[M]


class LongPage[M: Model](ListPage[M]):
    """A page of a long list; its number is negative when it is counted from the end."""

    def has_next(self) -> bool:
        return self.number not in {FURTHEST, -1} and len(self.object_list) == self.paginator.per_page

    def has_previous(self) -> bool:
        return self.number not in {1, -FURTHEST}

    def has_other_pages(self) -> bool:
        return True

    @property
    def from_end(self) -> bool:
        return self.number < 0

    @property
    def is_furthest(self) -> bool:
        """No page follows it on the way to the other end: the list is to be narrowed."""
        return abs(self.number) == FURTHEST

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return self.number - 1

    def start_index(self) -> int:
        """Of its first row, counted from 1; from the end, of the row nearest to it."""
        return (abs(self.number) - 1) * self.paginator.per_page + 1

    def end_index(self) -> int:
        return self.start_index() + len(self.object_list) - 1


def first_of[M: Model](found: QuerySet[M], number: int, nearest: QuerySet[M] | None = None) -> list[M]:
    """The first `number` rows of `found` in its order; of more than FEW, those of `nearest` alone if they are enough.

    Two statements, three at most.
    """
    counted, _total, ids = set_page(found, FEW + 1, 0, number)
    if counted <= FEW:
        return list(found.filter(pk__in=ids)) if ids else []
    first = list(nearest[:number]) if nearest is not None else []
    if len(first) == number:
        return first
    return list(found.filter(pk__in=found.select_related(None).values("pk")[:number]))


def set_page(
    found: QuerySet[Any] | Source, most: int, start: int, stop: int, *, backwards: bool = False, summed: str = ""
) -> tuple[int, int, list[Any]]:
    """How many rows there are, `most` at most, the total of their column `summed`, and of them the ids from `start` up
    to `stop` in the order of `found`.

    Of more than `most` rows the ids are of no use: which were taken is the database's affair. With nothing between
    `start` and `stop` the number is 0. One statement.
    """
    ordering = found.query.order_by if isinstance(found, QuerySet) else found.ordering
    terms = [_ordering(by, f"by{place}", backwards=backwards) for place, by in enumerate(ordering)]
    columns = [column for column, _how in terms] + ([F(summed)] if summed else [])
    try:
        text, parameters = _taken(found, columns, most)
    except EmptyResultSet:
        return 0, 0, []
    order = ", ".join(how for _column, how in terms)
    total = f"SUM(by{len(terms)}) OVER ()" if summed else "0"
    sql = f"SELECT pk, COUNT(*) OVER (), {total} FROM ({text}) taken ORDER BY {order} LIMIT {stop - start:d}"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} OFFSET {start:d}", parameters)
        rows = cursor.fetchall()
    number, summed_up = rows[0][1:] if rows else (0, 0)
    return number, int(summed_up), [pk for pk, _number, _total in rows]


def _taken(found: QuerySet[Any] | Source, columns: Sequence[Any], most: int) -> tuple[str, Sequence[Any]]:
    if not isinstance(found, QuerySet):
        return found.taken([column.name for column in columns], most)
    named = {f"by{place}": column for place, column in enumerate(columns)}
    text, parameters = found.order_by().values("pk", **named)[:most].query.sql_with_params()
    return text, parameters


def _ordering(by: Any, name: str, *, backwards: bool) -> tuple[Any, str]:
    """What is sorted by, and how, from a term of order_by()."""
    if isinstance(by, OrderBy):
        if backwards:
            by = by.copy()
            by.reverse_ordering()
        nulls = " NULLS LAST" if by.nulls_last else " NULLS FIRST" if by.nulls_first else ""
        return by.expression, f"{name} {'DESC' if by.descending else 'ASC'}{nulls}"
    if not isinstance(by, str):
        return by, f"{name} {'DESC' if backwards else 'ASC'}"
    return F(by.removeprefix("-")), f"{name} {'DESC' if by.startswith('-') != backwards else 'ASC'}"


def _stretch(number: int, per_page: int) -> tuple[int, int]:
    """From which row up to which a page goes."""
    return (number - 1) * per_page, number * per_page


def _whole(number: object) -> int:
    """The page that the address names; 0 for none."""
    try:
        return min(max(int(str(number)), -(10**9)), 10**9)
    except ValueError:
        return 0
