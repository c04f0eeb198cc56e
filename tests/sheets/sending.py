"""Sends a file by the page of an import in a process of its own, and says what that has cost:

    python -m tests.sheets.sending FILE THING

prints the answer's status, the process's own computing in seconds, its highest memory and what the database has grown
by in MB, and what the page says is wrong. The database is that of DATABASE_URL, an SQLite file; it has one user.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000


class Sent(NamedTuple):
    status: int
    computing: float
    megabytes: float
    kept: float
    said: str


def sent(file: Path, thing: str, database: Path) -> Sent:
    done = subprocess.run(
        [sys.executable, "-m", "tests.sheets.sending", str(file), thing],
        cwd=ROOT,
        env=os.environ | environment(database),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    status, computing, megabytes, kept, said = done.stdout.split("\n", 4)
    return Sent(int(status), float(computing), float(megabytes), float(kept), said.strip())


def environment(database: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "spotilla.settings",
        "ALLOWED_HOSTS": "testserver",
    }


def new_database(folder: Path) -> Path:
    """An empty database with one user, who may everything."""
    database = folder / "empty.sqlite3"
    code = (
        "import django; django.setup(); from django.core.management import call_command; call_command('migrate', '-v0')"
        "; from accounts.models import User; User.objects.create_superuser('a@example.com', 'x', language='en')"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ | environment(database), check=True)
    return database


def send(file: Path, thing: str) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection
    from django.test import Client

    from accounts.models import User
    from sheets.importing.import_types import import_type_of
    from sheets.models import Upload

    settings.DEBUG = False  # or every query would be kept
    client = Client()
    client.force_login(User.objects.get())
    address = import_type_of(Upload(about=thing)).url("import")
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    client.get(address)
    before, began = database.stat().st_size, time.process_time()
    answer = client.post(address, {"file": SimpleUploadedFile("a.xlsx", file.read_bytes())})
    shown = client.get(answer["Location"], {"show": "problems"}) if answer.status_code == 302 else answer
    computing = time.process_time() - began
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    memory = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    wrong = re.findall(r'class="form-error"[^>]*>\s*<p>(.*?)</p>', shown.content.decode(), re.DOTALL)
    print(answer.status_code, computing, int(memory[1]) / 1000 if memory else 0, sep="\n")
    print((database.stat().st_size - before) / MEGABYTE, " ".join(" ".join(wrong).split()), sep="\n")


if __name__ == "__main__":
    send(Path(sys.argv[1]), sys.argv[2])
