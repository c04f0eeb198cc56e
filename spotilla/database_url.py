"""One line of environment says which database: sqlite:///file or postgresql://user:password@host:port/name?host=/socket."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

# WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start of a transaction, so that a
# transaction that reads first does not fail when it comes to write.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; "
    "PRAGMA mmap_size=268435456",
}

# PostgreSQL thinks our recursive queries dearer than they are and would compile each one to machine code first, which
# takes a hundred times as long as running them. Where one folder after another is asked for its work, it would remember
# answers that nobody asks for again, and take twenty times as long over that.
POSTGRESQL_OPTIONS = {"options": "-c jit=off -c enable_memoize=off"}


def database(url: str) -> dict[str, Any]:
    """Django's settings of the database that `url` names. Raises ValueError for an engine that we do not support."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        name = unquote(parts.path).removeprefix("/") or ":memory:"
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": SQLITE_OPTIONS}
    if parts.scheme in {"postgres", "postgresql"}:
        host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path).removeprefix("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": str(parts.port or ""),
            "OPTIONS": POSTGRESQL_OPTIONS,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError(f"DATABASE_URL must begin with sqlite:/// or postgresql://, not with {parts.scheme}://")
