"""Contacts into an Excel file by the server's console: the sheet that import_contacts takes back with --update."""

from collections.abc import Iterator
from typing import Any

from customers.contact_exporting import exported
from customers.models import Contact
from customers.querysets import ContactQuerySet
from sheets.importing.commands import ExportCommand


class Command(ExportCommand):
    help = "Exports contacts into an Excel workbook (.xlsx) that can be changed and imported again."

    rights = ("customers.view_contact",)

    def rows(self, by: Any, **_options: Any) -> ContactQuerySet:
        return Contact.objects.visible_to(by)

    def workbook(self, rows: ContactQuerySet, by: Any) -> Iterator[bytes]:
        return exported(rows, by)
