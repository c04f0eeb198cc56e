"""Tries to log in, counted before the password is looked at, so that a hundred at once are no more than one by one.

Counted in the database, which all processes share. What is typed is kept as a digest alone.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import FailedTries, User

logger = logging.getLogger("accounts.login")

FORGOTTEN = timedelta(hours=1)  # after the last failure
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Limit:
    free: int  # failures before there is a wait
    longest: timedelta  # the wait begins at a minute and doubles up to this

    def wait(self, failures: int) -> timedelta:
        over = failures - self.free
        return min(MINUTE * 2 ** min(over, 10), self.longest) if over >= 0 else timedelta(0)


# One stranger is soon slowed down for good. What others suffer from them is never more than a minute: neither an office
# behind one address, nor somebody whose e-mail is known to a thousand machines, is locked out.
LIMITS = {
    "pair": Limit(5, timedelta(minutes=15)),  # one account from one address
    "account": Limit(10, MINUTE),
    "address": Limit(30, MINUTE),
}


def begin_try(account: str, address: str, what: str = "login") -> timedelta:
    """Counts a try, as a failure until it is forgiven; or says how long to wait, and counts nothing."""
    now = timezone.now()
    keys = _keys(account, address, what)
    with transaction.atomic():
        FailedTries.objects.filter(last__lt=now - FORGOTTEN).delete()
        FailedTries.objects.bulk_create(
            [FailedTries(key=key, last=now, blocked_until=now) for key in sorted(keys)], ignore_conflicts=True
        )
        rows = list(FailedTries.objects.select_for_update().filter(key__in=keys).order_by("key"))
        now = timezone.now()  # the rows may be of somebody who came later and was quicker
        wait = max(row.blocked_until - now for row in rows)
        if wait > timedelta(0):
            return wait
        for row in rows:
            _count(row, LIMITS[keys[row.key]], now)
    return timedelta(0)


def _count(row: FailedTries, limit: Limit, now: datetime) -> None:
    row.failures += 1
    row.last, row.blocked_until = now, now + limit.wait(row.failures)
    row.save(update_fields=["failures", "last", "blocked_until"])


def forgive(account: str, address: str, what: str = "login") -> None:
    """After a success: nothing is left of the account's failures, and the address has one less."""
    now = timezone.now()
    for key, kind in _keys(account, address, what).items():
        rows = FailedTries.objects.filter(key=key)
        if kind == "address":
            with transaction.atomic():
                for row in rows.select_for_update():
                    row.failures, row.blocked_until = max(row.failures - 1, 0), now
                    row.save(update_fields=["failures", "blocked_until"])
        else:
            rows.delete()


def _keys(account: str, address: str, what: str) -> dict[str, str]:
    """Digest of what is counted → which limit it has."""
    account = account.strip().casefold()
    texts = {"pair": f"{account} {address}", "account": account, "address": address}
    return {
        salted_hmac(f"tries {what} {kind}", text, algorithm="sha256").hexdigest(): kind for kind, text in texts.items()
    }


def client_address(request: HttpRequest) -> str:
    """Where the request comes from. An IPv6 address is its network of 64 bits, all of which one customer has.

    Behind a proxy it is what the proxy has added last to X-Forwarded-For; what stands before that anybody may write.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        given = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip() or given
    try:
        address = ip_address(given)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)


def log_failure(what: str, account: str, address: str) -> None:
    """Names the user by number and not by what was typed, and the address for programs that shut such out."""
    user = User.objects.filter(email=account.strip().lower()).values_list("pk", flat=True).first()
    logger.warning("%s: user %s, from %s", what, user or "-", address or "-")
