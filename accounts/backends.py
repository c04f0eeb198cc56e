"""Log-in by e-mail and password, with the demo user kept out of real installations."""

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.models import User
from spotilla.logs import told

logger = logging.getLogger(__name__)


class EmailBackend(ModelBackend):
    """Logs a user in by the e-mail."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Every log-in comes by here; the log has the user's number. What failed is logged where tries are counted."""
        user: User | None = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            logger.info("Log-in", extra=told(user=user.pk))
        return user

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Active users; the demo user, whose password everybody knows, only where DEBUG is on."""
        demo = getattr(user, "email", None) == settings.DEMO_EMAIL
        return super().user_can_authenticate(user) and (settings.DEBUG or not demo)
