"""What `make demo` does once the packages are there: texts, database, data, a first user, the pages served, and a
worker for what is too long for a page.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        sys.exit(f"PORT={given} is no port: give a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(given)))
        except OSError as problem:
            sys.exit(f"Port {given} cannot be used ({problem.strerror}). Choose another: make demo PORT=8123")
    return int(given)


@contextmanager
def worker() -> Iterator[None]:
    """A process that ends with this one, whatever ends it; it finishes what it is at."""
    process = subprocess.Popen([sys.executable, ROOT / "tools/demo_worker.py"], stdin=subprocess.PIPE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    number = port()
    os.environ |= {
        "DJANGO_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "spotilla.settings",
        "DJANGO_RUNSERVER_HIDE_WARNING": "true",
    }
    sys.path.insert(0, str(ROOT))
    import django  # noqa: PLC0415 (the environment and the path come first)
    from django.core.management import call_command  # noqa: PLC0415

    from spotilla.translations import compile_translations  # noqa: PLC0415

    compile_translations()
    (ROOT / "staticfiles").mkdir(exist_ok=True)  # WhiteNoise warns where it is missing
    django.setup()
    print("Bringing the database up to date; the first time makes the demo's data too", flush=True)
    call_command("migrate", verbosity=0)
    call_command("load_demo", if_empty=True)
    print(f"\n  http://127.0.0.1:{number}/\n  log-in and password: ", end="")
    call_command("create_demo_user")
    print("  Ctrl-C stops; the data stay in var/.\n", flush=True)
    with worker():
        call_command("runserver", f"127.0.0.1:{number}", use_reloader=False, skip_checks=True, verbosity=0)


if __name__ == "__main__":
    main()
