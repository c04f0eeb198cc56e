"""One rule for the days that can be given: within reach of every report, and no more than ten years ahead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from sheets.columns import day as read_day
from sheets.problems import Wrong, said
from spotilla.days import last_day
from spotilla.web import DateField
from tests import factories
from workorders.models import Task

LAST = last_day(timezone.localdate())
REFUSED = {
    date(26, 2, 11): "Kirjoita vuosi neljällä numerolla: 11.2.0026 on vuonna 26.",
    date(1, 1, 1): "Kirjoita vuosi neljällä numerolla: 1.1.0001 on vuonna 1.",
    date(1026, 2, 11): "11.2.1026 on liian varhainen: ensimmäinen päivä, jonka voi antaa, on 1.1.1990.",
    date(1989, 12, 31): "31.12.1989 on liian varhainen: ensimmäinen päivä, jonka voi antaa, on 1.1.1990.",
    LAST + timedelta(days=1): "on liian myöhäinen: viimeinen päivä, jonka voi antaa, on "
    f"{LAST.day}.{LAST.month}.{LAST.year}.",
    date(9999, 12, 31): "31.12.9999 on liian myöhäinen: viimeinen päivä, jonka voi antaa, on ",
}
TAKEN = [date(1990, 1, 1), date(2024, 2, 29), LAST]


@pytest.mark.parametrize("day", REFUSED)
def test_a_form_and_a_sheet_refuse_a_day_out_of_reach_in_the_same_words(day: date) -> None:
    for typed in (day.isoformat(), f"{day.day}.{day.month}.{day.year:04d}"):
        with pytest.raises(ValidationError) as refused:
            DateField().clean(typed)
        assert REFUSED[day] in refused.value.messages[0]
        with pytest.raises(Wrong) as wrong:
            read_day(typed)
        assert said(wrong.value.text) == refused.value.messages[0]
    with pytest.raises(Wrong):
        read_day(day)


@pytest.mark.parametrize("day", TAKEN)
def test_a_form_and_a_sheet_take_the_first_day_and_the_last(day: date) -> None:
    assert (DateField().clean(day.isoformat()), read_day(day.isoformat()), read_day(day)) == (day, day, day)


def test_the_last_day_is_ten_years_ahead_and_never_beyond_the_schema() -> None:
    assert last_day(date(2026, 11, 30)) == date(2036, 11, 30)
    assert last_day(date(2028, 2, 29)) == date(2038, 2, 28)
    assert last_day(date(2095, 6, 1)) == date(2099, 12, 31)


def test_every_field_of_days_in_the_admin_has_the_rule(office: User, office_client: Client) -> None:
    spot = factories.spot(factories.folder())
    task = factories.task(spot, name="Huolto")
    url = f"/admin/workorders/task/{task.pk}/change/"
    version = office_client.get(url).context["adminform"].form["version"].value()
    given = {"name": "Huolto", "description": "", "role": task.role_id, "version": version}
    refused = office_client.post(url, given | {"due_on": "11.2.0026"})
    assert "Kirjoita vuosi neljällä numerolla: 11.2.0026 on vuonna 26." in refused.content.decode()
    assert Task.objects.get().due_on == task.due_on
    assert office_client.post(url, given | {"due_on": "11.2.2027"}).status_code == 302
    assert Task.objects.get().due_on == date(2027, 2, 11)


def test_no_field_of_days_is_without_the_rule() -> None:
    """Django's own field of days is in no form of ours, by itself or made for a column."""
    made = [form for form in every_form(forms.BaseForm) if form.__module__.split(".")[0] in OURS]
    wrong = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in made
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.DateField) and not isinstance(field, DateField)
    ]
    assert wrong == []


OURS = {"accounts", "customers", "folders", "reports", "sheets", "workorders"}


def every_form(form: type[forms.BaseForm]) -> list[type[forms.BaseForm]]:
    return [form, *(each for below in form.__subclasses__() for each in every_form(below))]
