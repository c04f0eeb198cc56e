"""The schema keeps a business ID's check digit too. SQLite remakes the table, and its trigger with it."""

from django.db import migrations, models

from customers.business_id import has_its_check_digit
from spotilla.schema import raised_version


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_history_rules")]

    operations = [
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(business_id="") | models.Q(has_its_check_digit("business_id")),
                name="customer_business_id_check_digit",
                violation_error_message="The check digit does not match.",
            ),
        ),
        raised_version("customers_customer"),
    ]
