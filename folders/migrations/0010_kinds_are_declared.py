"""The kinds of operations are declared by the apps that do them. Nothing of the schema changes."""

from django.db import migrations, models

import folders.kinds


class Migration(migrations.Migration):
    dependencies = [
        ("folders", "0009_ledger_of_imports"),
    ]

    operations = [
        migrations.AlterField(
            model_name="operation",
            name="kind",
            field=models.CharField(choices=folders.kinds.list_kinds, max_length=20, verbose_name="operation"),
        ),
    ]
