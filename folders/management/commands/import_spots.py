"""Spots from an Excel file by the server's console: the same engine, rules and messages as the page's."""

from folders.importing_spots.spec import SPOTS
from sheets.importing.commands import ImportCommand


class Command(ImportCommand):
    help = "Imports spots from an Excel workbook (.xlsx): all rows or, when anything is wrong, none."
    thing = SPOTS
