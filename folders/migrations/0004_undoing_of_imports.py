"""An import can be taken back: the history and the log have a word for it. Nothing of the schema changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("folders", "0003_indexes_for_full_size"),
    ]

    operations = [
        migrations.AlterField(
            model_name="operation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_folder", "new folder"),
                    ("move_folder", "folder moved"),
                    ("new_spot", "new spot"),
                    ("move_spot", "spot moved"),
                    ("attach", "folder attached"),
                    ("redate", "days of an attachment changed"),
                    ("detach", "attachment ended"),
                    ("hand_over", "folder handed over"),
                    ("redate_hand_over", "day of a hand-over changed"),
                    ("close_customer", "customer closed"),
                    ("reopen_customer", "customer opened again"),
                    ("delete_folder", "folder deleted"),
                    ("delete_spot", "spot deleted"),
                    ("import_customers", "customers imported"),
                    ("undo_import", "import of customers taken back"),
                    ("load_demo", "demo data made"),
                    ("repair", "coverage repaired"),
                ],
                max_length=20,
                verbose_name="operation",
            ),
        ),
    ]
