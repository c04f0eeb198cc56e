"""The import of a thing by the server's console: the same engine, rules and messages as the page's; and the export.

An app's command is a subclass that names its thing (customers/management/commands/import_customers.py), or what is
exported.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sheets.choices import NO_CHOICES, Choices
from sheets.importing.import_types import ImportType
from sheets.importing.keeping import NotImported
from sheets.importing.plans import RowPlan
from sheets.limits import MEGABYTE, Limits, Unreadable
from sheets.models import Upload
from sheets.problem_workbooks import MOST_LISTED, problem_list
from sheets.problems import LISTED, Problem
from sheets.tables import Table, read_table


class ImportCommand(BaseCommand):
    """A command that imports a workbook of a thing: all rows or none."""

    requires_system_checks = ()  # the server has made them; they take longer than a small file
    thing: ImportType

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook, .xlsx or .xlsm")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and save nothing")
        parser.add_argument("--update", action="store_true", help="let rows change what exists already")
        parser.add_argument("--ignore-unknown", action="store_true", help="leave out columns that are not known")
        parser.add_argument(
            "--problems", type=Path, metavar="FILE", help="write the problems into this workbook, .xlsx"
        )
        parser.add_argument("--sheet", default="", metavar="NAME", help="read this sheet, not the first that fits")
        parser.add_argument("--user", metavar="EMAIL", help="who imports: their rights hold, and the log names them")

    def choices(self, **options: Any) -> Choices:
        """What the options choose, as a user does in the preview. Raises CommandError."""
        return NO_CHOICES

    def confirm(self, table: Table, by: Any, **options: Any) -> None:
        """Before anything is saved. Raises CommandError for what must be said twice."""

    def handle(self, *_arguments: Any, **options: Any) -> None:
        update: bool = options["update"]
        self.workbook: Path | None = options["problems"]
        self._refuse_own_file(options["file"])
        choices = replace(self.choices(**options), sheet=options["sheet"])
        by = self._importer(options["user"], update=update)
        try:
            file: Path = options["file"]
            content = _content(file)
            self._stage(_("Reading the file …"))
            table = self._read(content, MOST_LISTED if self.workbook else LISTED, choices)
            if table.ignored and not options["ignore_unknown"]:
                self._refuse(self.thing.judge(table, update=update, by=by), _unknown(table))
            self._stage(_("Checking rows: %(rows)d …") % {"rows": len(table.records)})
            self.confirm(table, by, **options)
            if options["dry_run"]:
                plan = self.thing.judge(table, update=update, by=by)
            else:
                upload = Upload(
                    about=self.thing.key,
                    name=file.name[-255:],
                    content=content,
                    user=by,
                    update=update,
                    choices=choices.as_json(),
                )
                plan = self.thing.save(table, update=update, by=by, upload=upload, tell=self._tell)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        except NotImported as error:
            self._refuse(error.plan, str(error))
        finally:
            self._stage("")
        if plan.problems:
            self._refuse(plan, _("The file has problems; nothing was saved."))
        self._report_file(plan)
        self.report(plan)
        if options["dry_run"]:
            self.stdout.write(_("Nothing was saved: this was only a trial."))
        elif upload.operation is None:
            self.stdout.write(_("The file changes nothing: there is nothing to undo."))
        else:
            number = {"number": upload.operation}
            self.stdout.write(_("To undo it: manage.py undo_import %(number)d") % number)

    def _refuse(self, plan: RowPlan[Any], why: str) -> None:
        """Lists what was found and ends the command with exit code 1."""
        self._stage("")
        self._report_file(plan)
        for problem in plan.problems.listed[:LISTED]:
            self.stderr.write(_line(problem))
        if plan.problems.total > LISTED:
            self.stderr.write(_("… More problems: %(count)d.") % {"count": plan.problems.total - LISTED})
        if plan.problems:
            counts = {"problems": plan.problems.total, "rows": len(plan.problems.rows)}
            self.stderr.write(_("Problems: %(problems)d, on rows: %(rows)d.") % counts)
            self._write_problems(plan)
        raise CommandError(why)

    def _refuse_own_file(self, file: Path) -> None:
        """The list of problems must not take the place of the file that it is about."""
        if self.workbook is not None and self.workbook.exists() and file.exists() and self.workbook.samefile(file):
            raise CommandError(_("--problems would overwrite the file that is imported. Give it another name."))

    def _write_problems(self, plan: RowPlan[Any]) -> None:
        if self.workbook is None:
            return
        try:
            self.workbook.write_bytes(problem_list(plan.problems))
        except OSError as error:
            raise CommandError(_("The file cannot be written: %(file)s") % {"file": self.workbook}) from error

    def _tell(self, rows: int) -> None:
        self._stage(_("Rows written: %(rows)d …") % {"rows": rows})

    def _stage(self, text: str) -> None:
        """How far it is, for somebody who waits at a screen: a log keeps what came of it alone."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{text}\033[K", str, ending="")
            self.stderr.flush()

    def report(self, plan: RowPlan[Any]) -> None:
        """Says what was done."""
        counts, words = plan.counts(), self.thing.words
        counted = _("%(what)s: %(new)d. Changed: %(changed)d. Unchanged: %(unchanged)d.")
        self.stdout.write(counted % {"what": words.new, **counts})
        for key, label in words.results.items():
            self.stdout.write(f"{label}: {counts[key]}.")

    def _report_file(self, plan: RowPlan[Any]) -> None:
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
        for line in _not_read(table, table.total_rows(self.thing.imported)):
            self.stdout.write(line)

    def _read(self, content: bytes, most_problems: int, choices: Choices) -> Table:
        return read_table(
            content,
            self.thing.imported,
            Limits(),
            most_rows=settings.IMPORT_COMMAND_MAX_ROWS,
            most_problems=most_problems,
            choices=choices,
        )

    def _importer(self, email: str | None, *, update: bool) -> Any:
        user = _user(email)
        if user is not None and not self.thing.may_import(user, update=update):
            raise CommandError(self.thing.words.may_not % {"email": email})
        return user


class ExportCommand(BaseCommand):
    """A command that writes a workbook of what a user may see."""

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook to write, .xlsx")
        parser.add_argument("--user", metavar="EMAIL", help="whose rights hold: what they may not see is left out")

    rights: tuple[str, ...]  # that it takes, as the page does

    def rows(self, by: Any, **options: Any) -> QuerySet[Any]:
        """What `by` may see; all, for None."""
        raise NotImplementedError

    def workbook(self, rows: Any, by: Any) -> Iterator[bytes]:
        """Piece by piece."""
        raise NotImplementedError

    def handle(self, *_arguments: Any, **options: Any) -> None:
        by = _user(options["user"])
        if by is not None and not by.has_perms(self.rights):
            raise CommandError(_("%(email)s may not see what would be exported.") % {"email": options["user"]})
        rows = self.rows(by, **options)
        count, pieces = rows.count(), self.workbook(rows, by)
        try:
            with options["file"].open("wb") as file:
                for piece in pieces:
                    file.write(piece)
        except OSError as error:
            raise CommandError(_("The file cannot be written: %(file)s") % {"file": options["file"]}) from error
        what = {"what": capfirst(str(rows.model._meta.verbose_name_plural)), "count": count, "file": options["file"]}
        self.stdout.write(_("%(what)s: %(count)d, written into %(file)s.") % what)


def _not_read(table: Table, total_rows: Sequence[int]) -> Iterator[str]:
    """What was left aside or is worth a look."""
    if total_rows:
        rows = ", ".join(map(str, total_rows[:20])) + (" …" if len(total_rows) > 20 else "")
        yield _("Rows that seem to sum up the others: %(rows)s.") % {"rows": rows}
    yield from table.notes
    if table.hidden_sheets:
        yield _("Hidden sheets were not read: %(sheets)s.") % {"sheets": ", ".join(table.hidden_sheets)}
    if table.others:
        others = ", ".join(table.others)
        yield _("Other sheets with these headings were not read: %(sheets)s. Choose one by --sheet.") % {
            "sheets": others
        }


def _user(email: str | None) -> Any:
    """Who --user names; None where nobody is named."""
    if email is None:
        return None
    user = get_user_model()._default_manager.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise CommandError(_("There is no user %(email)s.") % {"email": email})
    return user


def _content(file: Path) -> bytes:
    limits = Limits()
    try:
        if file.stat().st_size > limits.size:
            size = limits.size // MEGABYTE
            raise CommandError(_("The file is too large: at most %(size)d MB is taken.") % {"size": size})
        return file.read_bytes()
    except OSError as error:
        raise CommandError(_("The file cannot be opened: %(file)s") % {"file": file}) from error


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
    return line + (" " + _("Suggested fix: %(right)s") % texts if problem.right else "")
