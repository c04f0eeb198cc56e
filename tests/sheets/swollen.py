"""Workbooks of a few kilobytes to 10 MB that would fill a memory or a disk with what the page keeps of them.

By what they are sent as; each function gives the bytes of one.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterable, Sequence

from sheets.places import column_letters
from tests.sheets.hostile import packed, parts, shared, sheet

MAKERS: dict[str, tuple[str, Callable[[], bytes]]] = {}
MOST = 19_999  # rows that the page takes
CUSTOMER = (
    *("Nimi", "Asiakastyyppi", "Yhtiön tunnus", "Asiakasnumero", "Sähköposti", "Puhelin", "Katuosoite", "Postinumero"),
    *("Postitoimipaikka", "Maa", "Laskutusosoite", "Laskutuksen postinumero", "Laskutuksen postitoimipaikka", "Viite"),
    *("Verkkolaskuosoite", "Välittäjätunnus", "Yhteyshenkilö", "Yhteyshenkilön sähköposti", "Yhteyshenkilön puhelin"),
    *("Maksuehto (pv)", "Liitetty alkaen"),
)


def swollen(thing: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def register(maker: Callable[[], bytes]) -> Callable[[], bytes]:
        MAKERS[maker.__name__] = thing, maker
        return maker

    return register


def book_of(headings: Sequence[str], texts: Sequence[str], rows: Iterable[Sequence[int | str]]) -> bytes:
    """Cells that are numbers name shared texts; others are texts of their own; "" is no cell."""
    letters = [column_letters(number) for number in range(1, len(headings) + 1)]
    lines = []
    for number, row in enumerate([range(len(headings)), *rows], 1):
        cells = zip(letters, row, strict=False)
        lines.append(f'<row r="{number}">{"".join(_cell(f"{at}{number}", value) for at, value in cells)}</row>')
    return packed(parts(strings=shared(*headings, *texts), sheet=sheet("".join(lines))))


def _cell(reference: str, value: int | str) -> str:
    if isinstance(value, int):
        return f'<c r="{reference}" t="s"><v>{value}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""


def same(headings: Sequence[str], texts: Sequence[str], rows: int = MOST) -> bytes:
    """The same texts in each row; the last one in all columns that are left."""
    first = len(headings)
    row = [first + min(place, len(texts) - 1) for place in range(first)]
    return book_of(headings, texts, [row] * rows)


@swollen("customers")
def one_long_text_everywhere() -> bytes:
    return same(CUSTOMER, ["x" * 30_000], 1_000)


@swollen("customers")
def one_long_text_on_every_row() -> bytes:
    return same(CUSTOMER, ["x" * 30_000])


@swollen("customers")
def a_text_that_is_just_not_too_long() -> bytes:
    return same(CUSTOMER, ["ä" * 400])


@swollen("customers")
def long_notes() -> bytes:
    return same(["Nimi", "Lisätiedot"], ["A Oy", "x" * 32_000])


@swollen("customers")
def notes_that_just_miss_a_page() -> bytes:
    return same(["Nimi", "Lisätiedot"], ["A Oy", "x" * 1_960])


@swollen("customers")
def as_many_notes_as_are_just_kept() -> bytes:
    return same(["Nimi", "Lisätiedot"], ["A Oy", "x" * 2_100], 11_000)


@swollen("customers")
def as_many_folders_as_are_just_kept() -> bytes:
    def row(number: int) -> list[int | str]:
        return [2, ";".join(f"{number}.{part}" for part in range(20))]

    return book_of(["Nimi", "Kansiot"], ["A Oy"], map(row, range(10_000)))


@swollen("customers")
def as_many_long_texts_as_are_just_kept() -> bytes:
    return same(CUSTOMER, ["ä" * 400], 700)


@swollen("customers")
def names_of_smiling_faces() -> bytes:
    return same(CUSTOMER[:1], ["\U0001f600" * 200])


@swollen("customers")
def notes_of_characters_that_are_written_as_six() -> bytes:
    return same(["Nimi", "Lisätiedot"], ["A Oy", "_x0001_" * 4_000])


@swollen("customers")
def two_hundred_columns() -> bytes:
    headings = [*CUSTOMER, *(f"Oma {number}" for number in range(200))]
    return same(
        headings, ["Aapo Oy", "", "", "", "", "", "Katu 1", "00100", "Oulu", "", "", "", "", "", "", "", "Bo", ""]
    )


@swollen("customers")
def long_texts_in_two_hundred_unknown_columns() -> bytes:
    return same(["Nimi", *(f"Oma {number}" for number in range(200))], ["A Oy", "x" * 30_000])


@swollen("customers")
def long_headings() -> bytes:
    headings = ["Nimi", *(f"{number} {'x' * 30_000}" for number in range(600))]
    return same(headings, ["A Oy", "x" * 30_000], 50)


@swollen("customers")
def a_hundred_folders_of_their_own_on_every_row() -> bytes:
    def row(number: int) -> list[int | str]:
        return [2, ";".join(f"{number % 97}.{part}" for part in range(100))]

    return book_of(["Nimi", "Kansiot"], ["A Oy"], map(row, range(MOST)))


@swollen("customers")
def one_hundred_folders_on_every_row() -> bytes:
    return same(["Nimi", "Kansiot"], ["A Oy", ";".join(f"{number} / aa" for number in range(100))])


@swollen("customers")
def paths_as_long_as_they_may_be() -> bytes:
    return same(["Nimi", "Kansiot"], ["A Oy", ";".join(f"{number}{'ö' * 990}" for number in range(30))])


@swollen("customers")
def texts_of_chance_up_to_ten_megabytes() -> bytes:
    chance = random.Random(1)

    def row(number: int) -> list[int | str]:
        text = base64.b64encode(chance.randbytes(440)).decode()
        return [
            f"{number} Oy",
            "",
            "",
            *[""] * 3,
            text[:100],
            "00100",
            text[100:200],
            "",
            text[200:350],
            "",
            text[350:450],
        ]

    return book_of(CUSTOMER, [], map(row, range(MOST)))


@swollen("customers")
def contacts_that_may_be_two() -> bytes:
    return same(["Nimi", "Yhteyshenkilö"], [f"{'ä' * 199}", f"{'ä' * 99}; {'ö' * 98}"])


@swollen("customers")
def a_sheet_of_sixty_megabytes_with_one_problem() -> bytes:
    lines = "".join(
        f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{"" if number == 9 else "A Oy"}</t></is></c>'
        f'<c r="B{number}" t="inlineStr"><is><t>x{" " * 2_900}</t></is></c></row>'
        for number in range(2, MOST)
    )
    head = f'<row r="1">{_cell("A1", "Nimi")}{_cell("B1", "Katuosoite")}</row>'
    return packed(parts(sheet=sheet(head + lines)))


@swollen("contacts")
def thousands_of_customers_on_every_row() -> bytes:
    return same(["Yhteyshenkilö", "Asiakkaat"], ["Bo Ek", ";".join(map(str, range(6_000)))])


@swollen("contacts")
def one_long_text_in_every_contact() -> bytes:
    return same(["Yhteyshenkilö", "Sähköposti", "Puhelin", "Asiakkaat", "Rooli"], ["x" * 30_000])


@swollen("contacts")
def names_that_share_one_email() -> bytes:
    rows: list[list[int | str]] = [[f"{number} {'ä' * 190}", 2] for number in range(MOST)]
    return book_of(["Yhteyshenkilö", "Sähköposti"], [f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.fi"], rows)


@swollen("folders")
def paths_of_thirty_levels() -> bytes:
    return book_of(["Kansio"], [], [[f"{number}{' / x' * 29}"] for number in range(MOST)])


@swollen("folders")
def paths_of_two_hundred_levels() -> bytes:
    return book_of(["Kansio"], [], [[f"{number}{' / x' * 240}"] for number in range(MOST)])


@swollen("folders")
def levels_that_are_left_to_the_row_above() -> bytes:
    headings = [f"Taso {number}" for number in range(1, 11)]
    rows: list[list[int | str]] = [[*[""] * 9, f"{number} x"] for number in range(MOST - 1)]
    return book_of(headings, ["ä" * 200], [[10] * 10, *rows])


@swollen("folders")
def one_long_text_in_every_folder() -> bytes:
    return same(["Kansio", "Kuvaus"], ["x" * 30_000])


@swollen("spots")
def one_long_text_in_every_spot() -> bytes:
    return same(["Kansio", "Spotti", "Tila", "Kuvaus"], ["x" * 30_000])


@swollen("spots")
def long_paths_that_are_not_there() -> bytes:
    return same(["Kansio", "Spotti"], [" / ".join("ö" * 5 for _ in range(120)), "A"])
