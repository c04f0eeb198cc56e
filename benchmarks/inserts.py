"""What the indexes on tasks cost those who add some: `DATABASE_URL=postgresql://… python -m benchmarks.inserts`.

Inserts AMOUNT tasks, copies of tasks from all over the table, once with all indexes and once with those of the primary
key and the foreign keys alone (spot, work order, role, folder), in one transaction that is rolled back: nobody else can
read tasks meanwhile. Of tasks as they are (most of them done), and of the same as they are when new (all open). Prints
the least milliseconds of the server's processor, and how many times as much all indexes cost; with --checks the foreign
keys are checked too, as a commit does. PostgreSQL alone, on the same machine. What is rolled back leaves its places in
the indexes until VACUUM: run that before.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import psycopg

AMOUNT = 100_000
MOST = 2.0
COLUMNS = "name, description, due_on, state, minutes, done_on, search_key, folder_id, role_id, spot_id, work_order_id"
PLAIN = ("spot_id", "work_order_id", "role_id", "folder_id")
KINDS = {"as they are": "copies", "all open": "opened"}


def prepare(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        f"CREATE TEMP TABLE copies AS SELECT * FROM workorders_task WHERE id IN (SELECT (random() * (SELECT max(id) "
        f"FROM workorders_task))::bigint FROM generate_series(1, {AMOUNT * 2})) LIMIT {AMOUNT}"
    )
    connection.execute("CREATE TEMP TABLE opened AS SELECT * FROM copies")
    # Due in the weeks around the last day of the table.
    connection.execute(
        "UPDATE opened SET state = 'open', done_on = NULL, minutes = 0, "
        "due_on = (SELECT max(due_on) FROM copies) - (random() * 60)::int"
    )


def processor(connection: psycopg.Connection[Any]) -> float:
    """Milliseconds that the server's process for this connection has run."""
    return int(Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e6


def cost(connection: psycopg.Connection[Any], source: str, times: int, *, checks: bool) -> float:
    taken = []
    for _ in range(times + 1):  # the first brings the indexes into memory
        connection.execute("SAVEPOINT before")
        began = processor(connection)
        connection.execute(f"INSERT INTO workorders_task ({COLUMNS}) SELECT {COLUMNS} FROM {source}")
        if checks:
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        taken.append(processor(connection) - began)
        connection.execute("ROLLBACK TO before")
    return min(taken[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--checks", action="store_true")
    asked = parser.parse_args()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        prepare(connection)
        every = {kind: cost(connection, source, asked.times, checks=asked.checks) for kind, source in KINDS.items()}
        indexes = connection.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'workorders_task' AND indexname NOT LIKE '%_pkey'"
        ).fetchall()
        for (name,) in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        for column in PLAIN:
            connection.execute(f"CREATE INDEX ON workorders_task ({column})")
        plain = {kind: cost(connection, source, asked.times, checks=asked.checks) for kind, source in KINDS.items()}
        connection.rollback()
    print(f"{AMOUNT:,} tasks, {len(indexes) + 1} indexes against {len(PLAIN) + 1}, milliseconds of the processor")
    for kind in KINDS:
        ratio = every[kind] / plain[kind]
        mark = "  !!" if ratio > MOST else ""
        print(f"{kind:12} {every[kind]:6.0f} against {plain[kind]:6.0f}: x {ratio:.2f}{mark}")


if __name__ == "__main__":
    main()
