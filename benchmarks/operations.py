"""Operations: moving a branch, attaching at the root, what is said first; recording, finishing; importing customers.

    DATABASE_URL=… .venv/bin/python -m benchmarks.operations

Everything is rolled back, so that what is timed is without the commit; each figure is the least of three rounds, those
of single tasks the mean of a hundred. What it costs to import beside other programs, tells benchmarks.import_speed.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from benchmarks import customers_sheet
from benchmarks.timing import heading, least, office, set_up, told

set_up()

from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import Role
from customers import ownership
from customers.models import Customer
from folders.models import Folder, Spot
from folders.sql.branches import branch
from workorders import places, recording
from workorders.models import Task
from workorders.sql import previews

EACH = 100  # tasks
SMALL, LARGE = 100, 10_000  # folders of the branches that are moved, as near as there are
IMPORTED = 10_000  # customers


class RolledBack(Exception):
    pass


@contextmanager
def rolled_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise RolledBack
    except RolledBack:
        pass


def undone(action: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with rolled_back():
            action()

    return run


def branches() -> list[tuple[Folder, int]]:
    """Folders with the most children, and how many folders each has in its branch."""
    tops = list(Folder.objects.filter(children__isnull=False).annotate(n=Count("children")).order_by("-n")[:200])
    return [(folder, len(branch([folder.pk]))) for folder in tops]


def tree() -> None:
    customer = Customer.objects.open_on(timezone.localdate()).order_by("pk").first()
    assert customer
    user, sized = office(), branches()
    day = timezone.localdate() - timedelta(days=30)
    for title, wanted in (("a small branch", SMALL), ("the large branch", LARGE)):
        folder, size = min(sized, key=lambda each: abs(each[1] - wanted))
        elsewhere = Folder.objects.top_level().exclude(pk=folder.pk).first()

        def move(folder: Folder = folder, to: Folder | None = elsewhere) -> None:
            ownership.move_folder(Folder.objects.get(pk=folder.pk), to, day, by=user)

        def say(folder: Folder = folder, move: Callable[[], None] = move) -> None:
            previews.preview(move, folder, user=user)

        found = least({"move": undone(move), "said": say}, 3)
        told(f"moving {title} from a day on", found["move"], 1.0, f"{size:,} folders")
        told(f"saying first what moving {title} changes", found["said"], 2.0)
    with rolled_back():
        root = ownership.new_folder("Kaikki", None, by=user)
        for top in Folder.objects.top_level().exclude(pk=root.pk):
            ownership.move_folder(top, root, by=user)
        everything = len(branch([root.pk]))

        def attach() -> None:
            ownership.attach(customer, root, day, by=user)

        found = least({"attach": undone(attach), "said": lambda: previews.preview(attach, root, user=user)}, 2)
        told("attaching at the root of all folders", found["attach"], 10.0, f"{everything:,} folders")
        told("saying first what attaching there changes", found["said"], 20.0)


def work() -> None:
    role, today = Role.objects.first(), timezone.localdate()
    spots = list(Spot.objects.order_by("pk")[: EACH * 2])
    assert role

    def each(act: Callable[[int], object]) -> float:
        def run() -> float:
            began = time.perf_counter()
            for number in range(EACH):
                act(number)
            return (time.perf_counter() - began) / EACH

        best = float("inf")
        for _ in range(3):
            with rolled_back():
                best = min(best, run())
        return best

    def record(number: int) -> Task:
        return recording.record_task(name="Kierros", role=role, due_on=today, spot=spots[number])

    made: list[Task] = []
    told("recording a task", each(record), 0.02)
    with rolled_back():
        made = [record(number) for number in range(EACH)]
        finished = each(lambda n: recording.change_task(made[n], "done", done_on=today, minutes=30))
        told("finishing a task", finished, 0.02)
        told("re-placing a task", each(lambda n: recording.relocate_task(made[n], spots[EACH + n], None)), 0.02)
        moved = each(lambda n: places.move_spot(spots[n], spots[EACH + n].folder, by=None))
        told("moving a spot with its work", moved)


def importing() -> None:
    with tempfile.TemporaryDirectory(prefix="operations-") as folder:
        file = Path(folder) / "customers.xlsx"
        customers_sheet.write(file, IMPORTED, folders=False, shared=True)

        def save() -> None:
            call_command("import_customers", str(file), stdout=io.StringIO())

        # Once: names are looked for in an index, where what is rolled back stays until VACUUM.
        told(f"importing {IMPORTED:,} customers", least({"": undone(save)}, 1)[""])


def main() -> None:
    heading("Operations")
    for part in (tree, work, importing):
        part()


if __name__ == "__main__":
    main()
