"""How mail leaves: by a server that the environment names; without one, on a developer's machine, onto the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

SECONDS = 10  # that a mail server is waited for
STARTTLS, SSL = "587", "465"  # the ports where mail is encrypted unless the environment says otherwise


class NoMail(BaseEmailBackend):
    """Where no server is named. Pages ask settings.SENDS_MAIL first."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise ImproperlyConfigured("EMAIL_HOST is not set: this installation sends no e-mail.")


def mailers(environment: Mapping[str, str], *, debug: bool) -> dict[str, Any]:
    """MAILERS. Raises ImproperlyConfigured."""
    host, port = environment.get("EMAIL_HOST"), environment.get("EMAIL_PORT") or STARTTLS
    if not host:
        backend = "django.core.mail.backends.console.EmailBackend" if debug else "spotilla.outgoing_mail.NoMail"
        return {"default": {"BACKEND": backend}}
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise ImproperlyConfigured("EMAIL_PORT is a number from 1 to 65535.")
    ssl = _on(environment.get("EMAIL_USE_SSL"), port == SSL)
    tls = _on(environment.get("EMAIL_USE_TLS"), port == STARTTLS and not ssl)
    if ssl and tls:
        raise ImproperlyConfigured("EMAIL_USE_TLS (STARTTLS) and EMAIL_USE_SSL exclude each other.")
    options = {
        "host": host,
        "port": int(port),
        "username": environment.get("EMAIL_HOST_USER", ""),
        "password": environment.get("EMAIL_HOST_PASSWORD", ""),
        "use_tls": tls,
        "use_ssl": ssl,
        "timeout": SECONDS,
    }
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


def sender(environment: Mapping[str, str], hosts: Sequence[str]) -> str:
    """DEFAULT_FROM_EMAIL: as it is set, else nobody at the first of our own names."""
    return environment.get("DEFAULT_FROM_EMAIL") or f"noreply@{hosts[0].lstrip('.*') if hosts else 'localhost'}"


def _on(given: str | None, otherwise: bool) -> bool:
    return given.strip().lower() in {"1", "true", "yes", "on"} if given else otherwise
