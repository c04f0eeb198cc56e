"""Spots into an Excel file by the server's console: the sheet that import_spots takes back with --update."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from folders.exporting import exported
from folders.models import Folder, Spot


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Exports spots into an Excel workbook (.xlsx) that can be changed and imported again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook to write, .xlsx")
        parser.add_argument("--user", metavar="EMAIL", help="whose rights hold: what they may not see is left out")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        by: User | None = None
        if options["user"] is not None:
            by = User.objects.filter(email=options["user"].strip().lower(), is_active=True).first()
            if by is None:
                raise CommandError(_("There is no user %(email)s.") % {"email": options["user"]})
        spots = Spot.objects.visible_to(by).filter(folder__in=Folder.objects.visible_to(by))
        try:
            with options["file"].open("wb") as file:
                for piece in exported(spots):
                    file.write(piece)
        except OSError as error:
            raise CommandError(_("The file cannot be written: %(file)s") % {"file": options["file"]}) from error
