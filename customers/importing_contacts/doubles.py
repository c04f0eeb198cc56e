"""Contacts that a new one's row may be about without saying so: asked about in the preview, never chosen for the user.

The same e-mail or phone; of a row with neither, the same name.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing_contacts.plan import ContactPlan, PlannedContact
from customers.models import Contact
from folders.names import search_key
from sheets.columns import folded
from sheets.importing.duplicates import DuplicateSearch
from spotilla.in_values import among_texts


def find_likely_duplicates(plan: ContactPlan, by: User | None) -> None:
    """Gives each row that may be about a contact that is there those contacts. At most three queries."""
    contacts = Contact.objects.visible_to(by)
    rows = [row for row in plan.rows if row.leads and row.record.row not in plan.table.choices.same]
    search = DuplicateSearch()
    emails = contacts.exclude(email="").alias(lower=Lower("email"))
    search.same_value("email", str.lower, rows, emails, "lower", _("the same e-mail"))
    search.same_value("phone", str, rows, contacts, "phone", _("the same phone"))
    _same_name(search, [row for row in rows if not row.get("email") and not row.get("phone")], contacts)
    search.ask(rows)


def _same_name(search: DuplicateSearch, rows: list[PlannedContact], contacts: QuerySet[Contact]) -> None:
    if not rows:
        return
    keys = {search_key(row.get("name")) for row in rows}
    named = contacts.filter(among_texts("search_key", keys)).order_by("pk").values_list("pk", "name")
    there = ((pk, folded(name)) for pk, name in named.iterator())
    search.same([(row, folded(row.get("name"))) for row in rows], there, _("the same name"))
