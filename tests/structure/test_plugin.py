"""What tests/plugin.py promises: rows of migrations are there before, in and after a test that commits."""

import pytest
from django.db import connection

from accounts.models import Role


def roles() -> list[str]:
    return sorted(Role.objects.values_list("name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_finds_the_first_roles() -> None:
    assert roles() == ["Lukija", "Pääkäyttäjä", "Toimisto"]
    Role.objects.create(name="Huolto")


@pytest.mark.django_db(transaction=True)
def test_the_next_one_finds_them_and_nothing_else() -> None:
    assert roles() == ["Lukija", "Pääkäyttäjä", "Toimisto"]


@pytest.mark.sqlite
def test_what_is_about_sqlite_runs_on_sqlite_alone() -> None:
    assert connection.vendor == "sqlite"


@pytest.mark.postgresql
def test_what_is_about_postgresql_runs_on_postgresql_alone() -> None:
    assert connection.vendor == "postgresql"
