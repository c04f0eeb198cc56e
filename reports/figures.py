"""One description of a figure, from which come its rows, its address and the sentence above them.

A figure is a measure × whose × days × narrowings. The address /reports/rows/?… holds all of it, so that a link opens
exactly the rows that the number counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, cast

from django.db import models
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from accounts.models import User
from reports import rollup
from reports.measures import Measure, Work
from reports.periods import DAY, Period, hull
from reports.rollup import figure_rows


class Whose(models.TextChoices):
    """Of one customer: collected = owned + others'. Of all: owned (by somebody) + unowned = all."""

    COLLECTED = "collected", pgettext_lazy("work", "collected")
    OWNED = "owned", pgettext_lazy("work", "owned")
    OTHERS = "others", pgettext_lazy("work", "owned by others")
    UNOWNED = "unowned", pgettext_lazy("work", "unowned")
    SHARED = "shared", pgettext_lazy("work", "shared")
    ALL = "all", pgettext_lazy("work", "all")


class Way(models.TextChoices):
    """How work reaches a customer."""

    FOLDERS = "folders", pgettext_lazy("work", "from folders")
    ORDERS = "orders", pgettext_lazy("work", "from work orders")
    BOTH = "both", pgettext_lazy("work", "both ways")
    ORDERS_ALONE = "orders_alone", pgettext_lazy("work", "from work orders alone")


ALL_DAYS = Period(date.min, date.max - DAY)
ANY, NONE = "any", "none"  # a work order: some or other, or without one; a folder: none

_OF_ONE = {Whose.COLLECTED: "", Whose.OWNED: figure_rows.IS_OWNED, Whose.OTHERS: figure_rows.IS_OTHERS}
_OF_ALL = {
    Whose.COLLECTED: figure_rows.SOME_OWNED,  # what anybody collects, somebody owns
    Whose.OWNED: figure_rows.SOME_OWNED,
    Whose.UNOWNED: figure_rows.SOME_UNOWNED,
    Whose.SHARED: figure_rows.SOME_SHARED,
}
_BY_WAY = {
    Way.FOLDERS: figure_rows.BY_FOLDER,
    Way.ORDERS: figure_rows.BY_ORDER,
    Way.BOTH: figure_rows.BOTH_WAYS,
    Way.ORDERS_ALONE: figure_rows.BY_ORDER_ALONE,
}


@cache
def _rows_url() -> str:
    return reverse("reports:rows")


@dataclass(frozen=True)
class Figure:
    """One number of a report: what it counts, by which its address opens exactly its rows."""

    measure: Measure
    whose: Whose = Whose.ALL
    customer: int | None = None
    period: Period | None = None  # None for what is as of today
    attachment: int | None = None  # that brought the work to the customer
    path: tuple[int, ...] = ()  # from the attachment's folder down, as it lay on the item's own day
    here: bool = False  # in the last folder of the path itself, not in those below
    way: Way | None = None
    order: int | str | None = None  # a work order's id, ANY or NONE
    kind: int | None = None  # of requests
    folder: int | str | None = None  # the item's own folder, or NONE

    def rows(self, user: User | None, most: int | None = None) -> Work:
        """The items that it counts, as `user` may see them; `most` of them at most, whichever are found first.

        One query when read, with the whole relation inside: it finds the items first, all of them or as many as asked.
        """
        today = timezone.localdate()
        rows = self._narrowed(self.measure.only(self.measure.source.rows(user, self._periods()), today))
        relations, conditions = self._relations(rows, today)
        if relations is None:
            return rows
        text, parameters = relations.ids(conditions, most)
        # The text is our own; what came from people stands in it as whole numbers and days, or in the parameters.
        found: Work = rows.model._default_manager.filter(pk__in=RawSQL(text, parameters))  # noqa: S611
        return found

    def walked(self, user: User | None) -> Work:
        """The same items, each judged by itself: for who reads them in an order, and only some of very many."""
        today, source = timezone.localdate(), self.measure.source
        rows: Any = self._narrowed(self.measure.only(source.rows(user, self._periods()), today))
        day = source.day or today
        if self.attachment is not None or self.path or self.way is not None:
            return self.rows(user)  # the way of each item is known only with all of them
        if self.customer is not None:
            collected = rows.collected_by(self.customer, day)
            if self.whose == Whose.COLLECTED:
                return cast("Work", collected)
            owned = collected.with_owner(day)
            is_owned = self.whose == Whose.OWNED
            return cast("Work", owned.owned_by(self.customer) if is_owned else owned.owned_by_others(self.customer))
        if self.whose == Whose.SHARED:
            return cast("Work", rows.shared(day))
        if self.whose == Whose.ALL:
            return cast("Work", rows)
        return cast("Work", rows.with_owner(day).filter(owner_id__isnull=self.whose == Whose.UNOWNED))

    def _periods(self) -> list[Period]:
        return [self.period or ALL_DAYS]

    def _narrowed(self, rows: Work) -> Work:
        if self.order == ANY:
            rows = rows.exclude(work_order=None)
        elif self.order is not None:
            rows = rows.filter(work_order=None if self.order == NONE else self.order)
        if self.kind is not None:
            rows = rows.filter(kind=self.kind)
        if self.folder is not None:
            rows = rows.filter(**{self.measure.source.folder: None if self.folder == NONE else self.folder})
        return rows

    def _relations(self, rows: Work, today: date) -> tuple[rollup.Relations | None, list[str]]:
        """Whose the rows are, and the conditions by which they count; no relation where all count."""
        source = self.measure.source
        if self.customer is None:
            text = _OF_ALL.get(self.whose)
            days = hull(self._periods()) if source.day else Period(today, today)
            return figure_rows.some_of_all(source, rows, text, days, today) if text else None, []
        conditions = [_OF_ONE[self.whose]]
        if self.way is not None:
            conditions.append(_BY_WAY[self.way])
        if self.attachment is not None:
            conditions.append(figure_rows.came_by(self.attachment))
        if self.path:
            conditions.append(figure_rows.came_down(self.path, to_its_end=self.here))
        relations = rollup.collected(source, rows, self.customer, today, self._periods(), ways=bool(self.path))
        return relations, [condition for condition in conditions if condition]

    @property
    def url(self) -> str:
        # What an address holds are whole numbers, days and our own words: nothing to quote.
        return f"{_rows_url()}?{'&'.join(f'{name}={value}' for name, value in self.address().items())}"

    def address(self) -> dict[str, Any]:
        """The query of its address; reports.forms.FigureForm reads it back."""
        days = {"from": self.period.first, "to": self.period.last} if self.period and not self.measure.is_today else {}
        narrowings = {
            "attachment": self.attachment,
            "path": "-".join(str(pk) for pk in self.path),
            "here": 1 if self.here else None,
            "way": self.way,
            "order": self.order,
            "kind": self.kind,
            "folder": self.folder,
        }
        whole = {"measure": self.measure.key, "whose": self.whose.value, "customer": self.customer} | days | narrowings
        return {name: value for name, value in whole.items() if value not in {None, ""}}

    def narrow(self, **changes: Any) -> Figure:
        return replace(self, **changes)

    @property
    def whose_name(self) -> str | Promise:
        return self.whose.label


@dataclass(frozen=True)
class Cell:
    """A number on a page: pieces, or whole minutes where the measure is in hours; it opens the rows of its figure."""

    value: int
    figure: Figure

    @property
    def url(self) -> str:
        return self.figure.url

    @property
    def is_late(self) -> bool:
        return self.figure.measure.is_late

    @property
    def in_hours(self) -> bool:
        return self.figure.measure.in_hours
