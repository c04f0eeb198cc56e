"""Every change of a table's rows, kept by triggers in a table that is told; as migration operations.

Whatever writes is seen: forms, the admin, update() and bulk writes, COPY, SQL by hand. docs/decisions/0019 says what is
kept of a change, and spotilla.audit_actor how the triggers know who made it.

Django remakes a SQLite table to alter it, and drops its triggers without a word: a migration that alters a table named
here repeats the operation after it, with the columns that the table then has. One that alters the log itself
drops the triggers first: SQLite renames no table while they write to one that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.migrations import RunPython

from spotilla.schema import by_engine


def kept_changes(
    table: str, log: str, *, names: Mapping[str, str], columns: Sequence[str], from_the_start: Sequence[str] = ()
) -> RunPython:
    """`log`: the table that the changes go to. `names`: the log's column → the table's, of what identifies a row; a row
    that has one of them changed is told as deleted and inserted. `columns`: what is kept when it changes.
    `from_the_start`: what is kept of a new row too.
    """
    postgresql = _PostgreSQL(table, log, names, columns, from_the_start)
    sqlite = _SQLite(table, log, names, columns, from_the_start)
    return by_engine(
        postgresql=postgresql.create(),
        sqlite=[
            "CREATE TABLE IF NOT EXISTS acting_now (how text NOT NULL, user_id bigint, operation_id bigint)",
            *sqlite.drop(),
            *sqlite.create(),
        ],
        undo_postgresql=postgresql.drop(),
        undo_sqlite=sqlite.drop(),
    )


class _Engine:
    """The statements that one engine's triggers are made of. `row` is OLD, NEW, or a table of many."""

    array = ""
    object = ""

    def __init__(
        self, table: str, log: str, names: Mapping[str, str], columns: Sequence[str], from_the_start: Sequence[str]
    ) -> None:
        self.table, self.names, self.columns, self.from_the_start = table, names, columns, from_the_start
        self.into = f"{log} (at, user_id, how, operation_id, {', '.join(names)}, done, version, changed)"

    def key(self, row: str) -> str:
        return ", ".join(f"{row}.{column}" for column in self.names.values())

    def whole(self, row: str, columns: Sequence[str], pair: str) -> str:
        """All of the columns with what they were and what they are; `pair` has the place of the value that there is."""
        pairs = (f"'{column}', {self.array}({pair.format(f'{row}.{column}')})" for column in columns)
        return f"{self.object}({', '.join(pairs)})"

    def inserted(self, row: str, version: str) -> str:
        return self.write(row, "insert", version, self.whole(row, self.from_the_start, "NULL, {}"))

    def deleted(self, row: str) -> str:
        return self.write(row, "delete", f"{row}.version", self.whole(row, self.columns, "{}, NULL"))

    def write(self, row: str, done: str, version: str, changed: str) -> str:
        raise NotImplementedError


class _SQLite(_Engine):
    array, object = "json_array", "json_object"

    def create(self) -> list[str]:
        # The version is raised by a trigger of its own, which may come later; its UPDATE changes nothing that is kept.
        version = "OLD.version + 1"
        same = f"({self.key('OLD')}) IS ({self.key('NEW')})"
        pairs = " UNION ALL ".join(
            f"SELECT '{column}' AS name, OLD.{column} AS was, NEW.{column} AS becomes" for column in self.columns
        )
        changed = f"(SELECT json_group_object(name, json_array(was, becomes)) FROM ({pairs}) WHERE was IS NOT becomes)"
        differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in self.columns)
        moved = f"{self.deleted('OLD')}; {self.inserted('NEW', version)}"
        return [
            self.trigger("insert", "INSERT", self.inserted("NEW", "NEW.version")),
            self.trigger("update", "UPDATE", self.write("NEW", "update", version, changed), f"{same} AND ({differs})"),
            self.trigger("move", "UPDATE", moved, f"NOT ({same})"),
            self.trigger("delete", "DELETE", self.deleted("OLD")),
        ]

    def trigger(self, name: str, event: str, statements: str, when: str = "TRUE") -> str:
        name = f"{self.table}_kept_{name}"
        return f"CREATE TRIGGER {name} AFTER {event} ON {self.table} WHEN {when} BEGIN {statements}; END"

    def drop(self) -> list[str]:
        return [f"DROP TRIGGER IF EXISTS {self.table}_kept_{name}" for name in ("insert", "update", "move", "delete")]

    def write(self, row: str, done: str, version: str, changed: str) -> str:
        return (
            f"INSERT INTO {self.into} SELECT strftime('%Y-%m-%d %H:%M:%f', 'now'), a.user_id, coalesce(a.how, ''), "
            f"a.operation_id, {self.key(row)}, '{done}', {version}, {changed} "
            "FROM (SELECT 1) LEFT JOIN acting_now a"
        )


class _PostgreSQL(_Engine):
    """New and deleted rows are written a statement at a time, which costs an import less than one by one."""

    array, object = "jsonb_build_array", "jsonb_build_object"

    def create(self) -> list[str]:
        pairs = ", ".join(
            f"'{column}', CASE WHEN OLD.{column} IS DISTINCT FROM NEW.{column} "
            f"THEN jsonb_build_array(OLD.{column}, NEW.{column}) END"
            for column in self.columns
        )
        moved = f"{self.deleted('OLD')}; {self.inserted('NEW', 'NEW.version')};"
        updated = (
            f"changed := jsonb_strip_nulls(jsonb_build_object({pairs})); "
            f"IF changed <> '{{}}' THEN {self.write('NEW', 'update', 'NEW.version', 'changed')}; END IF;"
        )
        update = f"IF ({self.key('OLD')}) IS DISTINCT FROM ({self.key('NEW')}) THEN {moved} ELSE {updated} END IF"
        rows = "REFERENCING {} TABLE AS r FOR EACH STATEMENT"
        return [
            *self.trigger("insert", "INSERT", rows.format("NEW"), f"{self.inserted('r', 'r.version')} FROM r"),
            *self.trigger("update", "UPDATE", "FOR EACH ROW", update),
            *self.trigger("delete", "DELETE", rows.format("OLD"), f"{self.deleted('r')} FROM r"),
        ]

    def trigger(self, name: str, event: str, each: str, statements: str) -> list[str]:
        name = f"{self.table}_kept_{name}"
        return [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE "
            "acting jsonb := coalesce(nullif(current_setting('spotilla.acting', true), ''), '{}'); "
            "by_user bigint := acting->>'user'; by_way text := coalesce(acting->>'how', ''); "
            f"by_operation bigint := acting->>'operation'; changed jsonb; BEGIN {statements}; RETURN NULL; END $$",
            f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {self.table} {each} EXECUTE FUNCTION {name}()",
        ]

    def drop(self) -> list[str]:
        names = [f"{self.table}_kept_{name}" for name in ("insert", "update", "delete")]
        return [
            *(f"DROP TRIGGER IF EXISTS {name} ON {self.table}" for name in names),
            *(f"DROP FUNCTION IF EXISTS {name}()" for name in names),
        ]

    def write(self, row: str, done: str, version: str, changed: str) -> str:
        return (
            f"INSERT INTO {self.into} SELECT statement_timestamp(), by_user, by_way, by_operation, "
            f"{self.key(row)}, '{done}', {version}, {changed}"
        )
