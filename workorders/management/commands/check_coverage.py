"""Compare what is kept for speed with the same worked out from nothing, and say what differs.

Kept are: today's places of folders and spots (truth: their history), coverage (truth: places and attachments), and the
folders of work (truth: the history of its spot). Reads everything.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from customers.models import Customer
from customers.sql.rebuild import differences, rebuild
from folders.days import ALWAYS, FOREVER
from folders.models import Folder, Spot
from folders.sql.paths import path_text, paths
from folders.sql.placements import cycles, inconsistent_placements, repair_placements
from folders.tree import tree_change
from workorders import kinds
from workorders.models import ServiceRequest, Task
from workorders.sql.kept_folders import mend_folders, wrong_folders

NAMED = 100  # differences that are written out; of the others only how many there are


class Command(BaseCommand):
    help = "Compares coverage, places and folders of work with ones worked out from nothing. Exit code 1 if any differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set what differs right, and check again")

    def handle(self, **options: Any) -> None:
        found = self.check_all()
        if found and options["repair"]:
            repair(found)
            self.stdout.write(_("Repaired; checking again."))
            found = self.check_all()
        if found:
            raise CommandError(ngettext("%(count)d difference.", "%(count)d differences.", found) % {"count": found})
        if options["verbosity"] > 0:
            self.stdout.write(_("Coverage, places and the folders of work are as they should be."))

    def check_all(self) -> int:
        """Names the first differences; returns how many there are."""
        found = 0
        for look, say in CHECKS:
            rows = look()
            for line in say(rows[: max(0, NAMED - found)]):
                self.stdout.write(line)
            found += len(rows)
        if found > NAMED:
            self.stdout.write(_("… and %(count)d more.") % {"count": found - NAMED})
        return found


def repair(found: int) -> None:
    """Places first: coverage and the folders of work follow from them. One operation, under the tree's lock."""
    with tree_change(kinds.REPAIR, None, differences=found):
        repair_placements()
        rebuild(None)
        mend_folders()


# ---- in words --------------------------------------------------------------------------------------------------------


def said_of_cycles(rows: Collection[int]) -> Iterator[str]:
    folders = names(Folder, rows)
    for pk in rows:
        yield _("%(folder)s lies inside itself on some days; move it, it cannot be repaired here.") % {
            "folder": folders[pk]
        }


def said_of_places(rows: Collection[tuple[str, int]]) -> Iterator[str]:
    things = {
        "folder": names(Folder, [pk for kind, pk in rows if kind == "folder"]),
        "spot": names(Spot, [pk for kind, pk in rows if kind == "spot"]),
    }
    for kind, pk in rows:
        yield _("%(thing)s is today elsewhere than its history says, or its history has a gap.") % {
            "thing": things[kind][pk]
        }


def said_of_coverage(rows: Collection[tuple[Any, ...]]) -> Iterator[str]:
    folders = located({row[1] for row in rows})
    customers = names(Customer, {row[6] for row in rows})
    for kind, folder, rank, since, until, _attachment, customer in rows:
        values = {"folder": folders[folder], "days": days(since, until), "customer": customers[customer], "rank": rank}
        if kind == "missing":
            yield _("Missing coverage: %(folder)s, %(days)s: %(customer)s, rank %(rank)d.") % values
        else:
            yield _("Wrong coverage: %(folder)s, %(days)s: %(customer)s, rank %(rank)d.") % values


def said_of_work(rows: Collection[tuple[str, str, int, int | None, int | None]]) -> Iterator[str]:
    work = {
        model._meta.db_table: names(model, [row[2] for row in rows if row[0] == model._meta.db_table])
        for model in (Task, ServiceRequest)
    }
    folders = located({pk for row in rows for pk in row[3:] if pk is not None})
    for table, column, pk, kept, right in rows:
        values = {"work": work[table][pk], "kept": folders.get(kept, "–"), "right": folders.get(right, "–")}
        if column == "received_folder_id":
            yield _("%(work)s is kept as received in %(kept)s, but was received in %(right)s.") % values
        else:
            yield _("%(work)s is kept in %(kept)s, but belongs in %(right)s.") % values


def names(model: type[Model], ids: Collection[int]) -> dict[int, str]:
    """“folder 17 “Puistola””, by id; those that are gone by number alone."""
    what = model._meta.verbose_name
    found = model._default_manager.in_bulk(list(ids))
    return {pk: f"{what} {pk} “{found[pk]}”" if pk in found else f"{what} {pk}" for pk in ids}


def located(ids: Collection[int]) -> dict[int | None, str]:
    """Folders by their whole paths."""
    return {pk: f"{Folder._meta.verbose_name} {pk} “{path_text(path)}”" for pk, path in paths(ids).items()}


def days(since: date | str, until: date | str) -> str:
    """“1.3.2026 – 31.3.2026”, “1.3.2026 –”, “always”. SQLite gives days as text."""
    first, last = (date.fromisoformat(day) if isinstance(day, str) else day for day in (since, until))
    if first == ALWAYS and last == FOREVER:
        return pgettext("all days", "always")
    ends = ["" if first == ALWAYS else said(first), "" if last == FOREVER else said(last - timedelta(days=1))]
    return " – ".join(ends).strip()


def said(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


# What to look for, and how each finding is said, in the order in which they follow from each other.
CHECKS: list[tuple[Callable[[], list[Any]], Callable[[list[Any]], Iterator[str]]]] = [
    (cycles, said_of_cycles),
    (inconsistent_placements, said_of_places),
    (differences, said_of_coverage),
    (wrong_folders, said_of_work),
]
