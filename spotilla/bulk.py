"""Many rows at once, by the fastest way that each engine has: COPY on PostgreSQL, prepared INSERTs on SQLite.

No model is made of a row: constraints and triggers hold, but nothing that Django does on the way runs (`pre_save`, so
that the keys of order and search, and days that set themselves, are the caller's; validation).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, models

type Row = Sequence[Any]

BATCH = 1_000  # rows at once on SQLite


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert `rows`, each in the order of `columns` (the fields' attribute names, "folder_id"). Read one by one.

    Columns that are not named take what the schema gives: Django's own defaults are not in it. An id of 0 is no id:
    give those of `new_ids`. Raises IntegrityError where a row breaks a rule.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    fields: Any = [model._meta.get_field(name) for name in columns]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            if any(isinstance(field, models.DateField) for field in fields):
                rows = map(_for_sqlite, rows)
            # Django keeps the rows of a call until its end.
            for batch in itertools.batched(rows, BATCH, strict=False):
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", batch)


def _for_sqlite(row: Row) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in row]


def new_ids(model: type[models.Model], amount: int) -> list[int]:
    """Ids that nobody has and nobody else gets, in order; some of them may stay unused.

    On SQLite inside a transaction that writes, which no other can then do.
    """
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The sequence is looked up once, not for each id.
            cursor.execute(
                "WITH own AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS numbers) "
                "SELECT nextval(numbers) FROM own, generate_series(1, %s)",
                [table, column, amount],
            )
            return sorted(pk for (pk,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + 1 + amount))
