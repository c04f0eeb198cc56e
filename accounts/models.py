"""Who uses the system. The e-mail address is the log-in; rights are Django's permissions, gathered into roles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager, Group, GroupManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.querysets import VisibleQuerySet


class UserQuerySet(VisibleQuerySet["User"]):
    pass


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # made at run time
    """Makes users by e-mail; the address is kept in lower case, so that it is one log-in however it is typed."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user  # type: ignore[no-any-return]

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True} | fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())  # type: ignore[no-any-return]


class User(AbstractUser):
    """Who logs in, by an e-mail in lower case; what they may do comes from their roles."""

    username = None  # type: ignore[assignment]  # the e-mail is the log-in
    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("This e-mail is another user's.")})
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="fi")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message=_("The e-mail is written in lower case."),
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=["fi", "en", "sv"]),
                name="user_language_known",
                violation_error_message=_("The language is Finnish, English or Swedish."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()


class RoleQuerySet(VisibleQuerySet["Role"]):
    """Roles, for those who may see them."""


class RoleManager(GroupManager.from_queryset(RoleQuerySet)):  # type: ignore[misc]  # made at run time
    pass


class Role(Group):
    """What its users may do, and the queue that work lands in. A Group is never made but as a Role."""

    objects: ClassVar[RoleManager] = RoleManager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")


class FailedTries(models.Model):
    """How often somebody has failed to log in, and until when they wait (accounts.tries)."""

    key = models.CharField(max_length=64, primary_key=True)  # a digest of the account, the address or both
    failures = models.PositiveIntegerField(default=0)
    last = models.DateTimeField(db_index=True)
    blocked_until = models.DateTimeField()

    class Meta:
        verbose_name = _("failed tries to log in")
        verbose_name_plural = _("failed tries to log in")
        default_permissions = ()  # nobody looks at them

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.failures}"
