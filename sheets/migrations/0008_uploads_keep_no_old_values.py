"""What uploads kept for their undoing stands in the ledger now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("sheets", "0007_ledger"),
        ("folders", "0009_ledger_of_imports"),
    ]

    operations = [
        migrations.RemoveField(model_name="upload", name="kept"),
    ]
