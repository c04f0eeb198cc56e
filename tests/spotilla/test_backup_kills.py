"""`kill -9` at any moment: a file that has the name of a backup is whole, and a database is the old one or the new."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection

from tests import factories
from tests.concurrency.database import ROOT, connected_to, environment
from tests.restored import Contents, everything_in

pytestmark = pytest.mark.long
KILLS = 15


def killed_after(seconds: float, url: str, *arguments: object) -> int:
    """The exit code of the command, which is killed when that long has passed; what it has started is not."""
    command = [sys.executable, "manage.py", *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(url), start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        return process.wait()


def lasts(url: str, *arguments: object) -> tuple[float, float]:
    """Seconds until the program has started, and until it has ended."""
    began = time.monotonic()
    assert killed_after(600, url, "help") == 0
    started = time.monotonic()
    assert killed_after(600, url, *arguments) == 0
    return 0.8 * (started - began), 1.1 * (time.monotonic() - started)


def moments(first: float, last: float) -> list[float]:
    """Seconds until each kill, in no order: from before the program has started until long after it should have ended,
    so that some come too early and some too late on a machine of any speed.
    """
    step = (2 * last - first / 2) / (KILLS - 1)
    return Random(1).sample([first / 2 + step * number for number in range(KILLS)], KILLS)


def nobody_is_connected(url: str) -> None:
    """PostgreSQL's own process ends a moment after the one that it served."""
    with connected_to(url):
        while connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                if cursor.fetchone() == (0,):
                    return
            time.sleep(0.01)


def test_a_killed_backup_leaves_no_file_that_looks_whole(
    own_url: str, tmp_path: Path, say: Callable[[str], None]
) -> None:
    wholes = 0
    with connected_to(own_url):
        call_command("load_demo", scale=0.5, verbosity=0)
        first, last = lasts(own_url, "backup", tmp_path / "measured.zip")
        for number, seconds in enumerate(moments(first, last)):
            file = tmp_path / f"{number}.zip"
            ended = killed_after(seconds, own_url, "backup", file)
            assert file.exists() or ended != 0
            if file.exists():
                call_command("restore", str(file), check=True, verbosity=0)
                wholes += 1
    say(f"{KILLS} backups killed on {connection.vendor}: {wholes} whole, {KILLS - wholes} with nothing by that name")
    assert 0 < wholes < KILLS


def test_a_killed_restore_leaves_the_old_database_or_the_new(
    own_url: str, tmp_path: Path, say: Callable[[str], None]
) -> None:
    backups: list[Path] = []
    contents: list[Contents] = []
    with connected_to(own_url):
        call_command("load_demo", scale=0.2, verbosity=0)
        for number in range(2):
            factories.customer(f"Asiakas {number}")
            backups.append(tmp_path / f"{number}.zip")
            call_command("backup", str(backups[-1]))
        for backup in backups:
            call_command("restore", str(backup), yes=True)
            contents.append(everything_in(own_url))
    first, last = lasts(own_url, "restore", "--yes", backups[1])
    now, ends = 1, [0, 0]
    for seconds in moments(first, last):
        killed_after(seconds, own_url, "restore", "--yes", backups[1 - now])
        nobody_is_connected(own_url)
        found = everything_in(own_url)
        assert found in contents
        ended = contents.index(found)
        ends[ended != now] += 1
        now = ended
    say(f"{KILLS} restores killed on {connection.vendor}: {ends[0]} left the old database, {ends[1]} the new one")
    assert min(ends) > 0
