from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from folders import kinds as kinds  # noqa: PLC0414  # the log knows them from the start


class FoldersConfig(AppConfig):
    name = "folders"
    verbose_name = _("Folders")

    def ready(self) -> None:
        from folders.importing_spots.spec import SPOTS  # noqa: PLC0415  # models are there only now
        from sheets.importing.import_types import register  # noqa: PLC0415

        register(SPOTS)
