"""Spots by state, folders by name, and any piece of a name, at a million spots."""

from django.db import migrations, models

from spotilla.schema import pieces_of


class Migration(migrations.Migration):
    dependencies = [
        ("folders", "0002_history_rules"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="folder",
            index=models.Index(fields=["search_key"], name="folder_name"),
        ),
        migrations.AddIndex(
            model_name="folder",
            index=models.Index(fields=["sort_key", "id"], name="folder_order"),
        ),
        migrations.AddIndex(
            model_name="spot",
            index=models.Index(fields=["state", "sort_key", "id"], name="spot_state"),
        ),
        migrations.RemoveIndex(model_name="spot", name="spot_order"),
        migrations.AddIndex(
            model_name="spot",
            index=models.Index(fields=["sort_key", "id", "search_key"], name="spot_order"),
        ),
        pieces_of("folders_folder", "folder_pieces"),
        pieces_of("folders_spot", "spot_pieces"),
    ]
