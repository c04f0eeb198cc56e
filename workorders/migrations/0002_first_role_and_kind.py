"""Work needs a responsible role, and a request a kind: the first of each."""

from typing import Any

from django.db import migrations


def first_role_and_kind(apps: Any, editor: Any) -> None:
    apps.get_model("accounts", "Role").objects.get_or_create(name="Toimisto")
    apps.get_model("workorders", "ServiceRequestKind").objects.get_or_create(name="Muu")


class Migration(migrations.Migration):
    dependencies = [("workorders", "0001_initial"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(first_role_and_kind, migrations.RunPython.noop)]
