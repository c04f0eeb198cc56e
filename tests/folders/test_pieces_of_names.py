"""Searching by a piece of a name: the same rows as a plain look at every name, in lists, pickers and the search."""

from __future__ import annotations

import string
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from customers.models import Customer
from folders.models import Spot
from folders.names import held_by, search_key, sort_key
from tests import factories
from tests.marks import long

WORDS = ("Hissi", "Pumppu", "Ääni", "Öljy", "Åbo", "As Oy", "2", "12", "Yö", "kellari", "L-talo", "IV-kone", "A")


@pytest.fixture
def spots(db: None) -> list[Spot]:
    """Four hundred, with names of one to three words, many of them the same."""
    random, folder = Random(5), factories.folder("Talo")
    names = [" ".join(random.choices(WORDS, k=random.randint(1, 3))) for _ in range(400)]
    return Spot.objects.bulk_create([Spot(name=name, folder=folder) for name in names])


def plainly(rows: Any, text: str) -> list[int]:
    return [
        row.pk for row in sorted(rows, key=lambda row: (bytes(row.sort_key), row.pk)) if held_by(row.search_key, text)
    ]


def pieces() -> list[str]:
    random = Random(6)
    made = [
        "h",
        "ö",
        "yö",
        "as",
        "s",
        "ja",
        "2",
        "12",
        "hissi",
        "PUMP",
        "talo",
        "l-t",
        "  ",
        "kellari 12",
        "qx",
        "qxz",
    ]
    whole = " ".join(WORDS)
    for _ in range(25):
        start = random.randrange(len(whole) - 4)
        made.append(whole[start : start + random.randint(1, 5)])
    long = [" ".join(random.choices(("Hissi", "Pumppu", "kellari", "L-talo"), k=3)) for _ in range(25)]
    made += [text[random.randrange(4) :] for text in long]
    return [*made, *random.choices(string.ascii_lowercase, k=5)]


@pytest.mark.parametrize("most", [10_000, *long([1])])
def test_the_list_of_spots_finds_what_a_plain_look_finds(
    office_client: Client, spots: list[Spot], settings: Settings, most: int
) -> None:
    settings.LISTS_COUNT_TO = most
    found, expected = {}, {}
    for text in pieces():
        page = office_client.get("/spots/", {"q": text}).context["page"]
        found[text], expected[text] = [spot.pk for spot in page], plainly(spots, text)[:50]
    assert found == {text: rows if text.strip() else plainly(spots, "")[:50] for text, rows in expected.items()}


def test_a_piece_of_three_letters_is_found_anywhere_one_of_two_at_the_beginning_of_a_word(db: None) -> None:
    key = search_key("Pohjolan Hissi 12")
    assert [held_by(key, text) for text in ("iss", "jol", "lan h", "hissi 12")] == [True] * 4
    assert [held_by(key, text) for text in ("po", "hi", "h", "1", "12")] == [True] * 5
    assert [held_by(key, text) for text in ("is", "an", "2", "o")] == [False] * 4


def test_a_name_that_has_every_piece_of_a_long_text_but_not_the_text_is_not_found(db: None) -> None:
    folder = factories.folder("Talo")
    names = ["Jäähdytyskoneen vuositarkastus", "Jäähdytyskoneiden vuositarkastus", "Jää hdytyskoneen vuositarkastus"]
    Spot.objects.bulk_create([Spot(name=name, folder=folder) for name in names])
    for text in ("jäähdytyskoneen vuositarkastus", "äähdytyskoneen vuositarkas"):
        assert [spot.name for spot in Spot.objects.matching(text)] == names[:1]


def test_the_search_says_how_short_texts_are_found(office_client: Client, spots: list[Spot]) -> None:
    sentence = "Yhdellä tai kahdella kirjaimella löytyvät sanat, jotka alkavat niillä."
    assert sentence in office_client.get("/search/", {"q": "hi"}).content.decode()
    assert sentence in office_client.get("/search/", {"q": "qx"}).content.decode()
    assert sentence not in office_client.get("/search/", {"q": "his"}).content.decode()


def test_of_very_many_hits_those_that_begin_with_what_was_typed_come_first(
    office_client: Client, spots: list[Spot], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [spot.pk for spot in office_client.get("/search/", {"q": "pumppu"}).context["spots"]]
    assert few == plainly(spots, "pumppu")[:11]
    monkeypatch.setattr("spotilla.pages.FEW", 10)
    begin = [row for row in plainly(spots, "pumppu") if Spot.objects.get(pk=row).search_key.startswith("pumppu")]
    assert [spot.pk for spot in office_client.get("/search/", {"q": "pumppu"}).context["spots"]] == begin[:11]
    rare = [spot.pk for spot in office_client.get("/search/", {"q": "umppu"}).context["spots"]]
    assert rare == plainly(spots, "umppu")[:11]


def test_a_picker_offers_the_first_hits_and_of_very_many_the_nearest(
    office_client: Client, spots: list[Spot], monkeypatch: pytest.MonkeyPatch
) -> None:
    def offered() -> list[int | str]:
        answer = office_client.get("/spots/choices/", {"name": "spot", "spot_q": "as oy"})
        return [choice.value for choice in answer.context["widget"]["hits"]]

    assert offered() == plainly(spots, "as oy")[:20]
    monkeypatch.setattr("spotilla.pages.FEW", 10)
    nearest = [row.pk for row in Spot.objects.in_order() if bytes(row.sort_key).startswith(sort_key("as oy"))]
    assert offered() == nearest[:20]


@pytest.mark.postgresql
@pytest.mark.usefixtures("spots")
def test_the_index_of_pieces_and_the_table_give_the_same_rows() -> None:
    """With the planner held to either."""
    found: dict[str, list[list[int]]] = {"index": [], "table": []}
    for way, off in (("index", ("enable_seqscan", "enable_indexscan")), ("table", ("enable_bitmapscan",))):
        with connection.cursor() as cursor:
            for setting in off:
                cursor.execute(f"SET LOCAL {setting} = off")
            for text in pieces():
                rows = Spot.objects.matching(text)
                found[way].append(sorted(rows.values_list("pk", flat=True)))
                if way == "index" and text == "hissi":
                    assert "spot_pieces" in rows.explain()
            cursor.execute("RESET ALL")
    assert found["index"] == found["table"]


def test_customers_are_found_by_the_pieces_of_their_names_and_the_beginning_of_their_numbers(
    office_client: Client, db: None
) -> None:
    first = factories.customer("As Oy Hissi", business_id="1572860-0")
    second = factories.customer("Pohjola Oy", customer_number="157")
    factories.customer("Tyhjä Oy")

    def found(text: str) -> list[Customer]:
        return [customer for customer, _figures in office_client.get("/customers/", {"q": text}).context["rows"]]

    assert found("157") == [first, second]
    assert found("15") == [first, second]
    assert found("hj") == []
    assert found("hi") == [first]
    assert found("hjola") == [second]


def test_folders_are_found_alike(office_client: Client) -> None:
    names = ("Pohjola", "As Oy Hissi", "Yö")
    for name in names:
        factories.folder(name)

    def found(text: str) -> list[str]:
        return [folder.name for folder in office_client.get("/folders/", {"q": text}).context["page"]]

    assert [found(text) for text in ("o", "oy", "yö", "ohj")] == [["As Oy Hissi"], ["As Oy Hissi"], ["Yö"], ["Pohjola"]]
