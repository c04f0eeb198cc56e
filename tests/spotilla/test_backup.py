"""A backup holds everything of one moment, and a restore brings it all back or changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from accounts.models import User
from customers.models import Customer
from folders.models import Operation
from sheets.models import Upload
from tests import factories
from tests.concurrency import runners
from tests.concurrency.database import connected_to, copied_database, drop_database, new_database
from tests.restored import Contents, differences, everything_in
from tests.sheets.books import book


class Filled(NamedTuple):
    url: str
    backup: Path
    said: str


def run(name: str, *arguments: object, **options: Any) -> str:
    said = StringIO()
    call_command(name, *map(str, arguments), stdout=said, **options)
    return said.getvalue()


def refused(name: str, *arguments: object, **options: Any) -> str:
    """The one sentence of a command that fails."""
    with pytest.raises(CommandError) as error:
        run(name, *arguments, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, migrated_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Filled]:
    """A small company's database, with a backup of it."""
    folder = tmp_path_factory.mktemp("filled")
    with django_db_blocker.unblock():
        url = copied_database(migrated_url, folder)
        with connected_to(url):
            call_command("load_demo", scale=0.01, verbosity=0)
            user = User.objects.create_superuser("toimisto@spotilla.example", "salasana-jolla-pääsee")
            Upload.objects.create(name="a.xlsx", content=bytes(range(256)) * 100, user=user)
            said = run("backup", folder / "a.zip")
        yield Filled(url, folder / "a.zip", said)
        drop_database(folder)


@pytest.fixture
def empty_url(tmp_path: Path, filled: Filled, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database without a single table."""
    with django_db_blocker.unblock():
        url = new_database(tmp_path)
        with connected_to(url):
            yield url
        drop_database(tmp_path)


@pytest.fixture
def other_url(own_url: str) -> Iterator[str]:
    """A database with something else in it."""
    with connected_to(own_url):
        factories.customer("Vanha Oy")
        yield own_url


# ---- whole -----------------------------------------------------------------------------------------------------------


def test_a_restore_into_an_empty_database_brings_everything_back_by_name_and_text(
    filled: Filled, empty_url: str
) -> None:
    said = run("restore", filled.backup)
    assert differences(filled.url, empty_url) == []
    rows = sum(manifest(filled.backup)["rows"].values())
    assert [str(rows) in text for text in (filled.said, said)] == [True, True]
    assert run("migrate", check_unapplied=True, verbosity=0) == ""
    run("check_coverage")


def test_a_restore_replaces_another_database_only_when_told_to(filled: Filled, other_url: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_a_newer_version (id bigint PRIMARY KEY, customer bigint)")
        cursor.execute("CREATE INDEX of_a_newer_index ON customers_customer (name, id)")
    before = everything_in(other_url)
    assert "--yes" in refused("restore", filled.backup)
    assert everything_in(other_url) == before
    run("restore", filled.backup, yes=True)
    assert differences(filled.url, other_url) == []


def test_who_works_after_a_restore_has_every_rule_and_number_as_before(filled: Filled, empty_url: str) -> None:
    run("restore", filled.backup)
    newest = max(Customer.objects.values_list("pk", flat=True))
    made = factories.customer("Uusi Oy")
    assert (made.pk > newest, made.changes.count()) == (True, 1)
    Customer.objects.filter(pk=made.pk).update(city="Turku")
    assert Customer.objects.get(pk=made.pk).version == 2


def test_the_comparison_sees_what_a_restore_could_lose(filled: Filled, empty_url: str) -> None:
    """A trigger, an index, a row, a value, and where numbers go on."""
    run("restore", filled.backup)
    on = " ON customers_contact" if connection.vendor == "postgresql" else ""
    losses = (
        f"DROP TRIGGER customers_contact_version{on}",
        "DROP INDEX task_day",
        "DELETE FROM sheets_upload",
        "UPDATE accounts_user SET first_name = 'X'",
    )
    with connection.cursor() as cursor:
        for loss in losses:
            cursor.execute(loss)
    trigger = "customers_contact customers_contact_version" if on else "customers_contact_version"
    expected = ["index task_day", "rows of accounts_user", "rows of sheets_upload", f"trigger {trigger}"]
    of_sqlite = [] if on else ["rows of sqlite_stat1"]  # what it knew of the index
    assert differences(filled.url, empty_url) == sorted(expected + of_sqlite)


def test_a_backup_is_made_while_people_write_and_is_of_one_moment(own_url: str, tmp_path: Path) -> None:
    with connected_to(own_url):
        runners.plant(folders=12, customers=6, spots=6)
        with at_work(own_url, runners.change_the_tree, runners.record_work, a_pair_of_customers):
            for number in range(2):
                wait_for_more_operations()
                run("backup", tmp_path / f"{number}.zip")
        seen = set()
        for number in range(2):
            run("restore", tmp_path / f"{number}.zip", yes=True)
            run("check_coverage")
            seen.add(Operation.objects.count())
            assert Customer.objects.filter(name="Pari").count() % 2 == 0
            connection.check_constraints()
        assert len(seen) == 2


@contextmanager
def at_work(url: str, *steps: Callable[[Random], object]) -> Iterator[None]:
    """Inside, each step is done again and again by somebody with a connection of their own."""
    stop, errors = Event(), list[BaseException]()

    def work(step: Callable[[Random], object], seed: int) -> None:
        random = Random(seed)
        with connected_to(url):
            while not stop.is_set() and not errors:
                try:
                    step(random)
                except ValidationError:
                    pass
                except Exception as error:  # noqa: BLE001  # whatever goes wrong for who writes meanwhile
                    errors.append(error)

    people = [Thread(target=work, args=(step, seed)) for seed, step in enumerate(steps)]
    for person in people:
        person.start()
    try:
        yield
    finally:
        stop.set()
        for person in people:
            person.join()
    assert errors == []


def a_pair_of_customers(random: Random) -> None:
    with transaction.atomic():
        factories.customer("Pari")
        factories.customer("Pari")


def wait_for_more_operations() -> None:
    before = Operation.objects.count()
    while Operation.objects.count() == before:
        pass


# ---- the file --------------------------------------------------------------------------------------------------------


def test_a_backup_is_its_owners_alone_and_stands_there_by_itself(filled: Filled) -> None:
    assert stat.S_IMODE(filled.backup.stat().st_mode) == 0o600
    assert [path.name for path in filled.backup.parent.glob("*.zip*")] == ["a.zip"]


@pytest.mark.once
def test_a_backup_overwrites_nothing(filled: Filled, other_url: str, tmp_path: Path) -> None:
    kept = tmp_path / "a.zip"
    kept.write_bytes(b"kept")
    assert str(kept) in refused("backup", kept)
    assert (kept.read_bytes(), [path.name for path in tmp_path.glob("*zip*")]) == (b"kept", ["a.zip"])


@pytest.mark.once
def test_what_a_killed_backup_has_left_is_in_no_ones_way(filled: Filled, other_url: str, tmp_path: Path) -> None:
    for left in ("a.zip.part", *(["a.zip.part-database"] if connection.vendor == "sqlite" else [])):
        (tmp_path / left).write_bytes(b"half of it")
    run("backup", tmp_path / "a.zip")
    run("restore", tmp_path / "a.zip", check=True)
    assert [path.name for path in tmp_path.glob("*zip*")] == ["a.zip"]


@pytest.mark.once
def test_a_folder_that_is_not_there_is_told(filled: Filled, other_url: str, tmp_path: Path) -> None:
    assert "ei/ole.zip" in refused("backup", tmp_path / "ei/ole.zip")
    assert "ole.zip" in refused("restore", tmp_path / "ole.zip", yes=True)


def test_an_empty_database_is_not_backed_up(empty_url: str, tmp_path: Path) -> None:
    refused("backup", tmp_path / "a.zip")
    assert list(tmp_path.glob("*zip*")) == []


# ---- refused, with nothing changed -----------------------------------------------------------------------------------


@pytest.mark.once
def test_a_file_that_is_cut_off_or_damaged_anywhere_is_refused(filled: Filled, tmp_path: Path) -> None:
    """Or it is about a byte that says nothing: then all that is read is as it was."""
    whole, random, wrong = filled.backup.read_bytes(), Random(1), tmp_path / "a.zip"
    for _ in range(20):
        wrong.write_bytes(whole[: random.randrange(len(whole))])
        assert str(wrong) in refused("restore", wrong, check=True)
    ends = [*range(60), *range(len(whole) - 400, len(whole))]  # where the zip file's own words are
    for place in [*random.choices(range(len(whole)), k=20), *random.choices(ends, k=60)]:
        wrong.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << random.randrange(8))]) + whole[place + 1 :])
        try:
            run("restore", wrong, check=True)
        except CommandError:
            continue
        assert parts(wrong) == parts(filled.backup), place


def foreign_text() -> bytes:
    return b"Nimi;Kaupunki\n"


def foreign_book() -> bytes:
    """A workbook is a zip file too."""
    return book(["Nimi"], ["A Oy"])


def foreign_manifest() -> bytes:
    return zipped({"database": b"x", "manifest.json": b'{"program": "other", "format": 1}'})


def senseless_manifest() -> bytes:
    return zipped({"database": b"x", "manifest.json": b"[]"})


@pytest.mark.once
@pytest.mark.parametrize("content", [foreign_text, foreign_book, foreign_manifest, senseless_manifest, bytes])
def test_a_foreign_file_is_refused(
    filled: Filled, other_url: str, tmp_path: Path, content: Callable[[], bytes]
) -> None:
    before = everything_in(other_url)
    (tmp_path / "a.zip").write_bytes(content())
    assert str(tmp_path / "a.zip") in refused("restore", tmp_path / "a.zip", yes=True)
    assert everything_in(other_url) == before


CHANGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "of another engine": lambda m: m.update(engine="oracle"),
    "with a migration that we do not have": lambda m: m["migrations"].append("workorders.0999_later"),
    "of a newer format": lambda m: m.update(format=2),
    "with fewer rows than it says": lambda m: m["rows"].update(customers_customer=10**6),
}


@pytest.mark.once
@pytest.mark.parametrize("what", CHANGED)
def test_a_backup_is_refused_and_nothing_changed(filled: Filled, other_url: str, tmp_path: Path, what: str) -> None:
    before = everything_in(other_url)
    refused("restore", with_manifest(filled.backup, tmp_path, CHANGED[what]), yes=True)
    assert everything_in(other_url) == before


def test_a_database_within_that_is_cut_off_is_refused_and_nothing_changed(
    filled: Filled, other_url: str, tmp_path: Path
) -> None:
    """Whole as a zip file: only the engine sees it."""
    before, content = everything_in(other_url), parts(filled.backup)
    content["database"] = content["database"][: len(content["database"]) * 2 // 3]
    (tmp_path / "a.zip").write_bytes(zipped(content))
    refused("restore", tmp_path / "a.zip", yes=True)
    assert everything_in(other_url) == before


def test_after_a_backup_of_an_older_version_one_is_told_to_migrate(
    filled: Filled, other_url: str, tmp_path: Path
) -> None:
    older = with_manifest(filled.backup, tmp_path, lambda kept: kept["migrations"].pop())
    assert "migrate" in run("restore", older, yes=True)
    assert "migrate" not in run("restore", filled.backup, yes=True)


@pytest.mark.long
def test_who_writes_for_long_is_not_overwritten(filled: Filled, other_url: str) -> None:
    before, ready, stop = but_sequences(everything_in(other_url)), Event(), Event()

    def write() -> None:
        with connected_to(other_url), transaction.atomic():
            Customer.objects.update(city="Oulu")
            ready.set()
            stop.wait(60)
            transaction.set_rollback(True)

    person = Thread(target=write)
    person.start()
    ready.wait(60)
    try:
        refused("restore", filled.backup, yes=True)
    finally:
        stop.set()
        person.join()
    assert but_sequences(everything_in(other_url)) == before


def but_sequences(contents: Contents) -> Contents:
    """PostgreSQL does not take back the numbers that a transaction has used which was rolled back."""
    return {name: value for name, value in contents.items() if not name.startswith("sequence ")}


# ---- PostgreSQL's programs -------------------------------------------------------------------------------------------


@pytest.mark.postgresql
def test_a_missing_program_is_named(
    filled: Filled, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_in(other_url)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "pg_dump" in refused("backup", tmp_path / "a.zip")
    assert "psql" in refused("restore", filled.backup, yes=True)
    program(tmp_path, "psql", "cat >/dev/null")
    assert "pg_restore" in refused("restore", filled.backup, yes=True)
    assert everything_in(other_url) == before


@pytest.mark.postgresql
def test_a_program_older_than_the_server_is_told(
    filled: Filled, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'")
    monkeypatch.setenv("PATH", str(tmp_path))
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        (server,) = cursor.fetchone()
    told = refused("backup", tmp_path / "a.zip")
    assert ("9" in told, str(int(server) // 10000) in told) == (True, True)


@pytest.mark.postgresql
def test_the_password_stands_on_no_command_line(
    filled: Filled, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pg_dump", "pg_restore", "psql"):
        told = tmp_path / f"{name}.txt"
        program(tmp_path, name, f'echo "$@" >>{told}; echo "$PGPASSWORD" >>{told}; exec {shutil.which(name)} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "sala'sana \\9")
    run("backup", tmp_path / "a.zip")
    run("restore", tmp_path / "a.zip", yes=True)
    for name in ("pg_dump", "pg_restore", "psql"):
        *_others, arguments, password = (tmp_path / f"{name}.txt").read_text().splitlines()
        assert (name, "sana" in arguments, password) == (name, False, "sala'sana \\9")


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


# ---- what the tests make ---------------------------------------------------------------------------------------------


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return file.getvalue()


def manifest(path: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(parts(path)["manifest.json"])
    return kept


def with_manifest(path: Path, folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    kept = manifest(path)
    change(kept)
    (folder / "changed.zip").write_bytes(zipped(parts(path) | {"manifest.json": json.dumps(kept).encode()}))
    return folder / "changed.zip"
