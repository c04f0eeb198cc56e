"""The rules of the customers' sheet, one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from customers import business_id, countries
from customers.importing.columns import COLUMNS
from customers.importing.judging import judge
from customers.importing.save import save
from customers.models import Contact, Customer
from customers.ownership import attach, close_customer
from folders.models import Operation
from sheets.columns import folded
from sheets.importing.keeping import NotImported
from sheets.limits import Limits
from sheets.tables import read_table
from tests import factories
from tests.customers.importing import PERSON, everything, imported, kept, plan, problems, table
from tests.sheets.books import book

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOKIA, KONE, HELSINKI = "0112038-9", "1927400-1", "0201256-6"


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


# ---- cells -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["0112038-9", "01120389", "112038-9", 1120389, "FI01120389", "fi 0112038-9", " 0112038\u20139\u00a0"]
)
def test_a_business_id_may_be_written_in_many_ways(written: Any) -> None:
    assert kept("Y-tunnus", written, "business_id") == NOKIA


@pytest.mark.parametrize(
    ("written", "wrong", "right"),
    [
        ("0112038-8", "The check digit does not match.", "0112038-9, if the other digits are right."),
        ("0000001-4", "The check digit does not match.", "0000001-9, if the other digits are right."),
        ("12", "This is not a business ID.", "Seven digits, a hyphen and a check digit: 1234567-1."),
        ("1.2E+11", "Excel has lost the digits of this number.", "Format the cell as text and write it again."),
        (date(2026, 1, 1), "The cell holds a day or a time, not text.", "Format the cell as text and write it again."),
        (True, "The cell holds a truth value, not text.", "Write the value as text."),
    ],
)
def test_a_wrong_business_id_says_what_would_be_right(written: Any, wrong: str, right: str) -> None:
    found = plan(["Nimi", "Yhtiön tunnus"], ["A Oy", written]).problems.listed
    assert [(problem.text, problem.right) for problem in found] == [(wrong, right)]


def test_check_digits_are_those_of_known_companies() -> None:
    assert all(business_id.is_valid(known) for known in (NOKIA, KONE, HELSINKI, "1463611-4", "1852302-9", "1041090-0"))
    assert business_id.check_digit("0000006") is None  # remainder 1: such a number is never given out


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("040 123 4567", "+358401234567"),
        (401234567, "+358401234567"),
        (358401234567, "+358401234567"),
        ("+358 (0)40 123 4567", "+358401234567"),
        ("00358401234567", "+358401234567"),
        ("puh. 040-123\u00a04567", "+358401234567"),
        ("(09) 310 1691", "+35893101691"),
        ("+46 8 508 290 00", "+46850829000"),
    ],
)
def test_phones_are_kept_with_their_country_code(written: Any, stored: str) -> None:
    assert kept("Puhelin", written, "phone") == stored


@pytest.mark.parametrize("written", ["12", "0800 TAXI", "040 123 4567 / 12", "soita Maijalle", 1.2e11 + 0.5])
def test_what_is_no_single_phone_number_is_a_problem(written: Any) -> None:
    assert problems(["Puhelin"], [written]) == [(2, "B", "This is not a phone number.")]


@pytest.mark.parametrize("written", ["a@b", "a@example.com; b", "a b@example.com", "@example.com"])
def test_what_is_no_single_email_is_a_problem(written: str) -> None:
    assert problems(["Sähköposti"], [written]) == [(2, "B", "This is not an e-mail address.")]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("FI", "FI"),
        ("suomi", "FI"),
        ("Finland", "FI"),
        ("Ruotsi", "SE"),
        ("Sverige", "SE"),
        ("swe", "SE"),
        ("Yhdysvallat", "US"),
        ("uk", "GB"),
    ],
)
def test_a_country_is_a_code_or_a_name_in_three_languages(written: str, stored: str) -> None:
    assert kept("Maa", written, "country") == stored


def test_an_unknown_country_is_a_problem_and_an_empty_one_finland() -> None:
    assert problems(["Maa"], ["Narnia"], ["EU"]) == [
        (2, "B", "This is not a country."),
        (3, "B", "This is not a country."),
    ]
    assert kept("Maa", None, "country") == "FI"


def test_every_country_of_the_drop_down_can_be_read_back() -> None:
    for language in ("fi", "en", "sv"):
        with translation.override(language):
            assert {countries.known().get(folded(name)) for name in countries.choices()} == set(
                countries.names(language)
            )


def test_a_postcode_that_is_a_number_gets_no_zeros_where_none_stand_first() -> None:
    headings = ["Nimi", "Postinumero", "Maa", "Laskutuksen postinumero"]
    imported(headings, ["A", 100, None, 90], ["B", 100, "Ruotsi", 90], ["C", "00100", "FI", "SE-111 22"])
    assert list(Customer.objects.order_by("name").values_list("postcode", "billing_postcode")) == [
        ("00100", "00090"),
        ("100", "90"),
        ("00100", "SE-111 22"),
    ]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("TALOYHTIÖ", "housing"),
        (" julkinen  organisaatio ", "public"),
        ("Housing company", "housing"),
        ("kostnadsställe", "cost_centre"),
        ("Privatperson", "person"),
        ("Organisation", "organisation"),
        (None, "company"),
    ],
)
def test_types_are_read_in_three_languages_and_any_case(written: str | None, stored: str) -> None:
    assert kept("Asiakastyyppi", written, "customer_type") == stored


def test_a_misspelt_type_suggests_the_one_that_it_is_most_like() -> None:
    with translation.override("fi"):
        found = plan(["Nimi", "Asiakastyyppi"], ["A", "Yrtiys"]).problems.listed
        assert found[0].right == "Yritys"


@pytest.mark.parametrize(
    ("written", "right"), [("30 pv", "30"), (366, "A whole number, such as 14."), (14.5, "A whole number, such as 14.")]
)
def test_a_payment_term_is_whole_days_up_to_a_year(written: Any, right: str) -> None:
    found = plan(["Nimi", "Maksuehto (pv)"], ["A", written]).problems.listed
    assert [(problem.text, problem.right) for problem in found] == [("This is not a whole number 0–365.", right)]
    assert kept("Maksuehto (pv)", "0", "payment_term_days") == 0


def test_notes_keep_their_line_breaks_and_other_cells_do_not() -> None:
    imported(["Nimi", "Lisätiedot", "Postitoimipaikka"], ["A\u00a0Oy", " yksi\r\nkaksi\n", "Mikkeli\n"])
    assert Customer.objects.values_list("name", "notes", "city").get() == ("A Oy", "yksi\nkaksi", "Mikkeli")


def test_a_number_whose_digits_excel_has_lost_is_a_problem() -> None:
    assert problems(["Viite"], [12345678901234567890]) == [
        (2, "B", "Excel keeps 15 digits of a number and has lost the rest.")
    ]


def test_a_text_too_long_for_its_field_is_a_problem() -> None:
    assert problems(["Asiakasnumero"], ["x" * 51]) == [(2, "B", "The text is too long: 51 characters.")]


def test_a_letter_of_two_pieces_is_the_same_letter() -> None:
    assert kept("Postitoimipaikka", "A\u0308a\u0308nekoski", "city") == "Äänekoski"


def test_a_character_that_no_database_keeps_is_a_problem() -> None:
    content = book(["Nimi"], ["A_x0000_B Oy"])
    found = judge(read_table(content, COLUMNS, Limits(), most_rows=10), update=False, by=None).problems.listed
    assert [problem.text for problem in found] == ["The text holds a character that cannot be kept."]


# ---- headings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headings",
    [
        ["Nimi", "Yhtiön tunnus", "Lisätiedot"],
        ["name", "BUSINESS ID", " Notes "],
        ["Namn", "FO-nummer", "Tilläggs\u00aduppgifter".replace("\u00ad", "")],
        ["Nimi\n", "Y-tunnus", "Lisa\u0308tiedot"],
    ],
)
def test_headings_are_known_in_three_languages_and_any_case(headings: list[str]) -> None:
    found = table(headings, ["A", NOKIA, "b"])
    assert (list(found.places), found.ignored) == (["name", "business_id", "notes"], [])


def test_the_heading_row_is_looked_for_in_the_first_twenty_rows() -> None:
    def down(rows: int) -> Any:
        return lambda page: page.insert_rows(1, rows)

    assert table(["Nimi"], ["A"], edit=down(19)).heading_row == 20
    with pytest.raises(Exception, match="No heading row was found"):
        table(["Nimi"], ["A"], edit=down(20))


def test_a_heading_twice_in_two_languages_is_refused_naming_both_columns() -> None:
    with pytest.raises(Exception, match="The heading “Name” stands twice, in columns A and C"):
        table(["Nimi", "Maa", "Name"], ["A", "FI", "B"])


def test_cells_under_no_heading_are_left_out() -> None:
    assert table(["Nimi", None, "Oma"], ["A", "B", "C"]).records[0].values == {"name": "A"}  # type: ignore[list-item]


def test_a_row_with_nothing_in_the_known_columns_is_skipped() -> None:
    found = table(["Nimi", "Oma"], ["A", None], [None, "x"], ["B", None])
    assert [(record.row, record.values["name"]) for record in found.records] == [(2, "A"), (4, "B")]


def test_hidden_columns_are_told() -> None:
    def hide(page: Worksheet) -> None:
        page.column_dimensions["B"].hidden = True

    assert table(["Nimi", "Maa"], ["A", "FI"], edit=hide).hidden_columns == ["Maa"]


# ---- unique numbers --------------------------------------------------------------------------------------------------


def test_a_business_id_or_number_twice_in_the_file_names_the_first_row() -> None:
    found = problems(["Y-tunnus", "Asiakasnumero"], [NOKIA, "1"], [KONE, "2"], ["01120389", "2"])
    assert found == [(4, "B", "The same is already on row 2."), (4, "C", "The same is already on row 3.")]


def test_a_business_id_of_a_closed_customer_says_whose_it_is_and_the_way_out() -> None:
    old = factories.customer("Vanha Oy", business_id=NOKIA)
    close_customer(old, date(2026, 3, 1), by=None)
    found = plan(["Nimi", "Y-tunnus"], ["Uusi Oy", NOKIA]).problems.listed
    assert [(problem.text, problem.right) for problem in found] == [
        (
            "This is already that of “Vanha Oy”, closed from 1.3.2026.",
            "Leave it empty for a city's divisions; to change the customer, choose to update.",
        )
    ]


def test_a_name_that_exists_is_a_note_and_no_problem() -> None:
    factories.customer("As Oy Puistola")
    done = imported(["Nimi"], ["AS OY PUISTOLA"], ["Toinen"])
    assert (done.names.total, done.names.kept) == (1, [(2, "AS OY PUISTOLA")])
    assert Customer.objects.count() == 3


def test_imported_customers_and_contacts_stand_in_order_and_are_found() -> None:
    rows = [["Örn Oy 10", "Åsa"], ["As Oy 2", "Zeke"], ["Örn Oy 9", "Väinö"], ["Café Äijä", "Aino"]]
    imported(["Nimi", "Yhteyshenkilö"], *rows)
    in_order = ["As Oy 2", "Café Äijä", "Örn Oy 9", "Örn Oy 10"]
    assert list(Customer.objects.in_order().values_list("name", flat=True)) == in_order
    assert [customer.name for customer in Customer.objects.matching("cafe äij")] == ["Café Äijä"]
    people = ["Aino", "Väinö", "Zeke", "Åsa"]
    assert list(Contact.objects.in_order().values_list("name", flat=True)) == people
    assert [contact.name for contact in Contact.objects.matching("väi")] == ["Väinö"]


# ---- update ----------------------------------------------------------------------------------------------------------


def test_an_update_changes_filled_cells_only_and_leaves_what_is_the_same_alone() -> None:
    changed = factories.customer("A Oy", business_id=NOKIA, city="Oulu", notes="muista", customer_type="public")
    same = factories.customer("B Oy", customer_number="2", city="Turku")
    headings = ["Nimi", "Y-tunnus", "Asiakasnumero", "Postitoimipaikka", "Lisätiedot"]
    done = imported(headings, ["A uusi Oy", "01120389", "1", "Espoo", None], ["B Oy", None, 2, "Turku"], update=True)
    assert {key: done.counts()[key] for key in ("new", "changed", "unchanged")} == {
        "new": 0,
        "changed": 1,
        "unchanged": 1,
    }
    before = (changed.version, same.version)
    changed.refresh_from_db()
    same.refresh_from_db()
    assert (changed.version, same.version) == (before[0] + 1, before[1])
    fields = (changed.name, changed.customer_number, changed.city, changed.notes, changed.customer_type)
    assert fields == ("A uusi Oy", "1", "Espoo", "muista", "public")
    assert list(Customer.objects.matching("uusi")) == [changed]  # what is searched by follows the name
    assert Operation.objects.get(kind="import_customers").arguments["changed"] == [changed.pk]


def test_a_business_id_and_a_number_of_two_customers_are_a_problem() -> None:
    factories.customer("A Oy", business_id=NOKIA)
    factories.customer("B Oy", customer_number="2")
    found = problems(["Y-tunnus", "Asiakasnumero"], [NOKIA, "2"], update=True)
    assert found == [(2, "B", "The business ID and the customer number are two different customers'.")]


def test_two_rows_that_mean_the_same_customer_are_a_problem() -> None:
    factories.customer("A Oy", business_id=NOKIA, customer_number="1")
    found = problems(["Y-tunnus", "Asiakasnumero"], [NOKIA, None], [None, "1"], update=True)
    assert found == [(3, "C", "Row 2 changes the same customer.")]


def test_an_update_makes_customers_that_do_not_exist_yet() -> None:
    factories.customer("A Oy", customer_number="1")
    done = imported(["Nimi", "Asiakasnumero"], ["A Oy", "1"], ["B Oy", "2"], update=True)
    assert (done.counts()["new"], Customer.objects.count()) == (1, 2)


# ---- all or nothing --------------------------------------------------------------------------------------------------


def test_what_appeared_after_the_file_was_read_is_found_when_it_is_saved() -> None:
    waiting = table(["Nimi", "Y-tunnus"], ["A Oy", NOKIA], ["B Oy", KONE])
    factories.customer("Nopea Oy", business_id=KONE)
    before = everything()
    with pytest.raises(NotImported) as caught:
        save(waiting, update=False, by=None)
    assert [problem.row for problem in caught.value.plan.problems] == [3]
    assert everything() == before
    assert not Operation.objects.filter(kind="import_customers").exists()


def test_the_first_five_hundred_problems_are_listed_by_row_and_the_others_counted() -> None:
    factories.customer("A Oy", business_id=NOKIA)
    rows = [["A Oy", NOKIA, None]] + [["B Oy", None, "ei"] for _ in range(600)]
    found = plan(["Nimi", "Y-tunnus", "Sähköposti"], *rows).problems
    assert (found.total, len(found.listed), found.unlisted) == (601, 500, 101)
    assert [problem.row for problem in found.listed] == list(range(2, 502))


@pytest.mark.parametrize("rows", [1, 3, 1_000])
def test_a_preview_costs_the_same_queries_however_many_rows(rows: int, django_assert_num_queries: Any) -> None:
    existing = factories.customer("Oma Oy", business_id=NOKIA)
    folder = factories.folder("Kansio 0")
    attach(existing, folder, by=None)
    waiting = table(
        ["Nimi", "Asiakasnumero", "Y-tunnus", *PERSON[1:], "Kansiot"],
        ["Uusi", "x", NOKIA, "Pekka", None, "050 123 4567", "Kansio 0"],
        *[[f"A {n}", f"n{n}", None, f"Irma {n}", f"irma{n}@example.com", None, None] for n in range(rows)],
    )
    with django_assert_num_queries(9):
        judge(waiting, update=False, by=None)
