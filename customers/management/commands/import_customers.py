"""Customers from an Excel file by the server's console: the same engine, rules and messages as the page's."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from customers.importing.judging import judge
from customers.importing.missing import WAYS
from customers.importing.plan import Missing, Notes, Plan
from customers.importing.saving import NotImported, save
from customers.sheet import IMPORTED
from sheets.choices import Choices
from sheets.limits import MEGABYTE, Limits, Unreadable
from sheets.models import Upload
from sheets.problems import LISTED, Problem
from sheets.returning import MOST_LISTED, problem_list
from sheets.tables import Table, read_table


class Command(BaseCommand):
    requires_system_checks = ()  # the server has made them; they take longer than a small file
    help = "Imports customers from an Excel workbook (.xlsx): all rows or, when anything is wrong, none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook, .xlsx or .xlsm")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and save nothing")
        parser.add_argument("--update", action="store_true", help="let rows change customers that exist already")
        parser.add_argument(
            "--missing",
            choices=WAYS,
            default="leave",
            help="what becomes of customers that the file lacks when it updates: left alone, listed, or closed",
        )
        parser.add_argument("--ignore-unknown", action="store_true", help="leave out columns that are not known")
        parser.add_argument(
            "--problems", type=Path, metavar="FILE", help="write the problems into this workbook, .xlsx"
        )
        parser.add_argument("--user", metavar="EMAIL", help="who imports: their rights hold, and the log names them")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        update: bool = options["update"]
        self.workbook: Path | None = options["problems"]
        if options["missing"] != "leave" and not update:
            raise CommandError(_("--missing needs --update: else a file can change nobody that is there."))
        by = _importer(options["user"], update=update)
        choices = Choices(missing=options["missing"])
        try:
            file: Path = options["file"]
            content = _content(file)
            table = _read(content, MOST_LISTED if self.workbook else LISTED, choices)
            if table.ignored and not options["ignore_unknown"]:
                self._refuse(judge(table, update=update, by=by), _unknown(table))
            if options["dry_run"]:
                plan = judge(table, update=update, by=by)
            else:
                upload = Upload(
                    name=file.name[-255:], content=content, user=by, update=update, choices=choices.as_json()
                )
                plan = save(table, update=update, by=by, upload=upload)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        except NotImported as error:
            self._refuse(error.plan, str(error))
        if plan.problems:
            self._refuse(plan, _("The file has problems; nothing was saved."))
        self._report(plan)
        if options["dry_run"]:
            self.stdout.write(_("Nothing was saved: this was only a trial."))

    def _refuse(self, plan: Plan, why: str) -> None:
        """Lists what was found and ends the command with exit code 1."""
        self._report_file(plan)
        for problem in plan.problems.listed[:LISTED]:
            self.stderr.write(_line(problem))
        if plan.problems.total > LISTED:
            self.stderr.write(_("… and %(count)d more problems.") % {"count": plan.problems.total - LISTED})
        if plan.problems:
            counts = {"problems": plan.problems.total, "rows": len(plan.problems.rows)}
            self.stderr.write(_("Problems: %(problems)d, on rows: %(rows)d.") % counts)
            self._write_problems(plan)
        raise CommandError(why)

    def _write_problems(self, plan: Plan) -> None:
        if self.workbook is None:
            return
        try:
            self.workbook.write_bytes(problem_list(plan.problems))
        except OSError as error:
            raise CommandError(_("The file cannot be written: %(file)s") % {"file": self.workbook}) from error

    def _report(self, plan: Plan) -> None:
        self._report_file(plan)
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

    def _report_file(self, plan: Plan) -> None:
        table = plan.table
        texts = {"sheet": table.sheet, "row": table.heading_row, "rows": len(plan.rows)}
        self.stdout.write(_("Sheet “%(sheet)s”, headings on row %(row)d, rows: %(rows)d.") % texts)
        if table.ignored:
            self.stdout.write(_("Columns that are not known: %(columns)s.") % {"columns": ", ".join(table.ignored)})
        if table.hidden_columns:
            columns = ", ".join(table.hidden_columns)
            self.stdout.write(_("Hidden columns were read too: %(columns)s.") % {"columns": columns})
        if plan.hidden_rows:
            rows = ", ".join(map(str, plan.hidden_rows[:20])) + (" …" if len(plan.hidden_rows) > 20 else "")
            self.stdout.write(_("Hidden rows were read too: %(rows)s.") % {"rows": rows})

    def _notes(self, title: str, notes: Notes) -> None:
        if notes.total:
            self.stdout.write(title)
        for row, text in notes.kept:
            self.stdout.write("  " + _("row %(row)d: %(text)s") % {"row": row, "text": text})
        if notes.unlisted:
            self.stdout.write("  " + _("… and %(count)d more.") % {"count": notes.unlisted})


def _content(file: Path) -> bytes:
    limits = Limits()
    try:
        if file.stat().st_size > limits.size:
            size = limits.size // MEGABYTE
            raise CommandError(_("The file is too large: at most %(size)d MB is taken.") % {"size": size})
        return file.read_bytes()
    except OSError as error:
        raise CommandError(_("The file cannot be opened: %(file)s") % {"file": file}) from error


def _read(content: bytes, most_problems: int, choices: Choices) -> Table:
    most_rows = settings.IMPORT_COMMAND_MAX_ROWS
    return read_table(content, IMPORTED, Limits(), most_rows=most_rows, most_problems=most_problems, choices=choices)


def _importer(email: str | None, *, update: bool) -> User | None:
    if email is None:
        return None
    user: User | None = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise CommandError(_("There is no user %(email)s.") % {"email": email})
    rights = ["customers.add_customer"] + ["customers.change_customer"] * update
    if not user.has_perms(rights):
        raise CommandError(_("%(email)s may not import customers.") % {"email": email})
    return user


def _unknown(table: Table) -> str:
    columns = {"columns": ", ".join(table.ignored)}
    return (
        _("Columns that are not known: %(columns)s. Remove them, or give --ignore-unknown; nothing was saved.")
        % columns
    )


def _line(problem: Problem) -> str:
    texts = {
        "sheet": problem.sheet,
        "row": problem.row,
        "place": f"{problem.column} ({problem.heading})" if problem.column else "–",
        "value": problem.value,
        "text": problem.text,
        "right": problem.right,
    }
    line = _("%(sheet)s, row %(row)d, column %(place)s, “%(value)s”: %(text)s") % texts
    return line + (" " + _("What would be right: %(right)s") % texts if problem.right else "")
