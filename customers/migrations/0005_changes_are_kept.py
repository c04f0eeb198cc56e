"""Every change of a customer, a contact or their link is kept, by triggers (spotilla.audit_triggers)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from customers.audit import kept_changes
from spotilla.schema import never_changed

CUSTOMER = (
    "name",
    "customer_type",
    "business_id",
    "customer_number",
    "email",
    "phone",
    "street",
    "postcode",
    "city",
    "country",
    "billing_street",
    "billing_postcode",
    "billing_city",
    "einvoice_address",
    "einvoice_operator",
    "reference",
    "payment_term_days",
    "notes",
    "closed_on",
)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_indexes_for_full_size"),
        ("folders", "0003_indexes_for_full_size"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[("page", "page"), ("admin", "admin"), ("import", "import"), ("command", "command")],
                        max_length=7,
                        verbose_name="how",
                    ),
                ),
                (
                    "done",
                    models.CharField(
                        choices=[("insert", "added"), ("update", "changed"), ("delete", "deleted")],
                        max_length=6,
                        verbose_name="what",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("changed", models.JSONField(verbose_name="from what to what")),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="changes",
                        to="customers.contact",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="changes",
                        to="customers.customer",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="changes",
                        to="customers.customercontact",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="folders.operation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a customer",
                "verbose_name_plural": "changes of customers",
                "indexes": [
                    models.Index(
                        condition=models.Q(("customer__isnull", False)),
                        fields=["customer", "id"],
                        name="change_of_customer",
                    ),
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["contact", "id"],
                        name="change_of_contact",
                    ),
                    models.Index(
                        condition=models.Q(("operation__isnull", False)),
                        fields=["operation"],
                        name="change_by_operation",
                    ),
                ],
            },
        ),
        never_changed("customers_change"),
        kept_changes("customers_customer", names={"customer_id": "id"}, columns=CUSTOMER),
        kept_changes("customers_contact", names={"contact_id": "id"}, columns=("name", "email", "phone")),
        kept_changes(
            "customers_customercontact",
            names={"link_id": "id", "customer_id": "customer_id", "contact_id": "contact_id"},
            columns=("role",),
            from_the_start=("role",),
        ),
    ]
