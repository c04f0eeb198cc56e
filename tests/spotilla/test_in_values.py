"""Any number of values in one query, of every kind that is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.functions import Lower

from customers.models import Contact, Customer
from spotilla.in_values import among
from tests import factories

pytestmark = pytest.mark.django_db

AWKWARD = ["Ääni", "it's", 'a "b"', "a,b", "{c}", "\\N", "%s", "rivi\nrivi", "😀", ""]


def test_each_value_is_found_and_no_other(django_assert_num_queries: Any) -> None:
    for number in AWKWARD:
        factories.customer(customer_number=number)
    factories.customer(customer_number="muu")
    wanted = [*AWKWARD, *(f"x{number}" for number in range(40_000))]
    with django_assert_num_queries(1):
        found = list(Customer.objects.filter(among("customer_number", wanted)).order_by("pk"))
    assert [customer.customer_number for customer in found] == AWKWARD


def test_ids_and_what_a_query_works_out_are_asked_for_too() -> None:
    one, two = (Contact.objects.create(name="Irma", email=email) for email in ("A@Example.com", "b@example.com"))
    assert list(Contact.objects.filter(among("pk", range(two.pk, 50_000 + two.pk)))) == [two]
    assert list(Contact.objects.alias(low=Lower("email")).filter(among("low", {"a@example.com"}))) == [one]


def test_of_no_values_there_is_no_row() -> None:
    factories.customer()
    assert not Customer.objects.filter(among("name", [])).exists()
    assert not Customer.objects.filter(among("pk", [])).exists()
