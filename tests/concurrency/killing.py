"""Imports that are killed (SIGKILL) at random moments: all or nothing is left, and the page says which.

Run by test_kills.py as `python -m tests.concurrency.killing KILLS SEED` with DATABASE_URL naming a migrated, empty
database of its own. By turns it is a worker that is killed and the process of a request. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_tasks_db.management.commands.db_worker import Worker  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from accounts.models import User  # noqa: E402
from customers.models import Attachment, Change, Contact, Customer, CustomerContact  # noqa: E402
from customers.sql.rebuild import differences  # noqa: E402
from folders.models import Operation  # noqa: E402
from sheets.models import Upload  # noqa: E402
from tests import factories  # noqa: E402
from tests.conftest import signed_in  # noqa: E402
from tests.sheets.books import book  # noqa: E402

ROWS, FOLDERS = 1_500, 40
WAIT = 60.0  # seconds within which the page has to say how it ended
WRITTEN = (Customer, Contact, CustomerContact, Attachment, Change, Operation)
HEADINGS = ["Nimi", "Yhteyshenkilö", "Yhteyshenkilön sähköposti", "Kansiot"]

type Counts = tuple[int, ...]


def counts() -> Counts:
    return tuple(model._base_manager.count() for model in WRITTEN)


def file() -> bytes:
    rows = [[f"Asiakas {n} Oy", f"Henkilö {n}", f"h{n}@example.com", ""] for n in range(ROWS)]
    for n in range(FOLDERS):
        rows[n * 30][3] = f"Kansio {n}"
    return book(HEADINGS, *rows)


def in_a_child(action: Callable[[], object]) -> int:
    """Begins it in a process of its own, with a connection of its own; its id."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            action()
        finally:
            os._exit(0)
    return child


def work() -> None:
    """What `manage.py db_worker --batch` does."""
    options: dict[str, Any] = {"queue_names": ["*"], "interval": 0, "batch": True, "backend_name": "default"}
    options |= {"startup_delay": False, "max_tasks": None, "worker_id": str(os.getpid()), "excluded_queue_names": []}
    Worker(**options).run()


def nobody_else_is_connected() -> None:
    """PostgreSQL's own process ends a moment after the one that it served."""
    while connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.01)


class Killer:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.user = User.objects.create_superuser("toimisto@spotilla.example", "salasana-jolla-pääsee", language="en")
        self.client: Client = signed_in(self.user)
        for number in range(FOLDERS):
            factories.folder(f"Kansio {number}")
        self.content, self.ends, self.slowest, self.wrong = file(), Counter[str](), 0.0, list[str]()
        self.lasts = {by: self.measure(by) for by in ("worker", "request")}

    def begin(self, by: str) -> tuple[Upload, Callable[[], object]]:
        upload = Upload.objects.create(name="a.xlsx", content=self.content, user=self.user)
        page = reverse("customers:import_preview", args=[upload.pk])
        settings.IMPORT_ROWS_AT_ONCE = 0 if by == "worker" else ROWS
        if by == "request":
            return upload, lambda: self.client.post(page)
        assert self.client.post(page).status_code == 302
        return upload, work

    def measure(self, by: str) -> float:
        """Seconds that one takes that nobody kills."""
        upload, action = self.begin(by)
        began = time.monotonic()
        os.waitpid(in_a_child(action), 0)
        lasted = time.monotonic() - began
        assert self.undone(upload), f"the import by {by} did not end"
        return lasted

    def kill(self, by: str) -> None:
        before = counts()
        upload, action = self.begin(by)
        child = in_a_child(action)
        time.sleep(self.random.uniform(0, 1.1 * self.lasts[by]))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.judge(by, upload, before)

    def judge(self, by: str, upload: Upload, before: Counts) -> None:
        page, began = reverse("customers:import_preview", args=[upload.pk]), time.monotonic()
        nobody_else_is_connected()
        while "The import is running" in (shown := self.client.get(page).content.decode()):
            task = DBTaskResult.objects.filter(args_kwargs__args=[upload.pk]).latest("enqueued_at")
            if task.status == "READY":  # killed before it began: the next worker does it
                work()
                by += ", by the next one"
            if time.monotonic() - began > WAIT:
                break
            time.sleep(0.1)
        self.slowest = max(self.slowest, time.monotonic() - began)
        upload.refresh_from_db()
        added = tuple(now - then for now, then in zip(counts(), before, strict=True))
        nothing, whole = (0,) * len(WRITTEN), (ROWS, ROWS, ROWS, FOLDERS, 3 * ROWS, 1)
        if "The customers were imported" in shown and (upload.state, added) == ("imported", whole):
            self.ends[f"{by}: all"] += 1
            self.undone(upload)
        elif "Check the import" in shown and (upload.state, added) == ("waiting", nothing):
            self.ends[f"{by}: nothing"] += 1
        else:
            self.wrong.append(f"{by}: {upload.state}, {added}, running: {'The import is running' in shown}")
        if differences():
            self.wrong.append(f"{by}: coverage")

    def undone(self, upload: Upload) -> bool:
        """Makes room for the next one."""
        page = reverse("customers:import_undo", args=[upload.pk])
        return self.client.post(page).status_code == 302 and not Customer.objects.exists()


def main(kills: int, seed: int) -> None:
    killer = Killer(seed)
    for number in range(kills):
        killer.kill("worker" if number % 2 else "request")
    DBTaskResult.objects.filter(status="RUNNING").update(started_at=timezone.now() - timedelta(minutes=1))
    if not killer.wrong:  # else there may be no room for another
        killer.measure("worker")
    if DBTaskResult.objects.filter(status="RUNNING").exists():
        killer.wrong.append("a task that runs for ever")
    told = {"ends": killer.ends, "wrong": killer.wrong, "slowest": round(killer.slowest, 1), "lasts": killer.lasts}
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
