"""A thing that can be imported: pages, preview, runs and commands go by this and know no model.

docs/importing.md shows how one is added.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from sheets.columns import Column
from sheets.importing.plans import PlannedRow, RowPlan
from sheets.importing.undoing import Undoing
from sheets.models import Upload
from sheets.tables import Table, needed

type Text = str | Promise

EVERYTHING = "everything"  # a key: on the row hangs the judgement of others that share nothing with it


@dataclass(frozen=True, kw_only=True)
class Words:
    """What its pages say, in the user's language."""

    title: Text  # the sheet's, and of the list that the pages lead back to: "Customers"
    file_name: Text  # of the sheet to fill in, without its ending
    heading: Text  # "Import customers from Excel"
    needed: Text  # which cells a row needs
    update: Text  # the choice: "Update customers that exist"
    update_help: Text
    updates: Text  # "updates customers that exist"
    amount: Text  # the button: "Import 3 customers", of `rows` as an `amount` (ngettext_lazy)
    changed_since: Text  # what rows were judged against has changed
    unnamed: Text  # no column has the required heading
    imported: Text  # "The customers were imported"
    to_list: Text
    new: Text  # "New customers", before their number
    may_not: Text  # "%(email)s may not import customers."
    pasted: Text = ""  # the field for a list: "Or paste a list"
    pasted_help: Text = ""
    pasted_name: Text = ""  # of the file that becomes of it, without its ending
    results: Mapping[str, Text] = field(default_factory=dict)  # what else the plan counts, each before its number
    asked: Text = ""  # of a thing that points out what rows may be about: "Some rows may be about customers …"
    one_new: Text = ""  # the answer "A new customer"
    said_new: Text = ""  # "You have said that this is a new customer."


class Missing:
    """What may become of what a file lacks. A thing may have none."""

    ways: Sequence[str]
    rows: str  # the template that lists them
    choice: str  # the template of the choice

    def lacking(self, upload: Upload, by: Any) -> QuerySet[Any]:
        """What the file of a waiting upload lacks."""
        raise NotImplementedError

    def free(self, lacking: QuerySet[Any]) -> QuerySet[Any]:
        """Those of them that can be closed."""
        raise NotImplementedError

    def digest_of_closed(self, pks: Iterable[int]) -> int:
        """Of those that are closed."""
        raise NotImplementedError


class ImportType[R: PlannedRow = Any, P: RowPlan[Any] = Any]:
    """What an import is of: a thing's own subclass says what its rows are (R), what its plans are (P), and by its
    methods what becomes of them. `docs/importing.md` leads through it.
    """

    key: str  # "customers": what an Upload says that it is about
    model: type[Model]  # with `objects.visible_to`; its rights are those of the import
    planned: type[R]  # a row as it was judged, made of its record and of what it changes
    words: Words
    columns: Sequence[Column]  # of the sheet to fill in
    others: Sequence[Column] = ()  # that are read too, and are not in that sheet
    own: Sequence[Column] = ()  # of our own exports alone: which one a row is about, and how it was then
    routes: str  # where its addresses are: "customers:", "folders:spots_"
    listed: str  # the route of the list that the pages lead back to
    page: str  # the route of one of them, by id
    always: Collection[str] = ()  # columns that the preview shows even when the file lacks them
    missing: Missing | None = None
    repeated: str = ""  # the template of the choice what rows of the same name are; "": nobody is asked
    takes_lists: bool = False  # one may be pasted into the page
    undoing: Undoing | None = None

    def judge(self, table: Table, *, update: bool, by: Any) -> P:
        """What the table would do; changes nothing."""
        raise NotImplementedError

    def save(
        self,
        table: Table,
        *,
        update: bool,
        by: Any,
        upload: Upload | None = None,
        seen: str = "",
        tell: Callable[[int], None] = lambda rows: None,
    ) -> P:
        """Does what the table says, all or nothing; see `keeping`. Raises NotImported and Taken."""
        raise NotImplementedError

    def state(self) -> list[int | None]:
        """Numbers that rise with every change of what rows are judged against."""
        raise NotImplementedError

    def keys(self, row: R) -> Iterable[str]:
        """What a row may share with others, on which the judgement of each hangs."""
        raise NotImplementedError

    def does(self, row: R) -> int:
        """A digest of what a row does."""
        raise NotImplementedError

    def shown(self, row: R) -> Callable[[str], str]:
        """Gives the cell of a column as it will be."""
        raise NotImplementedError

    def changes(self, row: R) -> dict[str, tuple[str, str]]:
        """What was and what will be, by column."""
        raise NotImplementedError

    def otherwise(self, _row: R) -> dict[str, str]:
        """Cells that are kept otherwise than written."""
        return {}

    def point_out(self, plan: P, by: Any) -> None:
        """Finds what rows may be about: to be asked."""

    def read_list(self, text: str) -> bytes:
        """The workbook of a list that is pasted into the page. Raises Unreadable."""
        raise NotImplementedError

    @property
    def may_add(self) -> str:
        """The right to import at all."""
        return self._right("add")

    @property
    def may_change(self) -> str:
        """The right to change what is there."""
        return self._right("change")

    @property
    def may_delete(self) -> str:
        """The right to take back what another has imported."""
        return self._right("delete")

    def _right(self, to: str) -> str:
        meta = self.model._meta
        return f"{meta.app_label}.{to}_{meta.model_name}"

    @property
    def imported(self) -> tuple[Column, ...]:
        """All columns that are read."""
        return (*self.columns, *self.others, *self.own)

    @property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.imported}

    def fillable(self, places: Mapping[str, int], more: Sequence[Column]) -> set[str]:
        """Keys of the columns that rows of a file can have: its own, what it needs, and `more`; but not in our own
        exports, where an empty cell empties: a column more would do so in every row.
        """
        keys = {*places, *needed(self.imported, places)}
        return keys if "id" in places else keys | {column.key for column in more}

    def url(self, name: str, *args: int, query: dict[str, str] | None = None) -> str:
        return reverse(f"{self.routes}{name}", args=args, query=query)

    @property
    def list_url(self) -> str:
        return reverse(self.listed)

    def may_import(self, user: AbstractUser, *, update: bool) -> bool:
        return user.is_active and user.has_perms([self.may_add] + [self.may_change] * update)

    def existing(self, pks: Collection[int], by: Any) -> dict[int, Model]:
        """Those of them that the user may see."""
        objects: Any = self.model._default_manager
        return objects.visible_to(by).in_bulk(pks) if pks else {}


_THINGS: dict[str, ImportType] = {}


def register(thing: ImportType) -> None:
    """When its app is ready: a worker finds by this what an upload is about."""
    _THINGS[thing.key] = thing


def import_type_of(upload: Upload) -> ImportType:
    """What the upload is of. Raises KeyError for what no app has registered."""
    return _THINGS[upload.about]
