"""A backup is a zip file: the database as its own engine writes it, and last a manifest that says what that is.

Whoever has no more than the file gets at it with `unzip`, and with the engine's own programs. A zip file ends with its
list of contents, so that one that was cut off is none, and has a checksum of each part.
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

PROGRAM = "spotilla-asiakkaat"
FORMAT = 1  # raised when an older program could not read what a newer one writes
DATABASE, MANIFEST = "database", "manifest.json"
AT_ONCE = 1024 * 1024  # bytes

# What zipfile and json say of bytes that mean nothing to them.
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, RuntimeError, TypeError, ValueError)


class BackupFailed(Exception):
    """Why no backup was made, or none restored, in a sentence for whoever runs the server."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made: str  # ISO 8601, with its zone
    engine: str  # a vendor of Django's
    migrations: list[str]
    rows: dict[str, int]
    program: str = PROGRAM
    format: int = FORMAT


@dataclass(frozen=True)
class Archive:
    """A backup that is open for reading."""

    zip: zipfile.ZipFile
    manifest: Manifest

    def open_database(self) -> IO[bytes]:
        return self.zip.open(DATABASE)

    def check(self) -> None:
        """Reads every part through; its checksum is compared at its end. Raises BackupFailed."""
        with _readable(self.zip.filename):
            for name in self.zip.namelist():
                with self.zip.open(name) as part:
                    while part.read(AT_ONCE):
                        pass


def new_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """An empty backup for writing."""
    return zipfile.ZipFile(file, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=1)


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Comes last: a backup without it is not whole."""
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """Raises BackupFailed of what is no backup of ours, or a damaged one as far as its ends show that."""
    with _readable(path):
        archive = zipfile.ZipFile(path)
    with archive:
        with _readable(path):
            manifest = _manifest(archive, {"file": path})
        yield Archive(archive, manifest)


def _manifest(archive: zipfile.ZipFile, named: dict[str, object]) -> Manifest:
    foreign = BackupFailed(_("%(file)s is no backup of this program.") % named)
    if {DATABASE, MANIFEST} - set(archive.namelist()):
        raise foreign
    kept = json.loads(archive.read(MANIFEST))
    if kept["program"] != PROGRAM:
        raise foreign
    if kept["format"] > FORMAT:
        raise BackupFailed(_("%(file)s was written by a newer version of the program. Install that.") % named)
    return Manifest(**kept)


@contextmanager
def _readable(path: object) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        raise BackupFailed(
            _("%(file)s is not a complete backup: it is damaged or cut off.") % {"file": path}
        ) from error
