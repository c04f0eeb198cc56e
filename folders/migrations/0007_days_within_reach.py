"""The schema refuses days that no report reaches. Of every table the days are looked at before one is altered."""

import datetime

from django.db import migrations, models

from spotilla.schema import AddConstraintBesideTriggers
from spotilla.wrong_days import stop_at_wrong_days


class Migration(migrations.Migration):
    dependencies = [
        ("folders", "0006_folders_and_contacts_are_imported"),
    ]

    operations = [
        stop_at_wrong_days(),
        AddConstraintBesideTriggers(
            model_name="placement",
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
                ),
                name="placement_days_within_reach",
                violation_error_message="A day is one from 1.1.1990 to 31.12.2099.",
            ),
        ),
        AddConstraintBesideTriggers(
            model_name="spotplacement",
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
                ),
                name="spotplacement_days_within_reach",
                violation_error_message="A day is one from 1.1.1990 to 31.12.2099.",
            ),
        ),
    ]
