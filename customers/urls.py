"""The routes of customers, each by hand."""

from django.urls import path

from customers.views import importing

app_name = "customers"
urlpatterns = [
    # Import from Excel
    path("customers/import/", importing.import_file, name="import"),
    path("customers/import/template/", importing.import_template, name="import_template"),
    path("customers/import/<int:pk>/", importing.import_preview, name="import_preview"),
]
