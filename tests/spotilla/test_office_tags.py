"""Days, hours and figures look the same on every page."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import translation

from folders.days import ALWAYS, FOREVER
from spotilla.templatetags import office


@dataclass
class Row:
    since: date
    until: date


MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def test_days_show_the_last_day_itself_and_no_open_ends() -> None:
    with translation.override("en"):
        assert office.days(Row(MARCH, APRIL)) == "1.3.2026 – 31.3.2026"
        assert office.days(Row(MARCH, FOREVER)) == "1.3.2026 –"
        assert office.days(Row(ALWAYS, APRIL)) == "– 31.3.2026"
        assert office.days(Row(ALWAYS, FOREVER)) == "always"
        assert (office.first_day(ALWAYS), office.last_day(FOREVER)) == ("always", "until further notice")
        assert (office.day(MARCH), office.day(None)) == ("1.3.2026", "")


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(89190, "1\xa0486:30"), (60, "1:00"), (20, "0:20"), (0, "0:00"), (None, ""), (61, "1:01"), (6, "0:06")],
)
def test_hours_are_shown_to_the_minute(minutes: int | None, shown: str) -> None:
    with translation.override("fi"):
        assert office.hours(minutes) == shown


def test_a_figure_opens_its_rows_and_zero_draws_no_eye() -> None:
    with translation.override("fi"):
        assert office.figure(1012, "/tasks/") == '<a class="fig " href="/tasks/">1\xa0012</a>'
        assert office.figure(0, "/tasks/", late=True) == '<a class="fig zero" href="/tasks/">0</a>'
        assert office.figure(2, "/tasks/", late=True) == '<a class="fig late" href="/tasks/">2</a>'
        assert office.figure(90, as_hours=True) == '<span class="">1:30</span>'
