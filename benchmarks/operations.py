"""Operations: moving a branch, attaching at the root, what is said first; recording, finishing; inserting many tasks.

    DATABASE_URL=… .venv/bin/python -m benchmarks.operations

Everything is rolled back, so that what is timed is without the commit; each figure is the least of three rounds, those
of single tasks the mean of a hundred.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from benchmarks.timing import heading, least, ratio, set_up, told

set_up()

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import Role, User
from customers import ownership
from customers.models import Customer
from folders.models import Folder, Spot
from folders.tree import branch
from workorders import places, previews, recording
from workorders.models import Task

EACH = 100  # tasks
INSERTED = 100_000
OWN_INDEXES = (
    "folder_id",
    "role_id",
    "spot_id",
    "work_order_id",
)  # those that the foreign keys would have by themselves


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


def wide_branch(wanted: int) -> tuple[Folder, int]:
    """The folder whose branch is nearest to `wanted` folders, among those with children."""
    tops = list(Folder.objects.filter(children__isnull=False).annotate(n=Count("children")).order_by("-n")[:200])
    sized = [(folder, len(branch([folder.pk]))) for folder in tops]
    return min(sized, key=lambda each: abs(each[1] - wanted))


def tree() -> None:
    folder, size = wide_branch(10_000)
    today, user = timezone.localdate(), User.objects.filter(is_superuser=True).first()
    assert user is not None
    elsewhere = Folder.objects.top_level().exclude(pk=folder.pk).first()
    customer = Customer.objects.open_on(today).order_by("pk").first()
    assert customer
    day = today - timedelta(days=30)

    def move() -> None:
        ownership.move_folder(Folder.objects.get(pk=folder.pk), elsewhere, day, by=user)

    found = least({"move": undone(move), "said": lambda: previews.preview(move, folder, user=user)}, 3)
    told(f"moving a branch of {size:,} folders from a day on", found["move"], 1.0)
    told("saying first what that changes", found["said"], found["move"] * 2)
    with rolled_back():
        root = ownership.new_folder("Kaikki", None, by=user)
        for top in Folder.objects.top_level().exclude(pk=root.pk):
            ownership.move_folder(top, root, by=user)
        everything = len(branch([root.pk]))

        def attach() -> None:
            ownership.attach(customer, root, day, by=user)

        found = least({"attach": undone(attach), "said": lambda: previews.preview(attach, root, user=user)}, 2)
        told(f"attaching at the root of {everything:,} folders", found["attach"], 10.0)
        told("saying first what that changes", found["said"], 20.0, f"of it the operation {found['attach']:.1f} s")


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
        told(
            "finishing a task", each(lambda n: recording.change_task(made[n], "done", done_on=today, minutes=30)), 0.02
        )
        told("re-placing a task", each(lambda n: recording.replace_task(made[n], spots[EACH + n], None)), 0.02)
        told(
            "moving a spot with its work",
            each(lambda n: places.move_spot(spots[n], spots[EACH + n].folder, by=None)),
            0.05,
        )


def inserting() -> None:
    """The same rows again, with all indexes and with none but the foreign keys' own."""
    columns = ", ".join(str(field.column) for field in Task._meta.concrete_fields if not field.primary_key)
    insert = (
        f"INSERT INTO workorders_task ({columns}) SELECT {columns} FROM workorders_task "
        f"WHERE id <= (SELECT MIN(id) + {INSERTED - 1} FROM workorders_task)"
    )

    def run(statements: list[str]) -> float:
        seconds: list[float] = []
        with rolled_back(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            began = time.perf_counter()
            cursor.execute(insert)
            seconds.append(time.perf_counter() - began)
        return seconds[0]

    with connection.cursor() as cursor:
        indexes: Any = connection.introspection.get_constraints(cursor, "workorders_task")
    ours = [name for name, of in indexes.items() if of["index"] and not of["primary_key"] and not of["unique"]]
    bare = [f'DROP INDEX "{name}"' for name in ours]
    bare += [f"CREATE INDEX bare_{column} ON workorders_task ({column})" for column in OWN_INDEXES]
    best = {"all": float("inf"), "bare": float("inf")}
    for _ in range(2):
        best["bare"] = min(best["bare"], run(bare))
        best["all"] = min(best["all"], run([]))
    told(f"inserting {INSERTED:,} tasks, only the foreign keys' indexes", best["bare"])
    ratio(f"inserting {INSERTED:,} tasks, all indexes", best["all"], best["bare"], 2.0)


def main() -> None:
    heading("Operations")
    for part in (tree, work, inserting):
        part()


if __name__ == "__main__":
    main()
