"""The worker of `make demo`: runs the tasks that wait in the database for as long as who started it is there."""

import os
import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
from django.core.management import call_command


def end_with_who_started_me() -> None:
    """The pipe closes when that process ends, killed or not."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    django.setup()
    threading.Thread(target=end_with_who_started_me, daemon=True).start()
    call_command("db_worker", reload=False, startup_delay=False, verbosity=1)
