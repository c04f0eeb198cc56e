"""Which days a report shows, and which it is compared with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from reports.periods import Period, last_month, merged, month, months_to, quarter, shift, year

TODAY = date(2026, 11, 23)


def days(text: str) -> date:
    day, month_, year_ = text.split(".")
    return date(int(year_), int(month_), int(day))


def period(first: str, last: str) -> Period:
    return Period(days(first), days(last))


def test_this_month_is_shown_up_to_its_last_day() -> None:
    assert month(TODAY) == period("1.11.2026", "30.11.2026")


def test_last_month_in_january_is_december() -> None:
    assert last_month(date(2026, 1, 31)) == period("1.12.2025", "31.12.2025")


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("1.1.2026", "1.1.2026", "31.3.2026"),
        ("31.3.2026", "1.1.2026", "31.3.2026"),
        ("1.4.2026", "1.4.2026", "30.6.2026"),
        ("30.9.2026", "1.7.2026", "30.9.2026"),
        ("31.12.2026", "1.10.2026", "31.12.2026"),
    ],
)
def test_a_quarter_is_the_one_that_the_day_is_in(day: str, first: str, last: str) -> None:
    assert quarter(days(day)) == period(first, last)


def test_a_year_is_a_calendar_year() -> None:
    assert year(TODAY) == period("1.1.2026", "31.12.2026")


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before its first"):
        period("2.1.2026", "1.1.2026")


def test_a_period_of_one_day_is_a_period() -> None:
    assert period("2.1.2026", "2.1.2026").days == 1


@pytest.mark.parametrize(
    ("shown", "before", "year_before"),
    [
        # months of other lengths
        (("1.10.2026", "31.10.2026"), ("1.9.2026", "30.9.2026"), ("1.10.2025", "31.10.2025")),
        (("1.3.2026", "31.3.2026"), ("1.2.2026", "28.2.2026"), ("1.3.2025", "31.3.2025")),
        (("1.1.2026", "31.1.2026"), ("1.12.2025", "31.12.2025"), ("1.1.2025", "31.1.2025")),
        # leap years
        (("1.2.2024", "29.2.2024"), ("1.1.2024", "31.1.2024"), ("1.2.2023", "28.2.2023")),
        (("1.2.2025", "28.2.2025"), ("1.1.2025", "31.1.2025"), ("1.2.2024", "29.2.2024")),
        (("29.2.2024", "29.2.2024"), ("28.2.2024", "28.2.2024"), ("28.2.2023", "28.2.2023")),
        (("20.2.2024", "29.2.2024"), ("10.2.2024", "19.2.2024"), ("20.2.2023", "28.2.2023")),
        # quarters, half-years and years
        (("1.1.2026", "31.3.2026"), ("1.10.2025", "31.12.2025"), ("1.1.2025", "31.3.2025")),
        (("1.1.2026", "30.6.2026"), ("1.7.2025", "31.12.2025"), ("1.1.2025", "30.6.2025")),
        (("1.1.2025", "31.12.2025"), ("1.1.2024", "31.12.2024"), ("1.1.2024", "31.12.2024")),
        # any other days: as many days before
        (("5.3.2026", "11.3.2026"), ("26.2.2026", "4.3.2026"), ("5.3.2025", "11.3.2025")),
        (("2.1.2026", "31.1.2026"), ("3.12.2025", "1.1.2026"), ("2.1.2025", "31.1.2025")),
    ],
)
def test_a_whole_period_is_compared_with_the_whole_one_before(
    shown: tuple[str, str], before: tuple[str, str], year_before: tuple[str, str]
) -> None:
    assert period(*shown).before(TODAY) == period(*before)
    assert period(*shown).year_before(TODAY) == period(*year_before)


@pytest.mark.parametrize(
    ("today", "shown", "before", "year_before"),
    [
        ("23.11.2026", ("1.11.2026", "30.11.2026"), ("1.10.2026", "23.10.2026"), ("1.11.2025", "23.11.2025")),
        ("1.11.2026", ("1.11.2026", "30.11.2026"), ("1.10.2026", "1.10.2026"), ("1.11.2025", "1.11.2025")),
        # the month before is shorter: its last day stands for the days that it lacks
        ("30.3.2026", ("1.3.2026", "31.3.2026"), ("1.2.2026", "28.2.2026"), ("1.3.2025", "30.3.2025")),
        ("28.2.2028", ("1.2.2028", "29.2.2028"), ("1.1.2028", "28.1.2028"), ("1.2.2027", "28.2.2027")),
        ("30.5.2026", ("1.4.2026", "30.6.2026"), ("1.1.2026", "28.2.2026"), ("1.4.2025", "30.5.2025")),
        ("23.11.2026", ("1.10.2026", "31.12.2026"), ("1.7.2026", "23.8.2026"), ("1.10.2025", "23.11.2025")),
        ("23.11.2026", ("1.1.2026", "31.12.2026"), ("1.1.2025", "23.11.2025"), ("1.1.2025", "23.11.2025")),
        ("29.2.2028", ("1.1.2028", "31.12.2028"), ("1.1.2027", "28.2.2027"), ("1.1.2027", "28.2.2027")),
        ("12.11.2026", ("10.11.2026", "14.11.2026"), ("5.11.2026", "7.11.2026"), ("10.11.2025", "12.11.2025")),
    ],
)
def test_a_running_period_is_compared_with_the_same_days(
    today: str, shown: tuple[str, str], before: tuple[str, str], year_before: tuple[str, str]
) -> None:
    assert period(*shown).before(days(today)) == period(*before)
    assert period(*shown).year_before(days(today)) == period(*year_before)


@pytest.mark.parametrize("today", ["30.11.2026", "1.12.2026", "31.10.2026"])
def test_on_its_last_day_a_month_is_whole_and_before_its_first_too(today: str) -> None:
    assert month(TODAY).before(days(today)) == period("1.10.2026", "31.10.2026")
    assert month(TODAY).year_before(days(today)) == period("1.11.2025", "30.11.2025")


def test_on_every_day_of_four_years_the_comparison_ends_before_the_period_and_is_no_longer_than_it_has_been() -> None:
    for number in range(4 * 365 + 1):
        day = date(2024, 1, 1) + timedelta(days=number)
        for shown in (month(day), quarter(day), year(day), Period(day, shift(day, 1)), Period(day, day)):
            for today in (day, shown.last, shown.last + timedelta(days=1)):
                before, earlier = shown.before(today), shown.year_before(today)
                assert before is not None
                assert earlier is not None
                assert before.last < shown.first
                assert earlier.first == shift(shown.first, -12)
                if shown.is_running(today):
                    longest = (today - shown.first).days + 1
                    assert before.days <= longest + 3  # where the months before are longer than this year's February
                    assert earlier.days <= longest + 1
                else:
                    assert before.last == shown.first - timedelta(days=1)


def test_twelve_months_end_with_the_one_in_which_the_period_ends() -> None:
    months = months_to(period("5.1.2026", "28.2.2026"), TODAY)
    assert len(months) == 12
    assert months[0] == period("1.3.2025", "31.3.2025")
    assert months[-1] == period("1.2.2026", "28.2.2026")


def test_what_would_begin_before_the_first_day_is_compared_with_nothing() -> None:
    first_month, second_year = period("1.1.1990", "31.1.1990"), period("1.1.1991", "31.12.1991")
    assert (first_month.before(TODAY), first_month.year_before(TODAY)) == (None, None)
    assert period("1.2.1990", "28.2.1990").before(TODAY) == first_month
    assert period("1.2.1990", "28.2.1990").year_before(TODAY) is None
    assert period("2.1.1990", "3.1.1990").before(TODAY) is None
    assert second_year.before(TODAY) == second_year.year_before(TODAY) == period("1.1.1990", "31.12.1990")


def test_months_are_those_whose_days_can_be_given() -> None:
    assert months_to(period("1.1.1990", "10.2.1990"), TODAY) == [
        period("1.1.1990", "31.1.1990"),
        period("1.2.1990", "28.2.1990"),
    ]
    assert months_to(period("1.1.2036", "23.11.2036"), TODAY)[-1] == period("1.11.2036", "23.11.2036")


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (("1.11.2026", "30.11.2026"), "November 2026"),
        (("1.10.2026", "31.12.2026"), "quarter 4 of 2026"),
        (("1.1.2026", "31.12.2026"), "2026"),
        (("1.1.2026", "30.6.2026"), "1.1.–30.6.2026"),
        (("1.10.2026", "24.10.2026"), "1.–24.10.2026"),
        (("20.12.2025", "5.1.2026"), "20.12.2025–5.1.2026"),
        (("5.1.2025", "6.1.2026"), "5.1.2025–6.1.2026"),
        (("1.3.2026", "1.3.2026"), "1.3.2026"),
    ],
)
def test_a_period_is_called_what_people_call_it(shown: tuple[str, str], text: str) -> None:
    with translation.override("en"):
        assert str(period(*shown)) == text


def test_days_that_meet_or_overlap_are_one_period() -> None:
    apart = [period("5.5.2026", "6.5.2026"), period("1.3.2026", "31.3.2026")]
    assert merged([*apart, period("1.4.2026", "30.4.2026"), period("10.3.2026", "11.3.2026")]) == [
        period("1.3.2026", "30.4.2026"),
        period("5.5.2026", "6.5.2026"),
    ]
    assert merged([]) == []
