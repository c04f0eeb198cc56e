"""The forms of the log-in and of a forgotten password."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.backends import EmailBackend
from accounts.models import User
from accounts.tries import begin_try, client_address, forgive, log_failure
from spotilla.logs import told

logger = logging.getLogger(__name__)


class LoginForm(AuthenticationForm):
    """Counts tries, and after some asks to wait, whatever the password is."""

    wait = timedelta(0)

    def clean(self) -> dict[str, Any]:
        account, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if self.request is None or not account or not password:
            return super().clean()
        address = client_address(self.request)
        self.wait = begin_try(account, address)
        if self.wait:
            log_failure("Log-in refused: too many tries", account, address)
            raise ValidationError(too_many(self.wait), code="too_many")
        try:
            cleaned = super().clean()
        except ValidationError:
            log_failure("Log-in failed", account, address)
            raise
        forgive(account, address)
        return cleaned


def too_many(wait: timedelta) -> str:
    minutes = math.ceil(wait / timedelta(minutes=1))
    return ngettext(
        "Too many tries. Wait %(minutes)s minute and try again.",
        "Too many tries. Wait %(minutes)s minutes and try again.",
        minutes,
    ) % {"minutes": minutes}


class ForgottenPasswordForm(PasswordResetForm):
    """Asks for a link to a new password; says nothing of whether anybody has that e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")

    def save(self, *args: Any, **options: Any) -> None:
        """Sends nothing, without a word, to who is asked about too often: nobody's mail is filled by another."""
        if begin_try(self.cleaned_data["email"], client_address(options["request"]), "forgotten"):
            logger.warning("Too many links for a new password were asked for")
            return
        super().save(*args, **options)

    def get_users(self, email: str) -> Iterator[User]:
        """Those who may log in."""
        return (user for user in super().get_users(email) if EmailBackend().user_can_authenticate(user))

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """In the language of who gets it. A mail server that refuses it is written to the log alone."""
        user: User = args[2]["user"]
        logger.info("Link for a new password", extra=told(user=user.pk))
        with translation.override(user.language):
            super().send_mail(*args, **kwargs)
