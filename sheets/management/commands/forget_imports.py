"""Lets go of files: each new one sent does the same, so that this is for an office that sends none for months."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from sheets.models import Upload


class Command(BaseCommand):
    help = "Deletes files that have waited for their import for a week, and the content of files imported long ago."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        forgotten, emptied = Upload.objects.forget()
        texts = {"forgotten": forgotten, "emptied": emptied}
        self.stdout.write(_("Files deleted: %(forgotten)d. Contents removed: %(emptied)d.") % texts)
