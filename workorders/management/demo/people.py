"""The company's own: users without passwords, kinds of requests, and roles beside those of every installation."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import Q

from accounts.models import Role, User
from workorders.management.demo.jobs import KINDS
from workorders.management.demo.names import plain
from workorders.models import ServiceRequestKind

OFFICE = "Toimisto"
FIELD = ("Huolto", "LVI", "Sähkö", "Siivous", "Viheralueet")
USERS = [  # first name, last name, role, language
    ("Päivi", "Hämäläinen", OFFICE, "fi"),
    ("Åsa", "Söderström", OFFICE, "sv"),
    ("Jyrki", "Mäkelä", "Huolto", "fi"),
    ("Göran", "Öberg", "LVI", "sv"),
    ("Sari", "Kärkkäinen", "Sähkö", "fi"),
    ("Thomas", "O’Brien", "Siivous", "en"),
    ("Väinö", "Pöysti", "Viheralueet", "fi"),
]
_FIELD_MAY = Q(content_type__app_label="workorders") & (
    Q(codename__startswith="view_")
    | Q(codename__in=["add_servicerequest", "add_task", "change_task", "change_servicerequest"])
) | Q(content_type__app_label="folders", codename__in=["view_folder", "view_spot"])


def save_people() -> dict[str, Role]:
    """Roles by name, those that exist among them, with their rights and users."""
    roles = {name: Role.objects.get_or_create(name=name)[0] for name in (OFFICE, *FIELD)}
    field = list(Permission.objects.filter(_FIELD_MAY))
    for name in FIELD:
        roles[name].permissions.add(*field)
    for first, last, role, language in USERS:
        email = f"{plain(first)}.{plain(last)}@katajahuolto.example"
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, first_name=first, last_name=last, language=language
        )
        user.groups.add(roles[role])
    return roles


def save_kinds() -> dict[str, ServiceRequestKind]:
    """Makes the kinds of service requests, by name."""
    return {name: ServiceRequestKind.objects.get_or_create(name=name)[0] for name in KINDS}
