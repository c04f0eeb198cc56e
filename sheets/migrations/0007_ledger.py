"""The ledger of imports: what each wrote, by row and field. What uploads kept until now goes once it is written there
(0008).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sheets", "0006_plainer_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("model", models.CharField(max_length=60)),
                ("row", models.BigIntegerField()),
                ("field", models.CharField(blank=True, max_length=60)),
                ("was", models.JSONField(null=True)),
                ("became", models.JSONField(null=True)),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ledger",
                        to="sheets.upload",
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger entry",
                "verbose_name_plural": "ledger entries",
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "model", "row", "field"), name="ledgerentry_once")
                ],
            },
        ),
    ]
