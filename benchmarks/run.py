"""All benchmarks, on a PostgreSQL of their own and on SQLite.

    .venv/bin/python -m benchmarks.run 10 100                 # make bench
    .venv/bin/python -m benchmarks.run --keep 1 10 100 1000   # make bench-full

At each scale of the demo data the reports, the pages and the operations; then the import, its preview and the export.
The data are loaded once and stay, in /var/tmp/spotilla-bench; remove that folder to begin again. With --keep what is
printed goes into benchmarks/results too, the plans of the largest scale into benchmarks/plans, the table into
benchmarks/README.md and the chart into docs. What each figure is, stands in that README.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import chart, kept
from benchmarks.server import FOLDER, SETTINGS, database, server

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = {  # inserting leaves the most behind for the database to tidy up
    "postgresql": ("settle", "reports", "pages", "operations", "preview", "together", "settle", "inserts"),
    "sqlite": ("settle", "reports", "pages", "operations", "preview", "inserts"),
}
SHEETS = ("import_speed", "preview", "exporting")  # on databases of their own, or rolled back: at one size
SQLITE_LARGEST = 100  # an office with more has PostgreSQL


def call(url: str, *command: str) -> str:
    """What a command of Python prints; shown meanwhile."""
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_DEBUG": "1", "PYTHONUNBUFFERED": "1"}
    lines = []
    command = (sys.executable, "-W", "ignore", *command)
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return "".join(lines)


def measure(url: str, engine: str, scale: int, plans: Path | None = None) -> str:
    """What was printed at one size. The figures of loading are those of when it was done."""
    loading = FOLDER / f"{engine}-{scale}-loaded.txt"
    if loading.exists():
        call(url, "manage.py", "migrate", "-v0")
        print(loading.read_text(), end="")
    else:
        loading.write_text(call(url, "-m", "benchmarks.demo", str(scale)))
    said = [loading.read_text()]
    for script in SCRIPTS[engine]:
        options = ["--plans", str(plans)] if plans and script == "reports" else []
        said.append(call(url, "-m", f"benchmarks.{script}", *options))
    return "".join(said)


def measure_engine(url_of: dict[int, str], engine: str, *, keep: bool) -> None:
    for scale, url in url_of.items():
        said = measure(url, engine, scale, kept.PLANS if keep and scale == max(url_of) else None)
        if keep:
            kept.write(engine, str(scale), f"{about(engine)}\n{said}")
    said = "".join(call(next(iter(url_of.values())), "-m", f"benchmarks.{script}") for script in SHEETS)
    if keep:
        kept.write(engine, "import", f"{about(engine)}\n{said}")


def about(engine: str) -> str:
    """The day, the machine and what its database is told."""
    processors = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next(line.partition(": ")[2] for line in processors if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} × {processor}, {memory:.0f} GB"
    return machine + (f"\n{', '.join(SETTINGS)}" if engine == "postgresql" else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scales", nargs="+", type=int)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with server() as url:
        measure_engine(
            {scale: database(url, f"scale_{scale}") for scale in given.scales}, "postgresql", keep=given.keep
        )
    files = {scale: f"sqlite:///{FOLDER}/scale-{scale}.sqlite3" for scale in given.scales if scale <= SQLITE_LARGEST}
    if files:
        measure_engine(files, "sqlite", keep=given.keep)
    if given.keep:
        kept.write_table()
        chart.draw()


if __name__ == "__main__":
    main()
