"""How long `load_demo` and `check_coverage` take, and in how much memory.

    DATABASE_URL=postgresql://postgres@/demo_bench?host=/socket .venv/bin/python -m benchmarks.demo 1 10 100

Loads each scale into the database of DATABASE_URL, in a process of its own, and prints its figures. The database has to
be there; its tables are made where they are missing, and it must be empty: each scale but the last is taken away again
afterwards, the last one stays. Scale 1000 takes about ten minutes and 5 GB of disk.

Seconds are of the wall clock. Memory is the most that the process of `load_demo` held (not the database server's).
"""

from __future__ import annotations

import resource
import sys
from multiprocessing import get_context
from time import monotonic

from benchmarks.timing import figure, heading, set_up

COUNTED = ("folders.Folder", "folders.Spot", "customers.Customer", "customers.Attachment", "customers.Coverage",
           "workorders.WorkOrder", "workorders.Task", "workorders.ServiceRequest")  # fmt: skip


def run(command: str, **options: object) -> tuple[float, float]:
    """(seconds, megabytes) of one management command in this process."""
    set_up()
    from django.core.management import call_command

    began = monotonic()
    call_command(command, **options)
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return monotonic() - began, kilobytes / 1024


def alone(command: str, **options: object) -> tuple[float, float]:
    """The same in a new process, so that what ran before takes no memory."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(run, (command,), options)


def counts() -> dict[str, int]:
    from django.apps import apps

    return {label: apps.get_model(label)._default_manager.count() for label in COUNTED}


def measure(scale: float) -> None:
    seconds, megabytes = alone("load_demo", scale=scale, verbosity=0)
    check, _megabytes = alone("check_coverage", verbosity=0)
    rows = counts()
    heading(f"Demo data of scale {scale:g}")
    figure("loading the demo data", seconds, "s", most=1200, beside=f"{sum(rows.values()):,} rows")
    figure("loading the demo data: memory", megabytes, "MB", most=1000)
    figure("checking the coverage", check, "s", most=120)
    print("  " + ", ".join(f"{label.split('.')[1]} {amount:,}" for label, amount in rows.items()), flush=True)


def main(scales: list[float]) -> None:
    set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for n, scale in enumerate(scales):
        if n:
            empty()
        measure(scale)


def empty() -> None:
    """Take everything away that the scale before has made."""
    from django.core.management import call_command

    call_command("migrate", "workorders", "zero", verbosity=0)
    call_command("migrate", "customers", "zero", verbosity=0)
    call_command("migrate", "folders", "zero", verbosity=0)
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main([float(scale) for scale in sys.argv[1:]])
