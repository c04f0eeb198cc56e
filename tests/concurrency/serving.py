"""Gunicorn and the worker as an installation runs them, asked over HTTP."""

from __future__ import annotations

import http.cookiejar
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from tests.concurrency.database import ROOT, environment

EMAIL, PASSWORD = "toimisto@spotilla.example", "salasana-jolla-pääsee"
OFFICE = f"from accounts.models import User; User.objects.create_superuser({EMAIL!r}, {PASSWORD!r})"
PATIENCE = 120  # seconds until something has come about, on a busy machine


class Answer(NamedTuple):
    status: int
    text: str
    retry_after: str | None


class Served:
    def __init__(self, url: str, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.log = folder / "log"
        gunicorn = [sys.executable, "-m", "gunicorn", "--bind", self.address, "--no-control-socket", "spotilla.wsgi"]
        worker = [sys.executable, "manage.py", "db_worker", "--no-startup-delay"]
        with self.log.open("wb") as log:
            self.processes = [
                subprocess.Popen(command, cwd=ROOT, env=environment(url), stdout=log, stderr=log)
                for command in (gunicorn, worker)
            ]
        self.browser = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def ask(self, path: str, **data: str) -> Answer:
        body = urlencode(data).encode() if data else None
        try:
            with self.browser.open(f"http://{self.address}{path}", body) as answer:
                return Answer(answer.status, answer.read().decode(), None)
        except HTTPError as error:
            return Answer(error.code, error.read().decode(), error.headers["Retry-After"])
        except URLError as error:  # not listening yet
            return Answer(0, str(error), None)

    def log_in(self) -> Answer:
        form = self.ask("/accounts/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token is not None
        return self.ask("/accounts/login/", username=EMAIL, password=PASSWORD, csrfmiddlewaretoken=token[1])

    def ready(self) -> dict[str, str]:
        answer = self.ask("/readyz")
        return dict(json.loads(answer.text)) if answer.status else {}

    def is_up(self) -> bool:
        return self.ready() == {"database": "ok", "migrations": "applied", "worker": "alive"}

    def alive(self) -> list[bool]:
        return [process.poll() is None for process in self.processes]


@contextmanager
def serving(url: str, folder: Path) -> Iterator[Served]:
    """Pages and worker on a migrated database, with the office as its user."""
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", OFFICE], cwd=ROOT, env=environment(url), check=True
    )
    served = Served(url, folder)
    try:
        until(served.is_up)
        yield served
    finally:
        for process in served.processes:
            process.terminate()
            process.wait()


def until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.2)
