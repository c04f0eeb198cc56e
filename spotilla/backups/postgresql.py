"""PostgreSQL's own programs, which know every kind of thing that a schema can hold: pg_dump, pg_restore and psql."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, cast

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from spotilla.backups.archive import AT_ONCE, DATABASE, Archive, BackupFailed
from spotilla.backups.contents import Contents, contents

# Whoever restores owns what is restored; a comment on an extension would need its owner.
AS_WHOEVER_RESTORES = ("--no-owner", "--no-privileges")

# PostgreSQL writes `column IN (…)` out in a way that it itself reads back as something else of the same meaning: rules
# and indexes would have another text after a restore than before.
WRITTEN_OUT = re.compile(rb'\((\w+|"\w+")\)::text = ANY \(\(ARRAY\[([^\]]*)\]\)::text\[\]\)')

# What is there goes, but not the schema and its extensions: to make those anew may take more rights than we have.
EMPTIED = """
DO $$
DECLARE statement text;
BEGIN
    FOR statement IN
        SELECT format('DROP TABLE IF EXISTS %s CASCADE', c.oid::regclass) FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p
        WHERE p.pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE statement;
    END LOOP;
END $$;
"""


def dump(archive: zipfile.ZipFile, _beside: Path) -> Contents:
    """What our own transaction sees, by pg_dump: so that the rows can be counted that it writes."""
    program = _program("pg_dump")
    _ensure_not_older_than_the_server(program)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        options = ("--format=custom", f"--snapshot={snapshot}", "--no-comments", *AS_WHOEVER_RESTORES)
        with (
            archive.open(_uncompressed(DATABASE), "w", force_zip64=True) as into,
            _running([program, *options, "--no-password", _where()], stdout=subprocess.PIPE) as pg_dump,
        ):
            shutil.copyfileobj(_pipe(pg_dump.stdout), into, AT_ONCE)
        return contents(connection)


def load(archive: Archive) -> None:
    """Everything in one transaction. It is ended by us when pg_restore has given us all, and by nothing else: when we
    are killed, psql sees the end of what it reads, and the server goes back to what was there.
    """
    psql = [_program("psql"), "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--no-password"]
    where = _where()
    connection.close()
    told_all = False
    with _running([*psql, where], stdin=subprocess.PIPE) as taking, suppress(BrokenPipeError):  # it says itself why
        script = _pipe(taking.stdin)
        script.write(f"BEGIN; SET LOCAL lock_timeout = '10s'; {EMPTIED}".encode())
        script.write(_schema(archive, "pre-data"))
        _give(archive, "data", script)
        script.write(_schema(archive, "post-data"))
        script.write(f"RESET search_path; {_same_rows(archive.manifest.rows)} COMMIT;\n".encode())
        script.flush()
        told_all = True
    if not told_all:
        raise BackupFailed(_said("psql", ""))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # else the first pages are planned for empty tables


def _schema(archive: Archive, section: str) -> bytes:
    """Tables and functions, or indexes, constraints and triggers, to be understood as they were at first."""
    into = BytesIO()
    _give(archive, section, into)
    return WRITTEN_OUT.sub(rb"\1 IN (\2)", into.getvalue())


def _give(archive: Archive, section: str, script: IO[bytes]) -> None:
    """What pg_restore makes of a part of the archive, as SQL. Raises BackupFailed when it breaks off."""
    command = [_program("pg_restore"), "--file=-", f"--section={section}", *AS_WHOEVER_RESTORES]
    with (
        ThreadPoolExecutor(1) as beside,
        _running(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as pg_restore,
    ):
        feeding = beside.submit(_feed, archive, _pipe(pg_restore.stdin))
        shutil.copyfileobj(_pipe(pg_restore.stdout), script, AT_ONCE)
        feeding.result()


def _feed(archive: Archive, into: IO[bytes]) -> None:
    """Ends early when pg_restore does, which says why."""
    with suppress(BrokenPipeError), into, archive.open_database() as database:
        shutil.copyfileobj(database, into, AT_ONCE)


def _same_rows(rows: dict[str, int]) -> str:
    """A statement that fails when a table has more or fewer rows than the backup says."""
    checks = (
        f"IF (SELECT count(*) FROM {connection.ops.quote_name(name)}) <> {count:d} "
        f"THEN RAISE EXCEPTION 'not all rows of {name}'; END IF;"
        for name, count in rows.items()
    )
    return f"DO $$ BEGIN {' '.join(checks)} END $$;"


# ---- the programs ----------------------------------------------------------------------------------------------------


def _program(name: str) -> str:
    if path := shutil.which(name):
        return path
    raise BackupFailed(
        _("The program %(name)s is missing. It comes with PostgreSQL (Debian: apt install postgresql-client).")
        % {"name": name}
    )


def _ensure_not_older_than_the_server(pg_dump: str) -> None:
    told = subprocess.run([pg_dump, "--version"], check=True, capture_output=True, text=True).stdout  # noqa: S603
    version = re.search(r"\d+", told)
    server = int(cast(Any, connection).pg_version) // 10000
    if version is None or int(version[0]) < server:
        raise BackupFailed(
            _("%(program)s is of version %(old)s, and the server of version %(server)d: install that version's.")
            % {"program": pg_dump, "old": version[0] if version else "?", "server": server}
        )


def _where() -> str:
    """The connection that DATABASE_URL names, without the password: everybody on the machine sees command lines."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} - {"password"}
    options = {key: value for key, value in connection.get_connection_params().items() if key in known}
    return f"--dbname={make_conninfo(**options)}"


def _environment() -> dict[str, str]:
    password = connection.settings_dict["PASSWORD"]
    return os.environ | {"LC_MESSAGES": "C.UTF-8"} | ({"PGPASSWORD": password} if password else {})


@contextmanager
def _running(
    command: list[str], *, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """Waits for its end, and ends it when we fail. Raises BackupFailed with what it says when it fails."""
    with TemporaryFile() as says:
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=says, env=_environment())  # noqa: S603
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            with suppress(BrokenPipeError), process:  # closes the pipes and waits
                pass
        if process.returncode:
            says.seek(0)
            raise BackupFailed(_said(command[0], says.read().decode(errors="replace")))


def _said(program: str, errors: str) -> str:
    lines = [line for line in errors.splitlines() if line.strip()]
    first = next((line for line in lines if "error:" in line.lower()), (lines or ["?"])[0])
    return _("%(program)s has failed, and nothing was changed: %(error)s") % {
        "program": Path(program).name,
        "error": first.strip(),
    }


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101  # we have asked for it
    return pipe


def _uncompressed(name: str) -> zipfile.ZipInfo:
    """pg_dump has compressed it."""
    return zipfile.ZipInfo(name)  # whose compression is none
