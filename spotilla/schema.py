"""Rules that Django's constraints cannot say on both engines, as migration operations: a PostgreSQL constraint or
trigger, and SQLite triggers of the same effect. They come to the application as IntegrityError, with the rule's name in
the text.

Django remakes a SQLite table to alter it, and drops its triggers without a word: a migration that alters a table named
here repeats the table's operations after it, or adds its constraint by `AddConstraintBesideTriggers`. tests/structure
lists the triggers that stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, RunPython


def by_engine(
    postgresql: list[str], sqlite: list[str], undo_postgresql: list[str], undo_sqlite: list[str]
) -> RunPython:
    """The statements of the engine at hand, and those that take them back."""

    def run(editor: BaseDatabaseSchemaEditor, statements: dict[str, list[str]]) -> None:
        for statement in statements[editor.connection.vendor]:
            editor.execute(statement, params=None)

    def forwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        run(editor, {"postgresql": postgresql, "sqlite": sqlite})

    def backwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        run(editor, {"postgresql": undo_postgresql, "sqlite": undo_sqlite})

    return RunPython(forwards, backwards)


class AddConstraintBesideTriggers(AddConstraint):
    """On SQLite the triggers of the remade table stand again as they were, forwards and backwards."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any) -> None:
        with self._triggers_kept(app_label, schema_editor, states[1]):
            super().database_forwards(app_label, schema_editor, *states)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any) -> None:
        with self._triggers_kept(app_label, schema_editor, states[1]):
            super().database_backwards(app_label, schema_editor, *states)

    @contextmanager
    def _triggers_kept(self, app_label: str, editor: BaseDatabaseSchemaEditor, state: Any) -> Iterator[None]:
        if editor.connection.vendor != "sqlite":
            yield
            return
        table = state.apps.get_model(app_label, self.model_name)._meta.db_table
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            triggers = [sql for (sql,) in cursor.fetchall()]
        yield
        for sql in triggers:
            editor.execute(sql, params=None)


def no_overlap(table: str, key: str, name: str) -> RunPython:
    """No two rows of `table` with the same `key` share a day of since <= day < until. PostgreSQL needs btree_gist."""
    check = (
        f"SELECT RAISE(ABORT, '{name}') WHERE EXISTS (SELECT 1 FROM {table} o WHERE o.{key} = NEW.{key} "
        "AND o.id <> NEW.id AND o.since < NEW.until AND o.until > NEW.since)"
    )
    return by_engine(
        postgresql=[
            "CREATE EXTENSION IF NOT EXISTS btree_gist",
            f"ALTER TABLE {table} ADD CONSTRAINT {name} "
            f"EXCLUDE USING gist ({key} WITH =, daterange(since, until) WITH &&)",
        ],
        sqlite=[
            f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN {check}; END",
            f"CREATE TRIGGER {name}_update AFTER UPDATE OF {key}, since, until ON {table} BEGIN {check}; END",
        ],
        undo_postgresql=[f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}"],
        undo_sqlite=[f"DROP TRIGGER IF EXISTS {name}_insert", f"DROP TRIGGER IF EXISTS {name}_update"],
    )


def raised_version(table: str) -> RunPython:
    """Every UPDATE of a row of `table`, in bulk too, adds one to `version`, whatever it says of it itself."""
    name = f"{table}_version"
    return by_engine(
        postgresql=[
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $$",
            f"CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ],
        sqlite=[
            # SQLite's recursive_triggers are off, so that the inner UPDATE does not fire it again.
            f"CREATE TRIGGER {name} AFTER UPDATE ON {table} WHEN NEW.version <> OLD.version + 1 "
            f"BEGIN UPDATE {table} SET version = OLD.version + 1 WHERE id = NEW.id; END"
        ],
        undo_postgresql=[f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"],
        undo_sqlite=[f"DROP TRIGGER IF EXISTS {name}"],
    )


def never_changed(table: str) -> RunPython:
    """A row of `table` is refused every UPDATE."""
    name = f"{table}_never_changed"
    return by_engine(
        postgresql=[
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ],
        sqlite=[f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{name}'); END"],
        undo_postgresql=[f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"],
        undo_sqlite=[f"DROP TRIGGER IF EXISTS {name}"],
    )


def pieces_of(table: str, name: str, column: str = "search_key") -> RunPython:
    """An index by which any piece of `column` of three letters or more is found. PostgreSQL alone, with pg_trgm.

    On SQLite nothing: a tenth of the rows is read through as quickly.
    """
    return by_engine(
        postgresql=[
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f"CREATE INDEX {name} ON {table} USING gin ({column} gin_trgm_ops)",
        ],
        sqlite=[],
        undo_postgresql=[f"DROP INDEX IF EXISTS {name}"],
        undo_sqlite=[],
    )
