"""What somebody may do, compared as if everybody were active: a right sleeps with its user and wakes with them."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from accounts.models import Role, RoleQuerySet, User


def rights_of(user: User) -> QuerySet[Permission]:
    """Their own and their roles'. `User.has_perm` answers no for who is inactive, which says nothing about them."""
    if user.is_superuser:
        return Permission.objects.all()
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


def has_every_right_of(user: User, other: User) -> bool:
    """Whether all that `other` may do, or could when woken, `user` may do too."""
    if user.is_superuser:
        return True
    return not other.is_superuser and not rights_of(other).exclude(pk__in=rights_of(user)).exists()


def roles_to_give(user: User) -> RoleQuerySet:
    """The roles with no right that `user` lacks."""
    beyond = Permission.objects.exclude(pk__in=rights_of(user))
    roles: RoleQuerySet = Role.objects.visible_to(user).exclude(permissions__in=beyond)
    return roles


def may_take_away(user: User, role: Role) -> bool:
    """Whether neither the role nor anybody who has it has a right that `user` lacks: deleting it changes them."""
    holders = User._default_manager.filter(groups=role)
    return roles_to_give(user).filter(pk=role.pk).exists() and all(has_every_right_of(user, one) for one in holders)


def end_sessions(user: User) -> None:
    """Logs `user` out everywhere, for good: a session that is there when they are woken would go on. Reads them all."""
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
