"""A waiting file has its rows as the preview shows them, what the user has chosen, and matches of headings."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sheets", "0002_imports_are_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="choices",
            field=models.JSONField(default=dict, verbose_name="choices"),
        ),
        migrations.AddField(
            model_name="upload",
            name="seen",
            field=models.JSONField(default=dict, verbose_name="preview"),
        ),
        migrations.CreateModel(
            name="HeadingMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=20)),
                ("fingerprint", models.CharField(max_length=64)),
                ("headings", models.JSONField()),
            ],
            options={
                "verbose_name": "match of headings",
                "verbose_name_plural": "matches of headings",
                "constraints": [models.UniqueConstraint(fields=("about", "fingerprint"), name="headingmatch_once")],
            },
        ),
        migrations.CreateModel(
            name="UploadKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("key", models.BigIntegerField()),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="sheets.upload",
                    ),
                ),
            ],
            options={
                "verbose_name": "key of a row",
                "verbose_name_plural": "keys of rows",
                "indexes": [
                    models.Index(fields=["upload", "key", "number"], name="uploadkey_rows"),
                    models.Index(fields=["upload", "number"], name="uploadkey_of_row"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UploadRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("hidden", models.BooleanField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("changed", "changes"),
                            ("unchanged", "unchanged"),
                            ("asked", "there already?"),
                            ("error", "error"),
                            ("left_out", "left out"),
                        ],
                        max_length=9,
                    ),
                ),
                ("cells", models.TextField()),
                ("told", models.TextField(blank=True)),
                ("problems", models.PositiveIntegerField(default=0)),
                ("about", models.BigIntegerField(null=True)),
                ("does", models.BigIntegerField(default=0)),
                ("noted", models.BooleanField(default=False)),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="sheets.upload",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a file",
                "verbose_name_plural": "rows of a file",
                "indexes": [
                    models.Index(fields=["upload", "outcome", "number"], name="uploadrow_by_outcome"),
                    models.Index(
                        condition=models.Q(("noted", True)), fields=["upload", "number"], name="uploadrow_noted"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "number"), name="uploadrow_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["new", "changed", "unchanged", "asked", "error", "left_out"])
                        ),
                        name="uploadrow_outcome_known",
                    ),
                ],
            },
        ),
    ]
