"""Django's own command, with one sentence for what goes wrong."""

from smtplib import SMTPException
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.core.management.commands import sendtestemail


class Command(sendtestemail.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            super().handle(*args, **options)
        except (ImproperlyConfigured, OSError, SMTPException) as error:
            raise CommandError(f"The e-mail was not sent: {error}") from error
        self.stdout.write("The mail server has taken the e-mail.")
