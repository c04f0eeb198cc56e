"""The import at the server's console: its options, and that hostile files end soon in a process of their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from customers.models import Customer
from folders.models import Operation
from tests import factories
from tests.customers.importing import Command
from tests.say import say
from tests.sheets.books import GIVEN, book, cells
from tests.sheets.hostile import MAKERS
from tests.sheets.measuring import Measured, measured, slowness

__all__ = ["measured", "say", "slowness"]


@pytest.fixture
def run(tmp_path: Path, db: None) -> Command:
    return Command(tmp_path)


def test_a_trial_says_what_would_come_and_saves_nothing(run: Command) -> None:
    outcome = run(book(["Nimi"], ["A Oy"]), options=("--dry-run",))
    assert outcome.saved  # that is, exit code 0
    assert "New customers: 1." in outcome.said
    assert "Nothing was saved: this was only a trial." in outcome.said
    assert Customer.objects.count() == 0
    assert not run(book(["Nimi", "Sähköposti"], ["A Oy", "ei"]), options=("--dry-run",)).saved


def test_the_log_names_who_imported(run: Command) -> None:
    user = factories.user("tuoja@spotilla.example", "customers.add_customer")
    assert run(book(["Nimi"], ["A Oy"]), options=("--user", "Tuoja@spotilla.example")).saved
    assert Operation.objects.get(kind="import_customers").user == user


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--user", "ei@spotilla.example"), "There is no user ei@spotilla.example."),
        (("--user", "vieras@spotilla.example"), "vieras@spotilla.example may not import customers."),
        (("--user", "tuoja@spotilla.example", "--update"), "tuoja@spotilla.example may not import customers."),
    ],
)
def test_who_may_not_import_is_refused(run: Command, options: tuple[str, ...], why: str) -> None:
    factories.user("vieras@spotilla.example")
    factories.user("tuoja@spotilla.example", "customers.add_customer")
    outcome = run(book(["Nimi"], ["A Oy"]), options=options)
    assert (outcome.saved, outcome.said) == (False, why)
    assert Customer.objects.count() == 0


def test_unknown_columns_and_problems_are_told_together(run: Command) -> None:
    outcome = run(book(["Nimi", "Oma", "Sähköposti"], ["A Oy", "x", "ei"]))
    assert "Oma (B)" in outcome.said
    assert outcome.problems == [(2, "Sähköposti", "ei", "This is not an e-mail address.")]


def test_all_problems_come_in_a_workbook_when_it_is_asked_for(run: Command, tmp_path: Path) -> None:
    wanted = tmp_path / "virheet.xlsx"
    outcome = run(
        book(["Nimi", "Sähköposti"], *([f"A {number} Oy", "ei"] for number in range(600))),
        options=("--problems", str(wanted)),
    )
    assert (outcome.saved, len(outcome.problems), outcome.total) == (False, 500, 600)
    assert "… More problems: 100." in outcome.said
    listed = cells(wanted.read_bytes())
    assert [row[1] for row in listed[1:]] == list(range(2, 602))
    assert listed[1][2:6] == ["B", "Sähköposti", "ei", "This is not an e-mail address."]
    wanted.unlink()
    assert run(book(["Nimi"], ["A Oy"]), options=("--problems", str(wanted))).saved
    assert not wanted.exists()
    refused = run(book(["Nimi"], [None, "x"], ["y" * 300]), options=("--problems", str(tmp_path)))
    assert "The file cannot be written" in refused.said


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ei_ole.xlsx", "."])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with translation.override("en"), pytest.raises(CommandError, match="The file cannot be opened"):
        call_command("import_customers", str(tmp_path / name))


# ---- in a process of its own -----------------------------------------------------------------------------------------

SECONDS, MEGABYTES = 5, 300
LEGAL_AND_LARGE = {"cells_past_the_short_way", "one_email_of_sixty_thousand_people"}


def ends_soon(result: Measured, slowness: float, *, imported: bool = False) -> None:
    """On a busy machine the clock runs on while others compute, so it is the computing that is held to the limit."""
    assert "Traceback" not in result.said
    assert result.exit_code == (0 if imported else 1), result.said
    assert result.computing <= SECONDS * slowness
    assert result.megabytes <= MEGABYTES


@pytest.mark.sqlite
@pytest.mark.long
@pytest.mark.parametrize("path", sorted((GIVEN / "hostile").iterdir()), ids=lambda path: path.name)
def test_a_hostile_file_ends_within_five_seconds_and_300_megabytes(
    path: Path, measured: Callable[[bytes], Measured], slowness: float, say: Callable[[str], None]
) -> None:
    result = measured(path.read_bytes())
    say(f"{path.name}: {result.seconds:.1f} s ({result.computing:.1f} s computing), {result.megabytes} MB")
    ends_soon(result, slowness, imported=path.name in {"corner_xfd.xlsx", "dim_small.xlsx", "last_row.xlsx"})


@pytest.mark.sqlite
@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in MAKERS if name not in LEGAL_AND_LARGE])
def test_others_of_their_kind_end_as_soon(
    name: str, measured: Callable[[bytes], Measured], slowness: float, say: Callable[[str], None]
) -> None:
    result = measured(MAKERS[name]())
    say(f"{name}: {result.seconds:.1f} s ({result.computing:.1f} s computing), {result.megabytes} MB")
    ends_soon(result, slowness, imported=name in {"a_list_of_parts_that_lies", "a_format_code_to_choke_on"})


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_who_waits_at_a_screen_is_told_how_far_it_is_and_a_log_is_not(tmp_path: Path, db: None) -> None:
    file, screen, log = tmp_path / "a.xlsx", Screen(), io.StringIO()
    file.write_bytes(book(["Nimi"], *([f"Asiakas {number}"] for number in range(30))))
    with translation.override("en"):
        call_command("import_customers", str(file), stdout=io.StringIO(), stderr=screen)
        call_command("import_customers", str(file), stdout=io.StringIO(), stderr=log)
    said = screen.getvalue().split("\r")
    for stage in ("Reading the file …", "Checking rows: 30 …", "Rows written: 30 …"):
        assert any(line.startswith(stage) for line in said), stage
    assert said[-1] == "\033[K"  # nothing is left on the line
    assert log.getvalue() == ""
