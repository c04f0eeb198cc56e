"""The schema refuses days that no report reaches, of work."""

import datetime

from django.db import migrations, models

from spotilla.schema import AddConstraintBesideTriggers
from spotilla.wrong_days import stop_at_wrong_days


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_days_within_reach"),
        ("folders", "0007_days_within_reach"),
        ("workorders", "0007_states_of_a_role"),
    ]

    operations = [
        stop_at_wrong_days("workorders_servicerequest", "workorders_task", "workorders_workorder"),
        AddConstraintBesideTriggers(
            model_name="servicerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received_on__gte", datetime.date(1990, 1, 1)),
                    ("received_on__lt", datetime.date(2100, 1, 1)),
                    ("done_on__gte", datetime.date(1990, 1, 1)),
                    ("done_on__lt", datetime.date(2100, 1, 1)),
                ),
                name="servicerequest_days_within_reach",
                violation_error_message="A day is one from 1.1.1990 to 31.12.2099.",
            ),
        ),
        AddConstraintBesideTriggers(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on__gte", datetime.date(1990, 1, 1)),
                    ("due_on__lt", datetime.date(2100, 1, 1)),
                    ("done_on__gte", datetime.date(1990, 1, 1)),
                    ("done_on__lt", datetime.date(2100, 1, 1)),
                ),
                name="task_days_within_reach",
                violation_error_message="A day is one from 1.1.1990 to 31.12.2099.",
            ),
        ),
        AddConstraintBesideTriggers(
            model_name="workorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("since", datetime.date(1, 1, 1)),
                        models.Q(("since__gte", datetime.date(1990, 1, 1)), ("since__lt", datetime.date(2100, 1, 1))),
                        _connector="OR",
                    ),
                    models.Q(
                        ("until", datetime.date(9999, 12, 31)),
                        models.Q(("until__gte", datetime.date(1990, 1, 1)), ("until__lte", datetime.date(2100, 1, 1))),
                        _connector="OR",
                    ),
                    ("closed_on__gte", datetime.date(1990, 1, 1)),
                    ("closed_on__lt", datetime.date(2100, 1, 1)),
                ),
                name="workorder_days_within_reach",
                violation_error_message="A day is one from 1.1.1990 to 31.12.2099.",
            ),
        ),
    ]
