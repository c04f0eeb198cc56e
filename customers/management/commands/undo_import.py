"""Takes an import back by the server's console, as the page does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from customers.importing.taking_back import NotUndone, undo_import
from customers.importing.undoing import foresee
from folders.models import Operation
from sheets.models import Upload


class Command(BaseCommand):
    help = "Takes an import of customers back: all of it that nobody has edited or used since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="the import's number in the log, as its page tells it")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        number: int = options["number"]
        upload = Upload.objects.filter(operation=number).first()
        if upload is None:
            raise CommandError(_("There is no import with the number %(number)d.") % {"number": number})
        try:
            if options["dry_run"]:
                counts = foresee(Operation.objects.get(number=number)).counts()
            else:
                counts = undo_import(upload, by=None).counts()
        except NotUndone as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _(
                "Customers deleted: %(customers)d, as they were: %(restored)d. Contacts deleted: %(contacts)d. "
                "Attachments removed: %(attachments)d. Rows that stay, edited since: %(edited)d; that cannot be taken "
                "back: %(cannot)d."
            )
            % counts
        )
        if options["dry_run"]:
            self.stdout.write(_("Nothing was changed: this was only a trial."))
