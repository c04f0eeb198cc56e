from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from customers import kinds as kinds  # noqa: PLC0414  # the log knows them from the start


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from customers.audit import TABLES  # noqa: PLC0415  # models are there only now
        from customers.importing.spec import CUSTOMERS  # noqa: PLC0415
        from customers.importing_contacts.spec import CONTACTS  # noqa: PLC0415
        from customers.importing_folders.spec import FOLDERS  # noqa: PLC0415
        from sheets.importing.import_types import register  # noqa: PLC0415
        from spotilla.audit_actor import audit  # noqa: PLC0415

        audit(*TABLES)
        register(CUSTOMERS)
        register(CONTACTS)
        register(FOLDERS)
