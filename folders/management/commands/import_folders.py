"""Folders from an Excel file by the server's console: the same engine, rules and messages as the page's."""

from customers.importing_folders.spec import FOLDERS
from sheets.importing.commands import ImportCommand


class Command(ImportCommand):
    help = "Imports folders from an Excel workbook (.xlsx): all rows or, when anything is wrong, none."
    thing = FOLDERS
