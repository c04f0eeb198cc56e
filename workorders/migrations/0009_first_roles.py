"""A new installation has three roles that work. One that has users has roles of its own, and keeps them as they are."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.models import Q

APPS = ("accounts", "folders", "customers", "workorders", "sheets")
WORKED_WITH = (
    "_(folder|spot|customer|contact|customercontact|attachment|workorder|task|servicerequest|servicerequestkind)$"
)
LOOKED_AT = "^view_(operation|placement|spotplacement|change|coverage|upload)$"

WORK = Q(codename__regex=WORKED_WITH) | Q(codename__regex=LOOKED_AT)
ROLES = {
    "Pääkäyttäjä": WORK | Q(codename__regex="_(user|role)$"),
    "Toimisto": WORK | Q(codename="view_role"),
    "Lukija": WORK & Q(codename__startswith="view_") | Q(codename="view_role"),
}


def first_roles(apps: Any, editor: Any) -> None:
    if apps.get_model("accounts", "User").objects.exists():
        return
    for name in APPS:  # rights are made after all migrations, and are needed here
        config = apps.get_app_config(name)
        config.models_module = True
        create_permissions(config, verbosity=0, using=editor.connection.alias, apps=apps)
        config.models_module = None
    rights = apps.get_model("auth", "Permission").objects.filter(content_type__app_label__in=APPS)
    for name, may in ROLES.items():
        role, _made = apps.get_model("accounts", "Role").objects.get_or_create(name=name)
        if not role.permissions.exists():
            role.permissions.set(rights.filter(may))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("customers", "0006_undoing_of_imports"),
        ("folders", "0006_folders_and_contacts_are_imported"),
        ("sheets", "0005_what_an_import_changed"),
        ("workorders", "0008_days_within_reach"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(first_roles, migrations.RunPython.noop)]
