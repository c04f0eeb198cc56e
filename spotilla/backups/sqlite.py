"""SQLite's own online backup: pages are copied as they are at one moment, and into a database in one transaction."""

from __future__ import annotations

import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from spotilla.backups.archive import AT_ONCE, DATABASE, Archive, BackupFailed
from spotilla.backups.contents import Contents, contents
from spotilla.backups.files import own_file

WAIT = 10.0  # seconds for whoever writes to the database that is to be replaced


def dump(archive: zipfile.ZipFile, beside: Path) -> Contents:
    """By way of a copy, which is looked through: what is damaged is no backup."""
    scratch = beside.with_name(f"{beside.name}-database")
    with own_file(scratch), _connected(scratch) as copy:
        connection.ensure_connection()
        copy.ensure_connection()
        connection.connection.backup(copy.connection, progress=_gives_up_after(WAIT))
        _run(copy, "PRAGMA journal_mode = DELETE")  # all of it in the one file
        _ensure_sound(copy)
        archive.write(scratch, DATABASE)
        return contents(copy)


def load(archive: Archive) -> None:
    """By way of a copy beside the database. SQLite itself sees to it that whoever has the database open reads the old
    rows or the new ones, and that a process which is killed leaves the old ones.
    """
    live = Path(str(connection.settings_dict["NAME"]))
    scratch = live.with_name(f"{live.name}.restoring")
    with own_file(scratch) as file:
        with archive.open_database() as database:
            shutil.copyfileobj(database, file, AT_ONCE)
        file.flush()
        with _connected(scratch) as copy:
            _ensure_sound(copy)
            if contents(copy).rows != archive.manifest.rows:
                raise BackupFailed(_("The backup has other rows than it says. Nothing was changed."))
            connection.close()
            _replace(live, copy.connection)


def _replace(live: Path, copy: sqlite3.Connection) -> None:
    try:
        with closing(sqlite3.connect(live, timeout=WAIT)) as target:
            target.execute("PRAGMA synchronous = FULL")
            copy.backup(target, progress=_gives_up_after(WAIT))
    except sqlite3.Error as error:
        raise BackupFailed(
            _("The database could not be replaced: %(error)s. Nothing was changed.") % {"error": error}
        ) from error


@contextmanager
def _connected(path: Path) -> Iterator[BaseDatabaseWrapper]:
    """To another file as Django connects, with the functions that our rules use. Whoever is killed begins it anew."""
    other = connection.copy()
    other.settings_dict["NAME"] = str(path)
    other.settings_dict["OPTIONS"] = {"init_command": "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"}
    with closing(other):
        yield other


def _ensure_sound(database: BaseDatabaseWrapper) -> None:
    try:
        (found,) = _run(database, "PRAGMA integrity_check(1)")
    except DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise BackupFailed(_("The database is damaged: %(error)s") % {"error": found})


def _run(database: BaseDatabaseWrapper, statement: str) -> tuple[str, ...]:
    with database.cursor() as cursor:
        cursor.execute(statement)
        row: tuple[str, ...] = cursor.fetchone()
        return row


def _gives_up_after(seconds: float) -> Callable[[int, int, int], None]:
    """For sqlite3's backup(), which tries for ever while somebody else writes."""
    until = time.monotonic() + seconds

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > until:
            raise BackupFailed(
                _("Somebody has written to the database for %(seconds)d seconds. Stop the program, and try again.")
                % {"seconds": seconds}
            )

    return progress
