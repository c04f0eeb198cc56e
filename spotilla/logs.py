"""What is written to the log: what happened, where and by whose number, and nothing that people have typed.

A request is told by its route and the numbers in it, never by its address; an error by its type and the places in the
code, with its text only where that names nothing but code. Whoever has the number of a row may look it up.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import responses
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, TemplateSyntaxError

FORMATS = ("text", "json")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# Errors whose text names types, attributes, modules, settings, tables: things of the code. Others quote what they got.
_ABOUT_CODE = (
    *(AttributeError, ImportError, NameError, NotImplementedError, RecursionError, TypeError, ZeroDivisionError),
    *(ImproperlyConfigured, ObjectDoesNotExist, TemplateDoesNotExist, TemplateSyntaxError, sqlite3.Error),
)
_QUERY = re.compile(r"\?\S*")

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_reference: ContextVar[str] = ContextVar("reference", default="")


def settings_of_logging(level: str, format_: str) -> dict[str, Any]:
    """LOGGING: everything to stderr, gunicorn's own words too. Raises ImproperlyConfigured."""
    if level.upper() not in LEVELS:
        raise ImproperlyConfigured(f"LOG_LEVEL is one of {', '.join(LEVELS)}.")
    if format_.lower() not in FORMATS:
        raise ImproperlyConfigured(f"LOG_FORMAT is one of {', '.join(FORMATS)}.")
    stderr: dict[str, Any] = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": f"spotilla.logs.{format_.capitalize()}Formatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours", "level": level.upper()}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET"},  # without mails to ADMINS, which hold the whole request
            "django.server": stderr,
            "django.db.backends": {"level": "INFO"},  # below, it logs statements with their values
            "gunicorn.error": stderr,
            "gunicorn.access": stderr,
        },
    }


def with_reference(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: gives the request a reference that stands in the log, in its answer, and on the page of an error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        reference = secrets.token_hex(5)
        tokens = _request.set(request), _reference.set(reference)
        try:
            response = get_response(request)
        finally:
            _request.reset(tokens[0])
            _reference.reset(tokens[1])
        response["X-Request-ID"] = reference
        return response

    return middleware


def told(**fields: int | str | None) -> dict[str, dict[str, int | str]]:
    """`extra` of a record: numbers of rows, and words of our own."""
    return {"told": {name: value for name, value in fields.items() if value is not None}}


def reference() -> str:
    """Of the request that is being answered."""
    return _reference.get()


def shown_error(error: BaseException) -> str:
    """Its type, and what may be told of what it says."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    told = _told(error)
    return f"{name}: {told}" if told else name


def _told(error: BaseException) -> str:
    diagnosis = getattr(error, "diag", None)  # of psycopg: its text quotes values, its fields are names
    if diagnosis is not None:
        fields = ("sqlstate", "constraint_name", "table_name", "column_name")
        told = " ".join(f"{name}={value}" for name in fields if (value := getattr(diagnosis, name, None)))
        return told or (" ".join(str(error).split()) if _lost_connection(error) else "")
    if isinstance(error, _ABOUT_CODE):
        return " ".join(str(error).split())
    if isinstance(error, OSError):
        return error.strerror or ""
    return ""


def _lost_connection(error: BaseException) -> bool:
    """Of psycopg, without the server's own diagnosis: the text names host, port, database and what the system said."""
    return type(error).__module__.startswith("psycopg") and type(error).__name__ in {
        "OperationalError",
        "ConnectionTimeout",
    }


def shown_traceback(error: BaseException) -> str:
    """As Python writes it, without what the errors themselves say: of each its type, and the places in the code."""
    return "\n".join(_lines(error, set())).rstrip()


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield "which led to" if error.__cause__ else "while that was handled"
    if error.__traceback__:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield shown_error(error)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _lines(each, seen)


class _Formatter(logging.Formatter):
    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """In the order in which they are read."""
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest):
            request = _request.get()
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            **getattr(record, "told", {}),
            **(_of_request(request) if request else {}),
        }
        if status := getattr(record, "status_code", None):
            fields["status"] = status
        return fields

    def error(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return ""
        passing = (
            getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE
        )  # where in the code tells nothing
        return shown_error(error.__cause__ or error) if passing else shown_traceback(error)


class TextFormatter(_Formatter):
    """One line, with name=value for what is known besides; then the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        fields = self.fields(record)
        line = f"{fields.pop('time')} {fields.pop('level')} {fields.pop('logger')} {fields.pop('message')}"
        line = " ".join([line.replace("\n", " "), *(f"{name}={value}" for name, value in fields.items())])
        return "\n".join(filter(None, [line, self.error(record)]))


class JsonFormatter(_Formatter):
    """One JSON object on a line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = self.fields(record)
        if error := self.error(record):
            fields["error"] = error
        return json.dumps(fields, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    """Django's own of a request quotes its address, the referring page, or what was sent: only its status is told."""
    status = getattr(record, "status_code", None)
    if record.name.startswith(("django.request", "django.security")) and isinstance(status, int):
        return responses.get(status, "Refused")
    return _QUERY.sub("?…", record.getMessage())


def _of_request(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    numbers = {name: value for name, value in match.kwargs.items() if str(value).isdecimal()} if match else {}
    user = getattr(request, "_cached_user", None)  # known already, or nobody's: a line of the log asks no database
    return {
        "method": request.method if request.method in _METHODS else "other",
        "route": f"/{match.route}" if match else "none",
        **numbers,
        **({"user": user.pk} if user is not None and user.pk else {}),
        **({"request": _reference.get()} if _reference.get() else {}),
    }


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
