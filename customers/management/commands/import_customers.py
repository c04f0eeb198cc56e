"""Customers from an Excel file by the server's console: the same engine, rules and messages as the page's."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.importing.judging import judge
from customers.importing.missing import WAYS
from customers.importing.plan import Missing, Notes, Planned
from customers.importing.repeated import WAYS as WAYS_OF_REPEATED
from customers.importing.repeated import find_repeated
from customers.importing.spec import CUSTOMERS
from customers.models import Customer
from sheets.choices import Choices
from sheets.columns import is_of_all
from sheets.importing.commands import ImportCommand
from sheets.tables import Table

MOST_CLOSED = 10  # one in so many customers is closed without asking twice


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

        parser.add_argument(
            "--same-name",
            choices=WAYS_OF_REPEATED,
            default="",
            help="what rows with the same name are: one customer with several contacts, or several customers",
        )
        parser.add_argument("--yes", action="store_true", help="close even more than a tenth of the customers")

    def choices(self, **options: Any) -> Choices:
        if options["missing"] != "leave" and not options["update"]:
            raise CommandError(_("--missing needs --update: else a file can change nobody that is there."))
        return Choices(missing=options["missing"], repeated=options["same_name"])

    def confirm(self, table: Table, by: Any, **options: Any) -> None:
        """What rows of the same name are is said. A file that may be but a part of the customers closes none, and few
        files close more than a tenth.
        """
        _say_of_repeated(table)
        if options["missing"] != "leave" and not is_of_all(table.headings):
            raise CommandError(_("The file is an export of some customers: it cannot say whom it lacks."))
        if options["missing"] != "close" or options["yes"] or options["dry_run"]:
            return
        plan = judge(table, update=True, by=by)
        closed = len(plan.missing.closed) if plan.missing else 0
        there = Customer.objects.visible_to(by).open_on(timezone.localdate()).count()
        if not plan.problems and closed * MOST_CLOSED > there:
            why = _(
                "%(closed)d of %(there)d customers would be closed. If that is right, give --yes; nothing was saved."
            )
            raise CommandError(why % {"closed": closed, "there": there})

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


def _say_of_repeated(table: Table) -> None:
    repeated = [] if table.choices.repeated else list(find_repeated([Planned(each) for each in table.records], ()))
    if repeated:
        row, first = repeated[0]
        texts = {"count": len(repeated), "row": row.record.row, "first": first.record.row}
        raise CommandError(
            _(
                "Rows with the same name as an earlier row: %(count)d, the first is row %(row)d, as row %(first)d. "
                "If they are contacts of one customer, give --same-name one; if they are customers of their own, "
                "--same-name several. Nothing was saved."
            )
            % texts
        )
