"""A request on a folder itself, not on a spot, has one folder for all its days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workorders", "0002_first_role_and_kind")]

    operations = [
        migrations.AddConstraint(
            model_name="servicerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(spot__isnull=False)
                | models.Q(folder__isnull=True)
                | models.Q(received_folder=models.F("folder")),
                name="servicerequest_on_one_folder",
                violation_error_message="A request on a folder itself stays with that folder.",
            ),
        ),
    ]
