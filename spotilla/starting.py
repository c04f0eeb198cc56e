"""What has to be there before the program starts: without it, one sentence and an exit code instead of a traceback."""

from __future__ import annotations

import logging
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from spotilla.availability import database_is_missing, is_unavailable, unapplied_migrations

logger = logging.getLogger(__name__)

# What these do is to make or to mend a database that is not as the program needs it.
MENDING = {"migrate", "check", "check_days", "restore"}
# These ask no database, or are there to look at one in any state.
ASKING_NONE = {
    *("help", "version", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations", "optimizemigration"),
    *("collectstatic", "findstatic", "compilemessages", "makemessages", "diffsettings", "dbshell", "inspectdb"),
    *("sendtestemail", "startapp", "startproject", "test", "testserver"),
}
WAITING = {"db_worker"}  # a database that is away comes back

GUNICORN_GIVES_UP = 3  # the exit code of a worker that cannot start: gunicorn ends with it instead of starting another


class CannotStart(Exception):
    """The text says in one sentence why, and what to do."""


def run_command(arguments: Sequence[str], execute: Callable[[Sequence[str]], None]) -> None:
    """Runs a command of manage.py; an error that nobody expected is logged, and ends it with exit code 1."""
    name = arguments[1] if len(arguments) > 1 else "help"
    asks_for_help = name.startswith("-") or not {"-h", "--help"}.isdisjoint(arguments)
    try:
        _set_up()
        if not asks_for_help and name not in MENDING | ASKING_NONE:
            _check(may_wait=name in WAITING)
        execute(arguments)
    except CannotStart as problem:
        sys.exit(str(problem))
    except Exception as error:
        if is_unavailable(error):
            sys.exit(_away(error))
        if settings.DEBUG:
            raise
        logger.exception("%s broke off", name)
        sys.exit(1)


def set_up_server() -> None:
    """Before the application is made. A database that is away stops nothing: pages say so until it is back.

    One of gunicorn's processes that ends so has it end the others. Should another end by itself just then, gunicorn
    breaks off with a traceback: so they do not end all at once, and go when they are told to.
    """
    with _ended_by_sigterm():
        try:
            _set_up()
            _check(may_wait=True)
        except CannotStart as problem:
            print(problem, file=sys.stderr, flush=True)
            time.sleep(random.random())  # noqa: S311
            sys.exit(GUNICORN_GIVES_UP)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def _set_up() -> None:
    try:
        django.setup(set_prefix=False)
    except ImproperlyConfigured as problem:
        raise CannotStart(str(problem)) from problem


def _check(*, may_wait: bool) -> None:
    """Raises CannotStart. Leaves no connection: gunicorn's processes may not share one."""
    try:
        settings.SECRET_KEY  # noqa: B018
    except ImproperlyConfigured as problem:
        raise CannotStart(
            "DJANGO_SECRET_KEY is not set: it is a long random text, the same for every process. "
            "(On a developer's own machine DJANGO_DEBUG=1 does without.)"
        ) from problem
    try:
        missing = database_is_missing() or unapplied_migrations()
    except DatabaseError as error:
        if not may_wait or not is_unavailable(error):
            raise CannotStart(_away(error)) from error
        logger.warning("The database cannot be reached yet", exc_info=True)
        return
    finally:
        connection.close()
    if missing:
        raise CannotStart("The database is not up to date: run “python manage.py migrate” first.")


def _away(error: BaseException) -> str:
    said = " ".join(str(error).split())
    return f"The database cannot be reached, or another keeps it busy: {said}. Try again in a moment."
