"""A database of an earlier version: the tests' own, taken back to earlier migrations, to be filled and migrated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

type Rows = dict[str, list[tuple[Any, ...]]]


@contextmanager
def schema_of(*migrations: tuple[str, str]) -> Iterator[Any]:
    """The tables as these migrations left them, and the registry of the models of that time (`get_model`).

    In a test that commits. Afterwards the tables are emptied and stand as they should.
    """
    state = MigrationExecutor(connection).migrate(list(migrations))
    try:
        yield state.apps
    finally:
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False)
        call_command("migrate", verbosity=0)


def applied() -> set[tuple[str, str]]:
    return set(MigrationExecutor(connection).loader.applied_migrations)


def rows_of(*tables: str) -> Rows:
    """Everything in them, in order, as the database has it."""
    return {table: _asked(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables}


def standing() -> set[str]:
    """Triggers, functions, indexes and constraints, by name and text; on SQLite the constraints are in no list."""
    if connection.vendor == "sqlite":
        return {sql for (sql,) in _asked("SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL")}
    mine = (
        "WHERE pronamespace = 'public'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')"
    )
    return {
        text
        for (text,) in _asked(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
            f"UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc {mine} "
            "UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' "
            "UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        )
    }


def _asked(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
