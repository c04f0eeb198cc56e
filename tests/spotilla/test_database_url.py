"""One line of environment says which database."""

import pytest
from django.db import connection

from spotilla.database_url import database


def test_sqlite_takes_a_full_path_with_any_letters() -> None:
    assert database("sqlite:////srv/Spotilla%20%C3%85bo/data.sqlite3")["NAME"] == "/srv/Spotilla Åbo/data.sqlite3"


def test_sqlite_without_a_path_stays_in_memory() -> None:
    assert database("sqlite://")["NAME"] == ":memory:"


def test_postgresql_takes_a_server_a_port_and_a_password_with_odd_letters() -> None:
    found = database("postgresql://toimisto:p%40ss%2Fword@db.example.fi:5433/spotilla")
    asked = {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert asked == {
        "NAME": "spotilla",
        "USER": "toimisto",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example.fi",
        "PORT": "5433",
    }


def test_postgresql_takes_the_folder_of_a_socket() -> None:
    found = database("postgresql://postgres@/spotilla?host=/run/postgresql")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/run/postgresql", "", "spotilla")


def test_another_engine_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="not with mysql://"):
        database("mysql://root@localhost/spotilla")


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("setting", ["jit", "enable_memoize"])
def test_postgresql_neither_compiles_our_queries_nor_remembers_between_their_rows(setting: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        assert cursor.fetchone() == ("off",)
