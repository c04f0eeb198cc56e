"""The toolbox of our own SQL, on the engine in use: parameters, days in force, days that rows share."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folders.days import ALWAYS, FOREVER
from folders.models import Folder
from spotilla.sql import Rows, bind, day_of, day_parameter, earliest, execute, in_force, latest, named_ids, overlap
from tests import factories

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 12).map(lambda number: FIRST + timedelta(days=number))
SPANS = st.tuples(DAYS, DAYS).filter(lambda span: span[0] < span[1])


def says(condition: str, **parameters: date) -> bool:
    [(answer,)] = execute(f"SELECT CASE WHEN {condition} THEN 1 ELSE 0 END", **parameters)
    return bool(answer)


def test_a_day_goes_there_and_back() -> None:
    for day in (ALWAYS, FIRST, FOREVER):
        [(found,)] = execute("SELECT %(day)s::date", day=day)
        assert day_of(found) == day


def test_ids_are_one_parameter_however_many() -> None:
    folder = factories.folder()
    statement = "SELECT id FROM folders_folder WHERE id IN ids(%(folders)s)"
    assert execute(statement, folders=[]) == []
    assert execute(statement, folders=[folder.pk, -1]) == [(folder.pk,)]
    assert execute(statement, folders=[*range(10_000_000, 10_100_000), folder.pk]) == [(folder.pk,)]


def test_few_ids_are_named() -> None:
    assert named_ids([3, 1]) == "3,1"
    assert execute(f"SELECT 1 FROM folders_folder WHERE id IN ({named_ids([])})") == []


def test_the_rows_of_a_queryset_stand_in_a_statement_with_their_own_parameters() -> None:
    folders = [factories.folder() for _number in range(3)]
    one = Folder.objects.filter(pk__in=[folders[0].pk, folders[1].pk])
    other = Folder.objects.filter(pk=folders[1].pk)
    found = execute(
        "SELECT a.id FROM (%(one)s) a JOIN (%(other)s) b ON a.id = b.id WHERE %(day)s::date > %(before)s::date",
        one=Rows.of(one, "id"),
        other=Rows.of(other, "id"),
        day=FIRST,
        before=ALWAYS,
    )
    assert found == [(folders[1].pk,)]


def test_what_a_statement_names_must_be_given() -> None:
    with pytest.raises(KeyError):
        bind("SELECT %(day)s::date", {})


def test_equal_days_are_one_parameter() -> None:
    parameters: dict[str, object] = {}
    texts = {day_parameter(day, parameters) for day in (FIRST, date(2026, 1, 1), FOREVER)}  # type: ignore[arg-type]
    assert (len(texts), len(parameters)) == (2, 2)


@given(span=SPANS, other=SPANS, day=DAYS)
def test_days_are_what_python_says_they_are(span: tuple[date, date], other: tuple[date, date], day: date) -> None:
    rows = "(SELECT %(since)s::date AS since, %(until)s::date AS until) r"
    given_days = {"since": span[0], "until": span[1], "first": other[0], "end": other[1], "day": day}
    in_span = f"EXISTS (SELECT 1 FROM {rows} WHERE {in_force('r', '%(day)s::date')})"
    assert says(in_span, **given_days) == (span[0] <= day < span[1])
    meets = f"EXISTS (SELECT 1 FROM {rows} WHERE {overlap('r', '%(first)s::date', '%(end)s::date')})"
    every = {FIRST + timedelta(days=number) for number in range(13)}
    shared = {one for one in every if span[0] <= one < span[1] and other[0] <= one < other[1]}
    assert says(meets, **given_days) == bool(shared)
    three = [f"%({name})s::date" for name in ("since", "first", "day")]
    [(last, first)] = execute(f"SELECT {latest(*three)}, {earliest(*three)}", **given_days)
    assert (day_of(last), day_of(first)) == (max(span[0], other[0], day), min(span[0], other[0], day))
