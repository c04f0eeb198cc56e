"""An import can be taken back: the history and the log have a word for it. Nothing of the schema changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_changes_are_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("page", "page"),
                    ("admin", "admin"),
                    ("import", "import"),
                    ("command", "command"),
                    ("undo", "import taken back"),
                ],
                max_length=7,
                verbose_name="how",
            ),
        ),
    ]
