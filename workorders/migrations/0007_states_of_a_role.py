"""A role's unfinished tasks of one state are found through the index, as those of all states are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workorders", "0006_pieces_of_tasks_names")]

    operations = [
        migrations.RemoveIndex(model_name="task", name="task_role_unfinished"),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state__in", ("open", "in_progress", "on_hold", "in_review"))),
                fields=["role", "state", "due_on"],
                name="task_role_unfinished",
            ),
        ),
    ]
