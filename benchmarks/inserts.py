"""What the indexes on tasks cost those who add some: `DATABASE_URL=… python -m benchmarks.inserts`.

Inserts copies of tasks from all over the table, in no order, once with all indexes and once with those of the primary
key and the foreign keys alone, in one transaction that is rolled back: nobody else can use tasks meanwhile. Of tasks as
they are (most of them done), and of the same as they are when new (all open). What is told is the least time of the
processor that the database took: PostgreSQL's process for this connection, which has to run on this machine, or SQLite
in this process. What is rolled back leaves its places in PostgreSQL's indexes until VACUUM: run that before
(benchmarks.settle).
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks.timing import heading, ratio, set_up, told

set_up()

from django.db import connection, transaction
from django.utils import timezone

AMOUNT = 100_000  # of a smaller table, all
MOST = 2.0
ROUNDS = 3
COLUMNS = "name, description, due_on, state, minutes, done_on, search_key, folder_id, role_id, spot_id, work_order_id"
OWN_INDEXES = ("spot_id", "work_order_id", "role_id", "folder_id")  # that the foreign keys would have by themselves
KINDS = {"as they are": "copies", "all open": "opened"}
DUE_LATELY = {  # in the sixty days up to a day
    "postgresql": "%s::date - (id %% 60)::int",
    "sqlite": "date(%s, '-' || (id %% 60) || ' days')",
}


def prepare(cursor: Any) -> int:
    cursor.execute("SELECT COUNT(*) FROM workorders_task")
    step = max(cursor.fetchone()[0] // AMOUNT, 1)
    cursor.execute(
        f"CREATE TEMP TABLE copies AS SELECT * FROM workorders_task WHERE id % {step} = 0 "
        f"ORDER BY random() LIMIT {AMOUNT}"
    )
    cursor.execute("CREATE TEMP TABLE opened AS SELECT * FROM copies")
    due = DUE_LATELY[connection.vendor]
    cursor.execute(
        f"UPDATE opened SET state = 'open', done_on = NULL, minutes = 0, due_on = {due}", [timezone.localdate()]
    )
    cursor.execute("SELECT COUNT(*) FROM copies")
    amount: int = cursor.fetchone()[0]
    return amount


def processor() -> float:
    """Seconds that the database has run for this connection."""
    if connection.vendor == "sqlite":
        return time.process_time()
    assert connection.connection is not None
    backend = connection.connection.info.backend_pid
    return int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9


def cost(cursor: Any, source: str) -> float:
    taken = []
    for _ in range(ROUNDS + 1):  # the first brings the indexes into memory
        point = transaction.savepoint()
        began = processor()
        cursor.execute(f"INSERT INTO workorders_task ({COLUMNS}) SELECT {COLUMNS} FROM {source}")
        taken.append(processor() - began)
        transaction.savepoint_rollback(point)
    return min(taken[1:])


def bare(cursor: Any) -> int:
    """Take away all indexes but the foreign keys' own; how many there were."""
    indexes: Any = connection.introspection.get_constraints(cursor, "workorders_task")
    ours = [name for name, of in indexes.items() if of["index"] and not of["primary_key"] and not of["unique"]]
    for name in ours:
        cursor.execute(f'DROP INDEX "{name}"')
    for column in OWN_INDEXES:
        cursor.execute(f"CREATE INDEX bare_{column} ON workorders_task ({column})")
    return len(ours)


def main() -> None:
    heading("Inserting tasks")
    with transaction.atomic(), connection.cursor() as cursor:
        amount = prepare(cursor)
        every = {kind: cost(cursor, source) for kind, source in KINDS.items()}
        indexes = bare(cursor)
        plain = {kind: cost(cursor, source) for kind, source in KINDS.items()}
        transaction.set_rollback(True)
    print(f"  {amount:,} tasks; {indexes} indexes beside the primary key, against {len(OWN_INDEXES)}")
    for kind in KINDS:
        told(f"inserting tasks, {kind}: the foreign keys' indexes alone", plain[kind])
        ratio(f"inserting tasks, {kind}: all indexes", every[kind], plain[kind], MOST)


if __name__ == "__main__":
    main()
