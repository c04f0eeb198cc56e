"""List the days that no report reaches, and mend them: before the migration that refuses them, on the tables as they
are.
"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spotilla.days import check_day
from spotilla.wrong_days import DERIVED, wrong_days
from workorders.sql.mending import Given, Mend, mend_days, plan_mends


class Command(BaseCommand):
    help = (
        "Lists the days outside 1.1.1990–31.12.2099 (table, id, column, day) and what --repair makes of each; exit "
        "code 1 while there are any. Runs before “migrate” too. Attachments, places and work orders from before 1990 "
        "become “always”, those until after 2099 “for ever”; one that then held on no day is taken away where another "
        "has its days (the log of operations keeps it). The days of work become what was plainly typed, 0026 or 1026 "
        "for 2026, where that day may be given; its folder follows. What nobody can guess is left: say what it is with "
        "--set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend what is listed, and list what is left")
        parser.add_argument(
            "--set",
            action="append",
            nargs=2,
            default=[],
            metavar=("WRONG", "RIGHT"),
            help="a wrong day wherever it stands, and what it is: --set 1126-02-11 2026-02-11; may be repeated",
        )

    def handle(self, **options: Any) -> None:
        mends = plan_mends(_given(options["set"]))
        left = self._list(mends)
        if left and options["repair"]:
            try:
                mend_days(mends)
            except IntegrityError as error:
                raise CommandError(
                    _("Nothing was changed: the days that were given do not fit beside others (%(error)s).")
                    % {"error": str(error).splitlines()[0]}
                ) from error
            self.stdout.write(_("Repaired; checking again."))
            left = self._list(plan_mends({}))
        if left:
            raise CommandError(
                ngettext("%(count)d day out of reach.", "%(count)d days out of reach.", left) % {"count": left}
            )
        if options["verbosity"] > 0:
            self.stdout.write(_("No day is out of reach."))

    def _list(self, mends: list[Mend]) -> int:
        """Writes each wrong day, those of coverage in one line; returns how many there are."""
        for mend in mends:
            self.stdout.write(_said(mend))
        derived = len(wrong_days([DERIVED]))
        if derived:
            self.stdout.write(f"{DERIVED}: {derived} → {_('recalculated')}")
        return len(mends) + derived


def _given(pairs: list[list[str]]) -> Given:
    """Raises CommandError for what is no day, or none that can be given."""
    given = {}
    for wrong, right in pairs:
        try:
            given[str(date.fromisoformat(wrong))] = day = date.fromisoformat(right)
            check_day(day)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        except ValueError as error:
            raise CommandError(_("Days are written 2026-02-11.")) from error
    return given


def _said(mend: Mend) -> str:
    if mend.goes:
        return f"{mend.day} → {_('taken away')}"
    return f"{mend.day} → {mend.becomes or _('not known: say it with --set')}"
