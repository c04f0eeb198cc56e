"""How fast the import of customers is: beside django-import-export, beside the floor, and ten times as large.

    .venv/bin/python -m uv pip install --require-hashes -r requirements-bench.txt
    .venv/bin/python -m benchmarks.import_speed                                # on SQLite
    DATABASE_URL=postgresql://… .venv/bin/python -m benchmarks.import_speed    # there

Three ways with the same sheet of 22 columns, in turn, each in a process and on a database of its own; what is told is
the least of several runs, in seconds from opening the file to the commit, and the process's highest memory in MB:

product  the command import_customers: every rule, contacts, links, history
rival    django-import-export with use_bulk and clean_model_instances into a flat table of the customer's own 18 fields,
         two of them unique; no check digits, phones or contacts, and no constraints but these
floor    the cells as our reader gives them, and COPY or executemany into a table of texts; no rule at all

Then the product with a folder on each row, and with ten times the rows. Our databases are made and dropped beside the
one that DATABASE_URL names, by names that begin with import_bench.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from benchmarks.timing import figure, versions

ROOT = Path(__file__).resolve().parent.parent
TARGETS = {"sqlite": 5, "postgresql": 8}  # times the rival's rows per second


class Measured(NamedTuple):
    seconds: float
    megabytes: int


# ---- in a process of its own -----------------------------------------------------------------------------------------


def product(file: Path) -> None:
    from django.core.management import call_command

    call_command("import_customers", str(file), stdout=io.StringIO())


def rival(file: Path) -> None:
    from tablib import Dataset

    from benchmarks.rival import resource

    data = Dataset().load(file.read_bytes(), format="xlsx", read_only=True)
    result = resource().import_data(data, raise_errors=True, use_transactions=True)
    if result.has_errors() or result.has_validation_errors():
        raise AssertionError([error for row in result.invalid_rows for error in row.error_dict.items()][:3])


def floor(file: Path) -> None:
    from django.db import connection, transaction

    from sheets.reading import open_workbook

    rows = (["" if value is None else str(value) for value in _dense(row)] for row in _data(open_workbook, file))
    names = ", ".join(f"c{number}" for number in range(22))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY floor ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            streamed: Any = rows
            cursor.executemany(f"INSERT INTO floor ({names}) VALUES ({', '.join(['%s'] * 22)})", streamed)


def _data(open_workbook: Callable[[bytes], Any], file: Path) -> Iterator[Any]:
    rows = open_workbook(file.read_bytes()).sheets[0].rows()
    next(rows)
    return rows  # type: ignore[no-any-return]


def _dense(row: Any) -> list[Any]:
    values = dict(row.cells)
    return [values.get(number) for number in range(1, 23)]


def prepare_floor() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE floor ({', '.join(f'c{number} text' for number in range(22))})")


def prepare_rival() -> None:
    from benchmarks.rival import make_table

    make_table()


def prepare_folders(amount: int) -> None:
    """A folder for each row, a hundred to each of those above."""
    from django.db import connection

    from benchmarks.customers_sheet import folder_names
    from folders.models import Folder, Placement

    names = [folder_names(number) for number in range(amount)]
    above = {name: Folder(name=name) for name, _below in names}
    Folder.objects.bulk_create(above.values(), batch_size=2_000)
    Folder.objects.bulk_create([Folder(name=name, parent=above[up]) for up, name in names], batch_size=2_000)
    places = Folder.objects.values_list("pk", "parent_id")
    Placement.objects.bulk_create([Placement(folder_id=pk, parent_id=up) for pk, up in places], batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


WAYS: dict[str, Callable[[Path], None]] = {"product": product, "rival": rival, "floor": floor}
PREPARED: dict[str, Callable[[], None]] = {"rival": prepare_rival, "floor": prepare_floor}


def in_this_process(way: str, argument: str) -> None:
    """Runs one way and prints what it took; imports and connecting come before the clock is started."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotilla.settings")
    import django

    django.setup()
    from django.db import connection

    if way == "folders":
        prepare_folders(int(argument))
        return
    if way == "versions":
        print(versions())
        return
    if way in PREPARED:
        PREPARED[way]()
    for module in ("customers.management.commands.import_customers", "tablib.formats._xlsx", "benchmarks.rival"):
        importlib.import_module(module)
    connection.ensure_connection()
    began = time.perf_counter()
    WAYS[way](Path(argument))
    seconds = time.perf_counter() - began
    status = Path("/proc/self/status").read_text()
    highest = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    print(json.dumps([seconds, int(highest.split()[1]) // 1024]))


def child(url: str, *arguments: str) -> str:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SECRET_KEY": "only-for-benchmarks"}
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.import_speed", "--one", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def migrate(url: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SECRET_KEY": "only-for-benchmarks"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)


# ---- databases -------------------------------------------------------------------------------------------------------


class SQLite:
    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"sqlite:///{self.folder}/{name}.sqlite3"

    def copy(self, name: str, copy: str) -> None:
        shutil.copyfile(self.folder / f"{name}.sqlite3", self.folder / f"{copy}.sqlite3")

    def create(self, name: str) -> None:
        self.drop(name)

    def drop(self, name: str) -> None:
        for file in self.folder.glob(f"{name}.sqlite3*"):
            file.unlink()


class PostgreSQL:
    name = "postgresql"

    def __init__(self, url: str) -> None:
        self.server = url

    def url(self, name: str) -> str:
        return urlsplit(self.server)._replace(path=f"/import_bench_{name}").geturl()

    def copy(self, name: str, copy: str) -> None:
        self._run(f"CREATE DATABASE import_bench_{copy} TEMPLATE import_bench_{name}")

    def create(self, name: str) -> None:
        self.drop(name)
        self._run(f"CREATE DATABASE import_bench_{name}")

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS import_bench_{name}")

    def _run(self, statement: str) -> None:
        import psycopg

        with closing(psycopg.connect(self.server, autocommit=True)) as connection:
            connection.execute(statement)


type Engine = SQLite | PostgreSQL


@contextmanager
def database(engine: Engine, name: str, copied_from: str | None = None) -> Iterator[str]:
    engine.drop(name)
    if copied_from:
        engine.copy(copied_from, name)
    else:
        engine.create(name)
    try:
        yield engine.url(name)
    finally:
        engine.drop(name)


# ---- what is measured ------------------------------------------------------------------------------------------------


def measure(engine: Engine, ways: dict[str, tuple[str, Path, str]], times: int) -> dict[str, Measured]:
    """The least of several runs of each: {what: (way, file, the database that it is run on a copy of)}, in turn."""
    found: dict[str, list[Measured]] = {what: [] for what in ways}
    for _time in range(times):
        for what, (way, file, empty) in ways.items():
            with database(engine, "run", empty) as url:
                found[what].append(Measured(*json.loads(child(url, way, str(file)))))
    return {what: Measured(*map(min, zip(*runs, strict=True))) for what, runs in found.items()}


def tell(engine: Engine, rows: int, times: int, large: int, files: dict[str, Path]) -> None:
    with (
        database(engine, "empty") as empty,
        database(engine, "folders") as folders,
        database(engine, "large_folders") as large_folders,
    ):
        print(f"\nThe import of customers: {child(empty, 'versions', '').strip()}", flush=True)
        for url, amount in ((empty, 0), (folders, rows), (large_folders, large)):
            migrate(url)
            if amount:
                child(url, "folders", str(amount))
        ways = {
            "product": ("product", files["rows"], "empty"),
            "with folders": ("product", files["rows with folders"], "folders"),
            "floor": ("floor", files["rows"], "empty"),
            "rival": ("rival", files["rows"], "empty"),
        }
        found = measure(engine, ways, times)
        if large:
            more = {
                "large": ("product", files["large"], "empty"),
                "large with folders": ("product", files["large with folders"], "large_folders"),
            }
            found |= measure(engine, more, min(times, 2))
    print("  seconds, rows per second, MB of the whole process")
    for what, each in found.items():
        amount = large if what.startswith("large") else rows
        print(f"  {what:20}{each.seconds:8.2f}{amount / each.seconds:10,.0f}{each.megabytes:6d}")
    ours, rival, floor = found["product"].seconds, found["rival"].seconds, found["floor"].seconds
    figure("importing, rows per second beside the rival's", rival / ours, "×", fewest=TARGETS[engine.name])
    figure("importing, time beside the floor's", ours / floor, "×", most=3.5)
    figure("a folder on each row, beside none", found["with folders"].seconds / ours, "×", most=2)
    if large:
        figure(f"{large:,} rows beside {rows:,}", found["large"].seconds / ours, "×", most=12)
        figure(f"{large:,} rows: memory", found["large"].megabytes, "MB", most=400)
        figure(f"{large:,} rows with folders: memory", found["large with folders"].megabytes, "MB", most=400)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the import of customers.")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=100_000, help="0: leave it out")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--inline", action="store_true", help="texts in the cells, not shared")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        in_this_process(*given.one)
        return
    from benchmarks.customers_sheet import write

    with tempfile.TemporaryDirectory(prefix="import-bench-") as name:
        folder = Path(name)
        files = {}
        for what, amount in (("rows", given.rows), ("large", given.large)):
            for folders in (False, True):
                key = f"{what} with folders" if folders else what
                files[key] = folder / f"{key}.xlsx"
                write(files[key], amount, folders=folders, shared=not given.inline)
        url = os.environ.get("DATABASE_URL", "")
        engine: Engine = PostgreSQL(url) if url.startswith("postgres") else SQLite(folder)
        tell(engine, given.rows, given.times, given.large, files)


if __name__ == "__main__":
    main()
