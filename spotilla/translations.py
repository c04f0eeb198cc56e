"""Compile the catalogues of texts, so that no machine needs gettext: `python -m spotilla.translations`."""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_translations() -> list[Path]:
    """Write the .mo file of each catalogue that is newer than it; the list names those that were written."""
    written = []
    for catalogue in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            # Written beside and renamed: two test processes may do this at once.
            unfinished = compiled.with_suffix(f".{os.getpid()}.tmp")
            polib.pofile(str(catalogue)).save_as_mofile(str(unfinished))
            unfinished.replace(compiled)
            written.append(compiled)
    return written


if __name__ == "__main__":
    compile_translations()
