"""Customers into an Excel file by the server's console: the sheet that import_customers takes back with --update."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from customers.exporting import exported
from customers.models import Customer
from sheets.importing.commands import ExportCommand


class Command(ExportCommand):
    help = "Exports customers into an Excel workbook (.xlsx) that can be changed and imported again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--closed", action="store_true", help="closed customers too")

    def pieces(self, by: Any, **options: Any) -> Iterator[bytes]:
        customers = Customer.objects.visible_to(by)
        return exported(customers if options["closed"] else customers.open_on(timezone.localdate()))
