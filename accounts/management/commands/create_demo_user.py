"""Make the demo's log-in, whose password everybody knows; where DEBUG is off neither this nor the log-in works."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User

PASSWORD = "spotilla-demo"  # noqa: S105 (no secret: the log-in is refused where DEBUG is off)


class Command(BaseCommand):
    help = "Makes the demo's log-in unless it exists. Only where DEBUG is on."

    def handle(self, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(_("The demo user is created only where DEBUG is on."))
        if not User.objects.filter(email=settings.DEMO_EMAIL).exists():
            User.objects.create_superuser(settings.DEMO_EMAIL, PASSWORD, first_name="Demo", last_name="Käyttäjä")
        if options["verbosity"] > 0:
            self.stdout.write(f"{settings.DEMO_EMAIL} / {PASSWORD}")
