"""Contacts that a new one's row may be about without saying so: asked about in the preview, never chosen for the user.

The same e-mail or phone; of a row with neither, the same name.
"""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.doubles import MOST_DOUBLES, Why, point_out, same_value
from customers.importing_contacts.plan import ContactPlan, PlannedContact
from customers.models import Contact
from folders.names import search_key
from sheets.columns import folded
from spotilla.in_values import among_texts


def find_likely_duplicates(plan: ContactPlan, by: User | None) -> None:
    """Gives each row that may be about a contact that is there those contacts. At most three queries."""
    contacts = Contact.objects.visible_to(by)
    rows = [row for row in plan.rows if row.leads and row.record.row not in plan.table.choices.same]
    by_row: dict[int, Why] = defaultdict(lambda: defaultdict(list))
    emails = contacts.exclude(email="").alias(lower=Lower("email"))
    same_value("email", str.lower, rows, emails, by_row, "lower", _("the same e-mail"))
    same_value("phone", str, rows, contacts, by_row, "phone", _("the same phone"))
    _same_name([row for row in rows if not row.get("email") and not row.get("phone")], contacts, by_row)
    for row in rows:
        why = by_row.get(row.record.row, {})
        row.doubles = tuple((pk, tuple(each)) for pk, each in list(why.items())[:MOST_DOUBLES])


def _same_name(rows: list[PlannedContact], contacts: QuerySet[Contact], by_row: dict[int, Why]) -> None:
    if not rows:
        return
    keys = {search_key(row.get("name")) for row in rows}
    named = contacts.filter(among_texts("search_key", keys)).order_by("pk").values_list("pk", "name")
    there = ((pk, folded(name)) for pk, name in named.iterator())
    point_out([(row, folded(row.get("name"))) for row in rows], there, by_row, _("the same name"))
