"""The form of the log-in."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from accounts.tries import begin_try, client_address, forgive, log_failure


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
