from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FoldersConfig(AppConfig):
    name = "folders"
    verbose_name = _("Folders")
