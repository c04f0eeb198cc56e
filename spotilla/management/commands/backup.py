"""The whole database into one file, while people write."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from spotilla.backups import back_up
from spotilla.backups.archive import BackupFailed


class Command(BaseCommand):
    help = "Writes the whole database into one file, which must not exist yet. People may go on working."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="file to write, such as spotilla.zip")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            manifest = back_up(file)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            cause = {"file": file, "error": error.strerror}
            raise CommandError(_("%(file)s cannot be written: %(error)s") % cause) from error
        texts = {
            "file": file,
            "size": filesizeformat(file.stat().st_size),
            "rows": sum(manifest.rows.values()),
            "tables": len(manifest.rows),
        }
        self.stdout.write(_("%(file)s is written: %(size)s. Rows: %(rows)d, tables: %(tables)d.") % texts)
