"""Random edits by every way of writing; then the changes kept, undone from the last to the first, give back each state.
The oracle is a plain copy of the three tables after each edit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Change, Contact, Customer, CustomerContact
from tests import factories

MODELS: dict[str, type[Any]] = {"link": CustomerContact, "customer": Customer, "contact": Contact}
FOLLOWING = {"version", "sort_key", "search_key"}  # worked out from the rest, or counted
TEXTS = st.sampled_from(["", "Espoo", "Åbo", 'O\'Brien "x" \\ %s {}', "monta\nriviä", "päivää 🐿"])
CITIES = {"city": TEXTS, "notes": TEXTS, "reference": TEXTS}
NUMBERS = {
    "payment_term_days": st.none() | st.integers(0, 365),
    "closed_on": st.none() | st.dates(date(2020, 1, 1), date(2027, 1, 1)),
    "country": st.sampled_from(["FI", "SE"]),
}
FIELDS = st.fixed_dictionaries({}, optional=CITIES | NUMBERS).filter(bool)
PLACES = st.integers(0, 5)
ROLES = st.sampled_from(CustomerContact.Role.values)

type State = dict[str, dict[int, dict[str, Any]]]
type Edit = Callable[[], object]


def row_of(model: type[Any], place: int) -> Any:
    """One of the rows that are there; None when there are none."""
    rows = list(model.objects.order_by("pk"))
    return rows[place % len(rows)] if rows else None


def save(place: int, fields: dict[str, Any]) -> None:
    if (customer := row_of(Customer, place)) is not None:
        for name, value in fields.items():
            setattr(customer, name, value)
        customer.save()


def update_one(place: int, fields: dict[str, Any]) -> None:
    if (customer := row_of(Customer, place)) is not None:
        Customer.objects.filter(pk=customer.pk).update(**fields)


def update_in_bulk(value: str) -> None:
    customers = list(Customer.objects.order_by("pk"))
    for number, customer in enumerate(customers):
        customer.city = f"{value} {number}"
    Customer.objects.bulk_update(customers, ["city"])


def insert_over(value: str) -> None:
    customers = list(Customer.objects.order_by("pk"))
    for customer in customers:
        customer.reference = value
    Customer.objects.bulk_create(
        [*customers, Customer(name=f"Uusi {value or 'Oy'}")][: len(customers)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["reference"],
    )


def by_hand(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET city = %s, version = 1 WHERE id %% 2 = 0", [value])
        cursor.execute("UPDATE customers_contact SET email = %s WHERE id %% 2 = 1", [value])


def link(place: int, other: int, role: str) -> None:
    customer, contact = row_of(Customer, place), row_of(Contact, other)
    if customer is not None and contact is not None:
        with transaction.atomic():
            CustomerContact.objects.create(customer=customer, contact=contact, role=role)


def relink(place: int, other: int, role: str) -> None:
    """To another contact, in another role: as the admin and SQL by hand may."""
    found, contact = row_of(CustomerContact, place), row_of(Contact, other)
    if found is not None and contact is not None:
        with transaction.atomic():
            CustomerContact.objects.filter(pk=found.pk).update(contact=contact, role=role)


def delete(model: type[Any], place: int) -> None:
    if (row := row_of(model, place)) is not None:
        row.delete()


EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(lambda name: lambda: factories.customer(name, city="Turku"), st.sampled_from(["Yksi", "Kaksi"])),
    st.builds(
        lambda value: lambda: Contact.objects.bulk_create([Contact(name="A"), Contact(name=value or "B")]), TEXTS
    ),
    st.builds(lambda place, fields: lambda: save(place, fields), PLACES, FIELDS),
    st.builds(lambda place, fields: lambda: update_one(place, fields), PLACES, FIELDS),
    st.builds(lambda fields: lambda: Customer.objects.update(**fields), FIELDS),
    st.builds(lambda value: lambda: update_in_bulk(value), TEXTS),
    st.builds(lambda value: lambda: insert_over(value), TEXTS),
    st.builds(lambda value: lambda: by_hand(value), TEXTS),
    st.builds(lambda place, other, role: lambda: link(place, other, role), PLACES, PLACES, ROLES),
    st.builds(lambda place, other, role: lambda: relink(place, other, role), PLACES, PLACES, ROLES),
    st.builds(lambda model, place: lambda: delete(model, place), st.sampled_from(list(MODELS.values())), PLACES),
)


def state() -> State:
    return {
        name: {
            row["id"]: {
                column: value.isoformat() if isinstance(value, date) else value
                for column, value in row.items()
                if column not in FOLLOWING
            }
            for row in model.objects.values()
        }
        for name, model in MODELS.items()
    }


def undo(now: State, change: Change) -> None:
    name = "link" if change.link_id else "customer" if change.customer_id else "contact"
    rows, pk = now[name], getattr(change, f"{name}_id")
    if change.done == Change.Done.INSERT:
        del rows[pk]
        return
    row = rows.setdefault(pk, {"id": pk})
    if name == "link":
        row |= {"customer_id": change.customer_id, "contact_id": change.contact_id}
    row |= {column: was for column, (was, _becomes) in change.changed.items()}


def last() -> int:
    return Change.objects.aggregate(last=models.Max("pk", default=0))["last"]  # type: ignore[no-any-return]


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(EDITS, min_size=1, max_size=20))
def test_undone_from_the_last_the_changes_give_back_every_earlier_state(edits: list[Edit]) -> None:
    with transaction.atomic():
        states = [(last(), state())]
        first: list[Edit] = [factories.customer, lambda: Contact.objects.create(name="Aino")]
        for edit in [*first, *edits]:
            try:
                edit()
            except IntegrityError:  # a link that is there already
                continue
            states.append((last(), state()))
        now = state()
        changes = list(Change.objects.order_by("-pk"))
        for mark, then in reversed(states):
            while changes and changes[0].pk > mark:
                undo(now, changes.pop(0))
            assert now == then
        assert_versions_grow()
        transaction.set_rollback(True)


def assert_versions_grow() -> None:
    """So that a page or a file that names a version finds what came after it."""
    versions: dict[tuple[Any, ...], int] = {}
    for change in Change.objects.order_by("pk"):
        row = ("link", change.link_id) if change.link_id else (change.customer_id, change.contact_id)
        if change.done == Change.Done.UPDATE:
            assert change.version > versions[row]
        versions[row] = change.version
    for customer in Customer.objects.all():
        assert versions[customer.pk, None] <= customer.version
