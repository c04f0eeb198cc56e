"""Customers that a row may be about without saying so: asked about in the preview, and never chosen for the user.

The same name but for the company's form, in the same city; the same e-mail or phone; a closed customer's business ID.
Two rows of one file with the same name and city are a note on the second.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.plan import Plan, Planned
from customers.models import Customer
from folders.names import search_key
from sheets.columns import folded
from sheets.importing.duplicates import DuplicateSearch
from sheets.problems import shown
from spotilla.in_values import among

# Words of a search key that say what kind of company it is: at either end of its name they tell no two apart.
FORMS = frozenset(
    (
        *("oy", "oyj", "ab", "abp", "ky", "kb", "ay", "tmi", "toiminimi", "ry", "rf", "rs", "sr", "osk", "koy", "asoy"),
        *("as", "asunto", "kiinteist}", "bostads", "fastighets", "osakeyhti|", "osakeyhti}", "aktiebolag", "ltd"),
        *("limited", "inc", "gmbh", "osuuskunta"),
    )
)

type Named = tuple[Planned, tuple[str, str]]  # a row, and its `name_and_city`


def find_likely_duplicates(plan: Plan, by: User | None) -> None:
    """Gives each row that may be about a customer that is there those customers. At most four queries."""
    customers = Customer.objects.visible_to(by)
    rows = [row for row in plan.rows if row.record.row not in plan.table.choices.same and row.first is None]
    new = [row for row in rows if row.existing is None]
    search = DuplicateSearch()
    _closed(search, rows, customers)
    named = [(row, alike) for row in new if (alike := name_and_city(row))]
    _same_names(search, named, customers)
    emails = customers.exclude(email="").alias(lower=Lower("email"))
    search.same_value("email", str.lower, new, emails, "lower", _("the same e-mail"))
    search.same_value("phone", str, new, customers, "phone", _("the same phone"))
    _same_in_the_file(named)
    search.ask(rows)


def name_and_city(row: Planned) -> tuple[str, str] | None:
    """What two rows about one customer are alike in; None when the row lacks either, or its name has no letter."""
    name, city = row.get("name"), row.get("city")
    key = bare(search_key(name)) if name and city else ""
    return (key, folded(city)) if key else None


def bare(key: str) -> str:
    """A name's search key without the words for the company's form at its ends."""
    words = key.split()
    while len(words) > 1 and words[0] in FORMS:
        del words[0]
    while len(words) > 1 and words[-1] in FORMS:
        del words[-1]
    return " ".join(words)


def _same_in_the_file(named: Sequence[Named]) -> None:
    first: dict[tuple[str, str], Planned] = {}
    for row, alike in named:
        other = first.setdefault(alike, row)
        if other is not row and not row.repeats and not (other.get("business_id") and row.get("business_id")):
            row.notes += (_("Row %(row)d has the same name and city.") % {"row": other.record.row},)


def _closed(search: DuplicateSearch, rows: Sequence[Planned], customers: QuerySet[Customer]) -> None:
    met = {pk for row in rows for pk in row.met}
    if not met:
        return
    closed = dict(customers.filter(among("pk", met)).exclude(closed_on=None).values_list("pk", "closed_on"))
    for row in rows if closed else ():
        for pk in row.met:
            if pk in closed and pk != row.get("id"):
                why = _("the same number, closed from %(day)s") % {"day": shown(closed[pk])}
                search.add(row, pk, why)


def _same_names(search: DuplicateSearch, named: Sequence[Named], customers: QuerySet[Customer]) -> None:
    given = {row.get("city") for row, _alike in named}
    cities = {spelled for city in given for spelled in (city, city.title(), city.upper(), city.lower())}
    names = {name for _row, (name, _city) in named}
    if not names:
        return
    there = customers.filter(among("city", cities)).order_by("pk").values_list("pk", "search_key", "city")
    spelled = ((pk, (bare(key), folded(city))) for pk, key, city in there.iterator())
    alike_there = ((pk, alike) for pk, alike in spelled if alike[0] in names)
    search.same(named, alike_there, _("the same name and city"))
