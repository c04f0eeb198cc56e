"""A database that a test has to itself, beside the tests' own, and programs run on it in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from spotilla.database_url import database

ROOT = Path(__file__).resolve().parents[2]

type Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def migrated_url(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """DATABASE_URL of a database, migrated and empty, to be copied. It stands beside the tests' own, by whose name
    tests/plugin.py knows that a test asks a database and has to run on both engines.
    """
    folder = tmp_path_factory.mktemp("migrated")
    with django_db_blocker.unblock():
        url = new_database(folder)
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(migrate, cwd=ROOT, env=environment(url), check=True)
    yield url
    with django_db_blocker.unblock():
        drop_database(folder)


@pytest.fixture
def own_url(tmp_path: Path, migrated_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """DATABASE_URL of a database that the test has to itself, migrated and empty."""
    with django_db_blocker.unblock():
        yield copied_database(migrated_url, tmp_path)
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


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """Inside, this process itself works on that database."""
    own = connections["default"]
    connections["default"] = type(own)({**own.settings_dict, **database(url)}, "default")
    try:
        yield
    finally:
        connection.close()
        connections["default"] = own


def copied_database(url: str, folder: Path) -> str:
    """The same once more. Nobody may be connected to it."""
    name = database(url)["NAME"]
    if connection.vendor == "postgresql":
        return new_database(folder, template=name)
    shutil.copyfile(name, sqlite_file(folder))
    return new_database(folder)


def new_database(folder: Path, template: str = "template1") -> str:
    """An empty file, or one more on the same server."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{sqlite_file(folder)}"
    run_on_server(f'CREATE DATABASE "{postgresql_name(folder)}" TEMPLATE "{template}"')
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


def sqlite_file(folder: Path) -> Path:
    return folder / "race.sqlite3"


def postgresql_name(folder: Path) -> str:
    return f"race_{os.getpid()}_{folder.name}"[:60]


def run_on_server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:  # noqa: SLF001  # what Django's own test runner makes databases with
        cursor.execute(statement)
