"""What stands in a database, for the manifest of its backup to say and a restore to compare."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Contents:
    """What a database holds: its migrations, and the rows of each table."""

    migrations: list[str]  # app.name
    rows: dict[str, int]  # by table


def contents(database: BaseDatabaseWrapper) -> Contents:
    """Reads every table through."""
    with database.cursor() as cursor:
        rows = {}
        for name in sorted(database.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {database.ops.quote_name(name)}")
            (rows[name],) = cursor.fetchone()
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        return Contents([f"{app}.{name}" for app, name in cursor.fetchall()], rows)
