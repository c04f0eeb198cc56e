"""The log tells what happened, where and by whose number, and nothing that people have typed."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest
from django.test import Client

from accounts.models import User
from customers.models import Contact, Customer
from customers.ownership import attach
from spotilla.logs import JsonFormatter, TextFormatter, settings_of_logging, shown_traceback
from tests import factories
from tests.sheets.books import book

pytestmark = pytest.mark.django_db

NAMES = ("Virtanen", "Meikäläinen", "Meik", "virtanen@posti.example", "5556595", "555 6595", "salasana", "1572860-0")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, as text and as JSON, whatever its level."""
    written = io.StringIO()
    handlers = [logging.StreamHandler(written), logging.StreamHandler(written)]
    for handler, formatter in zip(handlers, (TextFormatter(), JsonFormatter()), strict=True):
        handler.setFormatter(formatter)
        logging.getLogger().addHandler(handler)
        logging.getLogger("django.server").addHandler(handler)
    yield written
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
        logging.getLogger("django.server").removeHandler(handler)


def objects(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines() if line.startswith("{")]


def test_pages_imports_log_ins_and_errors_leave_no_personal_data_in_the_log(
    office: User, log: io.StringIO, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client(raise_request_exception=False)
    customer = Customer.objects.create(name="Virtanen Oy", business_id="1572860-0")
    Contact.objects.create(name="Matti Meikäläinen", email="matti.virtanen@posti.example")
    log_in = {"username": "matti.virtanen@posti.example", "password": "väärä-salasana"}
    client.post("/accounts/login/?next=/search/?q=Virtanen", log_in)
    client.post("/accounts/forgotten/", {"email": "matti.virtanen@posti.example"})
    client.post("/accounts/login/", {"username": office.email, "password": "salasana-jolla-pääsee"})
    for address in (
        "/search/?q=Virtanen",
        "/customers/?q=Meik%00",
        "/customers/Virtanen/",
        "/customers/999/?q=Virtanen",
    ):
        client.get(address, headers={"Referer": "http://testserver/?q=Virtanen"})
    client.post("/customers/new/", {"name": "Virtanen Oy", "business_id": "1572860-0", "type": "company"})
    client.post(f"/customers/{customer.pk}/edit/", {"name": "", "phone": "040 555 6595"})
    with django_capture_on_commit_callbacks(execute=True):
        attach(customer, factories.folder("Virtanen talo"), date(2026, 1, 1), by=office)
        sent = io.BytesIO(book(["Nimi", "Y-tunnus"], ["Meikäläinen Oy", "1572860-1"], ["Meikäläinen Ky", ""]))
        sent.name = "Virtanen.xlsx"
        client.post("/customers/import/", {"file": sent})
        broken = io.BytesIO(b"PK Virtanen")
        broken.name = "Meikäläinen.xlsx"
        client.post("/customers/import/", {"file": broken})
    with connection.execute_wrapper(breaks):
        client.get("/search/?q=Virtanen")
    refused = Client(enforce_csrf_checks=True)
    refused.post("/accounts/login/", log_in, headers={"Referer": "https://testserver/?q=Virtanen"}, secure=True)
    said = log.getvalue()
    assert [name for name in NAMES if name.lower() in said.lower()] == []
    told = {(line["logger"], line["message"]) for line in objects(log)}
    assert told >= {
        ("accounts.login", "Log-in failed: user -, from 127.0.0.1"),
        ("accounts.backends", "Log-in"),
        ("django.request", "Not Found"),
        ("django.request", "Bad Request"),
        ("django.request", "Internal Server Error"),
        ("django.security.csrf", "Forbidden"),
        ("folders.tree", "Operation"),
    }


def breaks(*_statement: Any) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.connection.execute(f"SELECT '{NAMES[0]}' + x FROM nowhere WHERE name = '{NAMES[0]}'")
    except Exception as error:
        raise ValueError(f"{NAMES[1]} is no number") from error


def test_a_line_names_route_numbers_user_and_the_reference_of_the_answer(colleague: User, log: io.StringIO) -> None:
    client = Client()
    client.force_login(colleague)
    customer = factories.customer()
    answer = client.post(f"/customers/{customer.pk}/edit/")
    told = objects(log)[-1]
    assert (told.pop("time")[:2], told.pop("logger"), told.pop("level")) == ("20", "django.request", "WARNING")
    told.pop("error")
    assert told == {
        "message": "Forbidden",
        "method": "POST",
        "route": "/customers/<int:pk>/edit/",
        "pk": customer.pk,
        "user": colleague.pk,
        "request": answer.headers["X-Request-ID"],
        "status": 403,
    }
    first = next(line for line in log.getvalue().splitlines() if "WARNING" in line)
    assert re.fullmatch(
        rf"\S+ WARNING django.request Forbidden method=POST route=/customers/<int:pk>/edit/ pk={customer.pk} "
        rf"user={colleague.pk} request=[0-9a-f]{{10}} status=403",
        first,
    )


def test_an_operation_is_logged_by_number_once_it_is_kept(
    office: User, log: io.StringIO, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        attach(factories.customer(), factories.folder(), date(2026, 1, 1), by=office)
    told = [line for line in objects(log) if line["logger"] == "folders.tree"]
    assert [(line["kind"], line.get("user")) for line in told] == [("new_folder", None), ("attach", office.pk)]
    assert all(isinstance(line["operation"], int) for line in told)


def test_an_error_is_told_by_its_type_its_place_and_the_constraint_that_refused() -> None:
    factories.customer(business_id="1572860-0")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        factories.customer("Virtanen Oy", business_id="1572860-0")
    shown = shown_traceback(refused.value)
    assert "django.db.utils.IntegrityError" in shown
    assert "test_logs.py" in shown
    assert "business_id" in shown
    assert "1572860" not in shown.replace('business_id="1572860-0"', "")  # the line of the code itself


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ValueError("Virtanen"), "ValueError"),
        (KeyError("Virtanen"), "KeyError"),
        (
            AttributeError("'NoneType' object has no attribute 'name'"),
            "AttributeError: 'NoneType' object has no attribute 'name'",
        ),
        (
            FileNotFoundError(2, "No such file or directory", "/srv/Virtanen"),
            "FileNotFoundError: No such file or directory",
        ),
        (ExceptionGroup("Virtanen", [ValueError("Meikäläinen")]), "ExceptionGroup\nValueError"),
    ],
)
def test_what_an_error_says_is_told_where_it_speaks_of_the_code(error: Exception, shown: str) -> None:
    assert shown_traceback(error) == shown


def test_a_request_line_of_another_library_loses_its_question() -> None:
    record = logging.LogRecord("gunicorn.error", 40, "", 0, "Error handling request %s", ("/search/?q=Virtanen",), None)
    assert TextFormatter().format(record).endswith("ERROR gunicorn.error Error handling request /search/?…")


def test_level_and_format_come_from_the_environment_by_names_that_are_known() -> None:
    settings = settings_of_logging("warning", "json")
    assert settings["handlers"]["stderr"]["level"] == "WARNING"
    assert settings["formatters"]["ours"]["()"] == "spotilla.logs.JsonFormatter"
    with pytest.raises(ImproperlyConfigured, match="LOG_LEVEL is one of DEBUG, INFO"):
        settings_of_logging("loud", "text")
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT is one of text, json"):
        settings_of_logging("INFO", "xml")


def test_statements_are_never_logged_with_their_values() -> None:
    assert logging.getLogger("django.db.backends").getEffectiveLevel() >= logging.INFO


def test_a_request_that_nobody_resolved_is_told_without_its_address() -> None:
    request = HttpRequest()
    request.method, request.path = "VIRTANEN", "/Virtanen/"
    record = logging.LogRecord("django.request", 30, "", 0, "Not Found: %s", ("/Virtanen/",), None)
    record.request, record.status_code = request, 404
    assert (
        TextFormatter().format(record).endswith("WARNING django.request Not Found method=other route=none status=404")
    )
