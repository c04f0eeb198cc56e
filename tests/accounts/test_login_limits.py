"""Tries to log in are limited by account and by address, alike in every process; nobody is locked out for long."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import FailedTries, User
from accounts.tries import begin_try, client_address
from tests.factories import user

PASSWORD = "salasana-jolla-pääsee"
WRONG = "arvaus"

pytestmark = pytest.mark.django_db


def log_in(account: str = "sari@spotilla.example", address: str = "192.0.2.1", password: str = WRONG) -> Any:
    typed = {"username": account, "password": password}
    return Client(REMOTE_ADDR=address).post("/accounts/login/", typed)


def failing(times: int, **how: str) -> list[int]:
    return [log_in(**how).status_code for _ in range(times)]


def minutes_pass(minutes: float) -> None:
    """As if all that is counted had happened so much earlier."""
    for row in FailedTries.objects.all():
        ago = timedelta(minutes=minutes)
        FailedTries.objects.filter(pk=row.pk).update(last=row.last - ago, blocked_until=row.blocked_until - ago)


def test_after_five_failures_the_right_password_has_to_wait_too_and_then_logs_in() -> None:
    user("sari@spotilla.example")
    assert failing(5) == [200] * 5
    refused = log_in(password=PASSWORD)
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "Liian monta yritystä. Odota 1 minuutti ja yritä sitten uudelleen." in refused.text
    assert "sessionid" not in refused.cookies
    minutes_pass(1)
    assert log_in(password=PASSWORD).status_code == 302


def test_the_wait_doubles_up_to_a_quarter_of_an_hour_and_refused_tries_do_not_count() -> None:
    waits = []
    failing(5)
    for _ in range(6):
        assert failing(3) == [429] * 3
        waits.append(max(row.blocked_until for row in FailedTries.objects.all()) - timezone.now())
        minutes_pass(waits[-1] / timedelta(minutes=1))
        assert failing(1) == [200]
    assert [round(wait / timedelta(minutes=1)) for wait in waits] == [1, 2, 4, 8, 15, 15]


def test_a_success_takes_back_the_accounts_failures() -> None:
    user("sari@spotilla.example")
    for _ in range(3):
        assert failing(4) == [200] * 4
        assert log_in(password=PASSWORD).status_code == 302


def test_an_account_is_limited_from_everywhere_together_and_never_for_more_than_a_minute() -> None:
    user("sari@spotilla.example")
    assert [failing(1, address=f"192.0.2.{n}") for n in range(10)] == [[200]] * 10
    assert log_in(password=PASSWORD, address="198.51.100.7").status_code == 429
    assert log_in(account="muu@spotilla.example", address="198.51.100.7").status_code == 200
    assert max(row.blocked_until for row in FailedTries.objects.all()) - timezone.now() <= timedelta(minutes=1)
    minutes_pass(1)
    assert log_in(password=PASSWORD, address="198.51.100.7").status_code == 302


def test_an_address_is_limited_over_all_accounts_and_its_office_waits_no_more_than_a_minute() -> None:
    user("sari@spotilla.example")
    assert [failing(1, account=f"{n}@spotilla.example") for n in range(30)] == [[200]] * 30
    assert log_in(password=PASSWORD).status_code == 429
    assert log_in(password=PASSWORD, address="198.51.100.7").status_code == 302
    minutes_pass(1)
    assert log_in(password=PASSWORD).status_code == 302


def test_an_account_is_one_however_it_is_typed() -> None:
    assert failing(3) + failing(2, account=" SARI@spotilla.example ") == [200] * 5
    assert failing(1, account="Sari@Spotilla.Example") == [429]


def test_what_is_counted_is_forgotten_after_an_hour_and_names_nobody() -> None:
    failing(5)
    assert not [row for row in FailedTries.objects.all() if "sari" in row.key or "192" in row.key]
    minutes_pass(61)
    failing(1, account="muu@spotilla.example", address="198.51.100.7")
    assert FailedTries.objects.count() == 3


@pytest.mark.postgresql  # on SQLite one transaction writes at a time
@pytest.mark.django_db(transaction=True)
def test_twenty_tries_at_once_are_no_more_than_one_after_the_other() -> None:
    waits: list[timedelta] = []

    def attempt() -> None:
        try:
            waits.append(begin_try("sari@spotilla.example", "192.0.2.1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(waits), waits.count(timedelta(0))) == (20, 5)


def test_each_failure_is_logged_by_number_and_address_and_never_by_e_mail(caplog: pytest.LogCaptureFixture) -> None:
    sari = user("sari@spotilla.example")
    with caplog.at_level(logging.INFO, logger="accounts.login"):
        failing(6)
        failing(1, account="ei.ole@spotilla.example")
    told = [record.getMessage() for record in caplog.records if record.name == "accounts.login"]
    assert told == [
        *[f"Log-in failed: user {sari.pk}, from 192.0.2.1"] * 5,
        f"Log-in refused: too many tries: user {sari.pk}, from 192.0.2.1",
        "Log-in failed: user -, from 192.0.2.1",
    ]


# ---- the admin's log-in is the same ----------------------------------------------------------------------------------


def test_the_admin_has_no_log_in_of_its_own() -> None:
    client = Client()
    asked = client.get("/admin/folders/folder/", follow=True)
    assert asked.redirect_chain[-1] == ("/accounts/login/?next=/admin/folders/folder/", 302)
    sent = client.post("/admin/login/?next=/admin/", {"username": "sari@spotilla.example", "password": "arvaus"})
    assert (sent.status_code, sent["Location"]) == (302, "/accounts/login/?next=/admin/")
    assert FailedTries.objects.count() == 0


def test_who_is_logged_in_and_no_staff_is_refused_by_the_admin_once(office_client: Client) -> None:
    client = Client()
    client.force_login(user("sari@spotilla.example", "view"))
    answer = client.get("/admin/", follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (403, 1)
    assert office_client.get("/admin/login/?next=/admin/")["Location"] == "/admin/"
    assert office_client.get("/admin/login/?next=https://elsewhere.example/")["Location"] == "/admin/"


# ---- where a request comes from --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("remote", "forwarded", "direct", "proxied"),
    [
        ("192.0.2.1", None, "192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1", "203.0.113.9"),
        ("192.0.2.1", "1.1.1.1, 203.0.113.9", "192.0.2.1", "203.0.113.9"),
        ("", "203.0.113.9", "", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "2001:db8:1:2::99", "192.0.2.1", "2001:db8:1:2::"),
        ("192.0.2.1", "not an address", "192.0.2.1", ""),
    ],
)
def test_the_address_is_the_proxys_word_only_behind_one(
    settings: Settings, remote: str, forwarded: str | None, direct: str, proxied: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded} if forwarded else {})
    found = []
    for settings.BEHIND_PROXY in (False, True):
        found.append(client_address(request))
    assert found == [direct, proxied]


def test_a_made_up_forwarded_address_does_not_get_around_the_limit() -> None:
    for n in range(5):
        headers = {"X-Forwarded-For": f"203.0.113.{n}"}
        typed = {"username": "sari@spotilla.example", "password": "arvaus"}
        assert Client().post("/accounts/login/", typed, headers=headers).status_code == 200
    assert Client().post(reverse("login"), typed, headers={"X-Forwarded-For": "203.0.113.99"}).status_code == 429
    assert User.objects.count() == 0
