"""Fill an empty installation with a maintenance company that looks real. Same seed, same day: same data."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.sql.rebuild import rebuild
from folders.models import Folder, Spot, SpotPlacement
from folders.tree import tree_change
from spotilla.bulk import pieces_indexed_last, references_checked_last
from spotilla.sql import execute
from workorders import kinds
from workorders.management.demo.company import save_company
from workorders.management.demo.size import Size, sizes
from workorders.models import ServiceRequest, Task


class Command(BaseCommand):
    help = "Makes demo data. Refused when a folder, a customer or a task exists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1 is about 10,000 tasks and 2,000 requests")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is something already")

    def handle(self, **options: Any) -> None:
        if options["scale"] <= 0:
            raise CommandError(_("The scale is a number greater than zero."))
        if Folder.objects.exists() or Customer.objects.exists() or Task.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError(_("There is a folder, a customer or a task already: demo data needs an empty database."))
        planned = sizes(options["scale"])
        progress = Progress(self.tell if options["verbosity"] > 0 else None, planned)
        load(planned, options["seed"], progress, scale=options["scale"])
        if options["verbosity"] > 0:
            models = (Folder, Spot, Customer, Task, ServiceRequest)
            counts = {str(model._meta.verbose_name_plural): model.objects.count() for model in models}
            self.stdout.write(", ".join(f"{name} {amount}" for name, amount in counts.items()))

    def tell(self, text: str) -> None:
        """Beside the outcome, which goes to stdout; and plainly, since it is no error."""
        self.stderr.write(text, str)


class Progress:
    """Says how far the load is, at most every few seconds."""

    def __init__(self, write: Callable[[str], object] | None, planned: list[Size], every: float = 3) -> None:
        self.write, self.every = write, every  # seconds
        self.tasks, self.requests = sum(size.tasks for size in planned), sum(size.requests for size in planned)
        self.made: Counter[type[Model]] = Counter()
        self.said_at = monotonic()

    def made_more(self, model: type[Model], amount: int) -> None:
        self.made[model] += amount
        if monotonic() - self.said_at >= self.every:
            self.say(
                _("Tasks %(tasks)s / %(all_tasks)s, service requests %(requests)s / %(all_requests)s")
                % {
                    "tasks": grouped(self.made[Task]),
                    "all_tasks": grouped(self.tasks),
                    "requests": grouped(self.made[ServiceRequest]),
                    "all_requests": grouped(self.requests),
                }
            )

    def say(self, text: str) -> None:
        if self.write is not None:
            self.write(text)
        self.said_at = monotonic()


def grouped(number: int) -> str:
    """“1 200 000”, as the language writes it."""
    return number_format(number, force_grouping=True)


def load(planned: list[Size], seed: int, progress: Progress, **arguments: Any) -> None:
    """Cities of these sizes, in one transaction: all of it, or none. The log keeps the arguments.

    A million tasks take about a minute. On PostgreSQL others wait for the tables of work until it ends.
    """
    today = timezone.localdate()
    with (
        tree_change(kinds.LOAD_DEMO, None, seed=seed, today=today, **arguments),
        references_checked_last(Spot, SpotPlacement, Task, ServiceRequest),
        pieces_indexed_last(Spot, Task, ServiceRequest),
    ):
        save_company(planned, seed, today, progress.made_more)
        progress.say(_("Updating the statistics of the database …"))
        execute("ANALYZE")  # else PostgreSQL plans the rebuild, and the first pages, for empty tables
        progress.say(_("Calculating who owns the work of each folder …"))
        rebuild(None)
        execute("ANALYZE customers_coverage")
