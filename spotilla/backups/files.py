"""Files that others see when they are whole, and not before."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from spotilla.backups.archive import BackupFailed

OWNER_ALONE = 0o600


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """The file to write, readable by its owner alone. It gets its name when all of it is on the disk; until then, and
    after `kill -9`, it is called `path`.part, which the next one that is written there begins anew.
    """
    part = unfinished(path)
    _ensure_free(path)
    with own_file(part) as file:
        _ensure_free(path)  # another may have ended while we opened the file
        yield file
        file.flush()
        os.fsync(file.fileno())
        part.rename(path)
        _sync(path.parent)


def unfinished(path: Path) -> Path:
    """The name of a file while it is being written."""
    return path.with_name(f"{path.name}.part")


@contextmanager
def own_file(path: Path) -> Iterator[IO[bytes]]:
    """A new, empty file, locked, and removed at the end if it still has its name. One that a killed process left there
    is taken over.
    """
    with _opened(path) as file:
        if not _locked(path, file):
            raise BackupFailed(_("Another process is writing %(file)s.") % {"file": path})
        os.fchmod(file.fileno(), OWNER_ALONE)
        file.truncate(0)
        try:
            yield file
        finally:
            path.unlink(missing_ok=True)


def _opened(path: Path) -> IO[bytes]:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    try:
        return os.fdopen(os.open(path, flags, OWNER_ALONE), "r+b")
    except OSError as error:
        raise BackupFailed(
            _("%(file)s cannot be written: %(error)s") % {"file": path, "error": error.strerror}
        ) from error


def _locked(path: Path, file: IO[bytes]) -> bool:
    """Whether it is ours alone, and is still what has the name."""
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    return False


def _ensure_free(path: Path) -> None:
    if path.exists():
        raise BackupFailed(_("%(file)s is there already, and is not overwritten.") % {"file": path})


def _sync(folder: Path) -> None:
    """So that the new name survives a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
