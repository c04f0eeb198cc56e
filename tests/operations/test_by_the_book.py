"""An installation by docs/operations.md: its commands that need no root, in order, in folders of its own."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pytest_django import DjangoDbBlocker

from tests.concurrency.database import drop_database, new_database
from tests.operations.book import blocks
from tests.structure.sources import ROOT

pytestmark = pytest.mark.long

HOST = "asiakkaat.example"
USER = {"DJANGO_SUPERUSER_EMAIL": "maija@asiakkaat.example", "DJANGO_SUPERUSER_PASSWORD": "tuuli-kääntyy-lounaaseen"}


class Machine:
    """The folders of a server, below one of ours."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.log = folder, url, folder / "log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        kept = [line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")]
        (self.at("/opt/spotilla")).mkdir(parents=True)
        for name in kept:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.at("/opt/spotilla") / name)
        self.at("/opt/spotilla/.venv").symlink_to(ROOT / ".venv")
        for name in ("/etc/spotilla", "/var/lib/spotilla", "/var/backups/spotilla"):
            self.at(name).mkdir(parents=True)
        served = self.at("/opt/spotilla/deploy/gunicorn.conf.py")
        served.write_text(served.read_text().replace("127.0.0.1:8000", f"127.0.0.1:{self.port}"))

    def at(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def here(self, text: str) -> str:
        """The commands for this machine: nobody becomes somebody else."""
        text = text.replace("'postgresql://spotilla@/spotilla?host=/var/run/postgresql'", f"'{self.url}'")
        text = re.sub(r"sudo (?:-u \w+ )?", "", text)
        return re.sub(r"(?<![\w.])/(?=(?:opt|etc|var/lib|var/backups)/spotilla)", f"{self.folder}/", text)

    def environment(self) -> dict[str, str]:
        path = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}
        return path | {"SPOTILLA_ENV": str(self.at("/etc/spotilla/env"))}

    def run(self, text: str, **more: str) -> str:
        command = ["sh", "-euc", self.here(text)]
        ran = subprocess.run(
            command, cwd=self.folder, env=self.environment() | more, check=False, capture_output=True, text=True
        )
        assert ran.returncode == 0, f"{text}\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout

    @contextmanager
    def serving(self, text: str) -> Iterator[None]:
        with self.log.open("wb") as log:
            command = ["sh", "-euc", self.here(text)]
            server = subprocess.Popen(command, cwd=self.folder, env=self.environment(), stdout=log, stderr=log)
        try:
            self.wait(server)
            yield
        finally:
            server.terminate()
            server.wait()

    def wait(self, server: subprocess.Popen[bytes]) -> None:
        for _ in range(600):
            assert server.poll() is None, self.log.read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())


class Browser:
    """Asks as nginx passes on what somebody asks by HTTPS."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, SimpleCookie()

    def ask(self, path: str, *, host: str = HOST, scheme: str = "https", **data: str) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        headers = {"Host": host, "X-Forwarded-Proto": scheme, "Referer": f"https://{host}/"}
        headers["Cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        if data:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        server.request("POST" if data else "GET", path, urlencode(data) or None, headers)
        answer = server.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(cookie)
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    def log_in(self, email: str, password: str) -> tuple[int, str]:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask("/accounts/login/")[2])
        assert token is not None
        return self.ask("/accounts/login/", username=email, password=password, csrfmiddlewaretoken=token[1])[:2]


@pytest.fixture
def machine(tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Machine]:
    with django_db_blocker.unblock():
        yield Machine(tmp_path, new_database(tmp_path))
        drop_database(tmp_path)


def test_an_installation_by_the_book_serves_is_backed_up_and_restored(machine: Machine) -> None:
    told = [block for block in blocks() if "run" in block.marks]
    serves = next(number for number, block in enumerate(told) if "serve" in block.marks)
    restores = next(number for number, block in enumerate(told) if "restore --yes" in block.text)
    for block in told[:serves]:
        machine.run(block.text)
    assert stat.S_IMODE(machine.at("/etc/spotilla/env").stat().st_mode) == 0o600
    machine.run("/opt/spotilla/deploy/manage createsuperuser --no-input", **USER)
    with machine.serving(told[serves].text):
        first_user_sees_the_first_page(Browser(machine.port))
        for block in told[serves + 1 : restores]:
            machine.run(block.text)
    names = sorted(path.name for path in machine.at("/var/backups/spotilla").iterdir())
    assert [re.sub(r"\d+", "0", name) for name in names] == ["by-hand.zip", "spotilla-0-0-0-0.zip"]
    machine.run("/opt/spotilla/deploy/manage shell -c 'from accounts.models import User; User.objects.all().delete()'")
    for block in told[restores:]:
        machine.run(block.text)
    with machine.serving(told[serves].text):
        first_user_sees_the_first_page(Browser(machine.port))


def first_user_sees_the_first_page(browser: Browser) -> None:
    assert browser.ask("/", scheme="http")[:2] == (301, f"https://{HOST}/")
    assert browser.ask("/", host="elsewhere.example")[0] == 400
    assert browser.ask("/")[:2] == (302, "/accounts/login/?next=/")
    assert browser.log_in(*USER.values()) == (302, "/")
    status, _, page = browser.ask("/")
    assert (status, 'href="/folders/new/"' in page) == (200, True)
    for address in re.findall(r'(?:href|src)="(/static/[^"#]+)', page):
        assert browser.ask(address)[0] == 200
