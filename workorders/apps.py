from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from workorders import kinds as kinds  # noqa: PLC0414  # the log knows them from the start


class WorkOrdersConfig(AppConfig):
    name = "workorders"
    verbose_name = _("Work")
