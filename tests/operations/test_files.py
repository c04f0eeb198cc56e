"""What docs/operations.md and deploy/ name is there, and each agrees with the other and with the program."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.operations.book import BOOK, DEPLOY, blocks, unit
from tests.structure.sources import ROOT, product_files

UNITS = sorted(path.name for path in DEPLOY.glob("*.service"))
TIMERS = sorted(path.name for path in DEPLOY.glob("*.timer"))
COMMANDS = get_commands()
OF_ENVIRONMENT = re.compile(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"')


def commands_in(text: str) -> set[str]:
    return set(re.findall(r"(?:manage\.py|deploy/manage) ([a-z_]+)", text))


def test_the_units_are_those_that_the_book_starts() -> None:
    started = re.search(r"systemctl enable --now (.*)", BOOK.read_text())
    assert started is not None
    by_timer = {name.replace(".timer", ".service") for name in TIMERS}
    assert set(started[1].split()) == {*TIMERS, *UNITS} - by_timer
    assert by_timer - set(UNITS) == set()


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_what_is_there_as_the_programs_user_and_within_bounds(name: str) -> None:
    keys = unit(name)
    assert (keys["User"], keys["WorkingDirectory"]) == (["spotilla"], ["/opt/spotilla"])
    for command in keys["ExecStart"]:
        program = command.split()[0].removeprefix("/opt/spotilla/")
        assert program in {".venv/bin/gunicorn", ".venv/bin/python"} or (ROOT / program).stat().st_mode & 0o111
        assert commands_in(command) - set(COMMANDS) == set()
        assert [path for path in re.findall(r"deploy/\S+", command) if not (ROOT / path).is_file()] == []
    bounds = ("NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "SystemCallFilter", "UMask")
    assert [keys[bound] for bound in bounds] == [["yes"], ["strict"], ["yes"], ["yes"], ["@system-service"], ["0077"]]


def test_every_command_in_the_book_is_one() -> None:
    texts = [BOOK.read_text(), (ROOT / "Containerfile").read_text(), (DEPLOY / "backup").read_text()]
    assert {name for text in texts for name in commands_in(text)} - set(COMMANDS) == set()


def test_every_file_that_the_book_names_is_there() -> None:
    named = {path for block in blocks() for path in re.findall(r"/opt/spotilla/(deploy/[a-z.-]+)", block.text)}
    assert {path for path in named if not path.endswith("/*.") and not (ROOT / path).is_file()} == set()


def test_every_setting_of_the_environment_is_described() -> None:
    used = {name for path in product_files() for name in OF_ENVIRONMENT.findall(path.read_text())}
    described = (ROOT / "docs/developing.md").read_text()
    assert {name for name in used - {"DJANGO_SETTINGS_MODULE"} if f"`{name}`" not in described} == set()
    in_the_book = {name for block in blocks() for name in re.findall(r"(?m)^([A-Z_]+)='", block.text)}
    assert {"DJANGO_SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "BEHIND_PROXY"} < in_the_book
    assert {name for name in in_the_book if f"`{name}`" not in described} == set()


def test_nginx_takes_the_largest_workbook_and_says_who_asks_for_what() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    lines = {line.split("#")[0].strip() for line in text.splitlines()}
    limit = re.search(r"client_max_body_size (\d+)m;", text)
    assert limit is not None
    assert int(limit[1]) * 1024 * 1024 > settings.IMPORT_MAX_BYTES
    assert text.count("{") == text.count("}")
    assert [line for line in lines if line and line[-1] not in "{};"] == []
    headers = {"Host $http_host", "X-Forwarded-Proto $scheme", "X-Forwarded-For $remote_addr"}
    assert {f"proxy_set_header {header};" for header in headers} - lines == set()


def test_gunicorn_waits_as_long_as_nginx_and_listens_where_nginx_asks() -> None:
    gunicorn = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    nginx = (DEPLOY / "nginx.conf").read_text()
    assert f"proxy_read_timeout {gunicorn['timeout']}s;" in nginx
    assert f"proxy_pass http://{gunicorn['bind']};" in nginx


def test_the_image_gets_the_program_and_nothing_else() -> None:
    kept = {line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")}
    apps = {path.relative_to(ROOT).parts[0] for path in product_files()}
    assert kept == {*apps, "deploy", "locale", "manage.py", "requirements.txt", "static", "templates"}
    assert [name for name in kept if not Path(ROOT / name).exists()] == []
