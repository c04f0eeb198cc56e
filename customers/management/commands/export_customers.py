"""Customers into an Excel file by the server's console: the sheet that import_customers takes back with --update."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from customers.exporting import exported
from customers.models import Customer
from customers.querysets import CustomerQuerySet
from sheets.importing.commands import ExportCommand


class Command(ExportCommand):
    help = "Exports customers into an Excel workbook (.xlsx) that can be changed and imported again."

    rights = ("customers.view_customer",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--closed", action="store_true", help="closed customers too")

    def rows(self, by: Any, **options: Any) -> CustomerQuerySet:
        customers = Customer.objects.visible_to(by)
        return customers if options["closed"] else customers.open_on(timezone.localdate())

    def workbook(self, rows: CustomerQuerySet, by: Any) -> Iterator[bytes]:
        return exported(rows, of_all=True)
