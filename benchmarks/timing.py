"""Django set up for a benchmark, times taken side by side, and the lines that figures are told in."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import django

DECIMALS = {"ms": 1, "s": 2, "×": 2}


def set_up() -> None:
    """Django on DATABASE_URL. With the settings of a developer's machine, whose static files need no collecting, but
    without DEBUG, which would keep the text of every statement.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotilla.settings")
    os.environ["DJANGO_DEBUG"] = "1"
    django.setup()
    from django.conf import settings

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]


def least(ways: Mapping[str, Callable[[], Any]], rounds: int = 5) -> dict[str, float]:
    """Seconds of each way: the least of several rounds, in each of which every way has its turn."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            best[name] = min(best.get(name, float("inf")), time.perf_counter() - began)
    return best


def figure(
    title: str, value: float, unit: str, *, most: float | None = None, fewest: float | None = None, beside: str = ""
) -> None:
    """One line: what, how much, its limit and whether it is missed. benchmarks.kept reads it again."""
    line = f"  {title:<58}{value:>12,.{DECIMALS.get(unit, 0)}f} {unit}"
    if most is not None:
        line += f"  ≤ {most:,g} {unit}{'' if value <= most else '  MISSED'}"
    if fewest is not None:
        line += f"  ≥ {fewest:,g} {unit}{'' if value >= fewest else '  MISSED'}"
    print(line + (f"  ({beside})" if beside else ""), flush=True)


def told(title: str, seconds: float, limit: float | None = None, beside: str = "") -> None:
    """In milliseconds."""
    figure(title, seconds * 1000, "ms", most=None if limit is None else limit * 1000, beside=beside)


def ratio(title: str, seconds: float, floor: float, limit: float) -> None:
    """How many times the floor."""
    figure(title, seconds / floor, "×", most=limit, beside=f"{seconds * 1000:,.1f} ms")


def office() -> Any:
    """A user who may do everything, made where it is missing: the one thing that benchmarks leave behind."""
    from accounts.models import User

    email = "bench@spotilla.example"
    return User.objects.filter(email=email).first() or User.objects.create_superuser(email, "only-for-benchmarks")


def engine() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"


def sizes() -> str:
    from django.apps import apps

    models = ("folders.Folder", "folders.Spot", "customers.Customer", "workorders.Task", "workorders.ServiceRequest")
    counts = {label.split(".")[1]: apps.get_model(label)._default_manager.count() for label in models}
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def versions() -> str:
    return f"{engine()}, Python {sys.version.split()[0]}, Django {django.__version__}"


def heading(about: str) -> None:
    print(f"\n{about}: {versions()}; {sizes()}", flush=True)
