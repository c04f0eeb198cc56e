"""A database that a test has to itself, beside the tests' own, and programs run on it in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).resolve().parents[2]

type Run = Callable[..., dict[str, Any]]


@pytest.fixture
def own_url(tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """DATABASE_URL of a new database, migrated and empty. Beside the tests' own, by whose name tests/plugin.py knows
    that a test asks a database and has to run on both engines.
    """
    with django_db_blocker.unblock():
        url = new_database(tmp_path)
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(migrate, cwd=ROOT, env=environment(url), check=True)
        yield url
        drop_database(tmp_path)


@pytest.fixture
def own_database(own_url: str) -> Run:
    """Runs `python -m MODULE ARGUMENTS` on it, and gives the line of JSON that it prints."""

    def run(module: str, *arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-m", module, *arguments]
        ran = subprocess.run(command, cwd=ROOT, env=environment(own_url), check=False, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        return told

    return run


def environment(url: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}


def new_database(folder: Path) -> str:
    """A file, or one more on the same server."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{folder / 'race.sqlite3'}"
    run_on_server(f'CREATE DATABASE "{postgresql_name(folder)}"')
    place = settings.DATABASES["default"]
    user, password = quote(place["USER"]), quote(place["PASSWORD"])
    return (
        f"postgresql://{user}:{password}@{'' if place['HOST'].startswith('/') else place['HOST']}"
        f"{':' + place['PORT'] if place['PORT'] else ''}/{postgresql_name(folder)}"
        f"{'?host=' + place['HOST'] if place['HOST'].startswith('/') else ''}"
    )


def drop_database(folder: Path) -> None:
    if connection.vendor == "postgresql":
        run_on_server(f'DROP DATABASE IF EXISTS "{postgresql_name(folder)}" WITH (FORCE)')


def postgresql_name(folder: Path) -> str:
    return f"race_{os.getpid()}_{folder.name}"[:60]


def run_on_server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:  # noqa: SLF001  # what Django's own test runner makes databases with
        cursor.execute(statement)
