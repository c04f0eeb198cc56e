"""Customers into an Excel file by the server's console: the sheet that import_customers takes back with --update."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from customers.exporting import exported
from customers.models import Customer


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Exports customers into an Excel workbook (.xlsx) that can be changed and imported again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook to write, .xlsx")
        parser.add_argument("--closed", action="store_true", help="closed customers too")
        parser.add_argument("--user", metavar="EMAIL", help="whose rights hold: what they may not see is left out")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        by: User | None = None
        if options["user"] is not None:
            by = User.objects.filter(email=options["user"].strip().lower(), is_active=True).first()
            if by is None:
                raise CommandError(_("There is no user %(email)s.") % {"email": options["user"]})
        customers = Customer.objects.visible_to(by)
        if not options["closed"]:
            customers = customers.open_on(timezone.localdate())
        try:
            with options["file"].open("wb") as file:
                for piece in exported(customers):
                    file.write(piece)
        except OSError as error:
            raise CommandError(_("The file cannot be written: %(file)s") % {"file": options["file"]}) from error
