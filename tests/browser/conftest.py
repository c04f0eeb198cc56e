"""A real Chromium against a real server; any word in the browser's console fails the test."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User

# Playwright runs an event loop in the test's own thread, where Django otherwise refuses to ask the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
AXE = next((Path(__file__).parent / "vendor").glob("axe-core-*/axe.min.js"))
expect.set_options(timeout=20_000)  # milliseconds: on a busy machine a page takes its time
INVALID_FORM = "status of 422"  # the browser reports it as an error, and it is how a form says what to mend


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the browser does is the same on both engines."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        pytest.fail("The browser tests need Chromium (apt-get install chromium), or CHROMIUM=/path/to/it")
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": [
            "--no-sandbox",  # Chromium's own refuses to run as root
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session", autouse=True)
def no_connection_left(playwright: Playwright) -> Iterator[None]:
    """Beside the event loop Django opens a connection of its own; left open, the test database could not be dropped."""
    yield
    connection.close()


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Lets tests write page.goto("/customers/")."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 1280, "height": 900},
        "locale": "fi-FI",
        "timezone_id": "Europe/Helsinki",
        "reduced_motion": "reduce",  # colours change at once: axe-core would measure one on its way
    }


@pytest.fixture(autouse=True)
def silent_console(context: BrowserContext) -> Iterator[list[str]]:
    """Everything that the pages of `context` wrote into the console; it must be nothing at the end of the test."""
    written: list[str] = []

    def write(text: str, address: str) -> None:
        if INVALID_FORM not in text:
            written.append(f"{address}: {text}")

    context.on("console", lambda message: write(message.text, message.location["url"]))
    context.on("weberror", lambda problem: write(str(problem.error), "script"))
    yield written
    assert written == []


@pytest.fixture
def office_page(page: Page, base_url: str, office: User) -> Page:
    """A page of the browser with the office logged in; go where the test begins."""
    client = Client()
    client.force_login(office)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}])
    return page


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """`assert axe(page) == []`: what axe-core finds on the page as it is now, one line a problem; of some rules alone
    with `axe(page, "color-contrast")`.
    """

    def problems(page: Page, *rules: str) -> list[str]:
        page.evaluate(AXE.read_text())
        found = page.evaluate("options => axe.run(options)", {"runOnly": rules} if rules else {})["violations"]
        return [
            f"{violation['id']}: {violation['help']}: {json.dumps([node['target'] for node in violation['nodes']])}"
            for violation in found
        ]

    return problems
