"""A database that goes away and comes back: whoever asks meanwhile reads when to try again, and no process ends."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.concurrency.database import ROOT, environment
from tests.concurrency.serving import Served, serving, until
from tools.with_postgres import Unusable, installations, made_server

pytestmark = pytest.mark.long

AWAY = {"database": "away", "migrations": "unknown", "worker": "unknown"}


@pytest.fixture
def start() -> Iterator[Callable[[], AbstractContextManager[str]]]:
    """Starts a PostgreSQL of the test's own, and stops it."""
    for programs in installations():
        try:
            with made_server(programs) as starts:
                yield starts
            return
        except Unusable:
            continue


@pytest.mark.postgresql
def test_pages_and_worker_outlive_a_restart_of_postgresql(
    tmp_path: Path, start: Callable[[], AbstractContextManager[str]]
) -> None:
    with ExitStack() as until_the_end:
        with start() as url:
            migrate = [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"]
            subprocess.run(migrate, cwd=ROOT, env=environment(url), check=True)
            served = until_the_end.enter_context(serving(url, tmp_path))
            assert served.log_in().status == 200
            assert served.ask("/customers/").status == 200
        away = served.ask("/customers/")
        assert (away.status, away.retry_after, "Pieni hetki" in away.text) == (503, "10", True)
        assert served.ready() == AWAY
        assert served.ask("/healthz").status == 200
        with start():
            until(served.is_up)
            assert served.ask("/customers/").status == 200
            assert served.alive() == [True, True]


@pytest.mark.sqlite
def test_a_writer_that_keeps_sqlite_for_forty_seconds_ends_no_process(own_url: str, tmp_path: Path) -> None:
    with serving(own_url, tmp_path) as served:
        before = children(served)
        with kept(tmp_path / "race.sqlite3", 40):
            busy = served.log_in()
            assert (busy.status, busy.retry_after, "Pieni hetki" in busy.text) == (503, "10", True)
        assert served.log_in().status == 200
        assert served.ask("/customers/").status == 200
        until(served.is_up)
        assert (served.alive(), children(served)) == ([True, True], before)


def children(served: Served) -> list[str]:
    """The processes that gunicorn has started: one that is ended is replaced by another."""
    master = served.processes[0].pid
    return Path(f"/proc/{master}/task/{master}/children").read_text().split()


@contextmanager
def kept(file: Path, seconds: float) -> Iterator[None]:
    """Keeps the file for writing, for so many seconds at least."""
    over = time.monotonic() + seconds
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
        time.sleep(max(0, over - time.monotonic()))
        writer.execute("ROLLBACK")
