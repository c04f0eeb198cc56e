"""Who is at work on a numbered thing, and how far: for others to see while the work is still inside its transaction.

The sign is a lock that goes with the process, however it ends, and not before its transaction has gone too: on
PostgreSQL an advisory lock, with the text as the connection's application name; on SQLite, which has one machine, a
locked file beside the database, with the text in it. Nothing is written into tables, where nobody could read it before
the end.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from django.db import DatabaseError, InterfaceError, connection

type Tell = Callable[[str], None]

SPACE = 5701  # the first of the two numbers of our advisory locks
_WORKERS = range(2**31 - 16, 2**31)  # numbers that no work will have; more workers than these have no sign
LONGEST = 60  # characters of a text, ASCII: PostgreSQL cuts longer ones


@contextmanager
def at_work(number: int) -> Iterator[Tell]:
    """Inside, this process is the one at work; waits for another that is. What is called with a text tells how far."""
    with _by_lock(number) if connection.vendor == "postgresql" else _by_file(number) as tell:
        yield tell


def working(numbers: Collection[int]) -> dict[int, str]:
    """Those of the numbers that somebody is at work on, with what was told last."""
    if connection.vendor == "postgresql":
        return _locked(numbers)
    return {number: text for number in numbers if (text := _read(_path(number))) is not None}


@contextmanager
def as_worker() -> Iterator[None]:
    """Inside, this process counts among the workers that are alive: it has the first of their numbers that was free."""
    take = _take_lock if connection.vendor == "postgresql" else _take_file
    with ExitStack() as held:
        any(take(number, held) for number in _WORKERS)
        yield


def workers_alive() -> int:
    """How many workers there are, whether at work or waiting for some. One statement on PostgreSQL, none on SQLite."""
    return len(working(_WORKERS))


def _take_lock(number: int, held: ExitStack) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SPACE, number])
        (taken,) = cursor.fetchone()
    if taken:
        held.callback(_let_go, number)
    return bool(taken)


def _let_go(number: int) -> None:
    with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:  # a lost connection has let go itself
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, number])


def _take_file(number: int, held: ExitStack) -> bool:
    path = _path(number)
    try:
        held.enter_context(_own(path, fcntl.LOCK_EX | fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    held.callback(path.unlink, missing_ok=True)
    return True


@contextmanager
def _by_lock(number: int) -> Iterator[Tell]:
    def run(statement: str, *parameters: int | str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    run("SELECT pg_advisory_lock(%s, %s)", SPACE, number)
    try:
        yield lambda text: run("SELECT set_config('application_name', %s, false)", text[:LONGEST])
    finally:
        run("SELECT set_config('application_name', '', false), pg_advisory_unlock(%s, %s)", SPACE, number)


def _locked(numbers: Collection[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.objid::bigint, coalesce(a.application_name, '') FROM pg_locks l LEFT JOIN pg_stat_activity a "
            "ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objsubid = 2 "
            "AND l.objid::bigint = ANY(%s) "
            "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [SPACE, list(numbers)],
        )
        return dict(cursor.fetchall())


@contextmanager
def _by_file(number: int) -> Iterator[Tell]:
    path = _path(number)
    file = _own(path)
    try:
        yield lambda text: _write(file, text)
    finally:
        path.unlink(missing_ok=True)
        file.close()


def _own(path: Path, lock: int = fcntl.LOCK_EX) -> IO[bytes]:
    """The file, locked; not one that another has removed from the folder meanwhile."""
    while True:
        file = path.open("a+b", buffering=0)
        try:
            fcntl.flock(file, lock)
        except BlockingIOError:
            file.close()
            raise
        if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
            return file
        file.close()


def _write(file: IO[bytes], text: str) -> None:
    os.ftruncate(file.fileno(), 0)
    os.write(file.fileno(), text[:LONGEST].encode())


def _read(path: Path) -> str | None:
    """What the file says, if somebody holds it; a file that a killed process has left is removed."""
    try:
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(LONGEST).decode()
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        pass
    return None


def _path(number: int) -> Path:
    """Of a database in memory, which one process has to itself, in the folder for temporary files."""
    name = str(connection.settings_dict["NAME"])
    if name == ":memory:" or name.startswith("file:"):
        return Path(tempfile.gettempdir()) / f"spotilla-{os.getpid()}-at-work-{number}"
    return Path(f"{name}-at-work-{number}")
