"""Customers that a row may be about without saying so: asked about in the preview, and never chosen for the user.

The same name but for the company's form, in the same city; the same e-mail or phone; a closed customer's business ID.
Two rows of one file with the same name and city are a note on the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.plan import Plan, Planned
from customers.models import Customer
from folders.names import search_key
from sheets.columns import folded
from sheets.importing.plans import PlannedRow
from sheets.problems import shown
from spotilla.in_values import among

MOST_DOUBLES = 5  # of a row
# Words of a search key that say what kind of company it is: at either end of its name they tell no two apart.
FORMS = frozenset(
    (
        *("oy", "oyj", "ab", "abp", "ky", "kb", "ay", "tmi", "toiminimi", "ry", "rf", "rs", "sr", "osk", "koy", "asoy"),
        *("as", "asunto", "kiinteist}", "bostads", "fastighets", "osakeyhti|", "osakeyhti}", "aktiebolag", "ltd"),
        *("limited", "inc", "gmbh", "osuuskunta"),
    )
)

type Why = dict[int, list[str]]  # customer → why it may be the same
type Named = tuple[Planned, tuple[str, str]]  # a row, and its `name_and_city`


def find_likely_duplicates(plan: Plan, by: User | None) -> None:
    """Gives each row that may be about a customer that is there those customers. At most four queries."""
    customers = Customer.objects.visible_to(by)
    rows = [row for row in plan.rows if row.record.row not in plan.table.choices.same and row.first is None]
    new = [row for row in rows if row.existing is None]
    by_row: dict[int, Why] = defaultdict(lambda: defaultdict(list))
    _closed(rows, customers, by_row)
    named = [(row, alike) for row in new if (alike := name_and_city(row))]
    _same_names(named, customers, by_row)
    emails = customers.exclude(email="").alias(lower=Lower("email"))
    same_value("email", str.lower, new, emails, by_row, "lower", _("the same e-mail"))
    same_value("phone", str, new, customers, by_row, "phone", _("the same phone"))
    _same_in_the_file(named)
    for row in rows:
        found = by_row.get(row.record.row, {})
        row.doubles = tuple((pk, tuple(why)) for pk, why in list(found.items())[:MOST_DOUBLES])


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


def _closed(rows: Sequence[Planned], customers: QuerySet[Customer], by_row: dict[int, Why]) -> None:
    met = {pk for row in rows for pk in row.met}
    if not met:
        return
    closed = dict(customers.filter(among("pk", met)).exclude(closed_on=None).values_list("pk", "closed_on"))
    for row in rows if closed else ():
        for pk in row.met:
            if pk in closed and pk != row.get("id"):
                why = _("the same number, closed from %(day)s") % {"day": shown(closed[pk])}
                by_row[row.record.row][pk].append(why)


def _same_names(named: Sequence[Named], customers: QuerySet[Customer], by_row: dict[int, Why]) -> None:
    given = {row.get("city") for row, _alike in named}
    cities = {spelled for city in given for spelled in (city, city.title(), city.upper(), city.lower())}
    names = {name for _row, (name, _city) in named}
    if not names:
        return
    there = customers.filter(among("city", cities)).order_by("pk").values_list("pk", "search_key", "city")
    spelled = ((pk, (bare(key), folded(city))) for pk, key, city in there.iterator())
    alike_there = ((pk, alike) for pk, alike in spelled if alike[0] in names)
    point_out(named, alike_there, by_row, _("the same name and city"))


def same_value(
    key: str,
    fold: Callable[[str], str],
    rows: Sequence[PlannedRow],
    there: QuerySet[Any, Any],
    by_row: dict[int, Why],
    field: str,
    why: str,
) -> None:
    """Of what is `there`, who has the same value of a column as a row, folded alike. One query."""
    filled = [(row, fold(row.get(key))) for row in rows if row.get(key)]
    values = {value for _row, value in filled}
    if values:
        found = there.filter(among(field, values)).order_by("pk").values_list("pk", key)
        point_out(filled, ((pk, fold(value)) for pk, value in found.iterator()), by_row, why)


def point_out[V](
    rows: Iterable[tuple[PlannedRow, V]], there: Iterable[tuple[int, V]], by_row: dict[int, Why], why: str
) -> None:
    """Of what is `there`, by id and in order, points out to each row what has the same value: of the many that may
    have it only the first, and those that were pointed out before.
    """
    first: dict[V, list[int]] = defaultdict(list)
    value_of: dict[int, V] = {}
    for pk, value in there:
        value_of[pk] = value
        if len(first[value]) < MOST_DOUBLES:
            first[value].append(pk)
    for row, value in rows if first else ():
        if value in first:
            doubles = by_row[row.record.row]
            before = [pk for pk in doubles if value_of.get(pk) == value]
            for pk in dict.fromkeys((*before, *first[value])):
                doubles[pk].append(why)
