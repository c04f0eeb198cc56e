"""Customers by city and type, and any piece of a name, at 100,000 customers."""

from django.db import migrations, models

from spotilla.schema import pieces_of


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_business_id_check_digit"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["search_key"], name="customer_name"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["city", "sort_key", "id"], name="customer_in_city"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["customer_type", "sort_key", "id"], name="customer_of_type"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", False)), fields=["closed_on"], name="customer_closed"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["business_id", "sort_key", "id"], name="customer_by_business_id"),
        ),
        migrations.RemoveIndex(model_name="coverage", name="coverage_customer"),
        migrations.AddIndex(
            model_name="coverage",
            index=models.Index(fields=["customer", "rank", "folder", "since", "until"], name="coverage_customer"),
        ),
        pieces_of("customers_customer", "customer_pieces"),
        pieces_of("customers_contact", "contact_pieces"),
    ]
