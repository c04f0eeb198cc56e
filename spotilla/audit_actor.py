"""Who acts, and by which door: told to the database with each write of what is audited (spotilla.audit_triggers), whose
triggers write it beside the change.

It stands there for one statement: on PostgreSQL as a setting of the transaction, on SQLite as the one row of a table,
which nobody else sees before it is gone again. So nothing is left for whoever writes next on the connection, and a
program that knows nothing of this can write too; its changes are nobody's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

# A statement that begins with WITH is not looked into: reports are made of them.
_WRITES = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|COPY)\s+"?(\w+)', re.IGNORECASE)
_audited: set[str] = set()


def audit(*tables: str) -> None:
    """Tells the database who acts with each write to these tables, which have the triggers. For when an app starts."""
    _audited.update(tables)


@dataclass(frozen=True)
class Acting:
    how: str = ""  # by which door, as the log keeps it
    user: Any = None  # whoever has a pk
    operation: int | None = None  # number of the row of the log that is being written


_NOBODY = Acting()
_now: ContextVar[Acting] = ContextVar("acting", default=_NOBODY)


@contextmanager
def acting(how: str = "", *, user: Any = None, operation: int | None = None) -> Iterator[None]:
    """Inside, what is written is written so; what is not said here is as outside."""
    said = {"how": how or None, "user": user, "operation": operation}
    token = _now.set(replace(_now.get(), **{name: value for name, value in said.items() if value is not None}))
    try:
        with nullcontext() if _tell in connection.execute_wrappers else connection.execute_wrapper(_tell):
            yield
    finally:
        _now.reset(token)


def by_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the signed-in user acts, by a page or by the admin."""

    def middleware(request: HttpRequest) -> HttpResponse:
        of_admin = request.path.startswith(reverse("admin:index"))
        with acting("admin" if of_admin else "page", user=request.user):
            return get_response(request)

    return middleware


def _tell(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Around each statement of the connection (connection.execute_wrapper)."""
    vars(context["cursor"]).pop("fetchone", None)  # of what was read ahead
    vars(context["cursor"]).pop("fetchall", None)
    write = _WRITES.match(sql)
    if write is None or write[1].lower() not in _audited:
        return execute(sql, params, many, context)
    if connection.in_atomic_block:
        return _told(execute, sql, params, many, context)
    with transaction.atomic():
        result = _told(execute, sql, params, many, context)
        if connection.vendor == "sqlite":
            _read_ahead(context["cursor"])
    return result


def _told(execute: Callable[..., Any], *statement: Any) -> Any:
    _say(_now.get())
    try:
        result = execute(*statement)
    except Exception:
        if connection.vendor == "sqlite":  # PostgreSQL's setting goes with the transaction that has failed
            _say(None)
        raise
    _say(None)
    return result


def _read_ahead(cursor: Any) -> None:
    """Reads what a RETURNING gives back, for the cursor to give out later: SQLite commits nothing that is half read."""
    if cursor.description:
        rows = iter(cursor.fetchall())
        cursor.fetchone, cursor.fetchall = partial(next, rows, None), partial(list, rows)


def _say(acts: Acting | None) -> None:
    user = acts.user.pk if acts and acts.user else None
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            said = json.dumps({"how": acts.how, "user": user, "operation": acts.operation}) if acts else ""
            cursor.execute("SELECT set_config('spotilla.acting', %s, true)", [said])
        elif acts:
            cursor.execute("INSERT INTO acting_now VALUES (%s, %s, %s)", [acts.how, user, acts.operation])
        else:
            cursor.execute("DELETE FROM acting_now")
