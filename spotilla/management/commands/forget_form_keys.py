"""Lets go of the keys of forms sent long ago; new ones do the same now and then."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from spotilla.models import FormKey


class Command(BaseCommand):
    help = "Deletes the keys of forms that were sent more than 30 days ago."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        self.stdout.write(_("Keys deleted: %(number)d.") % {"number": FormKey.objects.forget()})
