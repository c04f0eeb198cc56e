"""Rows that are written in bulk come out as they went in, under the schema's rules, and leave the ids in order."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from customers.models import Contact, Customer
from folders.models import Spot
from folders.names import search_key, sort_key
from spotilla.bulk import insert_rows, new_ids, pieces_indexed_last, references_checked_last
from tests import factories

pytestmark = pytest.mark.django_db

COLUMNS = ("id", "name", "customer_type", "business_id", "customer_number", "email", "phone", "street", "postcode",
           "city", "country", "billing_street", "billing_postcode", "billing_city", "einvoice_address",
           "einvoice_operator", "reference", "payment_term_days", "notes", "closed_on", "version", "sort_key",
           "search_key")  # fmt: skip
AWKWARD = "Äänekosken \\N \\. putki\tsarkain\nrivi\r\n“lainaus” 'heitto' \"kaksi\" 😀 ;,%s%%"


SPOT = ("name", "description", "folder_id", "state", "sort_key", "search_key")


def rows(*names: str) -> list[list[object]]:
    return [
        [pk, name, "housing", "", "", "", "", "", "00100", AWKWARD[:90], "FI", "", "", "", "", "", "", None, AWKWARD,
         date(2026, 3, 1), 1, sort_key(name), search_key(name)]
        for pk, name in zip(new_ids(Customer, len(names)), names, strict=True)
    ]  # fmt: skip


def test_what_goes_in_comes_out() -> None:
    names = ("As Oy Örö 2", "As Oy Örö 10", "Ky \\t")
    insert_rows(Customer, COLUMNS, iter(rows(*names)))
    found = list(Customer.objects.in_order())
    assert [customer.name for customer in found] == list(names)
    assert {(c.notes, c.city, c.closed_on, c.payment_term_days, c.postcode, c.version) for c in found} == {
        (AWKWARD, AWKWARD[:90], date(2026, 3, 1), None, "00100", 1)
    }


def test_ids_go_on_where_bulk_ended() -> None:
    one = Customer.objects.create(name="Yksi")
    insert_rows(Customer, COLUMNS, rows("Kaksi", "Kolme"))
    four = Customer.objects.create(name="Neljä")
    assert list(Customer.objects.order_by("pk").values_list("name", flat=True)) == ["Yksi", "Kaksi", "Kolme", "Neljä"]
    assert four.pk == one.pk + 3
    assert len({*new_ids(Contact, 3), *new_ids(Contact, 0)}) == 3


def test_the_schema_keeps_its_rules() -> None:
    for wrong in ({"name": " "}, {"business_id": "0201256-5"}, {"country": "fi"}):
        [row] = rows("Oikein")
        for column, value in wrong.items():
            row[COLUMNS.index(column)] = value
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows(Customer, COLUMNS, [*rows("Ensin"), row])
    assert Customer.objects.count() == 0


@pytest.mark.postgresql
def test_what_rows_refer_to_is_looked_for_at_the_end_by_the_same_rules_as_ever() -> None:
    folder, before = factories.folder(), references()
    with references_checked_last(Spot):
        assert len(references()) == len(before) - 1
        insert_rows(Spot, SPOT, [("Pumppu", "", folder.pk, "active", sort_key("Pumppu"), search_key("Pumppu"))])
    assert Spot.objects.get().folder == folder
    assert references() == before
    with pytest.raises(IntegrityError), transaction.atomic(), references_checked_last(Spot):
        insert_rows(Spot, SPOT, [("Harha", "", folder.pk + 1, "active", sort_key("Harha"), search_key("Harha"))])
    assert Spot.objects.get().name == "Pumppu"
    assert references() == before


@pytest.mark.postgresql
def test_the_pieces_of_names_are_indexed_at_the_end_as_they_were() -> None:
    folder, before = factories.folder(), pieces_of_spots()
    with references_checked_last(Spot), pieces_indexed_last(Spot):
        assert before
        assert not pieces_of_spots()
        insert_rows(Spot, SPOT, [("Pumppu", "", folder.pk, "active", sort_key("Pumppu"), search_key("Pumppu"))])
    assert pieces_of_spots() == before
    assert Spot.objects.matching("ump").get().folder == folder


def pieces_of_spots() -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'folders_spot' AND indexdef LIKE '%gin_trgm_ops%'"
        )
        return list(cursor.fetchall())


def references() -> list[tuple[str, ...]]:
    """Every foreign key of the schema, as PostgreSQL says it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' ORDER BY 1, 2"
        )
        return list(cursor.fetchall())
