"""What constraints cannot say on both engines: places never overlap, the log never changes; and the lock's one row."""

from typing import Any

from django.db import migrations

from spotilla.schema import never_changed, no_overlap


def lock_row(apps: Any, editor: Any) -> None:
    apps.get_model("folders", "TreeVersion").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("folders", "0001_initial")]

    operations = [
        no_overlap("folders_placement", "folder_id", "placement_no_overlap"),
        no_overlap("folders_spotplacement", "spot_id", "spotplacement_no_overlap"),
        never_changed("folders_operation"),
        migrations.RunPython(lock_row, migrations.RunPython.noop),
    ]
