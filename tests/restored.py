"""Everything that two databases of one engine hold, compared by name and text: what a restore must bring back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from spotilla.database_url import database

type Contents = dict[str, object]  # by what and whose: "index task_day", "rows of customers_customer"

# Each gives a name and a text. What belongs to an extension comes with it.
POSTGRESQL = {
    "column": """
        SELECT concat_ws('.', c.oid::regclass, a.attname), concat_ws(' ',
            row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), format_type(a.atttypid, a.atttypmod),
            a.attnotnull, a.attidentity, a.attgenerated, a.attcollation::regcollation,
            pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
        AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraint": """
        SELECT concat_ws(' ', conrelid::regclass, conname), concat_ws(' ', pg_get_constraintdef(oid), convalidated)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "index": """
        SELECT i.indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(i.indexrelid), i.indisvalid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace""",
    "trigger": """
        SELECT concat_ws(' ', tgrelid::regclass, tgname), concat_ws(' ', pg_get_triggerdef(oid), tgenabled)
        FROM pg_trigger WHERE NOT tgisinternal""",
    "function": """
        SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "view": """
        SELECT oid::regclass::text, pg_get_viewdef(oid) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')""",
    "sequence": """
        SELECT sequencename, concat_ws(' ', start_value, increment_by, cycle, last_value) FROM pg_sequences
        WHERE schemaname = 'public'""",
    "extension": "SELECT extname, extnamespace::regnamespace::text FROM pg_extension",
    "table": """
        SELECT oid::regclass::text, concat_ws(' ', relkind, relpersistence, relrowsecurity, reloptions) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')""",
}


def differences(one: str, other: str) -> list[str]:
    """What stands in one of two databases, named by their DATABASE_URL, and not alike in the other."""
    first, second = everything_in(one), everything_in(other)
    return sorted(key for key in first.keys() | second.keys() if first.get(key) != second.get(key))


def everything_in(url: str) -> Contents:
    settings = database(url)
    if settings["ENGINE"].endswith("sqlite3"):
        with closing(sqlite3.connect(settings["NAME"])) as lite:
            found: Contents = {
                f"{kind} {name}": f"{table}: {text}"
                for kind, name, table, text in lite.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
            }
            return found | _rows(lambda statement: lite.execute(statement).fetchall(), found)
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {key: settings[name] for key, name in parts.items() if settings[name]}
    with psycopg.connect(make_conninfo(**given)) as server:
        found = {
            f"{kind} {name}": text
            for kind, query in POSTGRESQL.items()
            for name, text in server.execute(query).fetchall()
        }
        return found | _rows(lambda statement: server.execute(statement).fetchall(), found)


def _rows(run: Callable[[str], list[Any]], found: Contents) -> Contents:
    tables = [key.removeprefix("table ").strip('"') for key in found if key.startswith("table ")]
    return {f"rows of {table}": sorted(map(repr, run(f'SELECT * FROM "{table}"'))) for table in tables}
