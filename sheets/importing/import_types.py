"""A thing that can be imported, described: pages, preview, runs and commands go by this and know no model.

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
from sheets.importing.plans import RowPlan
from sheets.importing.undoing import Undoing
from sheets.models import Upload
from sheets.records import Record
from sheets.tables import needed

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
    amount: Callable[[int], str]  # the button: "Import 3 customers"
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


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What may become of what a file lacks. A thing may have none."""

    ways: Sequence[str]
    lacking: Callable[[Upload, Any], QuerySet[Any]]  # what the file of a waiting upload lacks
    free: Callable[[QuerySet[Any]], QuerySet[Any]]  # those of them that can be closed
    closing: Callable[[Iterable[int]], int]  # a digest of those that are closed
    rows: str  # the template that lists them
    choice: str  # the template of the choice


@dataclass(frozen=True, kw_only=True, eq=False)
class ImportType:
    """What an import is of; `docs/importing.md` leads through the fields."""

    key: str  # "customers": what an Upload says that it is about
    words: Words
    columns: Sequence[Column]  # of the sheet to fill in
    others: Sequence[Column] = ()  # that are read too, and are not in that sheet
    own: Sequence[Column] = ()  # of our own exports alone: which one a row is about, and how it was then
    routes: str  # where its addresses are: "customers:", "folders:spots_"
    listed: str  # the route of the list that the pages lead back to
    page: str  # the route of one of them, by id
    may_add: str  # rights: to import at all, to change what is there, to take back what another has imported
    may_change: str
    may_delete: str
    judge: Callable[..., RowPlan[Any]]  # (table, *, update, by): what it would do; changes nothing
    save: Callable[..., RowPlan[Any]]  # (table, *, update, by, upload, seen, tell): does it; see keeping
    state: Callable[[], list[int | None]]  # numbers that rise with every change of what rows are judged against
    visible: Callable[[Any], QuerySet[Any, Any]]  # those that a user may see
    row: Callable[[Record, Any], Any]  # a row as it was judged, of its record and what it changes
    keys: Callable[[Any], Iterable[str]]  # what a row may share with others, on which the judgement of each hangs
    does: Callable[[Any], int]  # a digest of what a row does
    shown: Callable[[Any], Callable[[str], str]]  # of a row: the cell of a column as it will be
    changes: Callable[[Any], dict[str, tuple[str, str]]]  # of a row: what was and what will be, by column
    otherwise: Callable[[Any], dict[str, str]] = lambda row: {}  # cells that are kept otherwise than written
    always: Collection[str] = ()  # columns that the preview shows even when the file lacks them
    point_out: Callable[[Any, Any], None] = lambda plan, by: None  # what rows may be about: to be asked
    missing: Missing | None = None
    repeated: str = ""  # the template of the choice what rows of the same name are; "": nobody is asked
    pasted: Callable[[str], bytes] | None = (
        None  # the workbook of a list that is pasted into the page; raises Unreadable
    )
    undoing: Undoing | None = None

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
        return self.visible(by).in_bulk(pks) if pks else {}


_THINGS: dict[str, ImportType] = {}


def register(thing: ImportType) -> None:
    """When its app is ready: a worker finds by this what an upload is about."""
    _THINGS[thing.key] = thing


def import_type_of(upload: Upload) -> ImportType:
    """What the upload is of. Raises KeyError for what no app has registered."""
    return _THINGS[upload.about]
