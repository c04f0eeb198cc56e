"""Finnish order and search, alike on both engines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Customer
from folders.names import search_key, sort_key
from tests import factories

IN_FINNISH_ORDER = [
    "As Oy 2",
    "As Oy 10",
    "As Oy Aallonhuippu",
    "As Oy Östersundom",
    "Bostads Ab Drumsö",
    "Café Ekberg",
    "Cafe Fazer",
    "Zeniitti Oy",
    "Åbo Akademi",
    "Äänejärven Sellu Oy",
    "Öljy Oy",
]


@pytest.mark.django_db
def test_customers_stand_in_finnish_order_with_numbers_by_value() -> None:
    for name in sorted(IN_FINNISH_ORDER):
        factories.customer(name)
    assert list(Customer.objects.in_order().values_list("name", flat=True)) == IN_FINNISH_ORDER


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["åbo", "ÅBO", "åbo akademi", " Åbo-Akademi "])
def test_a_customer_is_found_however_its_letters_are_typed(typed: str) -> None:
    wanted = factories.customer("Åbo Akademi")
    factories.customer("Abo Oy")
    assert list(Customer.objects.matching(typed)) == [wanted]


@pytest.mark.django_db
def test_a_customer_is_found_by_the_beginning_of_its_business_id_or_number() -> None:
    wanted = factories.customer("Kone Oy", business_id="0112038-9", customer_number="K-77")
    factories.customer("Muu Oy", business_id="1572860-0", customer_number="77")
    assert list(Customer.objects.matching("0112")) == [wanted]
    assert list(Customer.objects.matching("K-7")) == [wanted]


@pytest.mark.django_db
def test_a_renamed_customer_moves_in_the_list_and_is_found_by_its_new_name() -> None:
    customer, other = factories.customer("Aalto Oy"), factories.customer("Koivu Oy")
    customer.name = "Örn Oy"
    customer.save(update_fields=["name", "sort_key", "search_key"])
    assert list(Customer.objects.in_order()) == [other, customer]
    assert list(Customer.objects.matching("örn")) == [customer]


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_names_keys_are_plain_and_do_not_hang_on_outer_space(name: str, other: str) -> None:
    assert sort_key(name) == sort_key(f"  {name} ")
    assert search_key(search_key(name)) == search_key(name)
    assert set(search_key(name)) <= set("0123456789abcdefghijklmnopqrstuvwxyz{|} ")
    # Typing any stretch of a key's letters finds the name.
    assert search_key(name) in search_key(f"{other} {name}")


@given(st.integers(0, 10**11), st.integers(0, 10**11))
def test_numbers_in_names_stand_by_their_value(first: int, second: int) -> None:
    assert (sort_key(f"As Oy {first}") < sort_key(f"As Oy {second}")) is (first < second)
