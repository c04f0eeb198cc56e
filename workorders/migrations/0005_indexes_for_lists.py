"""Lists of ten million tasks and two million requests. Each index on tasks costs every insert: docs/decisions/0015."""

import django.db.models.deletion
from django.db import migrations, models

from spotilla.schema import pieces_of


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("folders", "0003_indexes_for_full_size"),
        ("workorders", "0004_indexes_for_full_size"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="servicerequest",
            name="request_received_unfinished",
        ),
        migrations.RemoveIndex(
            model_name="task",
            name="task_due",
        ),
        migrations.RemoveIndex(
            model_name="task",
            name="task_due_unfinished",
        ),
        migrations.AlterField(
            model_name="servicerequest",
            name="kind",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="workorders.servicerequestkind",
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="servicerequest",
            name="role",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.role",
                verbose_name="responsible role",
            ),
        ),
        migrations.AlterField(
            model_name="task",
            name="role",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.role",
                verbose_name="responsible role",
            ),
        ),
        migrations.AlterField(
            model_name="task",
            name="work_order",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="workorders.workorder",
                verbose_name="work order",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(("state__in", ("open", "in_progress", "on_hold"))),
                fields=["received_on", "id", "folder", "kind", "role", "search_key"],
                name="request_received_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(fields=["state", "received_on", "id", "folder"], name="request_state"),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(fields=["kind", "received_on"], name="request_kind"),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(fields=["role", "received_on"], name="request_role"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["due_on"], name="task_due"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["role", "done_on"], name="task_role"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("work_order__isnull", False)), fields=["work_order", "due_on"], name="task_order"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["search_key"], name="task_name"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state__in", ("open", "in_progress", "on_hold", "in_review"))),
                fields=["due_on", "id", "state", "folder", "work_order", "search_key"],
                name="task_due_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state__in", ("open", "in_progress", "on_hold", "in_review"))),
                fields=["role", "due_on"],
                name="task_role_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "cancelled")),
                fields=["due_on", "id", "folder", "work_order"],
                name="task_due_cancelled",
            ),
        ),
        pieces_of("workorders_servicerequest", "request_pieces"),
        pieces_of("workorders_workorder", "workorder_pieces"),
    ]
