"""What somebody may do, compared as if everybody were active: a right sleeps with its user and wakes with them."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

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


# ---- what is offered, and how it is called ---------------------------------------------------------------------------

APPS = ("accounts", "folders", "customers", "workorders", "sheets")
EDITED = (
    *("user", "role", "folder", "spot", "customer", "contact", "customercontact", "attachment"),
    *("workorder", "task", "servicerequest", "servicerequestkind"),
)
LOOKED_AT = ("operation", "placement", "spotplacement", "change", "coverage", "upload")  # written by the program alone
VERBS = {
    "view": pgettext_lazy("right", "view"),
    "add": pgettext_lazy("right", "add"),
    "change": pgettext_lazy("right", "change"),
    "delete": pgettext_lazy("right", "delete"),
}


def rights_to_offer() -> QuerySet[Permission]:
    """Those that some page asks for: neither Django's own tables nor what nobody can change have any."""
    looking = Q(content_type__model__in=LOOKED_AT, codename__startswith="view_")
    return Permission.objects.filter(
        Q(content_type__model__in=EDITED) | looking, content_type__app_label__in=APPS
    ).select_related("content_type")


def name_right(right: Permission) -> str:
    """“Asiakkaat: katsella”. Of tables that are gone, the database's own words."""
    model = right.content_type.model_class()
    verb = VERBS.get(right.codename.split("_")[0])
    return f"{capfirst(model._meta.verbose_name_plural)}: {verb}" if model and verb else right.name


def who_gives_rights() -> QuerySet[User]:
    """Whom to ask: those who can log in and give others a role."""
    gives = Permission.objects.filter(content_type__app_label="accounts", codename="change_user")
    may = Q(is_superuser=True) | Q(user_permissions__in=gives) | Q(groups__permissions__in=gives)
    users = User._default_manager.filter(pk__in=User._default_manager.filter(may, is_active=True).values("pk"))
    ordered: QuerySet[User] = users.order_by("last_name", "first_name", "email")
    return ordered
