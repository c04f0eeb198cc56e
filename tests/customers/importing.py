"""The doors of the import, for tests: the page and the command, both in English, and the functions behind them."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from customers.importing.columns import COLUMNS
from customers.importing.judging import judge
from customers.importing.plan import Plan
from customers.importing.save import save
from customers.models import Contact, Customer
from sheets.limits import Limits
from sheets.tables import Table, read_table
from tests.sheets.books import book

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Outcome:
    """How an import ended. Problems are (row, column, value, what is wrong)."""

    saved: bool
    problems: list[tuple[int, str, str, str]] = field(default_factory=list)
    total: int = 0
    said: str = ""


class Page:
    """Somebody in the browser: chooses the file, looks at the preview, presses Import when it can be pressed."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, content: bytes, *, update: bool = False, name: str = "asiakkaat.xlsx") -> Any:
        data: dict[str, Any] = {"file": SimpleUploadedFile(name, content, XLSX)}
        return self.client.post(reverse("customers:import"), data | ({"update": "on"} if update else {}), follow=True)

    def __call__(self, content: bytes, *, update: bool = False) -> Outcome:
        answer = self.send(content, update=update)
        if answer.status_code == 422:
            return Outcome(saved=False, said=" ".join(answer.context["form"].errors["file"]))
        assert answer.status_code == 200
        problems = self.problems(answer)
        shown = re.sub(r"\s+", " ", answer.content.decode())
        if problems:
            assert self.client.post(answer.redirect_chain[-1][0]).status_code == 422
            total = answer.context["counts"]["problems"]
            return Outcome(saved=False, problems=problems, total=total, said=shown)
        after = self.client.post(answer.redirect_chain[-1][0], follow=True)
        assert after.status_code == 200
        return Outcome(saved=True, said=shown)

    def problems(self, answer: Any) -> list[tuple[int, str, str, str]]:
        """What the list of problems says of the file whose preview this is."""
        listed = self.client.get(answer.redirect_chain[-1][0], {"show": "problems"}).context["problems"]
        return [(each.row, each.told.heading, each.told.value, each.told.text) for each in listed]


class Command:
    """Somebody at the server's console."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, content: bytes, *, update: bool = False, options: tuple[str, ...] = ()) -> Outcome:
        file = self.folder / "asiakkaat.xlsx"
        file.write_bytes(content)
        out, err = io.StringIO(), io.StringIO()
        options += ("--update",) * update
        with translation.override("en"):
            try:
                call_command("import_customers", str(file), *options, stdout=out, stderr=err)
            except CommandError as error:
                return _refused(out.getvalue() + err.getvalue(), str(error), error.returncode)
        return Outcome(saved=True, said=out.getvalue())


def _refused(printed: str, why: str, exit_code: int) -> Outcome:
    assert exit_code == 1
    found = re.findall(
        r"^.*?, row (\d+), column (?:\w+ \((.*?)\)|–), “(.*?)”: (.*?\.)(?: Suggested fix.*)?$", printed, re.MULTILINE
    )
    problems = [(int(row), heading, value, text) for row, heading, value, text in found]
    total = re.search(r"^Problems: (\d+)", printed, re.MULTILINE)
    return Outcome(saved=False, problems=problems, total=int(total[1]) if total else 0, said=f"{printed}{why}")


def everything() -> list[Any]:
    """All that an import may write, to see that nothing was."""
    return [*Customer.objects.order_by("pk").values(), *Contact.objects.order_by("pk").values()]


PERSON = ["Nimi", "Yhteyshenkilö", "Yhteyshenkilön sähköposti", "Yhteyshenkilön puhelin"]


def table(headings: list[str], *rows: list[Any], **options: Any) -> Table:
    return read_table(book(headings, *rows, **options), COLUMNS, Limits(), most_rows=2_000)


def plan(headings: list[str], *rows: list[Any], update: bool = False) -> Plan:
    return judge(table(headings, *rows), update=update, by=None)


def problems(headings: list[str], *rows: list[Any], update: bool = False) -> list[tuple[int, str, str]]:
    """(row, column, what is wrong), of a file with a name on each row."""
    found = plan(["Nimi", *headings], *[["A Oy", *row] for row in rows], update=update).problems
    return [(problem.row, problem.column, problem.text) for problem in found]


def imported(headings: list[str], *rows: list[Any], update: bool = False) -> Plan:
    return save(table(headings, *rows), update=update, by=None)


def kept(heading: str, value: Any, field: str) -> Any:
    """What becomes of one cell."""
    imported(["Nimi", heading], ["A Oy", value])
    return Customer.objects.values_list(field, flat=True).get()
