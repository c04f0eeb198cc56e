"""One line of environment says which database: sqlite:///file or postgresql://user:password@host:port/name?option=value."""

import re
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start of a transaction, so that a
# transaction that reads first does not fail when it comes to write. Who waits gives up before gunicorn, whose patience
# is 30 seconds, would end the process.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; "
    "PRAGMA mmap_size=268435456",
}

# PostgreSQL thinks our recursive queries dearer than they are and would compile each one to machine code first, which
# takes a hundred times as long as running them. Where one folder after another is asked for its work, it would remember
# answers that nobody asks for again, and take twenty times as long over that.
PLANS = "-c jit=off -c enable_memoize=off"
CONNECT_TIMEOUT = 5  # seconds; without one a host that does not answer takes minutes

FORMS = "postgresql://user:password@host:port/name?option=value or sqlite:////full/path"
ENCODING = (
    "Special characters in a name or password are percent-encoded: "
    "% is %25, / is %2F, ? is %3F, # is %23, @ is %40, : is %3A, [ is %5B, ] is %5D, a blank is %20"
)

_PLACE = re.compile(
    r"(?:(?P<user>[^:@]*)(?::(?P<password>.*))?@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:@\[\]]*)(?::(?P<port>[0-9]*))?"
)
_BROKEN_CODE = re.compile("%(?![0-9A-Fa-f]{2})")


def database(url: str) -> dict[str, Any]:
    """Django's settings of the database that `url` names.

    Raises ImproperlyConfigured with a sentence that says what is wrong and shows nothing of what may be a password.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # its text quotes what it could not read
        raise _unreadable() from None
    if parts.scheme == "sqlite":
        return _sqlite(parts)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts)
    named = f", not with {parts.scheme}://" if "://" in url else ""
    raise ImproperlyConfigured(f"DATABASE_URL must begin with sqlite:/// or postgresql://{named}. It is {FORMS}.")


def _sqlite(parts: SplitResult) -> dict[str, Any]:
    if parts.netloc not in {"", ":memory:"} or parts.fragment or _BROKEN_CODE.search(parts.path):
        raise _unreadable("sqlite: has three slashes and a path, which begins with a fourth")
    options = dict(SQLITE_OPTIONS)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name != "timeout" or not value.isdecimal():
            raise ImproperlyConfigured(f"DATABASE_URL has the option {name}: SQLite takes timeout alone, in seconds.")
        options["timeout"] = int(value)
    name = unquote(parts.path).removeprefix("/") or ":memory:"
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options}


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    """What stands in the options goes before the same in front of them, as with PostgreSQL's own programs."""
    place = _PLACE.fullmatch(parts.netloc)
    if place is None or parts.fragment or _BROKEN_CODE.search(parts.netloc + parts.path + parts.query):
        raise _unreadable()
    given = {name: unquote(text or "") for name, text in place.groupdict().items()}
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    _known(options)
    name = options.pop("dbname", unquote(parts.path).removeprefix("/"))
    host = options.pop("host", given["host"].strip("[]"))
    port = options.pop("port", given["port"])
    if not name or {"/", "@"} & set(name) or not all(map(_is_port, port.split(","))):
        raise _unreadable()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": options.pop("user", given["user"]),
        "PASSWORD": options.pop("password", given["password"]),
        "HOST": host,
        "PORT": port,
        "OPTIONS": {"connect_timeout": CONNECT_TIMEOUT}
        | options
        | {"options": f"{PLANS} {options.get('options', '')}".strip()},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _known(options: dict[str, str]) -> None:
    from psycopg import pq  # noqa: PLC0415 (where the database is SQLite, there is no need of it)

    unknown = options.keys() - {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    if unknown:
        raise ImproperlyConfigured(
            f"DATABASE_URL has options that PostgreSQL does not know: {', '.join(sorted(unknown))}."
        )


def _is_port(text: str) -> bool:
    return not text or (text.isdecimal() and 0 < int(text) < 65536)


def _unreadable(why: str = "") -> ImproperlyConfigured:
    return ImproperlyConfigured(f"DATABASE_URL cannot be read{f': {why}' if why else ''}. It is {FORMS}. {ENCODING}.")
