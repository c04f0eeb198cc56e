"""The database as it was when a backup was made."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from spotilla.backups import check, missing_migrations, moment, restore
from spotilla.backups.archive import BackupFailed


class Command(BaseCommand):
    help = "Makes the database what it was when the backup was made. All of it is restored, or nothing is changed."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="file that `backup` has written")
        parser.add_argument("--yes", action="store_true", help="replace what is in the database")
        parser.add_argument("--check", action="store_true", help="read all of the file, and change nothing")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            manifest = check(file) if options["check"] else restore(file, replace=options["yes"])
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            cause = {"file": file, "error": error.strerror}
            raise CommandError(_("%(file)s cannot be read: %(error)s") % cause) from error
        texts = {
            "moment": moment(manifest),
            "rows": sum(manifest.rows.values()),
            "tables": len(manifest.rows),
        }
        if options["check"]:
            self.stdout.write(
                _("The backup of %(moment)s is complete. Rows: %(rows)d, tables: %(tables)d. Nothing was changed.")
                % texts
            )
            return
        self.stdout.write(_("Restored as of %(moment)s. Rows: %(rows)d, tables: %(tables)d.") % texts)
        if missing_migrations(manifest):
            self.stdout.write(_("It is of an older version of the program. Next: manage.py migrate"))
        self.stdout.write(_("Then start the program, and see by manage.py check_coverage that all is as it should be."))
