"""What constraints cannot say on both engines: attachments of a folder never overlap; writes raise the version."""

from django.db import migrations

from spotilla.schema import no_overlap, raised_version


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [
        no_overlap("customers_attachment", "folder_id", "attachment_no_overlap"),
        raised_version("customers_customer"),
        raised_version("customers_contact"),
        raised_version("customers_customercontact"),
    ]
