"""What watches the server is told how it is; people are told when to try again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Never

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from spotilla.job_locks import as_worker, workers_alive

pytestmark = pytest.mark.django_db

READY = {"database": "ok", "migrations": "applied", "worker": "none"}


def fails(error: Exception) -> Callable[..., Never]:
    """Around each statement: the database answers with an error."""

    def execute(*_statement: Any) -> Never:
        raise error

    return execute


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_whatever_watches_may_ask_by_any_name_and_without_https(
    client: Client, settings: Settings, address: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(address, headers={"Host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert (answer.headers["Cache-Control"], dict(answer.cookies)) == ("no-store", {})
    assert client.post(address).status_code == 405


def test_the_process_answers_without_asking_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"process": "ok"}


def test_a_server_is_ready_without_a_worker_and_tells_of_one_that_lives(client: Client) -> None:
    assert client.get("/readyz").json() == READY
    with as_worker(), as_worker():
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, READY | {"worker": "alive"})
        assert workers_alive() == (1 if connection.vendor == "postgresql" else 2)  # a connection holds its lock twice
    assert client.get("/readyz").json() == READY


def test_a_server_is_not_ready_while_a_migration_is_missing(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="workorders").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, READY | {"migrations": "missing"})


@pytest.mark.parametrize("error", [OperationalError("connection lost"), InterfaceError("the connection is closed")])
def test_while_the_database_is_away_everybody_is_asked_for_a_moment(office: User, error: Exception) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(office)
    with connection.execute_wrapper(fails(error)):
        page = client.get("/customers/")
        ready = client.get("/readyz")
        assert client.get("/healthz").status_code == 200
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert "Yritä hetken päästä uudelleen." in page.content.decode()
    assert "Försök igen om en stund." in page.content.decode()
    assert "Try again in a moment." in page.content.decode()
    assert (ready.status_code, ready.json()["database"]) == (503, "away")
    assert client.get("/customers/").status_code == 200


def test_a_fault_of_ours_is_told_with_a_reference_and_claims_nothing_about_what_was_saved(office: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(office)
    with connection.execute_wrapper(fails(ProgrammingError("no such function"))):
        page = client.get("/customers/")
    text = page.content.decode()
    assert page.status_code == 500
    assert f"<strong>{page.headers['X-Request-ID']}</strong>" in text
    assert "katso ensin, tallentuiko se" in text
    assert "Retry-After" not in page.headers
