"""Thousands of made-up requests: none ends in an error of the program, and what is refused or only looked at saves
nothing.

Each number of a test is a seed: the same requests come again. What one of them finds gets a test of its own.
"""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, connection, transaction
from pytest_django import DjangoDbBlocker

from tests.access.fuzz import Asked, Fuzz
from tests.access.test_every_url import World

CHUNK = 250  # requests of a test
BATCH = 50  # requests that meet what the ones before them saved
LONGEST = 10  # seconds of the processor

# What a refusal and a look may write: who came, what was tried, and the rows of a file as its preview shows them, which
# follow from the file and are worked out anew when something has changed since.
SPARED = {"accounts_failedtries", "django_session", "django_admin_log", "sheets_uploadrow", "sheets_uploadkey"}
COLUMNS = {"sheets_upload": 'id, state, choices, "update", operation, result, undo'}  # of the rest all
WRITES = re.compile(r'(?:INTO|(?<!FOR )UPDATE|DELETE FROM|COPY)\s+(?:ONLY\s+)?"?(\w+)', re.IGNORECASE)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def fuzz(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Fuzz]:
    with django_db_blocker.unblock(), transaction.atomic(), one_connection():
        fuzz = Fuzz(World())
        fuzz.log_in()
        with transaction.atomic():
            fuzz.gather_forms()
            transaction.set_rollback(True)
        yield fuzz
        transaction.set_rollback(True)


@contextmanager
def one_connection() -> Iterator[None]:
    """A server ends its connection with each request, as Django's test client does not."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("seed", range(12))
def test_no_made_up_request_breaks_a_page_or_saves_what_is_refused(fuzz: Fuzz, seed: int) -> None:
    assert wrong_answers(fuzz, seed) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160)[connection.vendor == "postgresql" :: 2])  # half on each engine
def test_of_many_more_requests_none_takes_long_either(fuzz: Fuzz, seed: int) -> None:
    assert wrong_answers(fuzz, seed) == []


def wrong_answers(fuzz: Fuzz, seed: int) -> list[str]:
    wrong: list[str] = []
    asked, sessions = fuzz.requests(CHUNK, seed), fuzz.sessions
    for _batch in range(CHUNK // BATCH):
        with transaction.atomic():
            found = ((each, timed(fuzz, each)) for each in islice(asked, BATCH))
            wrong += [f"{each}: {what}" for each, what in found if what]
            transaction.set_rollback(True)
        fuzz.sessions = sessions
    return wrong


def timed(fuzz: Fuzz, asked: Asked) -> str:
    began = time.process_time()
    found = wrong_answer(fuzz, asked)
    seconds = time.process_time() - began
    return f"{seconds:.1f} s {found}" if seconds > LONGEST else found


def wrong_answer(fuzz: Fuzz, asked: Asked) -> str:
    """What is wrong with the answer; "" when nothing is. What was saved rightly stays, for the next one to meet."""
    written, broken = Writes(), Broken()
    save = transaction.savepoint_create()
    got_request_exception.connect(broken)
    try:
        with connection.execute_wrapper(written):
            status = asked.send(fuzz.door, fuzz.sessions).status
    finally:
        got_request_exception.disconnect(broken)
    if broken.where or status >= 500:
        transaction.savepoint_rollback(save)
        return f"{status} {broken.where}"
    refused, looked = 400 <= status < 500, asked.method in {"GET", "HEAD", "OPTIONS", "TRACE"}
    if not (refused or looked) or not written.tables - SPARED:
        transaction.savepoint_commit(save)
        if not fuzz.is_logged_in():
            fuzz.log_in()
        return ""
    after = rows()
    transaction.savepoint_rollback(save)
    before = rows()
    changed = [table for table in after if after[table] != before[table]]
    return f"{status}, and saved in {changed}" if changed else ""


class Broken:
    """The error of the program that ended a request, and where."""

    where = ""

    def __call__(self, **sent: Any) -> None:
        error = sys.exception()
        frames = traceback.extract_tb(error.__traceback__) if error else []
        ours = [
            frame for frame in frames if "/site-packages/" not in frame.filename and "/tests/" not in frame.filename
        ]
        at = "/".join(Path(ours[-1].filename).parts[-3:]) if ours else ""
        self.where = f"{type(error).__name__} {str(error)[:200]!r} in {at}:{ours[-1].lineno if ours else ''}"


class Writes:
    """The tables that statements write to."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.tables |= {found[1] for found in WRITES.finditer(sql)}
        return execute(sql, params, many, context)


def rows() -> dict[str, list[Any]]:
    """All rows of all tables but those spared."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - SPARED):
            cursor.execute(f'SELECT {COLUMNS.get(table, "*")} FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found
