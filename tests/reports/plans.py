"""Which work a statement reads, by the database's own plan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client

from tests.reports.pages import page

WORK = ("workorders_task", "workorders_servicerequest")


@dataclass(frozen=True)
class Statement:
    sql: str
    parameters: Any


@dataclass(frozen=True)
class Read:
    """What one step of a plan reads of a table. SQLite does not count the rows and says only how it finds them."""

    table: str
    how: str
    rows: int | None = None

    def is_over(self, most: int) -> bool:
        """More than so many rows; on SQLite the whole table or index, or the days of one folder after another."""
        return self.how.startswith("SCAN") or "(ANY(" in self.how if self.rows is None else self.rows > most


def statements(client: Client, url: str) -> tuple[str, list[Statement]]:
    """A page, and its statements that read work."""
    seen: list[Statement] = []

    def watched(execute: Any, sql: str, parameters: Any, many: Any, context: Any) -> Any:
        if any(table in sql for table in WORK):
            seen.append(Statement(sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(watched):
        html = page(client, url)
    return html, seen


def reads(statement: Statement) -> list[Read]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}", statement.parameters)
            found = cursor.fetchone()[0]
            plan = json.loads(found) if isinstance(found, str) else found
            return list(_counted(plan[0]["Plan"]))
        cursor.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
        return list(_named(statement.sql, [str(row[-1]) for row in cursor.fetchall()]))


def _counted(node: dict[str, Any]) -> Iterator[Read]:
    if node.get("Relation Name") in WORK:
        passed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        how = f"{node['Node Type']} {node.get('Index Name', '')}"
        yield Read(node["Relation Name"], how, round((node["Actual Rows"] + passed) * node["Actual Loops"]))
    for child in node.get("Plans", []):
        yield from _counted(child)


def _named(sql: str, steps: list[str]) -> Iterator[Read]:
    """SQLite names a table as the statement does: by its alias, where it has one."""
    names = {table: table for table in WORK}
    for table in WORK:
        names |= dict.fromkeys(re.findall(rf'"?{table}"?(?: AS)? "?([A-Z]+[0-9]+)"?', sql), table)
    for step in steps:
        verb, _, rest = step.partition(" ")
        name = rest.partition(" ")[0]
        if verb in {"SCAN", "SEARCH"} and name in names:
            yield Read(names[name], step)
