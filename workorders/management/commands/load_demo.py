"""Fill an empty installation with a maintenance company that looks real. Same seed, same day: same data."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.ownership import rebuild
from folders.models import Folder, Operation, Spot
from folders.tree import execute, tree_change
from workorders.management.demo.company import save_company
from workorders.models import ServiceRequest, Task


class Command(BaseCommand):
    help = "Makes demo data. Refused when a folder, a customer or a task exists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1 is about 10,000 tasks and 2,000 requests")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is something already")

    def handle(self, **options: Any) -> None:
        if options["scale"] <= 0:
            raise CommandError(_("The scale is a number above nought."))
        if Folder.objects.exists() or Customer.objects.exists() or Task.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError(_("There is a folder, a customer or a task already: demo data needs an empty place."))
        load(options["scale"], options["seed"])
        if options["verbosity"] > 0:
            models = (Folder, Spot, Customer, Task, ServiceRequest)
            counts = {str(model._meta.verbose_name_plural): model.objects.count() for model in models}
            self.stdout.write(", ".join(f"{name} {amount}" for name, amount in counts.items()))


def load(scale: float, seed: int) -> None:
    """One transaction: all of it, or none."""
    today = timezone.localdate()
    with tree_change(Operation.Kind.LOAD_DEMO, None, scale=scale, seed=seed, today=today):
        save_company(scale, seed, today)
        execute("ANALYZE")  # else PostgreSQL plans the rebuild for empty tables
        rebuild(None)
