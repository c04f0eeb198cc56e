"""Contacts into an Excel file by the server's console: the sheet that import_contacts takes back with --update."""

from collections.abc import Iterator
from typing import Any

from customers.contact_exporting import exported
from customers.models import Contact
from sheets.importing.commands import ExportCommand


class Command(ExportCommand):
    help = "Exports contacts into an Excel workbook (.xlsx) that can be changed and imported again."

    def pieces(self, by: Any, **_options: Any) -> Iterator[bytes]:
        return exported(Contact.objects.visible_to(by), by)
