"""One line of environment says which database."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from spotilla.database_url import database


def test_sqlite_takes_a_full_path_with_any_letters() -> None:
    assert database("sqlite:////srv/Spotilla%20%C3%85bo/data.sqlite3")["NAME"] == "/srv/Spotilla Åbo/data.sqlite3"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite://:memory:"])
def test_sqlite_without_a_path_stays_in_memory(url: str) -> None:
    assert database(url)["NAME"] == ":memory:"


def test_sqlite_waits_as_long_as_it_is_told() -> None:
    assert database("sqlite:////srv/data.sqlite3?timeout=90")["OPTIONS"]["timeout"] == 90
    assert database("sqlite:////srv/data.sqlite3")["OPTIONS"]["timeout"] == 20


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


@pytest.mark.parametrize(
    "url", ["postgresql://postgres@/spotilla?host=/run/PG", "postgres://postgres@%2Frun%2FPG/spotilla"]
)
def test_postgresql_takes_the_folder_of_a_socket(url: str) -> None:
    found = database(url)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/run/PG", "", "spotilla")


def test_every_option_reaches_the_driver_beside_our_own() -> None:
    found = database(
        "postgresql://a:b@[::1]/spotilla?sslmode=verify-full&sslrootcert=/etc/ca.pem&port=6432&application_name=asiakkaat"
        "&options=-c%20statement_timeout%3D5s&connect_timeout=9"
    )
    assert (found["HOST"], found["PORT"]) == ("::1", "6432")
    assert found["OPTIONS"] == {
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
        "application_name": "asiakkaat",
        "connect_timeout": "9",
        "options": "-c jit=off -c enable_memoize=off -c statement_timeout=5s",
    }


def test_a_server_that_does_not_answer_is_not_waited_for_long() -> None:
    assert database("postgresql://a@b/c")["OPTIONS"]["connect_timeout"] == 5


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://toimisto:sala/sana@host/spotilla",
        "postgresql://toimisto:sala#sana@host/spotilla",
        "postgresql://toimisto:sala?sana@host/spotilla",
        "postgresql://toimisto:sala[sana@host/spotilla",
        "postgresql://toimisto:sala%sana@host/spotilla",
        "postgresql://host:sana/spotilla",
        "postgresql://toimisto:sana@host:99999/spotilla",
        "postgresql://toimisto:sana@host",
        "sqlite://var/sana.sqlite3",
        "sqlite:////var/sana#1.sqlite3",
    ],
)
def test_what_cannot_be_read_is_explained_without_showing_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL cannot be read.*percent-encoded") as refused:
        database(url)
    assert "sala" not in str(refused.value)
    assert "sana" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://root@localhost/spotilla", "not with mysql://"),
        ("", "must begin with"),
        ("postgresql://a@b/c?ssl_mode=require", "does not know: ssl_mode"),
        ("sqlite:////srv/data.sqlite3?mode=ro", "the option mode"),
    ],
)
def test_another_engine_or_option_is_refused_by_name(url: str, why: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=why):
        database(url)


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("setting", ["jit", "enable_memoize"])
def test_postgresql_neither_compiles_our_queries_nor_remembers_between_their_rows(setting: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        assert cursor.fetchone() == ("off",)
