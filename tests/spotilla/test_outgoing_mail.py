"""Mail leaves by the server that the environment names, encrypted where its port says so."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import override_settings

from spotilla.outgoing_mail import mailers, sender

CONSOLE, NONE = "django.core.mail.backends.console.EmailBackend", "spotilla.outgoing_mail.NoMail"


def options(**environment: str) -> tuple[object, ...]:
    named = mailers(environment, debug=False)["default"]["OPTIONS"]
    return tuple(named[name] for name in ("host", "port", "username", "password", "use_tls", "use_ssl"))


def test_mail_is_encrypted_as_its_port_says_unless_the_environment_says_otherwise() -> None:
    named = {"EMAIL_HOST": "smtp.example", "EMAIL_HOST_USER": "a", "EMAIL_HOST_PASSWORD": "p@:/#"}
    assert options(**named) == ("smtp.example", 587, "a", "p@:/#", True, False)
    assert options(**named, EMAIL_PORT="465") == ("smtp.example", 465, "a", "p@:/#", False, True)
    assert options(EMAIL_HOST="localhost", EMAIL_PORT="25") == ("localhost", 25, "", "", False, False)
    assert options(EMAIL_HOST="a", EMAIL_PORT="2525", EMAIL_USE_TLS="1") == ("a", 2525, "", "", True, False)
    assert options(EMAIL_HOST="a", EMAIL_USE_TLS="0") == ("a", 587, "", "", False, False)


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT is a number"),
        ({"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"}, "exclude each other"),
    ],
)
def test_what_cannot_be_meant_is_refused(environment: dict[str, str], why: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=why):
        mailers({"EMAIL_HOST": "smtp.example"} | environment, debug=False)


def test_without_a_server_mail_goes_onto_the_console_of_a_developer_and_nowhere_else() -> None:
    assert mailers({}, debug=True)["default"]["BACKEND"] == CONSOLE
    assert mailers({}, debug=False)["default"]["BACKEND"] == NONE


def test_mail_comes_from_who_is_named_else_from_nobody_at_our_own_name() -> None:
    assert sender({"DEFAULT_FROM_EMAIL": "Asiakkaat <a@b.example>"}, ["c.example"]) == "Asiakkaat <a@b.example>"
    assert sender({}, [".c.example", "d.example"]) == "noreply@c.example"


def test_a_test_mail_is_sent(mailoutbox: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sendtestemail", "ylläpito@spotilla.example")
    assert (len(mailoutbox), capsys.readouterr().out) == (1, "The mail server has taken the e-mail.\n")


@pytest.mark.parametrize(
    ("mailer", "why"),
    [
        ({"BACKEND": NONE}, "The e-mail was not sent: EMAIL_HOST is not set: this installation sends no e-mail."),
        (mailers({"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": "1"}, debug=False)["default"], "Connection refused"),
    ],
)
def test_a_test_mail_that_cannot_be_sent_says_why(mailer: dict[str, object], why: str) -> None:
    with override_settings(MAILERS={"default": mailer}), pytest.raises(CommandError, match=why):
        call_command("sendtestemail", "yllapito@spotilla.example")
