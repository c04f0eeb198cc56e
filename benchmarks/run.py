"""All benchmarks at one size, on a PostgreSQL of their own and on SQLite.

    .venv/bin/python -m benchmarks.run 100                    # make bench
    .venv/bin/python -m benchmarks.run 1000 postgresql        # make bench-full

The demo data of a scale are loaded once and stay, in /var/tmp/spotilla-bench; remove that folder to begin again. What
each figure is, stands in benchmarks/README.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.server import FOLDER, database, server

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ("reports", "pages", "operations")


def call(url: str, *command: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_DEBUG": "1"}
    subprocess.run([sys.executable, "-W", "ignore", *command], env=environment, cwd=ROOT, check=True)


def measure(url: str, scale: str, *, new: bool) -> None:
    if new:
        call(url, "-m", "benchmarks.demo", scale)
        call(url, "-m", "benchmarks.settle")
    for script in SCRIPTS:
        call(url, "-m", f"benchmarks.{script}")


def main(scale: str, engines: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if "postgresql" in engines:
            url, new = database(stack.enter_context(server()), f"scale_{scale}")
            measure(url, scale, new=new)
        if "sqlite" in engines:
            file = FOLDER / f"scale-{scale}.sqlite3"
            measure(f"sqlite:///{file}", scale, new=not file.exists())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:] or ["postgresql", "sqlite"])
