"""Log-in by e-mail and password, with the demo user kept out of real installations."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from accounts.models import User


class EmailBackend(ModelBackend):
    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Active users; the demo user, whose password everybody knows, only where DEBUG is on."""
        demo = getattr(user, "email", None) == settings.DEMO_EMAIL
        return super().user_can_authenticate(user) and (settings.DEBUG or not demo)
