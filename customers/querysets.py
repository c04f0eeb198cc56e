"""Customers, contacts and attachments as the office speaks of them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import OuterRef, Q, Subquery

from accounts.models import User
from accounts.querysets import VisibleQuerySet
from folders.days import on
from folders.names import begins, holds, search_key
from spotilla.text import one_line

_MARKS = re.compile(r"[ ()./\u2010-\u2015\u2212-]")  # between the digits of a phone number

if TYPE_CHECKING:
    from customers.models import Attachment, Change, Contact, Coverage, Customer, CustomerContact
    from folders.models import Folder


class CustomerQuerySet(VisibleQuerySet["Customer"]):
    """Customers, closed ones too."""

    def matching(self, text: str) -> Self:
        """Customers whose name holds `text`, or whose business ID or customer number begins with it."""
        key, typed = search_key(text), one_line(text)
        by_number = Q(business_id__startswith=typed) | Q(customer_number__startswith=typed)
        return self.filter(holds(text) | by_number if key else by_number)

    def beginning(self, text: str) -> Self:
        return self.filter(begins(text))

    def in_order(self) -> Self:
        return self.order_by("sort_key", "pk")

    def open_on(self, day: date) -> Self:
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))

    def closed_on_day(self, day: date) -> Self:
        return self.filter(closed_on__lte=day)

    def collecting(self, folder: Folder, day: date) -> Self:
        """Customers that collect work of `folder` on `day`, nearest first."""
        rows = folder.coverage.filter(on(day))
        rank = Subquery(rows.filter(customer=OuterRef("pk")).values("rank")[:1])
        return self.filter(pk__in=rows.values("customer")).annotate(rank=rank).order_by("rank")


class ContactQuerySet(VisibleQuerySet["Contact"]):
    """Contacts, whoever they serve."""

    def matching(self, text: str) -> Self:
        """Contacts whose name holds `text`, or whose e-mail or phone does."""
        key, typed = search_key(text), one_line(text)
        by_address = Q(email__icontains=typed) | Q(phone__contains=_as_kept(typed))
        return self.filter(holds(text) | by_address if key else by_address)

    def beginning(self, text: str) -> Self:
        return self.filter(begins(text))

    def in_order(self) -> Self:
        return self.order_by("sort_key", "pk")


def _as_kept(typed: str) -> str:
    """A piece of a phone number as the number is kept: 040 555 is +35840555. Other texts as they are."""
    digits = _MARKS.sub("", typed)
    if not digits.removeprefix("+").isdecimal():
        return typed
    return f"+{digits[2:]}" if digits.startswith("00") else f"+358{digits[1:]}" if digits.startswith("0") else digits


class CustomerContactQuerySet(VisibleQuerySet["CustomerContact"]):
    """Links, for who may see both ends."""

    ends = ("customers.view_customer", "customers.view_contact")


class AttachmentQuerySet(VisibleQuerySet["Attachment"]):
    """Attachments of all days."""

    ends = ("customers.view_customer",)  # a folder's name stands with what lies in it (docs/access.md)

    def on(self, day: date) -> Self:
        """Attachments in force on `day`."""
        return self.filter(on(day))

    def newest_first(self) -> Self:
        return self.order_by("-until", "-since", "pk")


class CoverageQuerySet(VisibleQuerySet["Coverage"]):
    """Which customers have a folder, from a day to a day, by rank."""

    def on(self, day: date | str) -> Self:
        return self.filter(on(day))

    def covering(self, folder: str, day: date | str) -> Self:
        """Coverage of the outer row's folder on a day: a date, or the name of the outer row's field."""
        value = OuterRef(day) if isinstance(day, str) else day
        return self.filter(folder=OuterRef(folder), since__lte=value, until__gt=value)

    def owners(self) -> Self:
        """Who owns: at most one row a folder and day."""
        return self.filter(rank=0)

    def seconds(self) -> Self:
        """Who is nearest but the owner: a folder and day has one where two or more collect."""
        return self.filter(rank=1)

    def nearest_first(self) -> Self:
        return self.order_by("rank")


class ChangeQuerySet(VisibleQuerySet["Change"]):
    """What triggers have kept of customers, contacts and links."""

    def visible_to(self, user: User | None) -> Self:
        """Changes of what `user` may see: those of a link name both a customer and a contact."""
        hidden = Q()
        for name, right in (("customer", "customer"), ("contact", "contact"), ("link", "customercontact")):
            if user is not None and not user.has_perm(f"customers.view_{right}"):
                hidden |= Q(**{f"{name}__isnull": False})
        return self.exclude(hidden) if hidden else self.all()

    def newest_first(self) -> Self:
        return self.order_by("-pk")
