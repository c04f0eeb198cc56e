"""What an import's command takes, and how slow the machine is just now."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.sheets.sending import ROOT

# A small process starts the command and measures it: a child inherits its parent's highest memory otherwise.
MEASURE = """
import resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
print(done.stdout[-5000:] + done.stderr[-5000:])
"""


class Measured(NamedTuple):
    exit_code: int
    seconds: float
    computing: float
    megabytes: int
    said: str


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], Measured]:
    """The command in a fresh process, on a database of its own."""
    folder = tmp_path_factory.mktemp("fresh")
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/fresh.sqlite3",
        "DJANGO_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "spotilla.settings",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)

    def measure(content: bytes) -> Measured:
        file = folder / "asiakkaat.xlsx"
        file.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, *manage, "import_customers", str(file)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        figures, _, said = done.stdout.partition("\n")
        code, seconds, computing, megabytes = figures.split()
        return Measured(int(code), float(seconds), float(computing), int(megabytes), said.strip())

    return measure


@pytest.fixture(scope="module")
def slowness(measured: Callable[[bytes], Measured]) -> float:
    """How much slower than a quiet machine this one is now: the command refuses an empty file in 0.7 s there."""
    return max(1.0, measured(b"").computing / 0.7)
