"""Rows of an undoing in words, for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from customers.changes import ChangeDescription, Line, describe_changes, lines
from customers.importing.undoing import Row
from customers.models import Change, Customer
from folders.models import Folder
from sheets.importing.undoing import Outcome


@dataclass(frozen=True)
class ToldRow:
    """A row of what undoing would do, for its reader."""

    row: Row
    name: str  # "" of one that the reader may not see
    customer: Customer | None  # if it is still there, and the reader may see it
    back: list[Line]  # from what it is to what it will be
    edits: list[ChangeDescription]  # what was done since, and by whom
    reasons: list[str]

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def url(self) -> str:
        return reverse("customers:detail", args=[self.customer.pk]) if self.customer else ""

    @property
    def outcome(self) -> Outcome:
        return self.row.outcome


def told_rows(rows: Sequence[Row], user: User) -> list[ToldRow]:
    """Eight queries at most."""
    customers = Customer.objects.visible_to(user).in_bulk([row.customer for row in rows])
    pks = {pk for row in rows for pk in row.edits}
    changes = list(Change.objects.visible_to(user).filter(pk__in=pks).select_related("user").order_by("pk"))
    edits = {told.change.pk: told for told in describe_changes(changes, Customer)}
    named = {pk for row in rows for pk in (*row.attached, *row.altered, *row.held)}
    folders = Folder.objects.visible_to(user).in_bulk(named)
    return [_told(row, customers.get(row.customer), edits, folders) for row in rows]


def _told(
    row: Row, customer: Customer | None, edits: dict[int, ChangeDescription], folders: dict[int, Folder]
) -> ToldRow:
    told = [_shortened(edits[pk]) for pk in row.edits if pk in edits]
    gone = [each.change for each in told if each.change.done == Change.Done.DELETE and not each.change.link_id]
    name = customer.name if customer else gone[0].changed["name"][0] if gone else ""
    back = lines(Change(changed=row.back), Customer) if customer else []
    return ToldRow(row, name, customer, back, told, _reasons(row, customer, folders))


def _shortened(told: ChangeDescription) -> ChangeDescription:
    """Of a deleted customer all that it was would be told."""
    whole = told.change.done == Change.Done.DELETE and not told.change.link_id
    return replace(told, lines=[]) if whole else told


def _reasons(row: Row, customer: Customer | None, folders: dict[int, Folder]) -> list[str]:
    reasons = [_("It has: %(what)s.") % {"what": str(model._meta.verbose_name_plural)} for model in row.used]
    attached, altered = _("Attached since: %(folder)s."), _("The attachment has been changed since: %(folder)s.")
    held = _("Another's on those days by now: %(folder)s.")
    for text, pks in ((attached, row.attached), (altered, row.altered), (held, row.held)):
        reasons += [text % {"folder": folders.get(pk, _("a folder"))} for pk in pks]
    for column, value in row.taken.items() if customer else ():
        label = capfirst(str(Customer._meta.get_field(column).verbose_name))  # type: ignore[union-attr]
        reasons.append(_("%(field)s %(value)s is another customer's by now.") % {"field": label, "value": value})
    return reasons
