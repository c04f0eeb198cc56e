#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys
from collections.abc import Sequence

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotilla.settings")
    from spotilla.audit_actor import acting
    from spotilla.starting import run_command

    def execute(arguments: Sequence[str]) -> None:
        with acting("command"):
            execute_from_command_line(list(arguments))

    run_command(sys.argv, execute)
