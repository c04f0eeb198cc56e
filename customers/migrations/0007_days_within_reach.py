"""The schema refuses days that no report reaches, of customers and attachments."""

import datetime

from django.db import migrations, models

from spotilla.schema import AddConstraintBesideTriggers
from spotilla.wrong_days import stop_at_wrong_days


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_undoing_of_imports"),
        ("folders", "0007_days_within_reach"),
    ]

    operations = [
        stop_at_wrong_days("customers_attachment", "customers_coverage", "customers_customer"),
        AddConstraintBesideTriggers(
            model_name="attachment",
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
                name="attachment_days_within_reach",
                violation_error_message="A day is one from 1.1.1990 to 31.12.2099.",
            ),
        ),
        AddConstraintBesideTriggers(
            model_name="coverage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("since", datetime.date(1, 1, 1)),
                        models.Q(("since__gte", datetime.date(1990, 1, 1)), ("since__lt", datetime.date(2100, 1, 1))),
                        ("since", datetime.date(2100, 1, 1)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("until", datetime.date(9999, 12, 31)),
                        models.Q(("until__gte", datetime.date(1990, 1, 1)), ("until__lte", datetime.date(2100, 1, 1))),
                        _connector="OR",
                    ),
                ),
                name="coverage_days_within_reach",
                violation_error_message="A day is one from 1.1.1990 to 31.12.2099.",
            ),
        ),
        AddConstraintBesideTriggers(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on__gte", datetime.date(1990, 1, 1)), ("closed_on__lt", datetime.date(2100, 1, 1))
                ),
                name="customer_closed_within_reach",
                violation_error_message="A day is one from 1.1.1990 to 31.12.2099.",
            ),
        ),
    ]
