"""An import is kept once it has been done: when, and which row of the log it was; and it may run behind the page."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def imported_when_sent(apps: Any, editor: Any) -> None:
    """Of what was imported before, nobody wrote down when; it was soon after."""
    apps.get_model("sheets", "Upload").objects.filter(state="imported").update(imported=models.F("created"))


class Migration(migrations.Migration):
    dependencies = [
        ("sheets", "0001_file_to_import"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="upload",
            options={"verbose_name": "import", "verbose_name_plural": "imports"},
        ),
        migrations.RemoveConstraint(
            model_name="upload",
            name="upload_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="upload",
            name="upload_emptied_when_imported",
        ),
        migrations.AddField(
            model_name="upload",
            name="begun",
            field=models.DateTimeField(null=True, verbose_name="begun"),
        ),
        migrations.AddField(
            model_name="upload",
            name="ended",
            field=models.CharField(
                blank=True,
                choices=[
                    ("cancelled", "The import was cancelled; nothing was saved."),
                    ("problems", "The file has problems; nothing was saved."),
                    (
                        "changed",
                        "What the import would do has changed since you looked; nothing was saved. Look again.",
                    ),
                    ("stopped", "The import broke off before its end; nothing was saved. Import again."),
                    (
                        "not_begun",
                        "The import was not begun in ten minutes; nothing was saved. Tell whoever runs the server.",
                    ),
                ],
                max_length=9,
                verbose_name="how its last run ended",
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="imported",
            field=models.DateTimeField(null=True, verbose_name="imported"),
        ),
        migrations.AddField(
            model_name="upload",
            name="operation",
            field=models.BigIntegerField(null=True, verbose_name="number in the log"),
        ),
        migrations.AddField(
            model_name="upload",
            name="queued",
            field=models.DateTimeField(null=True, verbose_name="asked for"),
        ),
        migrations.AddField(
            model_name="upload",
            name="fingerprint",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="upload",
            name="undo",
            field=models.BigIntegerField(null=True, verbose_name="number of its undoing in the log"),
        ),
        migrations.AlterField(
            model_name="upload",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting to be imported"),
                    ("running", "being imported"),
                    ("imported", "imported"),
                    ("undone", "taken back"),
                ],
                default="waiting",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="upload",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "running", "imported", "undone"])),
                name="upload_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["imported", "undone"]),
                    models.Q(("imported", None), ("operation", None)),
                    _connector="OR",
                ),
                name="upload_in_the_log_when_imported",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "undone"), ("undo", None), _connector="OR"),
                name="upload_undone_once_imported",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.UniqueConstraint(fields=("operation",), name="upload_once_in_the_log"),
        ),
        migrations.RunPython(imported_when_sent, migrations.RunPython.noop),
    ]
