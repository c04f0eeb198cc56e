"""Takes an import back by the server's console, as the page does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sheets.importing.import_types import import_type_of
from sheets.importing.undoing import NotUndone
from sheets.models import Upload


class Command(BaseCommand):
    help = "Takes an import back: all of it that nobody has edited or used since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="the import's number in the log, as its page tells it")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        number: int = options["number"]
        upload = Upload.objects.filter(operation=number).first()
        undoing = import_type_of(upload).undoing if upload else None
        if upload is None or undoing is None:
            raise CommandError(_("There is no import with the number %(number)d.") % {"number": number})
        try:
            if not (upload.can_be_undone and undoing.is_known(upload)):
                raise NotUndone(_("This import can no longer be undone."))
            undo = undoing.foresee(upload) if options["dry_run"] else undoing.undo(upload, by=None)
        except NotUndone as error:
            raise CommandError(str(error)) from error
        counts = undo.counts()
        for key, label in undoing.done.items():
            self.stdout.write(f"{label}: {counts[key]}.")
        if options["dry_run"]:
            self.stdout.write(_("Nothing was changed: this was only a trial."))
