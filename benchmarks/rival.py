"""The customer's own fields as a model and a resource of django-import-export, which is no part of the product."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import connection, models
from import_export import fields, resources, widgets

from customers.cells import TYPES
from customers.importing.columns import BY_KEY
from customers.models import Customer

KEYS = (
    *("name", "customer_type", "business_id", "customer_number", "email", "phone", "street", "postcode", "city"),
    *("country", "billing_street", "billing_postcode", "billing_city", "einvoice_address", "einvoice_operator"),
    *("reference", "payment_term_days", "notes"),
)


class Flat(models.Model):
    """A customer without its constraints, but for two unique fields; each costs clean a query a row."""

    name = models.CharField(max_length=200)
    customer_type = models.CharField(max_length=12, choices=Customer.Type, default=Customer.Type.COMPANY)
    business_id = models.CharField(max_length=9, unique=True)
    customer_number = models.CharField(max_length=50, unique=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=20, default="FI")
    billing_street = models.CharField(max_length=200, blank=True)
    billing_postcode = models.CharField(max_length=20, blank=True)
    billing_city = models.CharField(max_length=100, blank=True)
    einvoice_address = models.CharField(max_length=50, blank=True)
    einvoice_operator = models.CharField(max_length=50, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    payment_term_days = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(365)])
    notes = models.TextField(blank=True)

    class Meta:
        app_label = "customers"
        db_table = "bench_flat"

    def __str__(self) -> str:
        return self.name


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Flat)


class TypeWidget(widgets.CharWidget):  # type: ignore[misc]  # it has no types
    keys = {words[0]: key for key, words in TYPES.items()}

    def clean(self, value: Any, row: Any = None, **options: Any) -> str:
        return self.keys[value]


def resource() -> Any:
    """New customers only: it looks for none that exist, which is its faster way."""
    columns = {
        key: fields.Field(attribute=key, column_name=BY_KEY[key].headings[0], widget=widgets.CharWidget())
        for key in KEYS
    }
    columns["payment_term_days"].widget = widgets.IntegerWidget()
    columns["customer_type"].widget = TypeWidget()
    meta = {
        "model": Flat,
        "fields": KEYS,
        "import_id_fields": ["customer_number"],
        "force_init_instance": True,
        "use_bulk": True,
        "batch_size": 1000,
        "clean_model_instances": True,
        "skip_diff": True,
        "report_skipped": False,
    }
    return type("Rival", (resources.ModelResource,), columns | {"Meta": type("Meta", (), meta)})()
