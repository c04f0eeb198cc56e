"""`visible_to`: the one door through which views, admin, exports and commands look up rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth import get_permission_codename
from django.core.exceptions import EmptyResultSet
from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class VisibleQuerySet[M: models.Model](models.QuerySet[M]):
    """Base of every queryset whose rows people see."""

    ends: ClassVar[tuple[str, ...]] = ()  # of what links two things: the rights to see these too

    def visible_to(self, user: User | None) -> Self:
        """The rows that `user` may see: all with the model's view right, else none.

        A link is seen by who sees both its ends.
        None is the server's own console: a management command that names no user sees everything.
        May cost one query the first time in a request (Django keeps the user's rights on the user).
        """
        options = self.model._meta
        right = f"{options.app_label}.{get_permission_codename('view', options)}"
        return self.all() if user is None or user.has_perms([right, *self.ends]) else self.none()

    def as_sql(self, *columns: str) -> tuple[str, tuple[Any, ...]]:
        """This queryset as the text and parameters of a SELECT of `columns`, to stand in a report's own SQL."""
        try:
            return self.order_by().values(*columns).query.sql_with_params()
        except EmptyResultSet:  # what the user may not see: a query that finds nothing, with columns of the right types
            return self.model._base_manager.filter(pk__lt=0).values(*columns).query.sql_with_params()
