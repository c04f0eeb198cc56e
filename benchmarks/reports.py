"""The reports: sums over all customers beside the floor, and the pages.

    DATABASE_URL=… .venv/bin/python -m benchmarks.reports [--plans benchmarks/plans]

The floor is the same columns of the same rows grouped by folder, with no join, by the index that serves it best. Floor
and sums are taken in turn; each figure is the least of five rounds (pages: of three). With --plans the plans of the
statements, and those of one customer's page, are written to files there, as EXPLAIN (ANALYZE, BUFFERS) tells them, or
EXPLAIN QUERY PLAN on SQLite.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from benchmarks.timing import engine, heading, least, office, ratio, set_up, sizes, told

set_up()

from django.db import connection
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from customers.models import Coverage
from reports import rollup
from reports.measures import DONE_TASKS
from reports.periods import Period, last_month, shift
from reports.rollup import Asked

LIMITS = {  # times the floor: by owner, by collector; SQLite's are for both
    "postgresql": {"month": (2.5, 4.0), "year": (1.7, 2.2)},
    "sqlite": {"month": (2.5, 3.5), "year": (2.5, 3.5)},
}
MANAGER = 1_100  # folders of the one customer whose page is timed, at most


def floor(period: Period) -> None:
    items, parameters = DONE_TASKS.rows(None, [period]).as_sql("folder_id", "minutes")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT folder_id, COUNT(*), SUM(minutes) FROM ({items}) e GROUP BY folder_id", parameters)
        cursor.fetchall()


def sums(periods: dict[str, Period], plans: Path | None) -> None:
    today = timezone.localdate()
    for name, period in periods.items():
        asked = [Asked(DONE_TASKS, period)]
        ways = {
            "floor": lambda period=period: floor(period),
            "by owner": lambda asked=asked: rollup.owners(None, asked, today),
            "by collector": lambda asked=asked: rollup.collectors(None, asked, today),
        }
        found = least(ways)
        told(f"{name}: floor", found["floor"])
        for way, limit in zip(("by owner", "by collector"), LIMITS[connection.vendor][name], strict=True):
            ratio(f"{name}: tasks done and hours {way}", found[way], found["floor"], limit)
        if plans:
            for way, run in ways.items():
                keep(plans, f"{name}, {way}", run)


def keep(plans: Path, title: str, run: Any) -> None:
    name = f"{connection.vendor} {title}".replace(",", "").replace(" ", "-")
    (plans / f"{name}.txt").write_text(f"{title}: {engine()}; {sizes()}\n\n{plan(run)}")


def plan(run: Any) -> str:
    """Of the statements of `run` that read work, as the database tells them."""
    statements: list[tuple[str, Any]] = []

    def seen(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if "workorders_task" in sql or "workorders_servicerequest" in sql:
            statements.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(seen):
        run()
    return "\n".join(explained(sql, parameters) for sql, parameters in statements)


def explained(sql: str, parameters: Any) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", parameters)
            return "".join(f"{row[0]}\n" for row in cursor.fetchall())
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        depth, lines = {0: -1}, []
        for node, parent, _unused, text in cursor.fetchall():
            depth[node] = depth.get(parent, -1) + 1
            lines.append(f"{'  ' * depth[node]}{text}\n")
        return "".join(lines)


def pages(periods: dict[str, Period], plans: Path | None) -> None:
    client = Client()
    client.force_login(office())
    customer, folders = manager()
    days = {name: f"from={period.first}&to={period.last}" for name, period in periods.items()}
    limits = {"month": (2.5, 0.1), "year": (10.0, 0.3)}
    for name in periods:
        of_all, of_one = limits[name]
        opened(client, f"all customers, {name}", f"/reports/customers/?{days[name]}", of_all)
        of_customer = f"/customers/{customer}/report/?{days[name]}"
        opened(client, f"one customer, {name}", of_customer, of_one, f"{folders:,} folders")
        if plans:
            keep(plans, f"{name}, one customer", lambda address=of_customer: client.get(address))
    for whose in ("all", "owned", "unowned", "shared"):
        for name in periods:
            opened(
                client, f"rows: tasks done, {whose}, {name}", f"/reports/rows/?measure=done&whose={whose}&{days[name]}"
            )
        for measure in ("unfinished", "overdue", "requests_unfinished"):
            opened(client, f"rows: {measure}, {whose}", f"/reports/rows/?measure={measure}&whose={whose}")
    for whose in ("collected", "owned", "others"):
        for name in periods:
            address = f"/reports/rows/?measure=done&whose={whose}&customer={customer}&{days[name]}"
            opened(client, f"rows: tasks done, {whose} by the one customer, {name}", address)
    opened(client, "work orders, month", f"/reports/work-orders/?{days['month']}", 2.5)


def manager() -> tuple[int, int]:
    """(customer, its folders today): the one with the most, up to MANAGER."""
    today = timezone.localdate()
    counts = Coverage.objects.filter(since__lte=today, until__gt=today).values_list("customer").annotate(n=Count("pk"))
    return max((row for row in counts if row[1] <= MANAGER * 1.1), key=lambda row: row[1])


def opened(client: Client, title: str, address: str, limit: float = 0.1, beside: str = "") -> None:
    def get() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        if answer.streaming:
            next(iter(answer))

    get()
    told(title, least({"": get}, 3)[""], limit, beside)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--plans", type=Path)
    given = options.parse_args()
    month = last_month(timezone.localdate())
    periods = {"month": month, "year": Period(shift(month.first, -11), month.last)}
    heading("Reports")
    if given.plans:
        given.plans.mkdir(parents=True, exist_ok=True)
    sums(periods, given.plans)
    pages(periods, given.plans)


if __name__ == "__main__":
    main()
