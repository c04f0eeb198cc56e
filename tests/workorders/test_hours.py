"""Hours as people type them become whole minutes; what could mean two things is asked about."""

import pytest
from django import forms

from workorders.forms.fields import MinutesField


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("", 0),
        ("0", 0),
        ("1", 60),
        ("1,5", 90),
        ("1.5", 90),
        ("0,33", 20),
        ("24", 1440),
        ("1:30", 90),
        ("0:05", 5),
        (" 100:00 ", 6000),
        ("90 min", 90),
        ("90min", 90),
        ("90 MINUUTTIA", 90),
        ("2 h", 120),
        ("2h", 120),
        ("2,25 tuntia", 135),
        ("30 h", 1800),
        ("1 h 30 min", 90),
        ("1h30", 90),
        ("1 t 5 min", 65),
    ],
)
def test_hours_are_understood_as_people_write_them(typed: str, minutes: int) -> None:
    assert MinutesField().clean(typed) == minutes


@pytest.mark.parametrize("typed", ["90", "24,5", "1:60", "1:5", "-1", "pitkään", "1,5,0", "1 h 75 min", "٣", "1e3"])
def test_what_is_unclear_or_nonsense_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        MinutesField().clean(typed)


def test_kept_minutes_are_shown_as_they_can_be_typed_again() -> None:
    field = MinutesField()
    assert [field.prepare_value(minutes) for minutes in (0, 5, 90, 6000)] == ["", "0:05", "1:30", "100:00"]
    assert [field.clean(field.prepare_value(minutes)) for minutes in (5, 20, 119)] == [5, 20, 119]
    assert field.prepare_value("typed") == "typed"
