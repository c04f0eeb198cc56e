"""What cannot work does not start: one sentence on stderr and an exit code other than 0."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.structure.sources import ROOT

MANAGE = (sys.executable, "manage.py")
GUNICORN = (sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--no-control-socket", "--log-level", "critical")
SECRET = {"DJANGO_SECRET_KEY": "only-for-tests"}
UNREADABLE = {"DATABASE_URL": "postgresql://toimisto:sala#sana@host/spotilla"} | SECRET

NO_KEY = (
    "DJANGO_SECRET_KEY is not set: it is a long random text, the same for every process. "
    "(On a developer's own machine DJANGO_DEBUG=1 does without.)\n"
)
NOT_MIGRATED = "The database is not up to date: run “python manage.py migrate” first.\n"


def start(*command: str, **environment: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))}
    named = inherited | {"DJANGO_SETTINGS_MODULE": "spotilla.settings"} | environment
    return subprocess.Popen(command, cwd=ROOT, env=named, stdout=-1, stderr=-1, text=True)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _said, complained = process.communicate(timeout=300)
    return process.returncode, complained


def test_without_key_or_database_no_command_runs_and_no_page_is_served(tmp_path: Path) -> None:
    """All at once: most of the time goes into starting Python."""
    new = {"DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"}
    no_key = start(*MANAGE, "forget_imports", **new)
    unreadable = start(*MANAGE, "migrate", **UNREADABLE)
    not_migrated = start(*MANAGE, "forget_imports", **new, **SECRET)
    away = start(*MANAGE, "forget_imports", **SECRET, DATABASE_URL="postgresql://a@127.0.0.1:1/b")
    server_unreadable = start(*GUNICORN, "spotilla.wsgi", **UNREADABLE)
    server_not_migrated = start(*GUNICORN, "--preload", "spotilla.wsgi", **new, **SECRET)
    assert ended(no_key) == (1, NO_KEY)
    assert ended(not_migrated) == (1, NOT_MIGRATED)
    code, unreadable_said = ended(unreadable)
    assert (code, unreadable_said.count("\n")) == (1, 1)
    assert unreadable_said.startswith("DATABASE_URL cannot be read. It is postgresql://user:password@host")
    code, complained = ended(away)
    assert (code, complained.count("\n")) == (1, 1)
    assert complained.startswith("The database cannot be reached, or another keeps it busy: ")
    code, said_by_workers = ended(server_unreadable)
    assert (code, set(said_by_workers.splitlines(keepends=True))) == (3, {unreadable_said})
    assert ended(server_not_migrated) == (3, NOT_MIGRATED)
    assert not (tmp_path / "new.sqlite3").exists()  # nothing was made in passing
    assert ended(start(*MANAGE, "check", **new)) == (0, "")


def test_blanks_between_hosts_and_origins_are_forgiven() -> None:
    asks = "from spotilla import settings; print(settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS)"
    told = start(
        sys.executable,
        "-c",
        asks,
        **SECRET,
        ALLOWED_HOSTS=" asiakkaat.example , www.asiakkaat.example,",
        CSRF_TRUSTED_ORIGINS="https://a.example, https://b.example ",
    ).communicate(timeout=300)[0]
    assert told == "['asiakkaat.example', 'www.asiakkaat.example'] ['https://a.example', 'https://b.example']\n"
