"""Whether the database can be asked now: not while it is stopped, starts, or is kept by another that writes.

All of that passes by itself, so pages answer 503, and the worker waits.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# PostgreSQL's classes of SQLSTATE: connection lost; too many connections; a lock not given or a deadlock; being stopped
# or started. What could not even connect has none.
_PASSING = ("08", "53300", "40P01", "55P03", "57P01", "57P02", "57P03")
_PASSING_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN}


def is_unavailable(error: BaseException | None) -> bool:
    """Whether an error says that the database is away or busy, rather than that something is wrong with a statement."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _PASSING_SQLITE
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(_PASSING)


def unapplied_migrations() -> list[str]:
    """The apps whose last migration the database has not seen. One or two statements; reads the migrations once."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted({app for app, name in _last_migrations() if (app, name) not in applied})


@cache
def _last_migrations() -> list[tuple[str, str]]:
    return list(MigrationLoader(None).graph.leaf_nodes())


def database_is_missing() -> bool:
    """Whether the file of an SQLite database is not there, which connecting would make."""
    name = str(connection.settings_dict["NAME"])
    in_memory = name == ":memory:" or name.startswith("file:")
    return connection.vendor == "sqlite" and not in_memory and not Path(name).exists()
