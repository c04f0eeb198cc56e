"""The whole database in one file, made while people write, and back from it. docs/operations.md has the commands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from spotilla.backups import postgresql, sqlite
from spotilla.backups.archive import BackupFailed, Manifest, new_archive, opened_archive, write_manifest
from spotilla.backups.files import unfinished, written_whole

ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
DISPLAY_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def back_up(path: Path) -> Manifest:
    """Writes all rows as they are at one moment, with everything that the schema consists of. Takes no lock that
    somebody who writes would wait for. Raises BackupFailed; then nothing stands at `path` that was not there before.
    """
    if not _tables():
        raise BackupFailed(_("There is nothing in the database."))
    with written_whole(path) as part, new_archive(part) as archive:
        written = ENGINES[connection.vendor].dump(archive, unfinished(path))
        manifest = Manifest(
            made=timezone.now().isoformat(timespec="seconds"),
            engine=connection.vendor,
            migrations=written.migrations,
            rows=written.rows,
        )
        write_manifest(archive, manifest)
    return manifest


def check(path: Path) -> Manifest:
    """Reads all of a backup and changes nothing. Raises BackupFailed if it cannot be restored here."""
    with opened_archive(path) as archive:
        _ensure_it_fits(archive.manifest)
        archive.check()
        return archive.manifest


def restore(path: Path, *, replace: bool) -> Manifest:
    """The database becomes what it was when the backup was made, all at once or, when that fails, not at all.

    Without `replace` only an empty database is written to: one without a single table. Raises BackupFailed.
    """
    with opened_archive(path) as archive:
        _ensure_it_fits(archive.manifest)
        if not replace and (tables := _tables()):
            raise BackupFailed(
                _("The database is not empty: it has %(tables)d tables. --yes replaces all that is in it.")
                % {"tables": len(tables)}
            )
        archive.check()
        ENGINES[connection.vendor].load(archive)
        return archive.manifest


def missing_migrations(manifest: Manifest) -> bool:
    """Whether the backup is of an older version, so that `migrate` has something to do after it."""
    return bool(_known_migrations() - set(manifest.migrations))


def moment(manifest: Manifest) -> str:
    """When the backup was made, in the reader's language."""
    made = timezone.localtime(datetime.fromisoformat(manifest.made))
    return date_format(made, "SHORT_DATETIME_FORMAT")


def _tables() -> list[str]:
    try:
        with connection.cursor() as cursor:
            return connection.introspection.table_names(cursor)
    except DatabaseError as error:
        said = " ".join(str(error).split())
        raise BackupFailed(_("The database cannot be read: %(error)s") % {"error": said}) from error


def _ensure_it_fits(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        names = {"of": DISPLAY_NAMES.get(manifest.engine, manifest.engine), "here": DISPLAY_NAMES[connection.vendor]}
        raise BackupFailed(_("The backup is of a %(of)s database, and this one is %(here)s.") % names)
    if unknown := sorted(set(manifest.migrations) - _known_migrations()):
        raise BackupFailed(
            _("The backup was made by a newer version of the program, which has the migration %(name)s. Install that.")
            % {"name": unknown[0]}
        )


def _known_migrations() -> set[str]:
    loader = MigrationLoader(None)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}
