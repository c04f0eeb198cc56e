"""Many rows at once, by the fastest way that each engine has: COPY on PostgreSQL, prepared INSERTs on SQLite.

No model is made of a row: constraints and triggers hold, but nothing that Django does on the way runs (`pre_save`, so
that the keys of order and search, and days that set themselves, are the caller's; validation). Rows to
overwrite alone are models.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

from django.db import connection, models

from spotilla.in_values import among

type Row = Sequence[Any]

BATCH = 1_000  # rows at once on SQLite
OVERWRITTEN = 2_000  # rows at once


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert `rows`, each in the order of `columns` (the fields' attribute names, "folder_id"). Read one by one.
    Returns how many they were.

    Columns that are not named take what the schema gives: Django's own defaults are not in it. An id of 0 is no id:
    give those of `new_ids`. Raises IntegrityError where a row breaks a rule.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    fields: Any = [model._meta.get_field(name) for name in columns]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {table} ({names}) FROM STDIN", rows)
        else:
            places = ", ".join(["%s"] * len(columns))
            if any(isinstance(field, models.DateField) for field in fields):
                rows = map(_for_sqlite, rows)
            inserted = 0
            # Django keeps the rows of a call until its end.
            for batch in itertools.batched(rows, BATCH, strict=False):
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", batch)
                inserted += len(batch)
            return inserted
        return int(cursor.rowcount)


def _copy(cursor: Any, statement: str, rows: Iterable[Row]) -> None:
    """COPY, through whatever stands around every other statement of the connection (connection.execute_wrapper)."""

    def copy(sql: str, *_arguments: Any) -> None:
        with connection.wrap_database_errors, cursor.copy(sql) as into:
            for row in rows:
                into.write_row(row)

    execute: Callable[..., None] = copy
    many = False
    for wrapper in reversed(connection.execute_wrappers):
        execute = partial(wrapper, execute)
    execute(statement, None, many, {"connection": connection, "cursor": cursor})


def _for_sqlite(row: Row) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in row]


def lock_rows(model: type[models.Model], ids: Collection[int], *, keys_stay: bool = False) -> None:
    """Lock the rows with these ids until the transaction ends, always in one order. With `keys_stay` others can go on
    to refer to them. SQLite, where one transaction writes at a time, has nothing to lock.
    """
    rows = model._default_manager.select_for_update(
        no_key=keys_stay and connection.features.has_select_for_no_key_update
    )
    list(rows.filter(among("pk", ids)).order_by("pk").values_list("pk"))


def overwrite_rows(model: type[models.Model], rows: Collection[Any], fields: Sequence[str]) -> None:
    """Write these fields of many rows that are there: an insert that meets its own keys, several times as fast as
    bulk_update. The fields' pre_save runs, and triggers raise versions.
    """
    model._default_manager.bulk_create(
        rows, batch_size=OVERWRITTEN, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )


def delete_rows(model: type[models.Model], ids: Collection[int]) -> None:
    """Delete the rows with these ids in one statement. No model is loaded, and nothing that refers to them goes along:
    raises IntegrityError, at the end of the transaction, when something does.
    """
    table, key = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(str(model._meta.pk.column))
    each = (
        "SELECT value::bigint FROM json_array_elements_text(%s::json)"
        if connection.vendor == "postgresql"
        else "SELECT value FROM json_each(%s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {key} IN ({each})", [json.dumps(list(ids))])


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


@contextmanager
def references_checked_last(*tables: type[models.Model]) -> Iterator[None]:
    """Inside, what the rows of these tables refer to is not looked for; at the end it is, once for all rows. Raises
    IntegrityError then.

    For a load into an empty place, inside its transaction, which has to go back whole if anything fails. On PostgreSQL
    a foreign key is a query for each row, which takes nearly half of the time of writing tasks, or a join when it is
    made. Nobody else can read these tables, or those that they refer to, until the transaction ends.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        # Nothing may wait to be checked on tables that are altered. And each statement settles its own from here on:
        # of ten million rows, what is still to be checked would fill a gigabyte.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) ORDER BY 1, 2",
            [[connection.ops.quote_name(model._meta.db_table) for model in tables]],
        )
        references = cursor.fetchall()
        for table, name, _definition in references:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        for table, name, definition in references:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def pieces_indexed_last(*tables: type[models.Model]) -> Iterator[None]:
    """Inside, the pieces of these tables' names are in no index (spotilla.schema.pieces_of); at the end they are
    brought into one at once, in a fifth of the time that it takes row by row.

    For the same loads as `references_checked_last`, inside which it stands: PostgreSQL drops no index of a table on
    which something waits to be checked.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam "
            "WHERE a.amname = 'gin' AND i.indrelid = ANY(%s::regclass[]) ORDER BY 1",
            [[connection.ops.quote_name(model._meta.db_table) for model in tables]],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
