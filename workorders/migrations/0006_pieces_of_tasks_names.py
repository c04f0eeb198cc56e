"""Any piece of a task's name is found through an index, as of everything else that has a name."""

from django.db import migrations

from spotilla.schema import pieces_of


class Migration(migrations.Migration):
    dependencies = [("workorders", "0005_indexes_for_lists")]

    operations = [
        migrations.RemoveIndex(model_name="task", name="task_name"),
        pieces_of("workorders_task", "task_pieces"),
    ]
