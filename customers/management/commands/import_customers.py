"""Customers from an Excel file by the server's console: the same engine, rules and messages as the page's."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from customers.importing.missing import WAYS
from customers.importing.plan import Missing, Notes
from customers.importing.thing import CUSTOMERS
from sheets.choices import Choices
from sheets.importing.commands import ImportCommand


class Command(ImportCommand):
    help = "Imports customers from an Excel workbook (.xlsx): all rows or, when anything is wrong, none."
    thing = CUSTOMERS

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--missing",
            choices=WAYS,
            default="leave",
            help="what becomes of customers that the file lacks when it updates: left alone, listed, or closed",
        )

    def choices(self, **options: Any) -> Choices:
        if options["missing"] != "leave" and not options["update"]:
            raise CommandError(_("--missing needs --update: else a file can change nobody that is there."))
        return Choices(missing=options["missing"])

    def report(self, plan: Any) -> None:
        counts = plan.counts()
        self.stdout.write(_("New customers: %(new)d. Changed: %(changed)d. Unchanged: %(unchanged)d.") % counts)
        self.stdout.write(
            _("New contacts: %(contacts)d. Contacts linked: %(links)d. Folders attached: %(attachments)d.") % counts
        )
        self._notes(_("Names that exist already:"), plan.names)
        self._notes(_("The same e-mail with another name:"), plan.namesakes)
        self._notes(_("Contacts that may be two people:"), plan.twins)
        if plan.missing is not None:
            self._missing(plan.missing, close=plan.table.choices.missing == "close")

    def _missing(self, missing: Missing, *, close: bool) -> None:
        self._named(_("Customers that the file lacks are closed: %(count)d"), missing.closed)
        kept = _("Not closed, since they are attached to folders or have open work orders: %(count)d")
        self._named(kept if close else _("Customers that the file lacks: %(count)d"), missing.kept)

    def _named(self, title: str, customers: dict[int, str]) -> None:
        if customers:
            self.stdout.write(title % {"count": len(customers)})
        for pk, name in customers.items():
            self.stdout.write(f"  {pk} {name}")

    def _notes(self, title: str, notes: Notes) -> None:
        if notes.total:
            self.stdout.write(title)
        for row, text in notes.kept:
            self.stdout.write("  " + _("row %(row)d: %(text)s") % {"row": row, "text": text})
        if notes.unlisted:
            self.stdout.write("  " + _("… and %(count)d more.") % {"count": notes.unlisted})
