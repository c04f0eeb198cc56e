"""Django set up for a benchmark, and times taken side by side."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import django


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


def told(title: str, seconds: float, limit: float | None = None, beside: str = "") -> None:
    """One line: what, milliseconds, and whether it keeps to its limit (seconds)."""
    mark = "" if limit is None else f"≤ {limit * 1000:,.0f} ms{' ' if seconds <= limit else '  MISSED'}"
    print(f"  {title:<58}{seconds * 1000:>10,.1f} ms  {mark} {beside}".rstrip(), flush=True)


def ratio(title: str, seconds: float, floor: float, limit: float) -> None:
    """One line: what, milliseconds, times the floor, and whether it keeps to its limit."""
    times = seconds / floor
    kept = "" if times <= limit else "  MISSED"
    print(f"  {title:<58}{seconds * 1000:>10,.1f} ms  {times:.2f} × the floor (≤ {limit} ×){kept}", flush=True)


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


def heading(about: str) -> None:
    print(f"\n{about}: {engine()}, Python {sys.version.split()[0]}, Django {django.__version__}; {sizes()}", flush=True)
