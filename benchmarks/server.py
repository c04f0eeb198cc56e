"""A PostgreSQL of the benchmarks' own, whose data stay in FOLDER between runs, and the databases on it.

with server() as url: ...        # prints the settings that it runs with
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tools.with_postgres import check, installations, readable_by, server_user

FOLDER = Path("/var/tmp/spotilla-bench")  # noqa: S108 (where the server's user gets at it, whoever we are)
SETTINGS = (
    *("shared_buffers=2GB", "work_mem=128MB", "maintenance_work_mem=512MB", "effective_cache_size=8GB"),
    *("random_page_cost=1.1", "jit=off", "max_parallel_workers_per_gather=0"),
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=8GB", "checkpoint_timeout=30min"),
)


@contextmanager
def server() -> Iterator[str]:
    """The URL of its database `postgres`; stopped afterwards."""
    programs, user = next(installations()), server_user()
    data, log = FOLDER / "data", FOLDER / "log"
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(FOLDER, ignore_errors=True)
        data.mkdir(mode=0o700, parents=True)
        FOLDER.chmod(0o755)
        if user:
            shutil.chown(data, user)
        command: list[str | Path] = [readable_by(user, programs, FOLDER) / "initdb", "-D", data, "-U", "postgres"]
        command += ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run(command, user=user, cwd=FOLDER, check=True, capture_output=True)
    (data / "postmaster.pid").unlink(missing_ok=True)
    options = [part for setting in SETTINGS for part in ("-c", setting)]
    started: list[str | Path] = [readable_by(user, programs, FOLDER) / "postgres", "-D", data, "-k", data]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*started, "-c", "listen_addresses=", *options], user=user, cwd=FOLDER, stdout=output, stderr=output
        )
    url = f"postgresql://postgres@/postgres?host={data}"
    try:
        check(url, process, log)
        print(f"PostgreSQL of {programs}, {', '.join(SETTINGS)}", flush=True)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def database(url: str, name: str) -> str:
    """The URL of a database of that name on the server, made where it is missing."""
    with psycopg.connect(url, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not there:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return url.replace("/postgres?", f"/{name}?")
